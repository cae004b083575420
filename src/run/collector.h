/*
 * collector.h - turn marks and time into the samples of a run.
 *
 * Purpose:   read the lines that a program writes to TIDEMARK_FD, keep count of
 *            its iterations, and take samples of it from outside.
 * Ownership: tm_collector_init() gives the caller the contents of the struct,
 *            to be given back with tm_collector_release(); run and probe are
 *            borrowed until then.
 * Units:     nanoseconds since the program was started.
 * Errors:    a line that cannot be read becomes a note of the run, with its
 *            number; TM_ENOMEM is the only failure.
 *
 * The way of a mark:
 *
 *   bytes -> lines.h -> protocol.h -> pending -> probe -> filing.h -> run
 *
 * A mark is pending until tm_collector_settle() takes a sample for it.  Samples
 * cost the machine something, so pacing.h spaces them.  A mark that a newer one
 * overtakes meanwhile is counted as skipped: it is recorded without values,
 * because the values of another moment would be wrong.
 *
 * Until the first mark samples are taken by time.  They are dropped when it
 * comes, as they count milliseconds and not iterations.
 */
#ifndef TM_RUN_COLLECTOR_H
#define TM_RUN_COLLECTOR_H

#include "marks/lines.h"
#include "probe/probe.h"
#include "results/run.h"
#include "run/filing.h"
#include "run/pacing.h"

struct tm_collector {
	struct tm_run *run;
	struct tm_probe *probe; /* of the program, from outside; or NULL */

	struct tm_lines lines;
	struct tm_filing filing;
	struct tm_pacing pacing;
	uint64_t now_ns; /* when the lines were read */

	int has_pending;
	struct tm_sample pending; /* the newest mark; no values yet */

	int has_iterations; /* a mark or a sample was seen */
	int by_time;	    /* all samples so far were taken by time */
	int is_outside;	    /* the newest sample is what the probe saw */
	int has_new;	    /* samples came since this was last cleared */

	uint64_t taken;	    /* samples from outside */
	uint64_t marks;	    /* without values of their own */
	uint64_t skipped;   /* of those, never sampled */
	uint64_t backwards; /* marks and samples of an earlier iteration */
	size_t backwards_line;
	size_t dropped;	  /* samples by time, when the first mark came */
	size_t bad_lines; /* that could not be read */
	uint64_t answers; /* lines that are to be acknowledged */
	char *error;	  /* what the program gave up with, or NULL */
};

/* After this many bad lines they are only counted. */
#define TM_BAD_LINES_SHOWN 5

void tm_collector_init(struct tm_collector *collector, struct tm_run *run,
		       struct tm_probe *probe, size_t samples_max);
void tm_collector_release(struct tm_collector *collector);

/* Bytes from TIDEMARK_FD that were read at `elapsed_ns`. */
TM_CHECK enum tm_rc tm_collector_feed(struct tm_collector *collector,
				      const char *bytes, size_t length,
				      uint64_t elapsed_ns, struct tm_err *err);

/* The program has done `iteration` iterations, by any source of marks. */
TM_CHECK enum tm_rc tm_collector_mark(struct tm_collector *collector,
				      uint64_t iteration, uint64_t elapsed_ns,
				      struct tm_err *err);

/* It has done one more than before. */
TM_CHECK enum tm_rc tm_collector_mark_next(struct tm_collector *collector,
					   uint64_t elapsed_ns,
					   struct tm_err *err);

/* Sample the program for the pending mark, if there is one and the pacing
 * allows it; `at_once` does not ask the pacing, as the program waits. */
TM_CHECK enum tm_rc tm_collector_settle(struct tm_collector *collector,
					int at_once, uint64_t elapsed_ns,
					struct tm_err *err);

/* Until a mark comes the run counts seconds. */
void tm_collector_count_time(struct tm_collector *collector);

/* Sample the program by time, unless it marks. */
TM_CHECK enum tm_rc tm_collector_tick(struct tm_collector *collector,
				      uint64_t elapsed_ns, struct tm_err *err);

/* The newest sample; NULL: none yet. */
const struct tm_sample *tm_collector_newest(
	const struct tm_collector *collector);

/* No more is read: complete the run's samples.  Unless it keeps `running`, the
 * last samples may have been taken while it was ending; they are cleared. */
TM_CHECK enum tm_rc tm_collector_finish(struct tm_collector *collector,
					int running, struct tm_err *err);

#endif
