/*
 * measure_opts.h - what tm_measure() is asked to do.
 *
 * Purpose:   the program, where its marks come from, its limits, and who is
 *            notified of its progress.
 * Ownership: everything is borrowed for the call.
 * Units:     bytes, milliseconds.
 * Errors:    none.
 */
#ifndef TM_RUN_MEASURE_OPTS_H
#define TM_RUN_MEASURE_OPTS_H

#include "marks/marks.h"
#include "metric/metric.h"
#include "run/preload_setup.h"
#include "subprocess/child.h"
#include "subprocess/interrupt.h"
#include "util/amount.h"

#define TM_MEMORY_LIMIT_BYTES (2048ull * TM_MIB)

struct tm_measure_opts {
	struct tm_child_opts child;
	struct tm_mark_opts marks;	/* zeroed: as TM_MARKS_AUTO */
	pid_t attach;			/* measure this process, start none */
	uint64_t memory_limit_bytes;	/* resident, at most; 0: no limit */
	uint64_t timeout_ms;		/* 0: no limit */
	uint64_t grace_ms;		/* between SIGTERM and SIGKILL */
	size_t samples_max;		/* 0: a default of 65,536 */
	struct tm_interrupt *interrupt; /* NULL: none */

	/* Read the counters of the preloaded library; NULL: it is not used.
	 * child.variables are then set from here. */
	const struct tm_preload_setup *preload;
	/* Force collections in language runtimes, and ask them for their heap:
	 * by their agents (preload->opts.inside) or from outside.  They may take
	 * so many hundredths of a long run's time. */
	int inside;
	unsigned int inside_share;

	/* Called after each sample, and from time to time without a new one
	 * (`sample` is then the last, or NULL), to show progress. */
	void (*on_progress)(void *context, const struct tm_sample *sample,
			    uint64_t rss_bytes);
	/* Called before tidemark is suspended, to clear what is shown.  NULL:
	 * nothing is shown. */
	void (*on_pause)(void *context);
	void *context;
};

#endif
