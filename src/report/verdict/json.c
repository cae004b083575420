#include <stdio.h>

#include "report/format/json.h"
#include "report/verdict/forms.h"

#define SCHEMA 1

/* A rate, whose unit is the run's "per".  Readers of runs by iteration know it
 * by the longer name too. */
static void set_rate(json_t *json, const char *key, double rate,
		     enum tm_unit unit)
{
	char name[32];

	tm_json_set_number(json, key, rate);
	if (unit != TM_UNIT_ITERATION)
		return;
	snprintf(name, sizeof(name), "%s_per_iteration", key);
	tm_json_set_number(json, name, rate);
}

static json_t *judged_json(const struct tm_judged *judged, enum tm_unit unit)
{
	const struct tm_decision *decision = &judged->decision;
	json_t *json = json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:I, s:s}", "metric",
		tm_metric_name(judged->metric), "unit",
		tm_trait_of(judged->metric)->unit, "growth",
		tm_growth_name(tm_decision_growth(decision)), "shape",
		tm_curve_name(tm_decision_curve(decision)), "verdict",
		tm_judgement_name(decision->judgement), "deferred",
		judged->deferred, "few_samples", decision->provisional,
		"samples", (json_int_t)decision->note.used, "reason",
		decision->reason);

	if (!json)
		return NULL;
	set_rate(json, "budget", judged->budget, unit);
	if (decision->has_slope) {
		set_rate(json, "slope", decision->slope, unit);
		set_rate(json, "low", decision->low, unit);
		set_rate(json, "high", decision->high, unit);
	}
	tm_json_set_number(json, "score", decision->score);
	return json;
}

static json_t *verdict_json(const struct tm_verdict *verdict)
{
	json_t *metrics = json_array();
	size_t i;

	for (i = 0; i < verdict->count; i++)
		json_array_append_new(metrics, judged_json(&verdict->judged[i],
							   verdict->run->unit));
	return json_pack(
		"{s:o, s:s, s:s, s:o, s:s, s:s, s:s, s:s, s:s*, s:b, s:o, s:o}",
		"run", tm_text_json(verdict->run->name), "per",
		tm_unit_name(verdict->run->unit), "iteration_is",
		tm_unit_name(verdict->run->unit), "job",
		tm_text_json(verdict->job), "outcome",
		tm_outcome_name(verdict->run->outcome), "verdict",
		tm_judgement_name(verdict->standing), "kind",
		tm_kind_name(tm_verdict_kind(verdict)), "kind_reason",
		tm_verdict_kind_reason(verdict), "decisive_metric",
		verdict->decisive < TM_METRIC_COUNT
			? tm_metric_name(verdict->decisive)
			: NULL,
		"few_samples", verdict->provisional, "reason",
		tm_text_json(verdict->reason), "metrics", metrics);
}

void tm_verdict_write_json(struct tm_writer *writer,
			   const struct tm_content *content,
			   const struct tm_style *style)
{
	const struct tm_gate *gate = content->gate;
	json_t *runs = json_array(), *missing = json_array();
	json_t *json;
	size_t i;

	(void)style;
	for (i = 0; i < gate->count; i++)
		json_array_append_new(runs, verdict_json(&gate->verdicts[i]));
	for (i = 0; i < gate->missing_count; i++)
		json_array_append_new(missing, tm_text_json(gate->missing[i]));
	json = json_pack("{s:i, s:s, s:I, s:I, s:I, s:o, s:o}", "schema",
			 SCHEMA, "verdict", tm_judgement_name(gate->judgement),
			 "failed", (json_int_t)gate->failed, "passed",
			 (json_int_t)gate->passed, "inconclusive",
			 (json_int_t)gate->inconclusive, "missing", missing,
			 "runs", runs);
	if (json && json_array_size(runs) != gate->count) {
		json_decref(json);
		json = NULL;
	}
	tm_put_json(writer, json);
}
