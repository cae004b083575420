#include "results/export.h"

#include "results/write.h"

#define EXPORT_SCHEMA 1

struct export
{
	const struct tm_run *const *runs;
	size_t count;
};

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

	for (m = 0; m < TM_METRIC_COUNT; m++) {
		if (tm_sample_has(sample, m))
			json_object_set_new(json, tm_metric_name(m),
					    number(sample->value[m]));
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
 * First what was asked for, over it what the program says it did, over that
 * what tidemark measured: a program that died has the first and the last.
 */
static json_t *run_json(const struct tm_run *run)
{
	json_t *options = json_object_get(run->request, "options");
	json_t *json = json_object();
	json_t *known;
	double rate;

	if (options)
		json_object_update(json, options);
	/* How many were done, not how many were asked for. */
	json_object_del(json, "iterations");
	if (run->sample_count && run->unit == TM_UNIT_ITERATION)
		json_object_set_new(
			json, "iterations",
			number(run->samples[run->sample_count - 1].iteration));
	if (run->report)
		json_object_update(json, run->report);
	if (tm_run_rate(run, &rate))
		json_object_set_new(json, "iterations_per_second",
				    json_real(rate));
	known = json_pack(
		"{s:s, s:s, s:I, s:s, s:s*, s:i, s:i, s:s, s:I, s:O*, s:O*, "
		"s:O*, s:s*, s:O*, s:O*, s:O, s:o, s:o}",
		"name", run->name, "started", run->started, "wall_ns",
		(json_int_t)run->wall_ns, "outcome",
		tm_outcome_name(run->outcome), "outcome_text",
		run->outcome_text, "exit_code", run->exit_code, "signal",
		run->signal, "unit", tm_unit_name(run->unit), "per_unit",
		(json_int_t)tm_unit_scale(run->unit), "usage", run->usage,
		"sampling", run->sampling, "tree", run->tree, "directory",
		run->directory, "request", run->request, "environment",
		run->environment, "notes", run->notes, "absent",
		tm_run_absent_json(run), "samples", samples_json(run));
	if (run->sites)
		json_object_set(json, "sites", run->sites);
	if (!known || json_object_update(json, known) != 0) {
		json_decref(json);
		json = NULL;
	}
	json_decref(known);
	return json;
}

static enum tm_rc write_export(FILE *file, const void *context)
{
	const struct export *export = context;
	json_t *runs = json_array();
	json_t *json;
	size_t i;
	int failed = 0;

	for (i = 0; i < export->count && !failed; i++)
		failed = json_array_append_new(runs,
					       run_json(export->runs[i])) != 0;
	json = json_pack("{s:i, s:o}", "schema", EXPORT_SCHEMA, "runs", runs);
	if (json && !failed)
		failed = json_dumpf(json, file,
				    JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	failed = failed || !json;
	json_decref(json);
	fputc('\n', file);
	return failed && !ferror(file) ? TM_ENOMEM : TM_OK;
}

enum tm_rc tm_run_export(const char *path, const struct tm_run *const *runs,
			 size_t count, struct tm_err *err)
{
	struct export export = {.runs = runs, .count = count};

	return tm_write_replace(path, write_export, &export, err);
}
