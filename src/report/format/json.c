#include "report/format/json.h"

#include <math.h>
#include <stdlib.h>

void tm_put_json(struct tm_writer *writer, json_t *json)
{
	char *text = NULL;

	if (json)
		text = json_dumps(json,
				  JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	json_decref(json);
	if (!text && writer->rc == TM_OK)
		writer->rc = TM_ENOMEM;
	if (!text)
		return;
	tm_writer_put(writer, text);
	tm_writer_put(writer, "\n");
	free(text);
}

void tm_json_set_number(json_t *object, const char *key, double value)
{
	if (isfinite(value))
		json_object_set_new(object, key, json_real(value));
}
