/*
 * verdict.h - one run against its budget.
 *
 * Purpose:   the decision on every metric, the cause that they point to
 *            together, and one judgement with its reason in one line.
 * Ownership: a verdict borrows its run; the rest is plain memory of the caller.
 * Units:     the metric's own, an iteration or, of a run by time, a second.
 * Errors:    TM_ENOMEM only.  What was not measured, or cannot be judged, is
 *            inconclusive; it never passes.
 */
#ifndef TM_GATE_VERDICT_H
#define TM_GATE_VERDICT_H

#include "gate/remainder.h"
#include "gate/growth.h"
#include "gate/judging.h"
#include "util/amount.h"

#define TM_VERDICT_REASON_MAX 400
#define TM_JOB_NAME_MAX	      128

/* X(constant, key): what the reason of a verdict says. */
#define TM_VERDICT_REASONS(X)                                                  \
	X(NO_SAMPLES, "no-samples")                                            \
	X(NO_METRIC, "no-metric")                                              \
	X(NOT_MEASURED, "not-measured")                                        \
	X(OVER_BUDGET, "over-budget")                                          \
	X(GROW_WITHIN, "grow-within")                                          \
	X(WITHIN, "within")                                                    \
	X(INCONCLUSIVE, "inconclusive")                                        \
	X(FLAT_OF_FEW, "flat-of-few")	/* flat, of too few samples */         \
	X(ABOUT_BUDGET, "about-budget") /* grows; over or within is not sure */

/* clang-format off */
enum tm_verdict_reason {
#define TM_VERDICT_REASON_ROW(constant, key) TM_VERDICT_REASON_##constant,
	TM_VERDICT_REASONS(TM_VERDICT_REASON_ROW)
#undef TM_VERDICT_REASON_ROW
};
/* clang-format on */

struct tm_judged {
	enum tm_metric metric;
	struct tm_decision decision;
	double budget;
	int deferred; /* inconclusive, and not needed for the verdict */
};

struct tm_verdict {
	const struct tm_run *run;
	char job[TM_JOB_NAME_MAX]; /* runs of the same job are replicates */
	struct tm_judging by;
	struct tm_judged judged[TM_METRIC_COUNT];
	size_t count;

	struct tm_decision remainder[TM_REMAINDER_COUNT];

	enum tm_kind kind;
	enum tm_kind_reason kind_key;
	const char *kind_reason; /* the same as a sentence */
	enum tm_kind resident;	 /* of resident memory alone (stats/kind.h) */
	/* Resident memory that is over its budget, where nearly all of its
	 * growth lies outside an allocated memory that grows as well; or
	 * TM_METRIC_COUNT. */
	enum tm_metric bulk;
	enum tm_metric cause; /* what the kind rests on, or TM_METRIC_COUNT */

	enum tm_judgement judgement;
	enum tm_judgement standing; /* the same, unless replicates overrule */
	enum tm_metric decisive;    /* or TM_METRIC_COUNT */
	int provisional;	    /* based on few samples */
	int extend;		    /* a longer run may decide */
	int is_overruled;	    /* and the reason says so */
	enum tm_verdict_reason reason_key;
	char reason[TM_VERDICT_REASON_MAX]; /* the same as a sentence */
};

TM_CHECK enum tm_rc tm_verdict_make(struct tm_verdict *out,
				    const struct tm_run *run,
				    const struct tm_verdict_opts *opts,
				    struct tm_err *err);

/* The same, by what the run keeps (gate/judging.h). */
TM_CHECK enum tm_rc tm_verdict_make_kept(struct tm_verdict *out,
					 const struct tm_run *run,
					 struct tm_err *err);

/* What was judged about `metric`, or NULL. */
const struct tm_judged *tm_verdict_find(const struct tm_verdict *verdict,
					enum tm_metric metric);

/* The metric that shows how the run stands: the decisive one; of a run that
 * grows within its budgets the first that grows.  NULL when none was judged. */
const struct tm_judged *tm_verdict_leading(const struct tm_verdict *verdict);

/* Why a metric is not decided, where others decide for it or samples are few:
 * "few samples", "ends early", "near budget", "noisy" or "coarse"; else
 * NULL. */
const char *tm_judged_cause(const struct tm_judged *judged);

/* How many of the metrics grow, whatever their budgets. */
size_t tm_verdict_count_growing(const struct tm_verdict *verdict);

/* Whether the run passes, and some metric may still rise within its budget. */
int tm_verdict_is_flat_by_budget(const struct tm_verdict *verdict);

/* Whether the verdict is open because a collected heap hides what is alive. */
int tm_verdict_is_hidden(const struct tm_verdict *verdict);

/* How the run stands, in a word: "grows", "grows within budget", "flat" or
 * "inconclusive". */
const char *tm_verdict_word(const struct tm_verdict *verdict);

/* The kind and its reason.  Of an inconclusive run the kind is TM_KIND_UNKNOWN,
 * and the reason says what it may be. */
enum tm_kind tm_verdict_kind(const struct tm_verdict *verdict);
const char *tm_verdict_kind_reason(const struct tm_verdict *verdict);

/* The two in a line, claiming no more than was decided: an inconclusive run
 * is neither said to leak nor to have stopped growing. */
#define TM_VERDICT_KIND_MAX 160
void tm_verdict_kind_text(char out[TM_VERDICT_KIND_MAX],
			  const struct tm_verdict *verdict);

/* "over-budget". */
const char *tm_verdict_reason_name(enum tm_verdict_reason reason);

/* Whether the run's runtime reported what is alive: then that is judged, and the
 * memory beside the heap, but not resident memory. */
int tm_run_is_judged_by_heap(const struct tm_run *run);

/* The job that a run is a replicate of: what was asked for, else its name. */
const char *tm_run_job(const struct tm_run *run);

#endif
