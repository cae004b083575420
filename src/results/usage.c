#include "results/usage.h"

static const struct tm_field fields[] = {
	TM_FIELD(tm_run_usage, REAL, user_seconds),
	TM_FIELD(tm_run_usage, REAL, system_seconds),
	TM_FIELD(tm_run_usage, INT, major_faults),
	TM_FIELD(tm_run_usage, INT, largest_process_bytes),
	TM_FIELD(tm_run_usage, REAL, tidemark_cpu_seconds),
	TM_FIELD_END,
};

json_t *tm_run_usage_to_json(const struct tm_run_usage *usage)
{
	return tm_fields_json(usage, fields);
}

void tm_run_usage_from_json(struct tm_run_usage *out, const json_t *json)
{
	tm_fields_read(out, fields, json);
}
