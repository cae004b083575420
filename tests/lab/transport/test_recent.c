#include <criterion/criterion.h>
#include <string.h>

#include "lab/transport/recent.h"

static struct tm_alloc alloc;

static struct tm_id numbered(uint32_t number)
{
	struct tm_id id = {{0}};

	memcpy(id.bytes + 12, &number, sizeof(number));
	return id;
}

static struct tm_recent *map_of(uint32_t capacity)
{
	struct tm_recent *map;

	tm_alloc_init(&alloc);
	cr_assert_eq(
		tm_recent_new(&map, &alloc, capacity, sizeof(uint32_t), NULL),
		TM_OK);
	return map;
}

static void put(struct tm_recent *map, uint32_t number)
{
	struct tm_id id = numbered(number);
	int is_new;
	uint32_t *entry = tm_recent_put(map, &id, &is_new);

	cr_assert(is_new);
	*entry = number;
}

static int has(struct tm_recent *map, uint32_t number)
{
	struct tm_id id = numbered(number);
	uint32_t *entry = tm_recent_find(map, &id);

	cr_assert(!entry || *entry == number);
	return entry != NULL;
}

Test(recent, keeps_the_newest_and_forgets_the_oldest)
{
	struct tm_recent *map = map_of(100);
	uint32_t i;

	for (i = 0; i < 1000; i++)
		put(map, i);
	cr_assert_eq(tm_recent_count(map), 100);
	for (i = 0; i < 1000; i++)
		cr_assert_eq(has(map, i), i >= 900, "%u", i);
	tm_recent_free(map);
	cr_assert_eq(alloc.live_bytes, 0);
}

Test(recent, gives_the_same_entry_again)
{
	struct tm_recent *map = map_of(4);
	struct tm_id id = numbered(7);
	uint32_t *entry;
	int is_new;

	put(map, 7);
	entry = tm_recent_put(map, &id, &is_new);
	cr_assert_not(is_new);
	cr_assert_eq(*entry, 7);
	cr_assert_eq(tm_recent_count(map), 1);
	tm_recent_free(map);
}

/* Removing makes holes anywhere in the order of age. */
Test(recent, forgets_by_age_also_after_removals)
{
	struct tm_recent *map = map_of(10);
	uint32_t i;

	for (i = 0; i < 10; i++)
		put(map, i);
	for (i = 0; i < 10; i += 3) {
		struct tm_id id = numbered(i);

		tm_recent_remove(map, &id);
		tm_recent_remove(map, &id);
		cr_assert_not(has(map, i));
	}
	for (i = 10; i < 16; i++)
		put(map, i);
	cr_assert_eq(tm_recent_count(map), 10);
	/* 0, 3, 6 and 9 were removed; 1 and 2 were the oldest then. */
	for (i = 0; i < 16; i++)
		cr_assert_eq(has(map, i),
			     i == 4 || i == 5 || i == 7 || i == 8 || i >= 10,
			     "%u", i);
	tm_recent_free(map);
}

Test(recent, is_empty_and_usable_after_clearing)
{
	struct tm_recent *map = map_of(3);

	put(map, 1);
	put(map, 2);
	tm_recent_clear(map);
	cr_assert_eq(tm_recent_count(map), 0);
	cr_assert_not(has(map, 1));
	put(map, 1);
	put(map, 2);
	put(map, 3);
	put(map, 4);
	cr_assert_not(has(map, 1));
	cr_assert(has(map, 4));
	tm_recent_free(map);
}

Test(recent, survives_every_failing_allocation)
{
	struct tm_recent *map = NULL;
	uint64_t allowed;

	for (allowed = 0; !map; allowed++) {
		cr_assert_lt(allowed, 100);
		tm_alloc_init(&alloc);
		alloc.fail_after = allowed;
		if (tm_recent_new(&map, &alloc, 5, 8, NULL) == TM_OK)
			break;
		cr_assert_eq(alloc.live_blocks, 0);
	}
	tm_recent_free(map);
	cr_assert_eq(alloc.live_blocks, 0);
}
