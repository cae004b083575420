#include "gate/judging.h"

#include <string.h>

/* A file may say anything. */
#define LOOKS_LIMIT 100

void tm_judging_init(struct tm_judging *judging)
{
	memset(judging, 0, sizeof(*judging));
	tm_budget_init(&judging->budget);
}

void tm_judging_override(struct tm_judging *judging,
			 const struct tm_judging *from)
{
	tm_budget_override(&judging->budget, &from->budget);
	if (from->has_only) {
		memcpy(judging->only, from->only, sizeof(judging->only));
		judging->has_only = 1;
	}
	if (from->looks_max)
		judging->looks_max = from->looks_max;
}

struct tm_verdict_opts tm_judging_opts(const struct tm_judging *judging)
{
	return (struct tm_verdict_opts){
		.budget = judging->budget,
		.only = judging->has_only ? judging->only : NULL,
		.look = 1,
		.looks_max = judging->looks_max,
	};
}

struct tm_judging tm_judging_from(const struct tm_verdict_opts *opts)
{
	struct tm_judging judging = {.budget = opts->budget,
				     .has_only = opts->only != NULL,
				     .looks_max = opts->looks_max};

	if (opts->only)
		memcpy(judging.only, opts->only, sizeof(judging.only));
	return judging;
}

/* --- from the run --------------------------------------------------------- */

static double read_budget(struct tm_known_real budget)
{
	return budget.is_known && budget.value >= 0 ? budget.value
						    : TM_BUDGET_OPEN;
}

void tm_judging_of(struct tm_judging *out, const struct tm_run *run)
{
	const struct tm_run_judged *kept = &run->judged;
	unsigned int i;

	tm_judging_init(out);
	out->budget.all = read_budget(kept->max_growth);
	for (i = 0; i < TM_METRIC_COUNT; i++) {
		out->budget.each[i] = read_budget(kept->budgets[i]);
		out->has_only |= kept->only[i];
	}
	memcpy(out->budget.ignored, kept->ignored, sizeof(kept->ignored));
	memcpy(out->only, kept->only, sizeof(kept->only));
	if (tm_is_positive(kept->looks_max) &&
	    kept->looks_max.value <= LOOKS_LIMIT)
		out->looks_max = (unsigned int)kept->looks_max.value;
}

enum tm_rc tm_growth_measure(struct tm_decision *out, const struct tm_run *run,
			     enum tm_metric metric, struct tm_err *err)
{
	struct tm_verdict_opts opts;
	struct tm_judging judging;

	tm_judging_of(&judging, run);
	opts = tm_judging_opts(&judging);
	return tm_growth_decide(out, run, metric, &opts, err);
}

/* --- into the run --------------------------------------------------------- */

static struct tm_known_real known_budget(double budget)
{
	return budget >= 0 ? tm_known_real(budget) : (struct tm_known_real){0};
}

void tm_judging_keep(struct tm_run *run, const struct tm_judging *judging)
{
	const struct tm_budget *budget = &judging->budget;
	struct tm_run_judged *kept = &run->judged;
	unsigned int i;

	memset(kept, 0, sizeof(*kept));
	kept->max_growth = known_budget(budget->all);
	for (i = 0; i < TM_METRIC_COUNT; i++)
		kept->budgets[i] = known_budget(budget->each[i]);
	memcpy(kept->ignored, budget->ignored, sizeof(kept->ignored));
	if (judging->has_only)
		memcpy(kept->only, judging->only, sizeof(kept->only));
	if (judging->looks_max > 1)
		kept->looks_max = tm_known_count(judging->looks_max);
}
