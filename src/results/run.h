/*
 * run.h - one run, in memory: what was asked, what was measured, how it ended.
 *
 * Purpose:   what run.json, samples.csv and census.csv hold together, and what
 *            tables, plots and (later) verdicts are made from.
 * Ownership: tm_run_new() and tm_run_load() give the caller the run; all it
 *            points at is the run's; give it back with tm_run_free().
 * Units:     in the names.
 * Errors:    a file that is truncated, of a newer schema or no run at all is
 *            TM_EUSAGE, in one line that names the file.
 */
#ifndef TM_RESULTS_RUN_H
#define TM_RESULTS_RUN_H

#include <jansson.h>
#include <stddef.h>

#include "probe/metric.h"
#include "util/err.h"

#define TM_RUN_SCHEMA 1

enum tm_outcome {
	TM_OUTCOME_COMPLETE,
	TM_OUTCOME_LIMIT,	/* stopped at the memory limit */
	TM_OUTCOME_TIMEOUT,	/* stopped at the time limit */
	TM_OUTCOME_INTERRUPTED, /* Ctrl-C or SIGTERM to tidemark */
	TM_OUTCOME_CRASHED,	/* ended by a signal of its own */
	TM_OUTCOME_FAILED	/* ended with an exit code other than 0 */
};

struct tm_run {
	char *name;	  /* "strong-ref", unique label of the run in a set */
	char *directory;  /* where it is stored, or NULL */
	enum tm_outcome outcome;
	char *outcome_text; /* why, in words; NULL when complete */

	/* What the program said at its end (the `report` line), or NULL when it
	 * did not get that far.  Keys: scenario, strategy, rules, shape,
	 * header, read_results, broker, backend, wire, iterations, published,
	 * dropped, reconnects, callbacks {expected, fired},
	 * live_per_iteration {type: number}, garbage_per_iteration {...},
	 * tables_per_iteration {channels, pending_unsubscribe, subscribed_to,
	 * pending_strong, pending_weak}, census [{type, live, live_bytes,
	 * garbage}]. */
	json_t *report;

	/* What was asked for, known even when the program died: program, argv,
	 * options without secrets. */
	json_t *request;

	/* Where it was measured: tidemark version and commit, kernel, cpu,
	 * allocator, library and server versions, sanitizer. */
	json_t *environment;

	struct tm_sample *samples;
	size_t sample_count;
	size_t sample_capacity;
	char *absent[TM_METRIC_COUNT]; /* why a metric is absent, or NULL */
};

#endif
