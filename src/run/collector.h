/*
 * collector.h - turn what a program writes to TIDEMARK_FD into a run.
 *
 * Purpose:   split bytes into lines, read them, and file what they say; look at
 *            the program from outside for each mark, or by time.
 * Ownership: run and probe are borrowed from tm_collector_init() to
 *            tm_collector_finish().
 * Units:     nanoseconds since the program was started.
 * Errors:    a line that cannot be read becomes a note of the run, with its
 *            number; TM_ENOMEM is the only failure.
 *
 * A mark is pending until tm_collector_settle() looks at the program.  Looks
 * cost the machine something: they are spaced so that they take a twentieth of
 * one processor at most, however fast marks come, and a mark that a newer one
 * overtakes meanwhile is counted as skipped: its sample has nothing that was
 * measured, rather than the values of another moment.
 *
 * Samples are thinned evenly when there are more than `samples_max`; the last
 * one is always kept.
 */
#ifndef TM_RUN_COLLECTOR_H
#define TM_RUN_COLLECTOR_H

#include "probe/probe.h"
#include "results/run.h"
#include "util/buf.h"

struct tm_collector {
	struct tm_run *run;
	struct tm_probe *probe; /* of the program, from outside; or NULL */

	struct tm_alloc alloc;
	struct tm_buf partial; /* a line whose end is still to come */
	int overlong;	       /* skipping to the end of a line */
	size_t line;
	size_t bad_lines;

	size_t samples_max;
	size_t stride; /* every how many samples one is kept */
	size_t seen;
	struct tm_sample last; /* the newest, kept or not */
	int last_kept;
	int has_new;	     /* `last` is newer than what was taken of it */
	int last_is_outside; /* the newest is what the probe saw */

	int has_iterations; /* a mark or a sample was seen */
	int by_time;	    /* all samples so far were taken by time */
	size_t dropped;	    /* of those, when the first mark came */
	uint64_t marks;	    /* without a sample */
	uint64_t backwards; /* marks and samples of an earlier iteration */
	size_t backwards_line;
	uint64_t skipped; /* of those, never looked at */
	uint64_t answers; /* lines that are to be acknowledged */

	int has_pending;
	struct tm_sample pending; /* the newest mark; no metrics */

	uint64_t looks;
	size_t looked_at;	/* which sample it was, when it was kept */
	uint64_t looked_ns;	/* when the probe looked last */
	uint64_t look_ready_ns; /* when it may look again */
	uint64_t checkpoint_ns; /* when PSS is due again */

	int goes_on; /* the program is left running: this is not its end */
	char *error; /* what the program gave up with, or NULL */
};

void tm_collector_init(struct tm_collector *collector, struct tm_run *run,
		       struct tm_probe *probe, size_t samples_max);

/* Bytes from TIDEMARK_FD that were read at `elapsed_ns`. */
TM_CHECK enum tm_rc tm_collector_feed(struct tm_collector *collector,
				      const char *bytes, size_t length,
				      uint64_t elapsed_ns, struct tm_err *err);

/* The program has done `iteration` iterations, by whatever told so. */
TM_CHECK enum tm_rc tm_collector_mark(struct tm_collector *collector,
				      uint64_t iteration, uint64_t elapsed_ns,
				      struct tm_err *err);

/* It has done one more than before. */
TM_CHECK enum tm_rc tm_collector_mark_next(struct tm_collector *collector,
					   uint64_t elapsed_ns,
					   struct tm_err *err);

/* Look at the program for the mark that is pending, if there is one and it is
 * time; `at_once` does not ask for the time, as the program waits. */
TM_CHECK enum tm_rc tm_collector_settle(struct tm_collector *collector,
					int at_once, uint64_t elapsed_ns,
					struct tm_err *err);

/* Until a mark comes the run counts seconds. */
void tm_collector_count_time(struct tm_collector *collector);

/* Look at it by time, unless it marks. */
TM_CHECK enum tm_rc tm_collector_tick(struct tm_collector *collector,
				      uint64_t elapsed_ns, struct tm_err *err);

/* The program is gone: file what is left and say in the run's notes what a
 * reader must know.  Releases what the collector holds. */
TM_CHECK enum tm_rc tm_collector_finish(struct tm_collector *collector,
					struct tm_err *err);

#endif
