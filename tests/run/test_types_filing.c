#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "run/types_filing.h"

static struct tm_censuses censuses;
static struct tm_run_types types;

static void stop(void)
{
	tm_censuses_release(&censuses);
	tm_run_types_release(&types);
}

TestSuite(types_filing, .fini = stop);

static void put(struct tm_heap_census *census, const char *name,
		uint64_t objects, uint64_t uncollectable)
{
	const struct tm_heap_type type = {.objects = objects,
					  .bytes = 64 * objects,
					  .uncollectable = uncollectable,
					  .has_bytes =
						  strcmp(name, "str") != 0};

	cr_assert_eq(tm_heap_census_add(census, name, &type, NULL), TM_OK);
}

static const struct tm_run_type *find(const char *name)
{
	size_t i;

	for (i = 0; i < types.count; i++) {
		if (strcmp(types.types[i].name, name) == 0)
			return &types.types[i];
	}
	return NULL;
}

Test(types_filing, has_a_number_for_each_census)
{
	struct tm_heap_census census = {0};

	put(&census, "str", 5, 0);
	tm_censuses_add(&censuses, 100, &census);
	put(&census, "str", 7, 0);
	put(&census, "AsyncResult", 4, 3);
	tm_censuses_add(&censuses, 200, &census);
	tm_types_file(&types, &censuses, UINT64_MAX);
	cr_assert(types.is_known);
	cr_assert_eq(types.moments, 2);
	cr_assert_eq(types.position[1], 200);
	cr_assert_eq(find("AsyncResult")->objects[0], 0);
	cr_assert_eq(find("AsyncResult")->objects[1], 4);
	cr_assert_eq(find("AsyncResult")->uncollectable[1], 3);
	cr_assert_eq(find("AsyncResult")->bytes[1], 256);
	cr_assert_null(find("str")->bytes);
	cr_assert_null(find("str")->uncollectable);
}

/* A small type that grows is kept before a thousand larger ones that do not. */
Test(types_filing, keeps_what_grows)
{
	struct tm_heap_census census = {0};
	char name[24];
	int moment, i;

	for (moment = 0; moment < 3; moment++) {
		for (i = 0; i < 1000; i++) {
			snprintf(name, sizeof(name), "large%d", i);
			put(&census, name, 1000, 0);
		}
		put(&census, "leaks", (uint64_t)moment + 1, 0);
		tm_censuses_add(&censuses, 1 + (uint64_t)moment, &census);
	}
	tm_types_file(&types, &censuses, UINT64_MAX);
	cr_assert_not_null(find("leaks"));
	cr_assert_leq(types.count, 3 * TM_TYPES_KEPT);
	cr_assert_eq(types.type_count.value, 1001);
}

/* What a program holds while it ends is not what it held. */
Test(types_filing, leaves_out_what_was_counted_after_the_last_sample)
{
	struct tm_heap_census census = {0};

	put(&census, "T", 5, 0);
	tm_censuses_add(&censuses, 100, &census);
	put(&census, "T", 1, 0);
	tm_censuses_add(&censuses, 200, &census);
	tm_types_file(&types, &censuses, 150);
	cr_assert_eq(types.moments, 1);
	cr_assert_eq(find("T")->objects[0], 5);
}

Test(types_filing, without_a_census_keeps_nothing)
{
	tm_types_file(&types, &censuses, UINT64_MAX);
	cr_assert_not(types.is_known);
}
