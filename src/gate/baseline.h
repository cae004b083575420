/*
 * baseline.h - budgets that are kept in the repository.
 *
 * Purpose:   a JSON file that a reviewer can read in a diff: for every job and
 *            metric the budget it is held to, one line a metric.  Later runs
 *            are compared with this file and not with the run before, so that
 *            growth that creeps in over many commits is caught.
 * Ownership: a baseline starts as a struct of zeros and owns what is in it,
 *            but for the path, which is borrowed.
 * Units:     the metric's own an iteration, or a second (a job's unit).
 * Errors:    TM_EUSAGE, in one line that names the file: it cannot be read, is
 *            of a newer schema, or was made where figures are others (another
 *            allocator, architecture, page size or sanitizer).
 *
 *   {"schema": 1,
 *    "environment": {"allocator": ..., "machine": ..., "page_bytes": ...},
 *    "scenarios": {JOB: {"options": {...},
 *                        "metrics": {METRIC: {"budget": N, "growth": WORD,
 *                                             "slope": N}}}}}
 *
 * The slope is what was measured and is there to be read; it is left out for
 * resident memory, which differs between machines.  Only baseline_read.c and
 * baseline_write.c know that this is JSON.
 */
#ifndef TM_GATE_BASELINE_H
#define TM_GATE_BASELINE_H

#include "gate/gate.h"

#define TM_BASELINE_SCHEMA 1
#define TM_BASELINE_FILE   "results/baselines/baseline.json"

struct tm_baseline_metric {
	int is_kept; /* the rest is of one that is */
	double budget;
	int has_growth;
	enum tm_growth growth;
	struct tm_known_real slope;
	struct tm_facts other; /* keys that this tidemark does not know */
};

struct tm_baseline_job {
	char *name;
	enum tm_unit unit;
	struct tm_facts options; /* on which growth depends */
	struct tm_baseline_metric metric[TM_METRIC_COUNT];
	struct tm_facts other;
};

struct tm_baseline {
	const char *path;
	int is_made; /* loaded, or of a run: it has an environment */
	struct tm_facts environment;
	struct tm_baseline_job *jobs; /* in the file's order */
	size_t job_count;
	struct tm_facts other;
};

TM_CHECK enum tm_rc tm_baseline_load(struct tm_baseline *out, const char *path,
				     struct tm_err *err);
void tm_baseline_release(struct tm_baseline *baseline);
void tm_baseline_job_release(struct tm_baseline_job *job);

/* NULL when it is not in there. */
struct tm_baseline_job *tm_baseline_find(const struct tm_baseline *baseline,
					 const char *job);
/* Take `job` and all that it owns, in place of one of its name.  Without memory
 * it is released. */
TM_CHECK enum tm_rc tm_baseline_put(struct tm_baseline *baseline,
				    struct tm_baseline_job *job,
				    struct tm_err *err);

/* Whether `run` was measured where the baseline's runs were. */
TM_CHECK enum tm_rc tm_baseline_check_environment(
	const struct tm_baseline *baseline, const struct tm_run *run,
	struct tm_err *err);

/* Take the budgets for `run`; *known is 0 when its job is not in there. */
TM_CHECK enum tm_rc tm_baseline_apply(const struct tm_baseline *baseline,
				      const struct tm_run *run,
				      struct tm_budget *budget, int *known,
				      struct tm_err *err);

/* Report the jobs of the baseline that have no run in `gate`. */
TM_CHECK enum tm_rc tm_baseline_miss(const struct tm_baseline *baseline,
				     struct tm_gate *gate, struct tm_err *err);

/* Add what `gate` says about its runs, in place of what was there for their
 * jobs; `baseline` is one that was loaded, or a struct of zeros. */
TM_CHECK enum tm_rc tm_baseline_add(struct tm_baseline *baseline,
				    const struct tm_gate *gate,
				    struct tm_err *err);

/* The file's text, the same for the same content; free() it.  NULL without
 * memory. */
TM_CHECK char *tm_baseline_text(const struct tm_baseline *baseline);
TM_CHECK enum tm_rc tm_baseline_store(const struct tm_baseline *baseline,
				      const char *path, struct tm_err *err);

#endif
