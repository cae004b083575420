#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "heap/figures.h"

static struct tm_heap_census census;

static void stop(void)
{
	tm_heap_census_release(&census);
}

TestSuite(census, .fini = stop);

static void add(const char *name, uint64_t objects, uint64_t bytes)
{
	const struct tm_heap_type type = {
		.objects = objects, .bytes = bytes, .has_bytes = 1};

	cr_assert_eq(tm_heap_census_add(&census, name, &type, NULL), TM_OK);
}

Test(figures, are_found_by_their_whole_name)
{
	cr_assert_eq(tm_heap_figure_find("live_bytes=3", 10),
		     TM_HEAP_live_bytes);
	cr_assert_eq(tm_heap_figure_find("live_byte", 9), TM_HEAP_FIGURE_COUNT);
	cr_assert_eq(tm_heap_figure_find("", 0), TM_HEAP_FIGURE_COUNT);
	cr_assert_str_eq(tm_heap_figure_name(TM_HEAP_pause_ns), "pause_ns");
}

Test(census, keeps_each_type_once_and_in_order)
{
	add("Promise", 2, 128);
	add("AsyncResult", 1, 64);
	add("Promise", 3, 192);
	cr_assert_eq(census.count, 2);
	cr_assert_str_eq(census.types[0].name, "AsyncResult");
	cr_assert_eq(census.types[1].objects, 5);
	cr_assert_eq(census.types[1].bytes, 320);
}

Test(census, does_not_know_bytes_of_which_a_part_is_unknown)
{
	const struct tm_heap_type unknown = {.objects = 1};

	add("str", 1, 50);
	cr_assert_eq(tm_heap_census_add(&census, "str", &unknown, NULL), TM_OK);
	cr_assert_not(census.types[0].has_bytes);
}

Test(census, makes_names_printable_and_short)
{
	char longest[300];

	add("a\nb", 1, 1);
	cr_assert_str_eq(census.types[0].name, "a?b");
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	add(longest, 1, 1);
	add(longest, 1, 1);
	cr_assert_eq(census.count, 2);
	cr_assert_eq(strlen(census.types[1].name), 200);
}

/* Types are added by the name that the runtime tells, and kept by a clean one. */
Test(census, keeps_a_type_once_whose_name_is_cleaned)
{
	add("a\nb", 1, 1);
	add("a@b", 1, 1);
	add("a\nb", 2, 1);
	cr_assert_eq(census.count, 2);
	cr_assert_eq(tm_heap_census_find(&census, "a?b")->objects, 3);
	cr_assert_null(tm_heap_census_find(&census, "a\nb"));
}

Test(census, stops_at_its_limit_and_says_so)
{
	char name[24];
	int i;

	for (i = 0; i < TM_HEAP_TYPES_MAX + 5; i++) {
		snprintf(name, sizeof(name), "t%d", i);
		add(name, 1, 1);
	}
	cr_assert_eq(census.count, TM_HEAP_TYPES_MAX);
	cr_assert(census.is_cut);
	add("t7", 1, 1);
	cr_assert_eq(census.count, TM_HEAP_TYPES_MAX);
}
