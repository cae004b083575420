#include <criterion/criterion.h>

#include "preload/sampled_blocks.h"

#define BLOCKS 20000

static const void *block(size_t i)
{
	return (const void *)(uintptr_t)(0x555500001010u + i * 32768);
}

static struct tm_sampled_block entry(size_t i)
{
	struct tm_sampled_block entry = {.weight = 1000 + i, .site = i % 4096};

	return entry;
}

Test(sampled_blocks, gives_back_what_was_added_once)
{
	struct tm_sampled_block found;
	size_t i;

	tm_sampled_blocks_start(32768);
	for (i = 0; i < BLOCKS; i++)
		cr_assert(tm_sampled_blocks_add(block(i), entry(i)));
	for (i = 0; i < BLOCKS; i++) {
		cr_assert(tm_sampled_blocks_may_have(block(i)));
		found = tm_sampled_blocks_remove(block(i));
		cr_assert_eq(found.weight, entry(i).weight);
		cr_assert_eq(found.site, entry(i).site);
		cr_assert_eq(tm_sampled_blocks_remove(block(i)).weight, 0);
	}
}

Test(sampled_blocks, says_no_of_all_that_is_not_there)
{
	size_t i;

	tm_sampled_blocks_start(32768);
	for (i = 0; i < BLOCKS; i++)
		cr_assert(tm_sampled_blocks_add(block(i), entry(i)));
	for (i = 0; i < BLOCKS; i++)
		tm_sampled_blocks_remove(block(i));
	/* Counts that reached the top say "maybe" for ever. */
	for (i = 0; i < BLOCKS; i++)
		if (!tm_sampled_blocks_may_have(block(i)))
			return;
	cr_assert_fail("the filter says maybe of everything");
}

Test(sampled_blocks, refuses_when_it_is_full)
{
	size_t i, added = 0;

	tm_sampled_blocks_start(32768);
	cr_expect_eq(tm_sampled_blocks_halvings(), 0);
	for (i = 0; i < 200000; i++)
		added += (size_t)tm_sampled_blocks_add(block(i), entry(i));
	cr_expect_eq(added, 65536);
	cr_expect_eq(tm_sampled_blocks_halvings(), 16);
	for (i = 0; i < 200000; i++)
		added -= tm_sampled_blocks_remove(block(i)).weight != 0;
	cr_expect_eq(added, 0);
	cr_expect_eq(tm_sampled_blocks_halvings(), 0);
}
