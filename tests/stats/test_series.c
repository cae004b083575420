/*
 * Points made fit for judging: sorted, compacted, and summed up in blocks.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "stats/series.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct tm_series_note note;

/* --- cleaning ------------------------------------------------------------- */

Test(series, is_sorted_by_iteration_and_then_by_value)
{
	struct tm_point points[] = {{5, 1, 0}, {2, 9, 0}, {8, 3, 0}, {1, 4, 0},
				    {7, 7, 0}, {3, 2, 0}, {6, 6, 0}, {4, 8, 0}};
	size_t i;

	cr_assert_eq(tm_series_clean(points, COUNT(points), &note), 8);
	for (i = 0; i < COUNT(points); i++)
		cr_expect_eq(points[i].x, (double)(i + 1), "place %zu", i);
	cr_expect_eq(points[0].y, 4);
	cr_expect_eq(points[7].y, 3);
	cr_expect_eq(note.given, 8);
	cr_expect_eq(note.used, 8);
}

/* Every length has another last place in the heap. */
Test(series, of_any_length_is_sorted)
{
	struct tm_point points[40];
	size_t count, i;

	for (count = 1; count <= COUNT(points); count++) {
		for (i = 0; i < count; i++)
			points[i] = (struct tm_point){
				.x = (double)(i * 17 % 41),
				.y = (double)i,
			};
		cr_assert_eq(tm_series_clean(points, count, &note), count);
		for (i = 1; i < count; i++)
			cr_assert_lt(points[i - 1].x, points[i].x,
				     "place %zu of %zu", i, count);
	}
}

Test(series, keeps_the_lowest_of_an_iteration)
{
	struct tm_point points[] = {
		{1, 5, 0}, {2, 9, 0}, {2, 3, 0}, {2, 7, 0}, {3, 4, 0}};

	cr_assert_eq(tm_series_clean(points, COUNT(points), &note), 3);
	cr_expect_eq(points[1].x, 2);
	cr_expect_eq(points[1].y, 3);
	cr_expect_eq(points[2].y, 4);
	cr_expect_eq(note.duplicated, 2);
	cr_expect_eq(note.used, 3);
	cr_expect_eq(note.given, 5);
}

Test(series, counts_each_point_that_comes_before_an_earlier_one)
{
	struct tm_point points[] = {{1, 0, 0}, {4, 0, 0}, {2, 0, 0},
				    {3, 0, 0}, {3, 1, 0}, {0, 0, 0}};

	tm_series_clean(points, COUNT(points), &note);
	cr_expect_eq(note.reordered, 2);
}

Test(series, counts_only_reordered_points_that_can_be_used)
{
	struct tm_point points[] = {{5, 0, 0}, {1, -1, 0}, {6, 0, 0}};

	cr_assert_eq(tm_series_clean(points, COUNT(points), &note), 2);
	cr_expect_eq(note.reordered, 0);
	cr_expect_eq(note.negative, 1);
}

Test(series, takes_zero_and_leaves_out_what_is_below)
{
	struct tm_point points[] = {{0, 0, 0}, {1, -.5, 0}, {-1, 1, 0}};

	cr_assert_eq(tm_series_clean(points, COUNT(points), &note), 1);
	cr_expect_eq(note.negative, 2);
	cr_expect_eq(note.not_finite, 0);
	cr_expect_eq(note.too_large, 0);
}

/* 2^62 is no count of bytes; the double below it may be. */
Test(series, takes_what_is_below_two_to_the_62)
{
	double limit = 4611686018427387904.0;
	double below = nextafter(limit, 0);
	struct tm_point points[] = {{1, limit, 0},    {2, below, 0},
				    {limit, 3, 0},    {below, 4, 0},
				    {INFINITY, 1, 0}, {1, -INFINITY, 0},
				    {NAN, 1, 0}};

	cr_assert_eq(tm_series_clean(points, COUNT(points), &note), 2);
	cr_expect_eq(note.too_large, 2);
	cr_expect_eq(note.not_finite, 3);
	cr_expect_eq(points[0].y, below);
	cr_expect_eq(points[1].x, below);
}

Test(series, of_nothing_is_empty)
{
	cr_assert_eq(tm_series_clean(NULL, 0, &note), 0);
	cr_expect_eq(note.given, 0);
	cr_expect_eq(note.used, 0);
	cr_expect_eq(note.reordered, 0);
}

/* --- what a series does --------------------------------------------------- */

Test(series, falls_from_its_highest_value_to_a_later_one)
{
	static const struct tm_point points[] = {{0, 5, 0}, {1, 9, 0},
						 {2, 6, 0}, {3, 10, 0},
						 {4, 2, 0}, {5, 7, 0}};

	cr_expect_eq(tm_series_drawdown(points, 6), 8);
	cr_expect_eq(tm_series_drawdown(points, 4), 3);
	cr_expect_eq(tm_series_drawdown(points, 2), 0);
	cr_expect_eq(tm_series_drawdown(points + 4, 2), 0);
	cr_expect_eq(tm_series_drawdown(points, 0), 0);
}

Test(series, falls_from_its_first_value_too)
{
	static const struct tm_point points[] = {{0, 5, 0}, {1, 2, 0}};

	cr_expect_eq(tm_series_drawdown(points, 2), 3);
}

Test(series, has_its_low_at_the_earliest_of_several)
{
	static const struct tm_point points[] = {
		{0, 5, 0}, {1, 2, 0}, {2, 3, 0}, {3, 2, 0}};

	cr_expect_eq(tm_series_low(points, 4), &points[1]);
	cr_expect_eq(tm_series_low(points, 1), &points[0]);
	cr_expect_eq(tm_series_low(points + 2, 2), &points[3]);
}

static double median_of(const double *values, size_t count)
{
	struct tm_point points[16];
	size_t i;

	for (i = 0; i < count; i++)
		points[i] = (struct tm_point){.x = (double)i, .y = values[i]};
	return tm_series_median(points, count);
}

Test(series, has_its_median_in_the_middle)
{
	static const double odd[] = {9, 1, 5, 3, 7};
	static const double even[] = {9, 1, 5, 3};
	static const double tied[] = {4, 4, 4, 1, 9, 4};

	cr_expect_eq(median_of(odd, 1), 9);
	cr_expect_eq(median_of(odd, 2), 5);
	cr_expect_eq(median_of(odd, 5), 5);
	cr_expect_eq(median_of(even, 4), 4);
	cr_expect_eq(median_of(tied, 6), 4);
}

/* Against sorting: every order of seven values. */
Test(series, has_the_same_median_in_any_order)
{
	double values[7];
	size_t order, i;

	for (order = 0; order < 5040; order++) {
		size_t left = order, taken = 0, j;

		for (i = 0; i < 7; i++) {
			size_t nth = left % (7 - i);

			left /= 7 - i;
			for (j = 0; (taken >> j & 1) || nth > 0; j++)
				nth -= !(taken >> j & 1);
			taken |= (size_t)1 << j;
			values[i] = (double)(j * j);
		}
		cr_assert_eq(median_of(values, 7), 9, "order %zu", order);
		cr_assert_eq(median_of(values, 1), values[0]);
	}
}

/* --- blocks --------------------------------------------------------------- */

static struct tm_blocks blocks_of(struct tm_point *points, size_t count,
				  size_t blocks_max)
{
	struct tm_blocks blocks;

	memset(&blocks, 0, sizeof(blocks));
	tm_blocks_make(&blocks, points, count, blocks_max);
	return blocks;
}

Test(blocks, hold_equal_numbers_of_samples)
{
	struct tm_point points[8];
	struct tm_blocks blocks;
	size_t i;

	for (i = 0; i < 8; i++)
		points[i] = (struct tm_point){.x = 100 + 10 * (double)i,
					      .y = (double)(i * i)};
	blocks = blocks_of(points, 8, 2);
	cr_assert_eq(blocks.count, 2);
	cr_expect_eq(blocks.low[0], 0);
	cr_expect_eq(blocks.low[1], 16);
	cr_expect_eq(blocks.median[0], 2.5); /* of 0, 1, 4, 9 */
	cr_expect_eq(blocks.median[1], 30.5);
	cr_expect_float_eq(blocks.low_at[0], 0, 1e-12);
	cr_expect_float_eq(blocks.low_at[1], 4 / 7., 1e-12);
	cr_expect_float_eq(blocks.median_at[0], 1.5 / 7, 1e-12);
	cr_expect_float_eq(blocks.median_at[1], 5.5 / 7, 1e-12);
}

Test(blocks, of_an_odd_number_have_their_median_at_the_middle_sample)
{
	struct tm_point points[] = {{0, 3, 0},	{1, 1, 0},  {10, 2, 0},
				    {11, 6, 0}, {13, 4, 0}, {20, 5, 0}};
	struct tm_blocks blocks = blocks_of(points, 6, 2);

	cr_assert_eq(blocks.count, 2);
	cr_expect_eq(blocks.median[0], 2);
	cr_expect_float_eq(blocks.median_at[0], .05, 1e-12);
	cr_expect_eq(blocks.low[0], 1);
	cr_expect_float_eq(blocks.low_at[0], .05, 1e-12);
	cr_expect_eq(blocks.median[1], 5);
	cr_expect_float_eq(blocks.median_at[1], .65, 1e-12);
	cr_expect_float_eq(blocks.low_at[1], .65, 1e-12);
}

Test(blocks, are_no_more_than_there_are_samples)
{
	struct tm_point points[] = {{0, 3, 0}, {1, 1, 0}, {2, 2, 0}};
	struct tm_blocks blocks = blocks_of(points, 3, TM_BLOCKS_MAX);

	cr_assert_eq(blocks.count, 3);
	cr_expect_eq(blocks.low[1], 1);
	cr_expect_eq(blocks.median[2], 2);
	cr_expect_eq(blocks.low_at[1], .5);
	blocks = blocks_of(points, 3, 3);
	cr_expect_eq(blocks.count, 3);
}

Test(blocks, at_one_place_lie_at_the_beginning)
{
	struct tm_point points[] = {{7, 3, 0}, {7, 1, 0}};
	struct tm_blocks blocks = blocks_of(points, 2, 2);

	cr_expect_eq(blocks.low_at[0], 0);
	cr_expect_eq(blocks.low_at[1], 0);
	cr_expect_eq(blocks.median_at[1], 0);
}
