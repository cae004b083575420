#include "said.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void read_line(struct said *said, const char *text)
{
	struct tm_line line;
	struct tm_err err;

	cr_assert_eq(tm_protocol_parse(&line, text, &err), TM_OK, "%s: %s",
		     text, err.text);
	switch (line.type) {
	case TM_LINE_SAMPLE:
		if (said->samples++ == 0)
			said->first = line.sample;
		else
			cr_assert_geq(line.sample.iteration,
				      said->last.iteration);
		said->last = line.sample;
		break;
	case TM_LINE_ABSENT:
		cr_assert_eq(said->samples, 0, "absences come first");
		said->absences++;
		break;
	case TM_LINE_REPORT:
		cr_assert_null(said->report, "one report");
		said->report = json_loads(line.text, 0, NULL);
		cr_assert_not_null(said->report, "%s", line.text);
		break;
	case TM_LINE_ERROR:
		said->errors++;
		snprintf(said->error, sizeof(said->error), "%s", line.text);
		break;
	case TM_LINE_MARK:
		cr_assert_fail("a lab measures itself: %s", text);
	}
}

void said_read(struct said *said, struct outcome *outcome)
{
	char *line = outcome->marks;

	memset(said, 0, sizeof(*said));
	while (*line) {
		char *end = strchr(line, '\n');

		cr_assert_not_null(end, "cut off: %s", line);
		*end = '\0';
		read_line(said, line);
		line = end + 1;
	}
}

json_int_t integer(const json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	cr_assert(json_is_integer(value), "%s", key);
	return json_integer_value(value);
}

const char *text_of(const json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	cr_assert(json_is_string(value), "%s", key);
	return json_string_value(value);
}

double number(const json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	cr_assert(json_is_number(value), "%s", key);
	return json_number_value(value);
}
