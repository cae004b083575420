/* How a baseline is made and written; how it is read is in baseline.c. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/baseline.h"
#include "gate/comparable.h"
#include "results/write.h"
#include "util/writer.h"

/* Deeper than this an object is one line: {METRIC: {...}}. */
#define EXPANDED 4

/* --- making --------------------------------------------------------------- */

/* Round up to three digits, which are all that a person compares.  `value` is
 * above 0. */
static double round_up(double value)
{
	double step = pow(10, floor(log10(value)) - 2);

	return ceil(value / step - 1e-9) * step;
}

/* Whole numbers without a point. */
static json_t *number(double value)
{
	if (value == floor(value) && fabs(value) < 1e15)
		return json_integer((json_int_t)value);
	return json_real(value);
}

/* The present growth, and room for its variation. */
static double budget_for(const struct tm_judged *judged)
{
	const struct tm_decision *decision = &judged->decision;
	double room = judged->budget;

	if (decision->growth != TM_GROWTH_GROWS || !(decision->high > 0))
		return room;
	return round_up(decision->high + room);
}

static json_t *metric_json(const struct tm_judged *judged, double least)
{
	const struct tm_decision *decision = &judged->decision;
	char slope[32];
	json_t *json = json_pack("{s:o, s:s}", "budget",
				 number(fmax(budget_for(judged), least)),
				 "growth", tm_growth_name(decision->growth));

	if (json && decision->has_slope && tm_trait_is_exact(judged->metric)) {
		/* With more digits it would differ at each save. */
		snprintf(slope, sizeof(slope), "%.3g",
			 round(decision->slope * 10) / 10);
		if (json_object_set_new(json, "slope",
					number(strtod(slope, NULL))) != 0) {
			json_decref(json);
			return NULL;
		}
	}
	return json;
}

/* The decided metrics; of replicates the largest budget is kept.  NULL without
 * memory. */
static json_t *metrics_json(const struct tm_verdict *verdict, json_t *before)
{
	json_t *metrics = json_object();
	size_t i;

	for (i = 0; metrics && i < verdict->count; i++) {
		const struct tm_judged *judged = &verdict->judged[i];
		const char *name = tm_metric_name(judged->metric);
		json_t *other = json_object_get(before, name);

		if (judged->decision.growth == TM_GROWTH_INCONCLUSIVE)
			continue;
		if (json_object_set_new(
			    metrics, name,
			    metric_json(judged,
					json_number_value(json_object_get(
						other, "budget")))) != 0) {
			json_decref(metrics);
			return NULL;
		}
	}
	return metrics;
}

/* Whether a run of the same job stands before this one in the gate. */
static int has_earlier(const struct tm_gate *gate, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++) {
		if (strcmp(gate->verdicts[i].job, gate->verdicts[at].job) == 0)
			return 1;
	}
	return 0;
}

static enum tm_rc add_run(struct tm_baseline *baseline,
			  const struct tm_gate *gate, size_t at,
			  struct tm_err *err)
{
	const struct tm_verdict *verdict = &gate->verdicts[at];
	json_t *jobs = json_object_get(baseline->json, "scenarios");
	json_t *before = NULL;
	json_t *metrics, *job;

	if (has_earlier(gate, at))
		before = json_object_get(json_object_get(jobs, verdict->job),
					 "metrics");
	metrics = metrics_json(verdict, before);
	if (metrics && json_object_size(metrics) == 0) {
		json_decref(metrics);
		return tm_fail(err, TM_EUNAVAILABLE,
			       "cannot use '%.80s' as a baseline: %.240s",
			       verdict->run->name, verdict->reason);
	}
	job = json_pack("{s:o, s:o}", "metrics", metrics, "options",
			tm_comparable_options_of(verdict->run));
	if (!job || json_object_set_new(jobs, verdict->job, job) != 0)
		return tm_fail(err, TM_ENOMEM, "no memory for a baseline");
	return TM_OK;
}

/* Refuse a run that cannot be a baseline. */
static enum tm_rc check_run(const struct tm_run *run, struct tm_err *err)
{
	/* One of the options that tidemark itself understands. */
	const struct tm_fact *leak =
		tm_facts_find(&run->request.options, "inject_leak");

	if (leak && leak->number != 0)
		return tm_fail(
			err, TM_EUSAGE,
			"'%.80s' was run with --inject-leak: it cannot be a "
			"baseline",
			run->name);
	if (run->outcome != TM_OUTCOME_COMPLETE)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "'%.80s' did not complete (%s): it cannot be "
			       "a baseline",
			       run->name, tm_outcome_name(run->outcome));
	return TM_OK;
}

enum tm_rc tm_baseline_add(struct tm_baseline *baseline,
			   const struct tm_gate *gate, struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	size_t i;

	if (gate->count == 0)
		return tm_fail(err, TM_EUSAGE, "a baseline needs a run");
	if (!baseline->json)
		baseline->json = json_pack(
			"{s:i, s:o, s:{}}", "schema", TM_BASELINE_SCHEMA,
			"environment",
			tm_comparable_environment_of(gate->verdicts[0].run),
			"scenarios");
	if (!baseline->json)
		return tm_fail(err, TM_ENOMEM, "no memory for a baseline");
	for (i = 0; i < gate->count && rc == TM_OK; i++) {
		const struct tm_run *run = gate->verdicts[i].run;

		rc = check_run(run, err);
		if (rc == TM_OK)
			rc = tm_baseline_check_environment(baseline, run, err);
		if (rc == TM_OK)
			rc = add_run(baseline, gate, i, err);
	}
	return rc;
}

/* --- writing -------------------------------------------------------------- */

static void put_indent(struct tm_writer *writer, int depth)
{
	tm_writer_put(writer, "\n");
	while (depth-- > 0)
		tm_writer_put(writer, "  ");
}

static void put_line(struct tm_writer *writer, const json_t *json)
{
	char *text = json_dumps(json, JSON_ENCODE_ANY | JSON_SORT_KEYS |
					      JSON_REAL_PRECISION(6));

	if (!text)
		writer->rc = TM_ENOMEM;
	else
		tm_writer_put(writer, text);
	free(text);
}

static int compare_keys(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return strcmp(*left, *right);
}

/* The keys in order; the array is the caller's. */
static const char **sorted_keys(json_t *object)
{
	const char **keys = calloc(json_object_size(object) + 1, sizeof(*keys));
	const char *key;
	json_t *value;
	size_t count = 0;

	if (!keys)
		return NULL;
	json_object_foreach(object, key, value) keys[count++] = key;
	qsort(keys, count, sizeof(*keys), compare_keys);
	return keys;
}

static void put_key(struct tm_writer *writer, const char *key)
{
	json_t *json = json_string(key);

	put_line(writer, json);
	tm_writer_put(writer, ": ");
	json_decref(json);
}

static void put_value(struct tm_writer *writer, json_t *json, int depth)
{
	const char **keys;
	size_t i;

	if (!json_is_object(json) || depth >= EXPANDED ||
	    json_object_size(json) == 0) {
		put_line(writer, json);
		return;
	}
	keys = sorted_keys(json);
	if (!keys) {
		writer->rc = TM_ENOMEM;
		return;
	}
	tm_writer_put(writer, "{");
	for (i = 0; keys[i] && writer->rc == TM_OK; i++) {
		if (i)
			tm_writer_put(writer, ",");
		put_indent(writer, depth + 1);
		put_key(writer, keys[i]);
		put_value(writer, json_object_get(json, keys[i]), depth + 1);
	}
	put_indent(writer, depth);
	tm_writer_put(writer, "}");
	free(keys);
}

char *tm_baseline_text(const struct tm_baseline *baseline)
{
	struct tm_alloc alloc;
	struct tm_buf text;
	struct tm_writer writer = {.out = &text};
	char *copy = NULL;

	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	put_value(&writer, baseline->json, 0);
	tm_writer_put(&writer, "\n");
	if (writer.rc == TM_OK)
		copy = strdup(text.bytes);
	tm_buf_release(&text);
	return copy;
}

static enum tm_rc write_text(FILE *file, const void *context)
{
	fputs(context, file);
	return TM_OK;
}

enum tm_rc tm_baseline_store(const struct tm_baseline *baseline,
			     const char *path, struct tm_err *err)
{
	char *text = tm_baseline_text(baseline);
	enum tm_rc rc;

	if (!text)
		return tm_fail(err, TM_ENOMEM, "no memory for a baseline");
	rc = tm_write_replace(path, write_text, text, err);
	free(text);
	return rc;
}
