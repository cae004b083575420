/*
 * json.h - JSON, appended to a report.
 *
 * Purpose:   one layout for everything that programs read.
 * Ownership: tm_put_json() takes the object.
 * Errors:    TM_ENOMEM, in the writer; also when the object is NULL.
 */
#ifndef TM_REPORT_FORMAT_JSON_H
#define TM_REPORT_FORMAT_JSON_H

#include <jansson.h>

#include "util/writer.h"

void tm_put_json(struct tm_writer *writer, json_t *json);

/* Set a key; a value that is not finite has none. */
void tm_json_set_number(json_t *object, const char *key, double value);

#endif
