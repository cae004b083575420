#include <criterion/criterion.h>

#include "lab/program/leak.h"

static struct tm_leak leak;

Test(leak, loses_nothing_unless_it_is_asked_to)
{
	cr_assert_eq(tm_leak_grow(&leak, 0, NULL), TM_OK);
	cr_assert_null(leak.newest);
}

Test(leak, hangs_each_block_on_its_list)
{
	const struct tm_leak_block *first;

	cr_assert_eq(tm_leak_grow(&leak, 16, NULL), TM_OK);
	first = leak.newest;
	cr_assert_not_null(first);
	cr_assert_eq(tm_leak_grow(&leak, 16, NULL), TM_OK);
	cr_assert_neq(leak.newest, first);
	tm_leak_release(&leak);
	cr_assert_null(leak.newest);
}

/* A single byte cannot hold the list's pointer: eight of them can. */
Test(leak, saves_up_what_is_too_small_for_a_block)
{
	int i;

	for (i = 0; i < 7; i++)
		cr_assert_eq(tm_leak_grow(&leak, 1, NULL), TM_OK);
	cr_assert_null(leak.newest);
	cr_assert_eq(tm_leak_grow(&leak, 1, NULL), TM_OK);
	cr_assert_not_null(leak.newest);
	cr_assert_eq(leak.owed, 0);
	tm_leak_release(&leak);
}
