#include "gate/judging.h"

#include <math.h>
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

/* --- from the run --------------------------------------------------------- */

static double read_budget(const json_t *json)
{
	double number = json_number_value(json);

	return json_is_number(json) && isfinite(number) && number >= 0
		       ? number
		       : TM_BUDGET_OPEN;
}

static int read_metrics(unsigned char out[TM_METRIC_COUNT], const json_t *names)
{
	const json_t *name;
	int found = 0;
	size_t i;

	json_array_foreach(names, i, name)
	{
		enum tm_metric metric = TM_METRIC_COUNT;

		if (json_is_string(name))
			metric = tm_metric_find(json_string_value(name));
		if (metric == TM_METRIC_COUNT)
			continue;
		out[metric] = 1;
		found = 1;
	}
	return found;
}

void tm_judging_of(struct tm_judging *out, const struct tm_run *run)
{
	const json_t *budgets = json_object_get(run->judged, "budgets");
	const json_t *looks = json_object_get(run->judged, "looks_max");
	unsigned int i;

	tm_judging_init(out);
	out->budget.all =
		read_budget(json_object_get(run->judged, "max_growth"));
	for (i = 0; i < TM_METRIC_COUNT; i++)
		out->budget.each[i] = read_budget(
			json_object_get(budgets, tm_metric_name(i)));
	(void)read_metrics(out->budget.ignored,
			   json_object_get(run->judged, "ignored"));
	out->has_only =
		read_metrics(out->only, json_object_get(run->judged, "only"));
	if (json_integer_value(looks) > 0 &&
	    json_integer_value(looks) <= LOOKS_LIMIT)
		out->looks_max = (unsigned int)json_integer_value(looks);
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

/* Only what has something in it. */
static void set(json_t *json, const char *key, json_t *value)
{
	if (json_object_size(value) || json_array_size(value))
		json_object_set_new(json, key, value);
	else
		json_decref(value);
}

static json_t *budgets_json(const struct tm_budget *budget)
{
	json_t *json = json_object();
	unsigned int i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		if (budget->each[i] >= 0)
			json_object_set_new(json, tm_metric_name(i),
					    json_real(budget->each[i]));
	}
	return json;
}

static json_t *metrics_json(const unsigned char metrics[TM_METRIC_COUNT])
{
	json_t *json = json_array();
	unsigned int i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		if (metrics[i])
			json_array_append_new(json,
					      json_string(tm_metric_name(i)));
	}
	return json;
}

void tm_judging_keep(struct tm_run *run, const struct tm_judging *judging)
{
	json_t *json = json_object();

	if (judging->budget.all >= 0)
		json_object_set_new(json, "max_growth",
				    json_real(judging->budget.all));
	set(json, "budgets", budgets_json(&judging->budget));
	set(json, "ignored", metrics_json(judging->budget.ignored));
	if (judging->has_only)
		set(json, "only", metrics_json(judging->only));
	if (judging->looks_max > 1)
		json_object_set_new(json, "looks_max",
				    json_integer(judging->looks_max));
	json_decref(run->judged);
	run->judged = json;
	if (json_object_size(json) == 0) {
		json_decref(json);
		run->judged = NULL;
	}
}
