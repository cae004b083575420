/*
 * judged.h - what a run is to be judged by, as a run keeps it.
 *
 * Purpose:   the part `judged` of run.json: a struct, its reader and writer.
 *            What it means is in gate/judging.h.
 * Ownership: plain memory of the caller.
 * Units:     budgets in the metric's own unit, for one of the run's unit.
 * Errors:    as field.h: what is not known has no key.  Metrics that this
 *            tidemark does not have are left out.
 */
#ifndef TM_RESULTS_JUDGED_H
#define TM_RESULTS_JUDGED_H

#include "metric/metric.h"
#include "results/field.h"

struct tm_run_judged {
	struct tm_known_real max_growth; /* of each metric without a budget */
	struct tm_known_real budgets[TM_METRIC_COUNT];
	unsigned char ignored[TM_METRIC_COUNT];
	unsigned char only[TM_METRIC_COUNT]; /* none: all */
	struct tm_known_int looks_max;
};

/* {} when nothing was asked for; NULL without memory. */
json_t *tm_run_judged_to_json(const struct tm_run_judged *judged);
void tm_run_judged_from_json(struct tm_run_judged *out, const json_t *json);

#endif
