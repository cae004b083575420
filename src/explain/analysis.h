/*
 * analysis.h - a run, judged and explained: made once, shown by all.
 *
 * Purpose:   the verdict on a run, the layers of its memory, the causes and the
 *            next command.  exec, why and the advice at the end of a run borrow
 *            the same analysis, so that they cannot contradict each other.
 * Ownership: tm_analysis_make() fills a struct of the caller, which borrows the
 *            run.
 * Units:     slopes for one of the run's unit; the layer's own unit.
 * Errors:    TM_ENOMEM.
 */
#ifndef TM_EXPLAIN_ANALYSIS_H
#define TM_EXPLAIN_ANALYSIS_H

#include "explain/types.h"
#include "gate/judging.h"
#include "gate/verdict.h"

/* A layer is known by its metric.  Two are the difference of several. */
enum tm_why_layer_id {
	TM_WHY_kept = TM_METRIC_COUNT + TM_REMAINDER_KEPT,
	TM_WHY_outside = TM_METRIC_COUNT + TM_REMAINDER_OUTSIDE,
	TM_WHY_LAYER_COUNT = TM_METRIC_COUNT + TM_REMAINDER_COUNT
};

struct tm_why_layer {
	const char *key; /* NULL: of a metric that is not a layer */
	const char *text;
	int is_main; /* shown even when it does not grow */
	const char *unit;
	int is_measured;
	int is_judged; /* the verdict is about it, too */
	int grows;
	struct tm_decision decision;
	const char *cause; /* why it is not decided, as tm_judged_cause() */
};

/* A part may exceed its whole by this much and still be about all of it: the two
 * are measured apart, and sites are an estimate. */
#define TM_WHY_MORE_THAN_ALL 1.1

#define TM_WHY_CAUSES_MAX 10
#define TM_WHY_CAUSE_MAX  400

struct tm_analysis {
	const struct tm_run *run;
	struct tm_verdict verdict;
	struct tm_why_layer layer[TM_WHY_LAYER_COUNT]; /* by their id */
	unsigned int order[TM_WHY_LAYER_COUNT]; /* ids, as they are shown */
	size_t order_count;
	struct tm_why_types types; /* whose objects grow in number */
	int is_scenario;	   /* the program reported a census */
	int is_counted;		   /* from inside: malloc's bytes are known */
	int knows_allocator;	   /* its own figures are known, too */
	const char *per;	   /* "per iteration", "per second" */

	char cause[TM_WHY_CAUSES_MAX][TM_WHY_CAUSE_MAX]; /* sentences */
	size_t cause_count;
	char next[2 * TM_WHY_CAUSE_MAX]; /* a command, or "" */
	/* What helps, in words, unless the run passes; and what would make its
	 * unit the iteration.  Or "". */
	char hint[TM_WHY_CAUSE_MAX];
	char unit_hint[TM_WHY_CAUSE_MAX];
};

/* With `verdict` NULL the run is judged by what it keeps (gate/judging.h);
 * otherwise the verdict is one about it, which is copied. */
TM_CHECK enum tm_rc tm_analysis_make(struct tm_analysis *out,
				     const struct tm_run *run,
				     const struct tm_verdict *verdict,
				     struct tm_err *err);

/* Whether the verdict is that memory grows, even if only the peak does; whether
 * resident memory grows, within a budget or not. */
int tm_why_memory_fails(const struct tm_analysis *facts);
int tm_why_memory_grows(const struct tm_analysis *facts);

/* Whether nearly all growth of resident memory is known to be shared memory. */
int tm_why_is_shared(const struct tm_analysis *facts);

/* Derive the causes and the next command from the layers. */
void tm_why_conclude(struct tm_analysis *facts);

#endif
