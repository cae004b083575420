/*
 * collect.h - turn what a program writes to TIDEMARK_FD into a run.
 *
 * Purpose:   split bytes into lines, read them, and file what they say.
 * Ownership: run and probe are borrowed from tm_collector_init() to
 *            tm_collector_finish().
 * Units:     nanoseconds since the program was started.
 * Errors:    a line that cannot be read becomes a note of the run, with its
 *            number; TM_ENOMEM is the only failure.
 *
 * Samples are thinned evenly when there are more than `samples_max`; the last
 * one is always kept.
 */
#ifndef TM_RUN_COLLECT_H
#define TM_RUN_COLLECT_H

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
	int last_is_outside; /* the newest is what the probe saw */

	int marks;		  /* whether a bare mark was seen */
	struct tm_sample outside; /* what the probe saw for this feed */
	int outside_taken;
	uint64_t looked_ns;	/* when the probe looked last */
	uint64_t checkpoint_ns; /* when PSS is due again */

	char *error; /* what the program gave up with, or NULL */
};

void tm_collector_init(struct tm_collector *collector, struct tm_run *run,
		       struct tm_probe *probe, size_t samples_max);

/* Bytes that were read at `elapsed_ns`. */
TM_CHECK enum tm_rc tm_collector_feed(struct tm_collector *collector,
				      const char *bytes, size_t length,
				      uint64_t elapsed_ns, struct tm_err *err);

/* The program is gone: file what is left and say in the run's notes what a
 * reader must know.  Releases what the collector holds. */
TM_CHECK enum tm_rc tm_collector_finish(struct tm_collector *collector,
					struct tm_err *err);

#endif
