/*
 * The members of a struct as the keys of a JSON object.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/field.h"

struct record {
	struct tm_known_int number;
	struct tm_known_real real;
	struct tm_known_bool flag;
	char *text;
};

static const struct tm_field fields[] = {
	TM_FIELD(record, INT, number),
	TM_FIELD(record, REAL, real),
	TM_FIELD(record, BOOL, flag),
	TM_FIELD(record, TEXT, text),
	TM_FIELD_END,
};

static struct record record;
static struct tm_texts texts;

static void stop(void)
{
	tm_fields_release(&record, fields);
	tm_texts_release(&texts);
}

TestSuite(field, .fini = stop);

static void read_record(const char *text)
{
	json_t *json = json_loads(text, 0, NULL);

	cr_assert_not_null(json, "%s", text);
	tm_fields_release(&record, fields);
	memset(&record, 0, sizeof(record));
	tm_fields_read(&record, fields, json);
	json_decref(json);
}

static void expect_json(const char *text)
{
	json_t *expected = json_loads(text, 0, NULL);
	json_t *json = tm_fields_json(&record, fields);

	cr_assert(expected && json);
	cr_expect(json_equal(json, expected), "%s", text);
	json_decref(json);
	json_decref(expected);
}

Test(field, of_each_type_is_written_as_it_was_read)
{
	static const char *const all[] = {"{\"number\": 5, \"real\": 0.5, "
					  "\"flag\": true, \"text\": \"x\"}",
					  "{\"number\": 0, \"real\": 0.0, "
					  "\"flag\": false, \"text\": \"\"}",
					  "{\"number\": -7}",
					  "{\"real\": 2.5}",
					  "{\"flag\": false}",
					  "{\"text\": \"y\"}",
					  "{}"};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		read_record(all[i]);
		expect_json(all[i]);
	}
}

Test(field, of_another_type_is_not_known)
{
	read_record("{\"number\": \"5\", \"real\": \"0.5\", \"flag\": 1, "
		    "\"text\": 7}");
	cr_expect_not(record.number.is_known);
	cr_expect_not(record.real.is_known);
	cr_expect_not(record.flag.is_known);
	cr_expect_null(record.text);
	read_record("{\"number\": true, \"real\": false, \"flag\": null}");
	expect_json("{}");
	read_record("{\"real\": 3}");
	cr_expect_eq(record.real.value, 3);
}

/* As far as a whole number goes that is written with a point. */
Test(field, takes_a_real_for_a_whole_number)
{
	read_record("{\"number\": 12.0}");
	cr_expect_eq(record.number.value, 12);
	read_record("{\"number\": -8.9e18}");
	cr_expect_eq(record.number.value, -8900000000000000000);
	read_record("{\"number\": 8.9e18}");
	cr_expect_eq(record.number.value, 8900000000000000000);
	read_record("{\"number\": 9e18}");
	cr_expect_not(record.number.is_known);
	read_record("{\"number\": -9e18}");
	cr_expect_not(record.number.is_known);
	read_record("{\"number\": 1e300}");
	cr_expect_not(record.number.is_known);
}

Test(field, of_text_is_given_back)
{
	read_record("{\"number\": 5, \"text\": \"x\"}");
	tm_fields_release(&record, fields);
	cr_expect_null(record.text);
	cr_expect_eq(record.number.value, 5);
}

Test(field, of_text_that_is_not_utf_8_is_made_so)
{
	record.text = strdup("a\xff");
	cr_assert_not_null(record.text);
	read_record("{}");
	record.text = strdup("a\xff");
	expect_json("{\"text\": \"a?\"}");
	cr_expect_null(tm_text_copy(NULL));
}

/* --- lists ---------------------------------------------------------------- */

Test(field, texts_keep_their_places)
{
	char text[16];
	int i;

	for (i = 0; i < 50; i++) {
		snprintf(text, sizeof(text), "%d", i);
		tm_texts_add(&texts, text);
	}
	cr_assert_eq(texts.count, 50);
	for (i = 0; i < 50; i++) {
		snprintf(text, sizeof(text), "%d", i);
		cr_expect_str_eq(texts.text[i], text);
		cr_expect(tm_texts_has(&texts, text));
	}
	cr_expect_not(tm_texts_has(&texts, "50"));
	tm_texts_release(&texts);
	cr_expect_eq(texts.count, 0);
	cr_expect_null(texts.text);
	cr_expect_not(tm_texts_has(&texts, "0"));
}

Test(field, texts_are_read_from_a_list_of_texts)
{
	json_t *json = json_loads("[\"a\", 7, \"b\", null]", 0, NULL);
	json_t *expected = json_loads("[\"a\", \"b\"]", 0, NULL);
	json_t *written;

	tm_texts_read(&texts, json);
	tm_texts_read(&texts, NULL);
	written = tm_texts_json(&texts);
	cr_expect(json_equal(written, expected));
	json_decref(json);
	json_decref(expected);
	json_decref(written);
}

Test(field, records_are_as_many_as_the_list_is_long)
{
	json_t *json = json_loads("[1, 2, 3]", 0, NULL);
	struct record *records;
	size_t count = 9;

	records = tm_records_new(&count, json, sizeof(*records));
	cr_assert_not_null(records);
	cr_expect_eq(count, 3);
	cr_expect_null(records[2].text);
	free(records);
	json_decref(json);
	cr_expect_null(tm_records_new(&count, NULL, sizeof(*records)));
	cr_expect_eq(count, 0);
	json = json_array();
	cr_expect_null(tm_records_new(&count, json, sizeof(*records)));
	cr_expect_eq(count, 0);
	json_decref(json);
}
