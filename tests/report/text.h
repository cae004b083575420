/*
 * text.h - assertions on what a report wrote, showing all of it when they fail.
 */
#ifndef TM_TESTS_REPORT_TEXT_H
#define TM_TESTS_REPORT_TEXT_H

#include <criterion/criterion.h>
#include <string.h>

#include "util/text.h"

#define assert_same(actual, expected)                                          \
	cr_assert_str_eq(actual, expected, "got:\n%s\nexpected:\n%s", actual,  \
			 expected)

#define assert_has(text, part)                                                 \
	cr_assert(strstr(text, part), "no '%s' in:\n%s", part, text)

#define assert_has_not(text, part)                                             \
	cr_assert_not(strstr(text, part), "'%s' in:\n%s", part, text)

/* No line is wider than the terminal. */
static inline void assert_fits(const char *text, size_t width)
{
	const char *line = text;
	unsigned int columns;
	size_t at = 0;

	while (*text) {
		int is_end = *text == '\n';

		text += tm_text_step(&columns, text);
		at = is_end ? 0 : at + columns;
		if (is_end)
			line = text;
		cr_assert_leq(at, width, "%.*s", (int)(text - line), line);
	}
}

#endif
