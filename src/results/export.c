#include "results/export.h"

#include "results/run_json.h"

#define EXPORT_SCHEMA 1

/* JSON's integers are signed here; a count that large is rounded, not wrong. */
static json_t *number(uint64_t value)
{
	if (value > INT64_MAX)
		return json_real((double)value);
	return json_integer((json_int_t)value);
}

static json_t *sample_json(const struct tm_sample *sample)
{
	json_t *json =
		json_pack("{s:o, s:o}", "iteration", number(sample->iteration),
			  "elapsed_ns", number(sample->elapsed_ns));
	unsigned int m;

	for (m = 0; json && m < TM_METRIC_COUNT; m++) {
		if (tm_sample_has(sample, m) &&
		    json_object_set_new(json, tm_metric_name(m),
					number(sample->value[m])) != 0) {
			json_decref(json);
			return NULL;
		}
	}
	return json;
}

static json_t *samples_json(const struct tm_run *run)
{
	json_t *samples = json_array();
	size_t i;

	for (i = 0; i < run->sample_count; i++) {
		if (json_array_append_new(samples,
					  sample_json(&run->samples[i])) != 0) {
			json_decref(samples);
			return NULL;
		}
	}
	return samples;
}

/*
 * First what was asked for, over it what the program reports that it did: a
 * program that died has only the first.  `whole` is the run as it is stored.
 */
static int put_flat(json_t *json, const struct tm_run *run, json_t *whole)
{
	json_t *options =
		json_object_get(json_object_get(whole, "request"), "options");
	json_t *report = json_object_get(whole, "report");
	double rate;
	int failed = 0;

	if (options)
		failed |= json_object_update(json, options);
	/* How many were done, not how many were asked for. */
	json_object_del(json, "iterations");
	if (run->sample_count && run->unit == TM_UNIT_ITERATION)
		failed |= json_object_set_new(
			json, "iterations",
			number(run->samples[run->sample_count - 1].iteration));
	if (report)
		failed |= json_object_update(json, report);
	if (tm_run_rate(run, &rate))
		failed |= json_object_set_new(json, "iterations_per_second",
					      json_real(rate));
	return failed;
}

/* Over that what tidemark measured, as it is stored. */
static json_t *run_json(const struct tm_run *run)
{
	json_t *json = json_object();
	json_t *whole = tm_run_to_json(run);
	int failed = !json || !whole;

	if (!failed) {
		failed = put_flat(json, run, whole);
		json_object_del(whole, "report"); /* it is flat already */
		failed |=
			json_object_update(json, whole) |
			json_object_set_new(json, "samples", samples_json(run));
	}
	if (!failed && run->directory)
		failed = json_object_set_new(json, "directory",
					     tm_text_json(run->directory));
	if (!failed && run->types.is_known)
		failed = json_object_set_new(json, "types",
					     tm_run_types_to_json(&run->types));
	if (!failed && run->sites.is_known)
		failed = json_object_set_new(json, "sites",
					     tm_run_sites_to_json(&run->sites));
	if (!failed && run->heap_sites.is_known)
		failed = json_object_set_new(
			json, "heap_sites",
			tm_run_sites_to_json(&run->heap_sites));
	json_decref(whole);
	if (failed) {
		json_decref(json);
		return NULL;
	}
	return json;
}

json_t *tm_runs_to_json(const struct tm_run *const *runs, size_t count)
{
	json_t *list = json_array();
	int failed = !list;
	size_t i;

	for (i = 0; i < count && !failed; i++)
		failed = json_array_append_new(list, run_json(runs[i])) != 0;
	if (!failed)
		return json_pack("{s:i, s:o}", "schema", EXPORT_SCHEMA, "runs",
				 list);
	json_decref(list);
	return NULL;
}
