#include "results/curve.h"

#include <string.h>

static const struct tm_field fields[] = {
	TM_FIELD(tm_run_curve, TEXT, family),
	TM_FIELD(tm_run_curve, INT, colour),
	TM_FIELD(tm_run_curve, TEXT, panel),
	TM_FIELD_END,
};

json_t *tm_run_curve_to_json(const struct tm_run_curve *curve)
{
	json_t *json = tm_fields_json(curve, fields);

	if (json && curve->pictures.count &&
	    json_object_set_new(json, "pictures",
				tm_texts_json(&curve->pictures)) != 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

void tm_run_curve_from_json(struct tm_run_curve *out, const json_t *json)
{
	out->is_known = json_is_object(json);
	tm_fields_read(out, fields, json);
	tm_texts_read(&out->pictures, json_object_get(json, "pictures"));
}

void tm_run_curve_release(struct tm_run_curve *curve)
{
	tm_fields_release(curve, fields);
	tm_texts_release(&curve->pictures);
	memset(curve, 0, sizeof(*curve));
}
