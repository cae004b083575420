/*
 * json_text.h - JSON as text.
 *
 * Purpose:   one way from a JSON value to what is written: characters that are
 *            not seen, or turn a line around, become \u escapes
 *            (util/escape.h).
 * Ownership: everything is borrowed for the call.
 * Errors:    TM_ENOMEM, in the writer.  json_dumps() of jansson 2.14 would
 *            leave out a key instead.
 */
#ifndef TM_RESULTS_JSON_TEXT_H
#define TM_RESULTS_JSON_TEXT_H

#include <jansson.h>

#include "util/writer.h"

/* `flags` are jansson's. */
void tm_put_json_value(struct tm_writer *writer, const json_t *json,
		       size_t flags);

#endif
