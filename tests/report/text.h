/*
 * text.h - assertions on what a report wrote, showing all of it when they fail.
 */
#ifndef TM_TESTS_REPORT_TEXT_H
#define TM_TESTS_REPORT_TEXT_H

#include <criterion/criterion.h>
#include <string.h>

#define assert_same(actual, expected)                                          \
	cr_assert_str_eq(actual, expected, "got:\n%s\nexpected:\n%s", actual,  \
			 expected)

#define assert_has(text, part)                                                 \
	cr_assert(strstr(text, part), "no '%s' in:\n%s", part, text)

#define assert_has_not(text, part)                                             \
	cr_assert_not(strstr(text, part), "'%s' in:\n%s", part, text)

#endif
