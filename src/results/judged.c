#include "results/judged.h"

static const struct tm_field fields[] = {
	TM_FIELD(tm_run_judged, REAL, max_growth),
	TM_FIELD(tm_run_judged, INT, looks_max),
	TM_FIELD_END,
};

/* --- writing -------------------------------------------------------------- */

static json_t *budgets_json(const struct tm_run_judged *judged)
{
	json_t *json = json_object();
	unsigned int i;

	for (i = 0; json && i < TM_METRIC_COUNT; i++) {
		if (judged->budgets[i].is_known &&
		    json_object_set_new(json, tm_metric_name(i),
					json_real(judged->budgets[i].value)) !=
			    0) {
			json_decref(json);
			return NULL;
		}
	}
	return json;
}

static json_t *metrics_json(const unsigned char metrics[TM_METRIC_COUNT])
{
	json_t *json = json_array();
	unsigned int i;

	for (i = 0; json && i < TM_METRIC_COUNT; i++) {
		if (metrics[i] &&
		    json_array_append_new(
			    json, json_string(tm_metric_name(i))) != 0) {
			json_decref(json);
			return NULL;
		}
	}
	return json;
}

/* Set `value` if there is something in it.  Takes it. */
static int set_part(json_t *json, const char *key, json_t *value)
{
	if (value && !json_object_size(value) && !json_array_size(value)) {
		json_decref(value);
		return 0;
	}
	return json_object_set_new(json, key, value);
}

json_t *tm_run_judged_to_json(const struct tm_run_judged *judged)
{
	json_t *json = tm_fields_json(judged, fields);

	if (json &&
	    (set_part(json, "budgets", budgets_json(judged)) != 0 ||
	     set_part(json, "ignored", metrics_json(judged->ignored)) != 0 ||
	     set_part(json, "only", metrics_json(judged->only)) != 0)) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* --- reading -------------------------------------------------------------- */

static void read_budgets(struct tm_run_judged *out, const json_t *budgets)
{
	unsigned int i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		const json_t *budget =
			json_object_get(budgets, tm_metric_name(i));

		if (json_is_number(budget))
			out->budgets[i] =
				tm_known_real(json_number_value(budget));
	}
}

static void read_metrics(unsigned char out[TM_METRIC_COUNT],
			 const json_t *names)
{
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
	{
		enum tm_metric metric = TM_METRIC_COUNT;

		if (json_is_string(name))
			metric = tm_metric_find(json_string_value(name));
		if (metric != TM_METRIC_COUNT)
			out[metric] = 1;
	}
}

void tm_run_judged_from_json(struct tm_run_judged *out, const json_t *json)
{
	tm_fields_read(out, fields, json);
	read_budgets(out, json_object_get(json, "budgets"));
	read_metrics(out->ignored, json_object_get(json, "ignored"));
	read_metrics(out->only, json_object_get(json, "only"));
}
