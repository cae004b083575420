#include <criterion/criterion.h>

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

Test(names, are_in_no_empty_list)
{
	int is_there = 1;

	cr_expect_eq(place(0, "ant", &is_there), 0);
	cr_expect_not(is_there);
}
