#include <criterion/criterion.h>

#include "stats/slope.h"

static double slope_of(const double (*points)[2], size_t count)
{
	struct tm_slope slope = {0};
	double out;
	size_t i;

	for (i = 0; i < count; i++)
		tm_slope_add(&slope, points[i][0], points[i][1]);
	cr_assert(tm_slope_get(&slope, &out));
	return out;
}

Test(slope, is_that_of_a_line_through_its_points)
{
	static const double points[][2] = {{0, 5}, {1, 7}, {2, 9}, {10, 25}};

	cr_assert_float_eq(slope_of(points, 4), 2, 1e-12);
}

Test(slope, is_the_least_squares_one_where_points_scatter)
{
	/* Worked by hand: sum_xy = 2.5, sum_xx = 5. */
	static const double points[][2] = {{0, 1}, {1, 0}, {2, 2}, {3, 2}};

	cr_assert_float_eq(slope_of(points, 4), 0.5, 1e-12);
}

Test(slope, keeps_a_byte_an_iteration_on_top_of_a_gibibyte)
{
	struct tm_slope slope = {0};
	double out;
	int i;

	for (i = 0; i < 100000; i++)
		tm_slope_add(&slope, 1e9 + i, 1073741824.0 + i);
	cr_assert(tm_slope_get(&slope, &out));
	cr_assert_float_eq(out, 1, 1e-6);
}

Test(slope, is_not_determined_by_less_than_two_points)
{
	struct tm_slope slope = {0};
	double out = 42;

	cr_assert_not(tm_slope_get(&slope, &out));
	tm_slope_add(&slope, 1, 1);
	cr_assert_not(tm_slope_get(&slope, &out));
	cr_assert_eq(out, 42);
}

Test(slope, is_not_determined_by_points_above_each_other)
{
	struct tm_slope slope = {0};
	double out = 42;

	tm_slope_add(&slope, 3, 1);
	tm_slope_add(&slope, 3, 9);
	cr_assert_not(tm_slope_get(&slope, &out));
	cr_assert_eq(out, 42);
}
