/* The one writer of a baseline's file. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/baseline.h"
#include "results/json_text.h"
#include "results/write.h"
#include "util/writer.h"

/* Deeper than this an object is one line: {METRIC: {...}}. */
#define EXPANDED 4

/* Of a number that is not whole. */
#define DIGITS 6

/* --- as JSON -------------------------------------------------------------- */

/* Whole numbers without a point, also those that are whole in so many digits:
 * what is read is then written the same. */
static json_t *number(double value)
{
	char text[32];

	if (value != floor(value)) {
		snprintf(text, sizeof(text), "%.*g", DIGITS, value);
		value = strtod(text, NULL);
	}
	if (value == floor(value) && fabs(value) < 1e15)
		return json_integer((json_int_t)value);
	return json_real(value);
}

/* Takes `value`; -1 without memory. */
static int put(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value);
}

/* Each returns NULL without memory. */

static json_t *metric_json(const struct tm_baseline_metric *metric)
{
	json_t *json = tm_facts_json(&metric->other);
	int rc = json ? put(json, "budget", number(metric->budget)) : -1;

	if (rc == 0 && metric->has_growth)
		rc = put(json, "growth",
			 json_string(tm_growth_name(metric->growth)));
	if (rc == 0 && metric->slope.is_known)
		rc = put(json, "slope", number(metric->slope.value));
	if (rc == 0)
		return json;
	json_decref(json);
	return NULL;
}

static json_t *metrics_json(const struct tm_baseline_job *job)
{
	json_t *json = json_object();
	size_t i;

	for (i = 0; json && i < TM_METRIC_COUNT; i++) {
		if (job->metric[i].is_kept &&
		    put(json, tm_metric_name((enum tm_metric)i),
			metric_json(&job->metric[i])) != 0) {
			json_decref(json);
			return NULL;
		}
	}
	return json;
}

static json_t *options_json(const struct tm_baseline_job *job)
{
	json_t *json = tm_facts_json(&job->options);

	if (json && job->unit != TM_UNIT_ITERATION &&
	    put(json, "unit", json_string(tm_unit_name(job->unit))) != 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

static json_t *job_json(const struct tm_baseline_job *job)
{
	json_t *json = tm_facts_json(&job->other);

	if (json && put(json, "options", options_json(job)) == 0 &&
	    put(json, "metrics", metrics_json(job)) == 0)
		return json;
	json_decref(json);
	return NULL;
}

static json_t *jobs_json(const struct tm_baseline *baseline)
{
	json_t *json = json_object();
	size_t i;

	for (i = 0; json && i < baseline->job_count; i++) {
		const struct tm_baseline_job *job = &baseline->jobs[i];

		if (put(json, job->name, job_json(job)) != 0) {
			json_decref(json);
			return NULL;
		}
	}
	return json;
}

static json_t *baseline_json(const struct tm_baseline *baseline)
{
	json_t *json = tm_facts_json(&baseline->other);

	if (json &&
	    put(json, "schema", json_integer(TM_BASELINE_SCHEMA)) == 0 &&
	    put(json, "environment", tm_facts_json(&baseline->environment)) ==
		    0 &&
	    put(json, "scenarios", jobs_json(baseline)) == 0)
		return json;
	json_decref(json);
	return NULL;
}

/* --- as text -------------------------------------------------------------- */

static void put_indent(struct tm_writer *writer, int depth)
{
	tm_writer_put(writer, "\n");
	while (depth-- > 0)
		tm_writer_put(writer, "  ");
}

static void put_line(struct tm_writer *writer, const json_t *json)
{
	tm_put_json_value(writer, json,
			  JSON_ENCODE_ANY | JSON_SORT_KEYS |
				  JSON_REAL_PRECISION(DIGITS));
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
	json_t *json = baseline_json(baseline);
	char *copy = NULL;

	if (!json)
		return NULL;
	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	put_value(&writer, json, 0);
	json_decref(json);
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
