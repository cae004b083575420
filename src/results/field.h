/*
 * field.h - records that are stored as JSON, by one table of their fields.
 *
 * Purpose:   a part of a run (usage, sampling, a process, a site ...) is a
 *            struct; one table says under which key each member is stored, and
 *            reading, writing and releasing follow from it.
 * Ownership: a record owns its texts; release frees them.  JSON that is read is
 *            borrowed.
 * Errors:    a key that is missing or of another type is not known, never 0;
 *            keys that the table does not have are ignored.  Writing fails
 *            only without memory: -1.
 *
 * Zeroed memory is a record without any known value.
 */
#ifndef TM_RESULTS_FIELD_H
#define TM_RESULTS_FIELD_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct tm_known_int {
	int64_t value;
	int is_known;
};

struct tm_known_real {
	double value;
	int is_known;
};

struct tm_known_bool {
	int value;
	int is_known;
};

static inline struct tm_known_int tm_known_int(int64_t value)
{
	return (struct tm_known_int){.value = value, .is_known = 1};
}

/* A count; one above what JSON's integers hold is its largest. */
static inline struct tm_known_int tm_known_count(uint64_t value)
{
	return tm_known_int(value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

static inline struct tm_known_real tm_known_real(double value)
{
	return (struct tm_known_real){.value = value, .is_known = 1};
}

static inline struct tm_known_bool tm_known_bool(int value)
{
	return (struct tm_known_bool){.value = value != 0, .is_known = 1};
}

/* Known and true. */
static inline int tm_is_true(struct tm_known_bool flag)
{
	return flag.is_known && flag.value;
}

/* Any known value above 0. */
static inline int tm_is_positive(struct tm_known_int number)
{
	return number.is_known && number.value > 0;
}

enum tm_field_type {
	TM_FIELD_INT,  /* struct tm_known_int */
	TM_FIELD_REAL, /* struct tm_known_real */
	TM_FIELD_BOOL, /* struct tm_known_bool */
	TM_FIELD_TEXT  /* char *, NULL: not known */
};

struct tm_field {
	const char *key;
	enum tm_field_type type;
	size_t offset;
};

/* A row of a table: the member's name is the key. */
#define TM_FIELD(record, type, member)                                         \
	TM_FIELD_AS(record, type, member, #member)
/* One whose key in the format is another word. */
#define TM_FIELD_AS(record, type, member, key)                                 \
	{                                                                      \
		key, TM_FIELD_##type, offsetof(struct record, member)          \
	}
#define TM_FIELD_END                                                           \
	{                                                                      \
		NULL, TM_FIELD_INT, 0                                          \
	}

/* Set the keys of all that is known, in the table's order. */
int tm_fields_write(json_t *object, const void *record,
		    const struct tm_field *fields);
/* {key: value} of all that is known; NULL without memory. */
json_t *tm_fields_json(const void *record, const struct tm_field *fields);

/* Into a zeroed record.  `object` may be anything, also NULL. */
void tm_fields_read(void *record, const struct tm_field *fields,
		    const json_t *object);
void tm_fields_release(void *record, const struct tm_field *fields);

/* An array of records that the caller fills and frees: its length is that of
 * the JSON array `list`.  NULL when it is empty or without memory. */
void *tm_records_new(size_t *count, const json_t *list, size_t size);

/* A copy for a record; NULL stays NULL. */
char *tm_text_copy(const char *text);

/* Text that may hold any byte: what is not UTF-8 in it becomes '?'. */
json_t *tm_text_json(const char *text);

/* --- lists of texts ------------------------------------------------------- */

struct tm_texts {
	char **text;
	size_t count;
};

/* Keep a copy.  Without memory it is lost. */
void tm_texts_add(struct tm_texts *texts, const char *text);
int tm_texts_has(const struct tm_texts *texts, const char *text);
void tm_texts_release(struct tm_texts *texts);
json_t *tm_texts_json(const struct tm_texts *texts);
/* Add the strings of a JSON array; what is not a string is left out. */
void tm_texts_read(struct tm_texts *texts, const json_t *list);

#endif
