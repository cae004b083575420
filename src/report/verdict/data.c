/* The forms for programs: JSON and CSV. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/verdict/writer.h"

#define SCHEMA 1

/* --- JSON ----------------------------------------------------------------- */

/* What is no number has no key. */
static void set_number(json_t *object, const char *key, double value)
{
	if (isfinite(value))
		json_object_set_new(object, key, json_real(value));
}

static json_t *judged_json(const struct tm_judged *judged)
{
	const struct tm_decision *decision = &judged->decision;
	json_t *json = json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:I, s:s}", "metric",
		tm_metric_name(judged->metric), "unit",
		tm_trait_of(judged->metric)->unit, "growth",
		tm_growth_name(decision->growth), "shape",
		tm_curve_name(decision->curve), "verdict",
		tm_judgement_name(decision->judgement), "deferred",
		judged->deferred, "few_samples", decision->provisional,
		"samples", (json_int_t)decision->note.used, "reason",
		decision->reason);

	if (!json)
		return NULL;
	set_number(json, "budget_per_iteration", judged->budget);
	if (decision->has_slope) {
		set_number(json, "slope_per_iteration", decision->slope);
		set_number(json, "low_per_iteration", decision->low);
		set_number(json, "high_per_iteration", decision->high);
	}
	set_number(json, "score", decision->score);
	return json;
}

static json_t *verdict_json(const struct tm_verdict *verdict)
{
	char name[TM_WORDS_MAX], job[TM_WORDS_MAX], reason[TM_WORDS_MAX];
	json_t *metrics = json_array();
	size_t i;

	for (i = 0; i < verdict->count; i++)
		json_array_append_new(metrics,
				      judged_json(&verdict->judged[i]));
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s*, s:b, s:s, s:o}",
		"run", tm_writer_clean(name, verdict->run->name),
		"iteration_is", tm_unit_name(verdict->run->unit), "job",
		tm_writer_clean(job, verdict->job), "outcome",
		tm_outcome_name(verdict->run->outcome), "verdict",
		tm_judgement_name(verdict->standing), "kind",
		tm_kind_name(verdict->kind), "kind_reason",
		verdict->kind_reason, "decisive_metric",
		verdict->decisive < TM_METRIC_COUNT
			? tm_metric_name(verdict->decisive)
			: NULL,
		"few_samples", verdict->provisional, "reason",
		tm_writer_clean(reason, verdict->reason), "metrics", metrics);
}

void tm_verdict_write_json(struct tm_writer *writer, const struct tm_gate *gate)
{
	json_t *runs = json_array(), *missing = json_array();
	char words[TM_WORDS_MAX];
	char *text = NULL;
	json_t *json;
	size_t i;

	for (i = 0; i < gate->count; i++)
		json_array_append_new(runs, verdict_json(&gate->verdicts[i]));
	for (i = 0; i < gate->missing_count; i++)
		json_array_append_new(
			missing,
			json_string(tm_writer_clean(words, gate->missing[i])));
	json = json_pack("{s:i, s:s, s:I, s:I, s:I, s:o, s:o}", "schema",
			 SCHEMA, "verdict", tm_judgement_name(gate->judgement),
			 "failed", (json_int_t)gate->failed, "passed",
			 (json_int_t)gate->passed, "inconclusive",
			 (json_int_t)gate->inconclusive, "missing", missing,
			 "runs", runs);
	if (json && json_array_size(runs) == gate->count)
		text = json_dumps(json,
				  JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	json_decref(json);
	if (!text && writer->rc == TM_OK)
		writer->rc = TM_ENOMEM;
	if (!text)
		return;
	tm_writer_put(writer, text);
	tm_writer_put(writer, "\n");
	free(text);
}

/* --- CSV ------------------------------------------------------------------ */

static void put_quoted(struct tm_writer *writer, const char *text)
{
	char words[TM_WORDS_MAX], one[2] = {0};
	const char *c;

	tm_writer_put(writer, "\"");
	for (c = tm_writer_clean(words, text); *c; c++) {
		one[0] = *c;
		tm_writer_put(writer, *c == '"' ? "\"\"" : one);
	}
	tm_writer_put(writer, "\"");
}

/* An empty field is an absent value. */
static void put_number(struct tm_writer *writer, double value, int is_present)
{
	tm_writer_put(writer, ",");
	if (is_present && isfinite(value))
		tm_writer_printf(writer, "%.9g", value);
}

static void put_row(struct tm_writer *writer, const struct tm_verdict *verdict,
		    const struct tm_judged *judged)
{
	const struct tm_decision *decision = &judged->decision;

	put_quoted(writer, verdict->run->name);
	tm_writer_printf(
		writer, ",%s,%s,%s,%s,%s", tm_judgement_name(verdict->standing),
		tm_kind_name(verdict->kind), tm_metric_name(judged->metric),
		tm_trait_of(judged->metric)->unit,
		tm_growth_name(decision->growth));
	put_number(writer, decision->slope, decision->has_slope);
	put_number(writer, decision->low, decision->has_slope);
	put_number(writer, decision->high, decision->has_slope);
	put_number(writer, judged->budget, 1);
	tm_writer_printf(writer, ",%s,%s,%zu,", tm_curve_name(decision->curve),
			 tm_judgement_name(decision->judgement),
			 decision->note.used);
	put_quoted(writer, decision->reason);
	tm_writer_put(writer, "\n");
}

/* The columns name what their rates are for; where runs differ in it there is
 * no one name. */
static void put_header(struct tm_writer *writer, const struct tm_gate *gate)
{
	enum tm_unit unit =
		gate->count ? gate->verdicts[0].run->unit : TM_UNIT_ITERATION;
	const char *per = tm_unit_name(unit);
	size_t i;

	for (i = 1; i < gate->count; i++) {
		if (gate->verdicts[i].run->unit != unit)
			per = "unit";
	}
	tm_writer_printf(writer,
			 "run,run_verdict,kind,metric,unit,growth,"
			 "slope_per_%s,low_per_%s,high_per_%s,budget_per_%s,"
			 "shape,verdict,samples,reason\n",
			 per, per, per, per);
}

void tm_verdict_write_csv(struct tm_writer *writer, const struct tm_gate *gate)
{
	size_t i, m;

	put_header(writer, gate);
	for (i = 0; i < gate->count; i++) {
		const struct tm_verdict *verdict = &gate->verdicts[i];

		for (m = 0; m < verdict->count; m++)
			put_row(writer, verdict, &verdict->judged[m]);
		if (verdict->count)
			continue;
		/* A run that measured nothing is not left out. */
		put_quoted(writer, verdict->run->name);
		tm_writer_printf(writer, ",%s,%s,,,,,,,,,,0,",
				 tm_judgement_name(verdict->standing),
				 tm_kind_name(verdict->kind));
		put_quoted(writer, verdict->reason);
		tm_writer_put(writer, "\n");
	}
	for (i = 0; i < gate->missing_count; i++) {
		tm_writer_put(writer, ",inconclusive,,,,,,,,,,,0,");
		put_quoted(writer, gate->missing[i]);
		tm_writer_put(writer, "\n");
	}
}
