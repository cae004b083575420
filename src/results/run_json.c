#include "results/run_json.h"

#include <stdlib.h>
#include <string.h>

/* --- writing -------------------------------------------------------------- */

json_t *tm_run_absent_json(const struct tm_run *run)
{
	json_t *absent = json_object();
	unsigned int m;

	for (m = 0; absent && m < TM_METRIC_COUNT; m++) {
		if (run->absent[m] &&
		    json_object_set_new(absent, tm_metric_name(m),
					json_string(run->absent[m])) != 0) {
			json_decref(absent);
			return NULL;
		}
	}
	return absent;
}

/* Set what is in `part`, if anything is.  Takes it. */
static int set_part(json_t *json, const char *key, json_t *part)
{
	if (part && json_object_size(part) == 0) {
		json_decref(part);
		return 0;
	}
	return json_object_set_new(json, key, part);
}

static int write_parts(json_t *json, const struct tm_run *run)
{
	int failed = 0;

	if (run->request.is_known)
		failed |= json_object_set_new(
			json, "request", tm_run_request_to_json(&run->request));
	failed |= set_part(json, "ending", tm_run_ending_to_json(&run->ending));
	failed |= set_part(json, "judged", tm_run_judged_to_json(&run->judged));
	if (run->environment.facts.is_known)
		failed |= json_object_set_new(
			json, "environment",
			tm_run_environment_to_json(&run->environment));
	if (run->report.is_known)
		failed |= json_object_set_new(
			json, "report", tm_run_report_to_json(&run->report));
	failed |= set_part(json, "usage", tm_run_usage_to_json(&run->usage));
	failed |= set_part(json, "sampling",
			   tm_run_sampling_to_json(&run->sampling));
	if (run->tree.is_known)
		failed |= json_object_set_new(json, "tree",
					      tm_run_tree_to_json(&run->tree));
	if (run->runtime_variables.count)
		failed |= json_object_set_new(
			json, "runtime_variables",
			tm_texts_json(&run->runtime_variables));
	if (run->heaps.count)
		failed |= json_object_set_new(json, "heaps",
					      tm_texts_json(&run->heaps));
	failed |=
		json_object_set_new(json, "notes", tm_texts_json(&run->notes));
	failed |= json_object_set_new(json, "absent", tm_run_absent_json(run));
	return failed;
}

json_t *tm_run_to_json(const struct tm_run *run)
{
	char text[TM_ENDING_TEXT_MAX];
	json_t *json;

	tm_ending_text(text, &run->ending);
	json = json_pack("{s:o, s:s, s:I, s:s, s:o*, s:i, s:i, s:s, s:I}",
			 "name", tm_text_json(run->name), "started",
			 run->started, "wall_ns", (json_int_t)run->wall_ns,
			 "outcome", tm_outcome_name(run->outcome),
			 "outcome_text", *text ? tm_text_json(text) : NULL,
			 "exit_code", run->exit_code, "signal", run->signal,
			 "unit", tm_unit_name(run->unit), "per_unit",
			 (json_int_t)tm_unit_scale(run->unit));

	if (json && write_parts(json, run) != 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* --- reading -------------------------------------------------------------- */

/* The keys without which an object is not a run. */
static const char *find_missing(const json_t *json)
{
	static const struct {
		const char *key;
		json_type type;
	} needed[] = {
		{"name", JSON_STRING},	     {"started", JSON_STRING},
		{"outcome", JSON_STRING},    {"wall_ns", JSON_INTEGER},
		{"exit_code", JSON_INTEGER},
	};
	size_t i;

	for (i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
		const json_t *value = json_object_get(json, needed[i].key);

		if (!value || json_typeof(value) != needed[i].type)
			return needed[i].key;
	}
	return NULL;
}

static void read_absent(struct tm_run *run, const json_t *absent)
{
	const char *name;
	json_t *reason;

	json_object_foreach((json_t *)(uintptr_t)absent, name, reason)
	{
		enum tm_metric metric = tm_metric_find(name);

		if (metric != TM_METRIC_COUNT && json_is_string(reason))
			tm_run_set_absent(run, metric,
					  json_string_value(reason));
	}
}

/* Runs from before there was a choice do not say.  Returns the key that is
 * wrong, or NULL. */
static const char *read_unit(struct tm_run *run, const json_t *json)
{
	const json_t *unit = json_object_get(json, "unit");
	const json_t *scale = json_object_get(json, "per_unit");

	if (!unit && !scale)
		return NULL;
	if (!json_is_string(unit) ||
	    !tm_unit_find(&run->unit, json_string_value(unit)))
		return "unit";
	if (!json_is_integer(scale) ||
	    json_number_value(scale) != tm_unit_scale(run->unit))
		return "per_unit";
	return NULL;
}

/* Runs from before the signal was kept have none.  Returns the key that is
 * wrong, or NULL. */
static const char *read_outcome(struct tm_run *run, const json_t *json)
{
	json_int_t code =
		json_integer_value(json_object_get(json, "exit_code"));
	json_int_t wall_ns =
		json_integer_value(json_object_get(json, "wall_ns"));

	if (!tm_outcome_find(&run->outcome, json_string_value(json_object_get(
						    json, "outcome"))))
		return "outcome";
	if (wall_ns < 0)
		return "wall_ns";
	run->wall_ns = (uint64_t)wall_ns;
	run->exit_code = (int)code;
	run->signal = (int)json_integer_value(json_object_get(json, "signal"));
	tm_run_ending_from_json(
		&run->ending, json_object_get(json, "ending"),
		json_string_value(json_object_get(json, "outcome_text")));
	return NULL;
}

/* Runs from before there was the key said it in a note alone, and CPython was
 * the only runtime for which anything was set. */
static void read_runtime_variables(struct tm_run *run, const json_t *list)
{
	static const char front[] = "PYTHONMALLOC=malloc was set";
	size_t i;

	tm_texts_read(&run->runtime_variables, list);
	for (i = 0; !list && i < run->notes.count; i++) {
		if (strncmp(run->notes.text[i], front, sizeof(front) - 1) == 0)
			tm_texts_add(&run->runtime_variables, "PYTHONMALLOC");
	}
}

static void read_parts(struct tm_run *run, const json_t *json)
{
	tm_texts_read(&run->notes, json_object_get(json, "notes"));
	read_runtime_variables(run, json_object_get(json, "runtime_variables"));
	tm_texts_read(&run->heaps, json_object_get(json, "heaps"));
	tm_run_request_from_json(&run->request,
				 json_object_get(json, "request"));
	tm_run_judged_from_json(&run->judged, json_object_get(json, "judged"));
	tm_run_environment_from_json(&run->environment,
				     json_object_get(json, "environment"));
	tm_run_report_from_json(&run->report, json_object_get(json, "report"));
	tm_run_usage_from_json(&run->usage, json_object_get(json, "usage"));
	tm_run_sampling_from_json(&run->sampling,
				  json_object_get(json, "sampling"));
	tm_run_tree_from_json(&run->tree, json_object_get(json, "tree"));
	read_absent(run, json_object_get(json, "absent"));
}

const char *tm_run_from_json(struct tm_run *run, const json_t *json)
{
	const char *bad = find_missing(json);

	if (!bad)
		bad = read_outcome(run, json);
	if (!bad)
		bad = read_unit(run, json);
	if (bad)
		return bad;
	free(run->name);
	free(run->started);
	run->name =
		tm_text_copy(json_string_value(json_object_get(json, "name")));
	run->started = tm_text_copy(
		json_string_value(json_object_get(json, "started")));
	read_parts(run, json);
	return run->name && run->started ? NULL : "name";
}
