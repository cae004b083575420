#include <criterion/criterion.h>
#include <string.h>

#include "util/names.h"

struct named {
	const char *name;
	double value;
};

static const struct named list[] = {{"ant", 1}, {"bee", 2}, {"cow", 3}};

static size_t place(size_t count, const char *name, int *is_there)
{
	return tm_names_place(list, count, sizeof(*list), name, is_there);
}

Test(names, are_found_where_they_are)
{
	size_t i;

	for (i = 0; i < 3; i++) {
		int is_there = 0;

		cr_expect_eq(place(3, list[i].name, &is_there), i);
		cr_expect(is_there);
	}
}

Test(names, that_are_missing_have_a_place)
{
	static const struct named wanted[] = {
		{"", 0},    {"an", 0},	{"ants", 1},
		{"bat", 1}, {"cat", 2}, {"dog", 3},
	};
	size_t i;

	for (i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		int is_there = 1;

		cr_expect_eq(place(3, wanted[i].name, &is_there),
			     (size_t)wanted[i].value, "%s", wanted[i].name);
		cr_expect_not(is_there);
	}
}

Test(names, are_inserted_where_they_belong)
{
	struct named some[4] = {{"ant", 1}, {"cow", 3}};
	const struct named bee = {"bee", 2}, ape = {"ape", 4};

	tm_names_insert(some, 2, sizeof(*some), 1, &bee);
	cr_expect_eq(memcmp(some, list, sizeof(list)), 0);
	tm_names_insert(some, 3, sizeof(*some), 3, &ape);
	cr_expect_eq(memcmp(some, list, sizeof(list)), 0);
	cr_expect_str_eq(some[3].name, "ape");
}

Test(names, are_in_no_empty_list)
{
	int is_there = 1;

	cr_expect_eq(place(0, "ant", &is_there), 0);
	cr_expect_not(is_there);
}
