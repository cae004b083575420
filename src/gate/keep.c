/* How a baseline is made and written; how it is read is in baseline.c. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/baseline.h"
#include "gate/comparable.h"
#include "results/write.h"
#include "util/buf.h"

/* Deeper than this an object is one line: {METRIC: {...}}. */
#define EXPANDED 4

/* --- making --------------------------------------------------------------- */

/* Three digits are all that a person compares; up, as it is a limit. */
static double round_up(double value)
{
	double step;

	if (!(value > 0))
		return 0;
	step = pow(10, floor(log10(value)) - 2);
	return ceil(value / step - 1e-9) * step;
}

/* Whole numbers without a point. */
static json_t *number(double value)
{
	if (value == floor(value) && fabs(value) < 1e15)
		return json_integer((json_int_t)value);
	return json_real(value);
}

/* What it grows by now, and room for what it may vary by. */
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
		/* Finer than this it would be another at each save. */
		snprintf(slope, sizeof(slope), "%.3g",
			 round(decision->slope * 10) / 10 + 0.);
		json_object_set_new(json, "slope", number(strtod(slope, NULL)));
	}
	return json;
}

/* The metrics that have an answer; of replicates the largest budget holds. */
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
		json_object_set_new(
			metrics, name,
			metric_json(judged, json_number_value(json_object_get(
						    other, "budget"))));
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
			       "'%.80s' is no baseline: %.240s",
			       verdict->run->name, verdict->reason);
	}
	job = json_pack("{s:o, s:o}", "metrics", metrics, "options",
			tm_comparable_options_of(verdict->run));
	if (!job || json_object_set_new(jobs, verdict->job, job) != 0)
		return tm_fail(err, TM_ENOMEM, "no memory for a baseline");
	return TM_OK;
}

/* A run that would make a baseline nobody wants. */
static enum tm_rc check_run(const struct tm_run *run, struct tm_err *err)
{
	const json_t *options = json_object_get(run->request, "options");

	if (json_object_get(options, "inject_leak"))
		return tm_fail(err, TM_EUSAGE,
			       "'%.80s' leaks on purpose: no baseline for it",
			       run->name);
	if (run->outcome != TM_OUTCOME_COMPLETE)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "'%.80s' did not end as it should (%s): no "
			       "baseline for it",
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
			rc = tm_comparable_environment(
				baseline->path ? baseline->path
					       : "the first run",
				json_object_get(baseline->json, "environment"),
				run, err);
		if (rc == TM_OK)
			rc = add_run(baseline, gate, i, err);
	}
	return rc;
}

/* --- writing -------------------------------------------------------------- */

struct text {
	struct tm_alloc alloc;
	struct tm_buf buf;
	enum tm_rc rc;
};

static void put(struct text *text, const char *words)
{
	if (text->rc == TM_OK)
		text->rc = tm_buf_add_text(&text->buf, words);
}

static void put_indent(struct text *text, int depth)
{
	put(text, "\n");
	while (depth-- > 0)
		put(text, "  ");
}

static void put_line(struct text *text, const json_t *json)
{
	char *words = json_dumps(json, JSON_ENCODE_ANY | JSON_SORT_KEYS |
					       JSON_REAL_PRECISION(6));

	if (!words)
		text->rc = TM_ENOMEM;
	else
		put(text, words);
	free(words);
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

static void put_key(struct text *text, const char *key)
{
	json_t *json = json_string(key);

	put_line(text, json);
	put(text, ": ");
	json_decref(json);
}

static void put_value(struct text *text, json_t *json, int depth)
{
	const char **keys;
	size_t i;

	if (!json_is_object(json) || depth >= EXPANDED ||
	    json_object_size(json) == 0) {
		put_line(text, json);
		return;
	}
	keys = sorted_keys(json);
	if (!keys) {
		text->rc = TM_ENOMEM;
		return;
	}
	put(text, "{");
	for (i = 0; keys[i] && text->rc == TM_OK; i++) {
		if (i)
			put(text, ",");
		put_indent(text, depth + 1);
		put_key(text, keys[i]);
		put_value(text, json_object_get(json, keys[i]), depth + 1);
	}
	put_indent(text, depth);
	put(text, "}");
	free(keys);
}

char *tm_baseline_text(const struct tm_baseline *baseline)
{
	struct text text = {.rc = TM_OK};
	char *copy = NULL;

	tm_alloc_init(&text.alloc);
	tm_buf_init(&text.buf, &text.alloc);
	put_value(&text, baseline->json, 0);
	put(&text, "\n");
	if (text.rc == TM_OK)
		copy = strdup(text.buf.bytes);
	tm_buf_release(&text.buf);
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
