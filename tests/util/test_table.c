#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "util/table.h"

static struct tm_alloc alloc;
static struct tm_table table;

static void start(void)
{
	tm_alloc_init(&alloc);
	tm_table_init(&table, &alloc);
}

static void stop(void)
{
	tm_table_release(&table);
	cr_assert_eq(alloc.live_bytes, 0);
}

/* Many keys have few homes, the last places of a table among them: they push
 * each other on, around its end too. */
static struct tm_id crowded(uint32_t number)
{
	struct tm_id id = {{0}};

	id.bytes[0] = (uint8_t)(0xff - number % 5);
	id.bytes[1] = 0xff;
	memcpy(id.bytes + 9, &number, sizeof(number));
	id.bytes[15] = 1;
	return id;
}

static struct tm_id spread(uint32_t number)
{
	struct tm_id id = {{0}};
	uint64_t hash = (number + 1) * 0x9e3779b97f4a7c15u;

	memcpy(id.bytes, &hash, sizeof(hash));
	id.bytes[15] = 1;
	return id;
}

Test(table, is_empty_at_first)
{
	struct tm_id key = spread(1), found;
	size_t at = 0;

	start();
	cr_assert_not(tm_table_has(&table, &key));
	cr_assert_null(tm_table_get(&table, &key));
	cr_assert_null(tm_table_take(&table, &key));
	cr_assert_not(tm_table_next(&table, &at, &found, NULL));
	cr_assert_eq(tm_table_bytes(&table), 0);
	cr_assert_eq(alloc.live_blocks, 0);
	stop();
}

Test(table, answers_the_value_that_is_replaced)
{
	struct tm_id key = spread(1);
	int one, two;
	void *replaced = &one;

	start();
	cr_assert_eq(tm_table_put(&table, &key, &one, &replaced), TM_OK);
	cr_assert_null(replaced);
	cr_assert_eq(tm_table_put(&table, &key, &two, &replaced), TM_OK);
	cr_assert_eq(replaced, &one);
	cr_assert_eq(table.count, 1);
	cr_assert_eq(tm_table_get(&table, &key), &two);
	cr_assert_eq(tm_table_put(&table, &key, &one, NULL), TM_OK);
	cr_assert_eq(tm_table_take(&table, &key), &one);
	cr_assert_eq(table.count, 0);
	stop();
}

Test(table, set_holds_a_key_once)
{
	struct tm_id key = spread(1);
	struct tm_table set;

	start();
	tm_set_init(&set, &alloc);
	cr_assert_eq(tm_set_add(&set, &key), TM_OK);
	cr_assert_eq(tm_set_add(&set, &key), TM_OK);
	cr_assert_eq(set.count, 1);
	cr_assert(tm_table_has(&set, &key));
	cr_assert_eq(tm_table_bytes(&set), set.capacity * sizeof(struct tm_id));
	cr_assert(tm_set_discard(&set, &key));
	cr_assert_not(tm_set_discard(&set, &key));
	cr_assert_eq(set.count, 0);
	tm_table_release(&set);
	stop();
}

/* --- against a naive model ------------------------------------------------ */

#define KEYS 300

static uint64_t state;

static uint32_t draw(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state % below);
}

/* What the table must hold, found by looking at every entry. */
static void *model[KEYS];

static void compare_all(struct tm_id (*key_of)(uint32_t))
{
	uint32_t walked = 0, present = 0, i;
	struct tm_id key;
	void *value;
	size_t at = 0;

	for (i = 0; i < KEYS; i++) {
		key = key_of(i);
		cr_assert_eq(tm_table_get(&table, &key), model[i], "key %u", i);
		cr_assert_eq(tm_table_has(&table, &key), model[i] != NULL);
		present += model[i] != NULL;
	}
	cr_assert_eq(table.count, present);
	while (tm_table_next(&table, &at, &key, &value)) {
		/* A value points at its own key's entry of the model. */
		i = (uint32_t)((void **)value - model);
		cr_assert_lt(i, KEYS);
		cr_assert_eq(model[i], value);
		walked++;
	}
	cr_assert_eq(walked, present);
}

static void step(struct tm_id (*key_of)(uint32_t), uint32_t keys)
{
	uint32_t number = draw(keys);
	struct tm_id key = key_of(number);
	void *replaced;

	if (draw(2)) {
		cr_assert_eq(
			tm_table_put(&table, &key, &model[number], &replaced),
			TM_OK);
		cr_assert_eq(replaced, model[number]);
		model[number] = &model[number];
	} else {
		cr_assert_eq(tm_table_take(&table, &key), model[number]);
		model[number] = NULL;
	}
}

/* A small number of keys stays in the smallest table, so that its end comes
 * into play; a larger one makes it grow. */
static void play(struct tm_id (*key_of)(uint32_t), uint64_t seed)
{
	static const uint32_t keys[] = {14, 40, KEYS};
	size_t i;
	int k;

	for (i = 0; i < 3; i++) {
		start();
		memset(model, 0, sizeof(model));
		state = seed;
		for (k = 0; k < 3000; k++) {
			step(key_of, keys[i]);
			if (k % 16 == 0)
				compare_all(key_of);
		}
		compare_all(key_of);
		stop();
	}
}

ParameterizedTestParameters(table, does_as_a_naive_one)
{
	static uint64_t seeds[] = {1, 2, 3, 4, 5, 6};

	return cr_make_param_array(uint64_t, seeds, 6);
}

ParameterizedTest(uint64_t *seed, table, does_as_a_naive_one)
{
	play(crowded, *seed);
	play(spread, *seed);
}

/* --- room ----------------------------------------------------------------- */

Test(table, stays_small_when_keys_come_and_go)
{
	uint64_t bytes;
	uint32_t i;

	start();
	for (i = 0; i < 200000; i++) {
		struct tm_id key = spread(i);
		struct tm_id old = spread(i - 8);

		cr_assert_eq(tm_table_put(&table, &key, model, NULL), TM_OK);
		if (i >= 8)
			cr_assert_eq(tm_table_take(&table, &old), model);
		if (i == 100)
			bytes = tm_table_bytes(&table);
	}
	cr_assert_eq(table.count, 8);
	cr_assert_eq(tm_table_bytes(&table), bytes);
	cr_assert_eq(alloc.live_bytes, bytes);
	stop();
}

Test(table, doubles_when_three_quarters_are_used)
{
	uint32_t i;

	start();
	for (i = 0; i < 13; i++) {
		struct tm_id key = spread(i);

		cr_assert_eq(tm_table_put(&table, &key, model, NULL), TM_OK);
		cr_assert_eq(table.capacity, i < 12 ? 16 : 32);
	}
	cr_assert_eq(tm_table_bytes(&table),
		     32 * (sizeof(struct tm_id) + sizeof(void *)));
	stop();
}

/* Each request that growing makes fails in turn. */
Test(table, holds_what_it_held_when_memory_is_short)
{
	uint32_t held, i;
	uint64_t n;

	start();
	for (held = 0; held < 100; held++) {
		struct tm_id key = spread(held), old;
		enum tm_rc rc = TM_ENOMEM;

		for (n = 0; rc != TM_OK; n++) {
			cr_assert_lt(n, 4);
			alloc.fail_after = n;
			rc = tm_table_put(&table, &key, model, NULL);
			alloc.fail_after = UINT64_MAX;
			if (rc == TM_OK)
				break;
			cr_assert_eq(table.count, held);
			cr_assert_not(tm_table_has(&table, &key));
			for (i = 0; i < held; i++) {
				old = spread(i);
				cr_assert(tm_table_has(&table, &old));
			}
		}
	}
	cr_assert_eq(table.count, 100);
	stop();
}
