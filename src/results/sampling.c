#include "results/sampling.h"

#include <string.h>

static const struct tm_field fields[] = {
	TM_FIELD(tm_run_sampling, TEXT, marks),
	TM_FIELD(tm_run_sampling, INT, every_ms),
	TM_FIELD(tm_run_sampling, REAL, jitter),
	TM_FIELD(tm_run_sampling, TEXT, seed),
	TM_FIELD(tm_run_sampling, INT, late),
	TM_FIELD(tm_run_sampling, INT, dropped_by_time),
	TM_FIELD(tm_run_sampling, INT, marks_seen),
	TM_FIELD(tm_run_sampling, INT, marks_skipped),
	TM_FIELD(tm_run_sampling, INT, acknowledged),
	TM_FIELD_END,
};

json_t *tm_run_sampling_to_json(const struct tm_run_sampling *sampling)
{
	return tm_fields_json(sampling, fields);
}

void tm_run_sampling_from_json(struct tm_run_sampling *out, const json_t *json)
{
	tm_fields_read(out, fields, json);
}

void tm_run_sampling_release(struct tm_run_sampling *sampling)
{
	tm_fields_release(sampling, fields);
	memset(sampling, 0, sizeof(*sampling));
}
