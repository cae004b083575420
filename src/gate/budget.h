/*
 * budget.h - how much each metric of a run may grow per iteration.
 *
 * Purpose:   one form for the budgets of flags, suites, their jobs and baselines.
 * Ownership: plain memory of the caller.
 * Units:     the metric's own (bytes, objects, entries) an iteration.
 * Errors:    TM_EUSAGE in one line, without the place, which the caller knows.
 */
#ifndef TM_GATE_BUDGET_H
#define TM_GATE_BUDGET_H

#include "metric/traits.h"
#include "util/err.h"

#define TM_BUDGET_OPEN (-1.0) /* not given */

struct tm_budget {
	double all;		      /* of every metric in bytes */
	double each[TM_METRIC_COUNT]; /* wins over `all` */
	unsigned char ignored[TM_METRIC_COUNT];
};

/* No budget given: the metrics' defaults apply. */
void tm_budget_init(struct tm_budget *budget);

/* Whether any budget was given. */
int tm_budget_is_given(const struct tm_budget *budget);

/* "16", "1KiB" or "rss_bytes=256", for which "rss=256" will do. */
TM_CHECK enum tm_rc tm_budget_read(struct tm_budget *budget, const char *text,
				   struct tm_err *err);

/* The same, with the metric (NULL: all in bytes) and the number apart. */
TM_CHECK enum tm_rc tm_budget_set(struct tm_budget *budget, const char *metric,
				  const char *value, struct tm_err *err);

/* Metrics that are not judged: "maxrss_bytes, hwm_bytes". */
TM_CHECK enum tm_rc tm_budget_ignore(struct tm_budget *budget,
				     const char *metrics, struct tm_err *err);

/* Fill in from `from` what `budget` leaves open, or override with all of it. */
void tm_budget_inherit(struct tm_budget *budget, const struct tm_budget *from);
void tm_budget_override(struct tm_budget *budget, const struct tm_budget *from);

/* Whether `metric` is judged, and how much it may grow then.  A count that has
 * no budget of its own gets one from the budget in bytes, except kernel objects:
 * descriptors, threads, mappings and processes have a default of their own. */
int tm_budget_judges(const struct tm_budget *budget, enum tm_metric metric);
double tm_budget_of(const struct tm_budget *budget, enum tm_metric metric);

/* The metric called `name`, with or without "_bytes"; when there is none
 * TM_EUSAGE with a suggestion, or with all names. */
TM_CHECK enum tm_rc tm_budget_metric(enum tm_metric *out, const char *name,
				     struct tm_err *err);

#endif
