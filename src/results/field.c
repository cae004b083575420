#include "results/field.h"

#include <stdlib.h>
#include <string.h>

#include "util/text.h"

char *tm_text_copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

json_t *tm_text_json(const char *text)
{
	json_t *json = json_string(text);
	char *copy = json ? NULL : strdup(text);

	if (copy) {
		tm_text_clean(copy);
		json = json_string(copy);
		free(copy);
	}
	return json;
}

/* --- fields --------------------------------------------------------------- */

/* The value's JSON, or NULL when it is not known or there is no memory. */
static json_t *field_json(const void *member, enum tm_field_type type)
{
	const struct tm_known_int *number = member;
	const struct tm_known_real *real = member;
	const struct tm_known_bool *flag = member;

	switch (type) {
	case TM_FIELD_INT:
		return json_integer(number->value);
	case TM_FIELD_REAL:
		return json_real(real->value);
	case TM_FIELD_BOOL:
		return json_boolean(flag->value);
	case TM_FIELD_TEXT:
		return tm_text_json(*(char *const *)member);
	}
	return NULL;
}

static int is_known(const void *member, enum tm_field_type type)
{
	switch (type) {
	case TM_FIELD_INT:
		return ((const struct tm_known_int *)member)->is_known;
	case TM_FIELD_REAL:
		return ((const struct tm_known_real *)member)->is_known;
	case TM_FIELD_BOOL:
		return ((const struct tm_known_bool *)member)->is_known;
	case TM_FIELD_TEXT:
		return *(char *const *)member != NULL;
	}
	return 0;
}

int tm_fields_write(json_t *object, const void *record,
		    const struct tm_field *fields)
{
	for (; fields->key; fields++) {
		const void *member = (const char *)record + fields->offset;

		if (is_known(member, fields->type) &&
		    json_object_set_new(object, fields->key,
					field_json(member, fields->type)) != 0)
			return -1;
	}
	return 0;
}

json_t *tm_fields_json(const void *record, const struct tm_field *fields)
{
	json_t *object = json_object();

	if (object && tm_fields_write(object, record, fields) != 0) {
		json_decref(object);
		return NULL;
	}
	return object;
}

/* Whole numbers may have been written with a point. */
static void read_int(struct tm_known_int *out, const json_t *value)
{
	double real = json_number_value(value);

	if (json_is_integer(value))
		*out = tm_known_int(json_integer_value(value));
	else if (json_is_real(value) && real > -9e18 && real < 9e18)
		*out = tm_known_int((int64_t)real);
}

void tm_fields_read(void *record, const struct tm_field *fields,
		    const json_t *object)
{
	for (; fields->key; fields++) {
		void *member = (char *)record + fields->offset;
		const json_t *value = json_object_get(object, fields->key);

		if (fields->type == TM_FIELD_INT)
			read_int(member, value);
		else if (fields->type == TM_FIELD_REAL && json_is_number(value))
			*(struct tm_known_real *)member =
				tm_known_real(json_number_value(value));
		else if (fields->type == TM_FIELD_BOOL &&
			 json_is_boolean(value))
			*(struct tm_known_bool *)member =
				tm_known_bool(json_is_true(value));
		else if (fields->type == TM_FIELD_TEXT)
			*(char **)member =
				tm_text_copy(json_string_value(value));
	}
}

void tm_fields_release(void *record, const struct tm_field *fields)
{
	for (; fields->key; fields++) {
		char **text = (char **)((char *)record + fields->offset);

		if (fields->type != TM_FIELD_TEXT)
			continue;
		free(*text);
		*text = NULL;
	}
}

void *tm_records_new(size_t *count, const json_t *list, size_t size)
{
	void *records;

	*count = json_array_size(list);
	records = *count ? calloc(*count, size) : NULL;
	if (!records)
		*count = 0;
	return records;
}

/* --- lists of texts ------------------------------------------------------- */

void tm_texts_add(struct tm_texts *texts, const char *text)
{
	char **more;
	char *copy;

	more = realloc(texts->text, (texts->count + 1) * sizeof(*more));
	if (!more)
		return;
	texts->text = more;
	copy = strdup(text);
	if (copy)
		texts->text[texts->count++] = copy;
}

int tm_texts_has(const struct tm_texts *texts, const char *text)
{
	size_t i;

	for (i = 0; i < texts->count; i++) {
		if (strcmp(texts->text[i], text) == 0)
			return 1;
	}
	return 0;
}

void tm_texts_release(struct tm_texts *texts)
{
	size_t i;

	for (i = 0; i < texts->count; i++)
		free(texts->text[i]);
	free(texts->text);
	memset(texts, 0, sizeof(*texts));
}

json_t *tm_texts_json(const struct tm_texts *texts)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; list && i < texts->count; i++) {
		if (json_array_append_new(list, tm_text_json(texts->text[i])) !=
		    0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

void tm_texts_read(struct tm_texts *texts, const json_t *list)
{
	const json_t *value;
	size_t i;

	json_array_foreach(list, i, value)
	{
		if (json_is_string(value))
			tm_texts_add(texts, json_string_value(value));
	}
}
