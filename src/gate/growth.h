/*
 * growth.h - how fast a metric of a run grows.
 *
 * Purpose:   the one place that measures growth: verdicts, tables, pictures,
 *            `why` and comparisons all show the decision that is made here.
 * Ownership: the run is borrowed for the call.
 * Units:     the metric's own for one of the run's unit.
 * Errors:    TM_ENOMEM.  A metric without enough samples has no slope.
 */
#ifndef TM_GATE_GROWTH_H
#define TM_GATE_GROWTH_H

#include "gate/budget.h"
#include "results/run.h"

/* What a run is judged by. */
struct tm_verdict_opts {
	struct tm_budget budget;
	const unsigned char *only; /* metrics to judge, one flag each; NULL:
				    * all that have samples */
	unsigned int look;	   /* which test of the job: 1, 2, ... */
	unsigned int looks_max;	   /* how many at most; 0: one */
};

TM_CHECK enum tm_rc tm_growth_decide(struct tm_decision *out,
				     const struct tm_run *run,
				     enum tm_metric metric,
				     const struct tm_verdict_opts *opts,
				     struct tm_err *err);

#endif
