#include <criterion/criterion.h>

#include "probe/history.h"

static struct tm_history history;

/* `count` samples, `every` apart, of memory that starts at `start` and rises by
 * `slope` at each. */
static void live(uint64_t count, uint64_t every, uint64_t start, uint64_t slope)
{
	uint64_t first = history.seen ? history.last.position + every : 0, i;

	for (i = 0; i < count; i++)
		tm_history_add(&history, first + i * every, start + i * slope);
}

static struct tm_history_growth growth(void)
{
	struct tm_history_growth out;

	cr_assert(tm_history_growth(&history, &out));
	return out;
}

Test(history, tells_growth_from_a_third_on)
{
	live(31, 10, 5000, 100);
	cr_assert_eq(growth().from, 110);
	cr_assert_eq(growth().to, 290);
	cr_assert_eq(growth().until, 300);
	cr_assert_eq(growth().bytes, 1800);
}

Test(history, does_not_take_a_start_up_for_growth)
{
	live(10, 10, 1000, 1000000);
	live(30, 10, 9001000, 0);
	cr_assert_eq(growth().bytes, 0);
}

Test(history, tells_what_was_given_back)
{
	live(20, 1, 9000, 0);
	live(4, 1, 4000, 0);
	cr_assert_eq(growth().bytes, -5000);
}

/* It frees what it holds and is sampled once more before it ends. */
Test(history, ignores_a_single_sample)
{
	live(31, 10, 5000, 100);
	live(1, 10, 10, 0);
	cr_assert_eq(growth().to, 300);
	cr_assert_eq(growth().until, 310);
	cr_assert_eq(growth().bytes, 100 * (29 - 12));
}

/* However long it lives: the points stay spread over all of it. */
Test(history, keeps_a_long_life_in_the_same_room)
{
	live(100000, 3, 1000, 7);
	cr_assert_leq(history.count, TM_HISTORY_POINTS);
	cr_assert_geq(history.count, TM_HISTORY_POINTS / 2);
	cr_assert_eq(growth().until, 299997);
	cr_assert_geq(growth().to, 299997 - 2 * 300000 / 16);
	cr_assert_geq(growth().from, 100000);
	/* There are 16 points at the least: no more than two behind. */
	cr_assert_leq(growth().from, 100000 + 2 * 300000 / 16);
	/* 7 bytes each 3 positions, wherever it begins. */
	cr_assert_eq(growth().bytes * 3,
		     (int64_t)(growth().to - growth().from) * 7);
}

Test(history, of_few_samples_decides_nothing)
{
	struct tm_history_growth out;

	live(TM_HISTORY_ENOUGH - 1, 10, 5000, 100);
	cr_assert_not(tm_history_growth(&history, &out));
	live(1, 10, 5000, 100);
	cr_assert(tm_history_growth(&history, &out));
}

Test(history, at_one_position_decides_nothing)
{
	struct tm_history_growth out;

	live(100, 0, 5000, 100);
	cr_assert_not(tm_history_growth(&history, &out));
	cr_assert_not(tm_history_growth(&(struct tm_history){0}, &out));
}

Test(history, leaves_out_a_position_that_goes_backwards)
{
	live(31, 10, 5000, 100);
	tm_history_add(&history, 5, 900000);
	cr_assert_eq(history.seen, 31);
	cr_assert_eq(growth().bytes, 1800);
}
