/*
 * measure.h - run a program and keep what it says, however it ends.
 *
 * Purpose:   start the program, collect its marks, guard its memory and its
 *            time, and fill a struct tm_run.
 * Ownership: the options are borrowed for the call; the run is the caller's and
 *            is filled in.
 * Units:     bytes, milliseconds.
 * Errors:    only what kept the program from being measured at all is an error:
 *            TM_EUSAGE when it cannot be started, TM_ENOMEM, TM_ESYSTEM.  A
 *            program that crashes, fails, grows too large, takes too long or is
 *            interrupted is an outcome of the run.
 *
 * A bare `mark` is sampled from outside when it is read, a little after the
 * program wrote it, unless the program waits for the acknowledgement.  Of marks
 * that come faster than a twentieth of one processor can look at the program
 * the newest has the sample, and the others have nothing that was measured.
 */
#ifndef TM_RUN_MEASURE_H
#define TM_RUN_MEASURE_H

#include "results/run.h"
#include "subprocess/child.h"
#include "subprocess/interrupt.h"
#include "marks/marks.h"
#include "run/preload_setup.h"

#define TM_MEMORY_LIMIT_BYTES (2048ull * 1024 * 1024)

struct tm_measure_opts {
	struct tm_child_opts child;
	struct tm_mark_opts marks;	/* zeroed: as TM_MARKS_AUTO */
	pid_t attach;			/* measure this process, start none */
	uint64_t memory_limit_bytes;	/* resident, at most; 0: no limit */
	uint64_t timeout_ms;		/* 0: no limit */
	uint64_t grace_ms;		/* between SIGTERM and SIGKILL */
	size_t samples_max;		/* 0: a default of 65,536 */
	struct tm_interrupt *interrupt; /* NULL: none */

	/* Read what the library counts that the program loads; NULL: none.
	 * child.variables are its own then. */
	const struct tm_preload_setup *preload;

	/* Called after each sample, and now and then without a new one
	 * (`sample` is then the last, or NULL), to show progress. */
	void (*on_progress)(void *context, const struct tm_sample *sample,
			    uint64_t rss_bytes);
	/* Called before tidemark is stopped: put away what is shown.  NULL:
	 * nothing is. */
	void (*on_pause)(void *context);
	void *context;
};

TM_CHECK enum tm_rc tm_measure(struct tm_run *run,
			       const struct tm_measure_opts *opts,
			       struct tm_err *err);

#endif
