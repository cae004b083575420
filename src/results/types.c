#include "results/types.h"

#include <stdlib.h>
#include <string.h>

/* --- writing -------------------------------------------------------------- */

static json_t *list_json(const int64_t *numbers, size_t count)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; list && i < count; i++) {
		if (json_array_append_new(list, json_integer(numbers[i])) !=
		    0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static int set_list(json_t *json, const char *key, const int64_t *numbers,
		    size_t count)
{
	if (!numbers)
		return 0;
	return json_object_set_new(json, key, list_json(numbers, count));
}

static json_t *type_json(const struct tm_run_type *type, size_t moments)
{
	json_t *json = json_object();

	if (json &&
	    json_object_set_new(json, "type", tm_text_json(type->name)) == 0 &&
	    set_list(json, "objects", type->objects, moments) == 0 &&
	    set_list(json, "bytes", type->bytes, moments) == 0 &&
	    set_list(json, "uncollectable", type->uncollectable, moments) == 0)
		return json;
	json_decref(json);
	return NULL;
}

json_t *tm_run_types_to_json(const struct tm_run_types *types)
{
	json_t *list = json_array(), *json;
	size_t i;

	for (i = 0; list && i < types->count; i++) {
		if (json_array_append_new(list, type_json(&types->types[i],
							  types->moments)) !=
		    0) {
			json_decref(list);
			return NULL;
		}
	}
	json = json_pack(
		"{s:i, s:o, s:o}", "schema", TM_TYPES_SCHEMA, "positions",
		list_json(types->position, types->moments), "types", list);
	if (json && types->type_count.is_known &&
	    json_object_set_new(json, "type_count",
				json_integer(types->type_count.value)) != 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* --- reading -------------------------------------------------------------- */

/* `count` numbers, or NULL when `list` is not that many of them. */
static int64_t *read_list(const json_t *list, size_t count)
{
	int64_t *numbers;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) != count)
		return NULL;
	numbers = calloc(count ? count : 1, sizeof(*numbers));
	for (i = 0; numbers && i < count; i++) {
		const json_t *number = json_array_get(list, i);

		if (!json_is_integer(number)) {
			free(numbers);
			return NULL;
		}
		numbers[i] = json_integer_value(number);
	}
	return numbers;
}

static int read_type(struct tm_run_type *out, const json_t *json,
		     size_t moments)
{
	const char *name = json_string_value(json_object_get(json, "type"));

	out->name = tm_text_copy(name);
	out->objects = read_list(json_object_get(json, "objects"), moments);
	out->bytes = read_list(json_object_get(json, "bytes"), moments);
	out->uncollectable =
		read_list(json_object_get(json, "uncollectable"), moments);
	return out->name && out->objects;
}

static int rises(const int64_t *numbers, size_t count)
{
	size_t i;

	for (i = 1; i < count; i++) {
		if (numbers[i] <= numbers[i - 1])
			return 0;
	}
	return 1;
}

enum tm_rc tm_run_types_from_json(struct tm_run_types *out, const json_t *json,
				  struct tm_err *err)
{
	const json_t *schema = json_object_get(json, "schema");
	const json_t *positions = json_object_get(json, "positions");
	const json_t *list = json_object_get(json, "types");
	const json_t *count = json_object_get(json, "type_count");
	size_t i;

	if (json_is_integer(schema) &&
	    json_integer_value(schema) > TM_TYPES_SCHEMA)
		return tm_fail(err, TM_EUSAGE,
			       "schema %lld is newer than this tidemark reads "
			       "(%d)",
			       (long long)json_integer_value(schema),
			       TM_TYPES_SCHEMA);
	out->moments = json_array_size(positions);
	out->position = read_list(positions, out->moments);
	if (!out->position || !rises(out->position, out->moments) ||
	    !json_is_array(list))
		return tm_fail(err, TM_EUSAGE,
			       "'positions' must be rising numbers, 'types' a "
			       "list");
	if (json_is_integer(count))
		out->type_count = tm_known_int(json_integer_value(count));
	out->types = tm_records_new(&out->count, list, sizeof(*out->types));
	out->is_known = 1;
	for (i = 0; i < out->count; i++) {
		if (!read_type(&out->types[i], json_array_get(list, i),
			       out->moments))
			return tm_fail(err, TM_EUSAGE,
				       "type %zu needs a name and a number of "
				       "objects for each position",
				       i + 1);
	}
	return TM_OK;
}

void tm_run_types_release(struct tm_run_types *types)
{
	size_t i;

	for (i = 0; i < types->count; i++) {
		free(types->types[i].name);
		free(types->types[i].objects);
		free(types->types[i].bytes);
		free(types->types[i].uncollectable);
	}
	free(types->types);
	free(types->position);
	memset(types, 0, sizeof(*types));
}
