#include <criterion/criterion.h>

#include "preload/live.h"

#define BLOCKS 20000

static const void *block(size_t i)
{
	return (const void *)(uintptr_t)(0x555500001010u + i * 32768);
}

static struct tm_live_entry entry(size_t i)
{
	struct tm_live_entry entry = {.weight = 1000 + i, .site = i % 4096};

	return entry;
}

Test(live, gives_back_what_was_added_once)
{
	struct tm_live_entry found;
	size_t i;

	tm_live_start(32768);
	for (i = 0; i < BLOCKS; i++)
		cr_assert(tm_live_add(block(i), entry(i)));
	for (i = 0; i < BLOCKS; i++) {
		cr_assert(tm_live_may_have(block(i)));
		found = tm_live_remove(block(i));
		cr_assert_eq(found.weight, entry(i).weight);
		cr_assert_eq(found.site, entry(i).site);
		cr_assert_eq(tm_live_remove(block(i)).weight, 0);
	}
}

Test(live, says_no_of_all_that_is_not_there)
{
	size_t i;

	tm_live_start(32768);
	for (i = 0; i < BLOCKS; i++)
		cr_assert(tm_live_add(block(i), entry(i)));
	for (i = 0; i < BLOCKS; i++)
		tm_live_remove(block(i));
	/* Counts that reached the top say "maybe" for ever. */
	for (i = 0; i < BLOCKS; i++)
		if (!tm_live_may_have(block(i)))
			return;
	cr_assert_fail("the filter says maybe of everything");
}

Test(live, refuses_when_it_is_full)
{
	size_t i, added = 0;

	tm_live_start(32768);
	cr_expect_eq(tm_live_halvings(), 0);
	for (i = 0; i < 200000; i++)
		added += (size_t)tm_live_add(block(i), entry(i));
	cr_expect_eq(added, 65536);
	cr_expect_eq(tm_live_halvings(), 16);
	for (i = 0; i < 200000; i++)
		added -= tm_live_remove(block(i)).weight != 0;
	cr_expect_eq(added, 0);
	cr_expect_eq(tm_live_halvings(), 0);
}
