#include "results/report.h"

#include <string.h>

static const struct tm_field fields[] = {
	TM_FIELD(tm_run_report, TEXT, rules),
	TM_FIELD_END,
};

static const struct tm_field callback_fields[] = {
	{"expected", TM_FIELD_INT,
	 offsetof(struct tm_run_report, callbacks_expected)},
	{"fired", TM_FIELD_INT,
	 offsetof(struct tm_run_report, callbacks_fired)},
	TM_FIELD_END,
};

/* {name: number} objects. */
static const struct {
	const char *key;
	size_t offset;
} numbers[] = {
	{"live_per_iteration",
	 offsetof(struct tm_run_report, live_per_iteration)},
	{"garbage_per_iteration",
	 offsetof(struct tm_run_report, garbage_per_iteration)},
	{"tables_per_iteration",
	 offsetof(struct tm_run_report, tables_per_iteration)},
};

#define NUMBERS (sizeof(numbers) / sizeof(*numbers))

static struct tm_facts *numbers_at(const struct tm_run_report *report, size_t i)
{
	return (struct tm_facts *)((uintptr_t)report + numbers[i].offset);
}

/* --- writing -------------------------------------------------------------- */

static int write_callbacks(json_t *json, const struct tm_run_report *report)
{
	if (!report->callbacks_expected.is_known &&
	    !report->callbacks_fired.is_known)
		return 0;
	return json_object_set_new(json, "callbacks",
				   tm_fields_json(report, callback_fields));
}

static int write_parts(json_t *json, const struct tm_run_report *report)
{
	int failed = write_callbacks(json, report);
	size_t i;

	for (i = 0; i < NUMBERS; i++) {
		const struct tm_facts *facts = numbers_at(report, i);

		if (facts->is_known)
			failed |= json_object_set_new(json, numbers[i].key,
						      tm_facts_json(facts));
	}
	if (report->curve.is_known)
		failed |= json_object_set_new(
			json, "curve", tm_run_curve_to_json(&report->curve));
	if (report->census.is_known)
		failed |= json_object_set_new(
			json, "census", tm_run_census_to_json(&report->census));
	return failed | tm_facts_write(json, &report->other);
}

json_t *tm_run_report_to_json(const struct tm_run_report *report)
{
	json_t *json = tm_fields_json(report, fields);

	if (json && write_parts(json, report) != 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* --- reading -------------------------------------------------------------- */

void tm_run_report_from_json(struct tm_run_report *out, const json_t *json)
{
	json_t *known;
	size_t i;

	out->is_known = json_is_object(json);
	tm_fields_read(out, fields, json);
	tm_fields_read(out, callback_fields,
		       json_object_get(json, "callbacks"));
	for (i = 0; i < NUMBERS; i++)
		tm_facts_read(numbers_at(out, i),
			      json_object_get(json, numbers[i].key));
	tm_run_curve_from_json(&out->curve, json_object_get(json, "curve"));
	tm_run_census_from_json(&out->census, json_object_get(json, "census"));
	known = tm_run_report_to_json(out);
	tm_facts_read_rest(&out->other, json, known);
	json_decref(known);
}

enum tm_rc tm_run_report_read(struct tm_run_report *out, const char *text,
			      struct tm_err *err)
{
	json_error_t error;
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!json)
		return tm_fail(err, TM_EUSAGE, "%s", error.text);
	tm_run_report_from_json(out, json);
	json_decref(json);
	return TM_OK;
}

void tm_run_report_release(struct tm_run_report *report)
{
	size_t i;

	tm_fields_release(report, fields);
	for (i = 0; i < NUMBERS; i++)
		tm_facts_release(numbers_at(report, i));
	tm_run_curve_release(&report->curve);
	tm_run_census_release(&report->census);
	tm_facts_release(&report->other);
	memset(report, 0, sizeof(*report));
}
