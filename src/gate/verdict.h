/*
 * verdict.h - one run against its budget.
 *
 * Purpose:   the decider's answer for every metric, the cause that they point
 *            to together, and one judgement with its reason in one line.
 * Ownership: a verdict borrows its run; the rest is plain memory of the caller.
 * Units:     the metric's own, an iteration or, of a run by time, a second.
 * Errors:    TM_ENOMEM only.  What was not measured, or cannot be judged, is
 *            inconclusive; it never passes.
 */
#ifndef TM_GATE_VERDICT_H
#define TM_GATE_VERDICT_H

#include "gate/budget.h"
#include "results/run.h"
#include "util/amount.h"

#define TM_VERDICT_REASON_MAX 360
#define TM_JOB_NAME_MAX	      128

struct tm_judged {
	enum tm_metric metric;
	struct tm_decision decision;
	double budget;
	int deferred; /* inconclusive, and the verdict can do without it */
};

struct tm_verdict_opts {
	struct tm_budget budget;
	const unsigned char *only; /* metrics to judge, one flag each; NULL:
				    * all that say something */
	unsigned int look;	   /* this is look 1, 2, ... */
	unsigned int looks_max;	   /* of at most so many; 0: one */
};

struct tm_verdict {
	const struct tm_run *run;
	char job[TM_JOB_NAME_MAX]; /* runs of the same job are replicates */
	struct tm_judged judged[TM_METRIC_COUNT];
	size_t count;

	enum tm_kind kind;
	const char *kind_reason;
	enum tm_metric cause; /* what told the kind, or TM_METRIC_COUNT */

	enum tm_judgement judgement;
	enum tm_judgement standing; /* the same, unless replicates overrule */
	enum tm_metric decisive;    /* or TM_METRIC_COUNT */
	int provisional;	    /* of few samples */
	int extend;		    /* a longer run may answer */
	char reason[TM_VERDICT_REASON_MAX];
};

TM_CHECK enum tm_rc tm_verdict_make(struct tm_verdict *out,
				    const struct tm_run *run,
				    const struct tm_verdict_opts *opts,
				    struct tm_err *err);

/* What was judged about `metric`, or NULL. */
const struct tm_judged *tm_verdict_find(const struct tm_verdict *verdict,
					enum tm_metric metric);

/* How many of the metrics grow, whatever their budgets. */
size_t tm_verdict_count_growing(const struct tm_verdict *verdict);

/* The job that a run is a replicate of: what was asked for, else its name. */
const char *tm_run_job(const struct tm_run *run);

#endif
