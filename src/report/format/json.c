#include "report/format/json.h"

#include <math.h>

#include "results/json_text.h"

void tm_put_json(struct tm_writer *writer, json_t *json)
{
	if (json)
		tm_put_json_value(writer, json,
				  JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	else if (writer->rc == TM_OK)
		writer->rc = TM_ENOMEM;
	json_decref(json);
	tm_writer_put(writer, "\n");
}

void tm_json_set_number(json_t *object, const char *key, double value)
{
	if (isfinite(value))
		json_object_set_new(object, key, json_real(value));
}
