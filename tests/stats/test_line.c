/*
 * The straight line through a few blocks, and how far it may be off.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "stats/shapes.h"

static double slope, error;

Test(line, through_points_on_it_has_no_error)
{
	static const double x[] = {0, .25, .5, 1};
	static const double y[] = {3, 4, 5, 7};

	tm_line_fit(x, y, 4, &slope, &error);
	cr_expect_float_eq(slope, 4, 1e-12);
	cr_expect_float_eq(error, 0, 1e-12);
}

/* Residuals .1, -.3, .3, -.1: squares .2, products of neighbours -.15, so no
 * correlation is allowed for; .2 / 2 / 5 is the variance of the slope. */
Test(line, has_the_textbooks_error_where_residuals_alternate)
{
	static const double x[] = {0, 1, 2, 3};
	static const double y[] = {10.1, 10.7, 12.3, 12.9};

	tm_line_fit(x, y, 4, &slope, &error);
	cr_expect_float_eq(slope, 1, 1e-12);
	cr_expect_float_eq(error, sqrt(.2 / 2 / 5), 1e-9);
}

/* Two high, two low, two high: about the mean of 22 / 3 the squares add up to
 * 48 / 9 and the products of neighbours to 8 / 9. */
Test(line, allows_for_residuals_that_follow_each_other)
{
	static const double x[] = {0, 1, 2, 3, 4, 5};
	static const double y[] = {8, 8, 6, 6, 8, 8};
	double correlation = 1 / 6., xx = 17.5, squares = 48 / 9.;

	tm_line_fit(x, y, 6, &slope, &error);
	cr_expect_float_eq(slope, 0, 1e-12);
	cr_expect_float_eq(
		error,
		sqrt(squares / 4 / xx * (1 + correlation) / (1 - correlation)),
		1e-9);
}

/* A half-wave: neighbours are nearly the same, and no more than a correlation
 * of .9 is allowed for. */
Test(line, allows_for_a_correlation_of_nine_tenths_at_most)
{
	double x[60], y[60], xx = 0, squares = 0, mean = 0;
	size_t i;

	for (i = 0; i < 60; i++) {
		x[i] = (double)i;
		y[i] = sin(3.141592653589793 * ((double)i + .5) / 60);
		mean += y[i] / 60;
	}
	for (i = 0; i < 60; i++) {
		xx += (x[i] - 29.5) * (x[i] - 29.5);
		squares += (y[i] - mean) * (y[i] - mean);
	}
	tm_line_fit(x, y, 60, &slope, &error);
	cr_expect_float_eq(slope, 0, 1e-12);
	cr_expect_float_eq(error, sqrt(squares / 58 / xx * 1.9 / .1), 1e-9);
}

Test(line, is_the_same_above_a_large_level)
{
	static const double x[] = {0, 1, 2, 3};
	static const double y[] = {1e15, 1e15 + 1, 1e15 + 1, 1e15 + 3};

	tm_line_fit(x, y, 4, &slope, &error);
	cr_expect_float_eq(slope, .9, 1e-12);
}

Test(line, of_two_points_may_be_any)
{
	static const double x[] = {0, 1};
	static const double y[] = {1, 3};

	tm_line_fit(x, y, 2, &slope, &error);
	cr_expect_float_eq(slope, 2, 1e-12);
	cr_expect(isinf(error));
}

Test(line, of_points_with_one_x_does_not_exist)
{
	static const double x[] = {1, 1, 1};
	static const double y[] = {1, 3, 4};

	tm_line_fit(x, y, 3, &slope, &error);
	cr_expect_eq(slope, 0);
	cr_expect(isinf(error));
}

/* From the tables of the t distribution. */
Test(student, has_the_quantiles_of_the_tables)
{
	static const struct {
		double degrees, quantile;
	} rows[] = {{1, 12.706}, {2, 4.303},  {3, 3.182},  {4, 2.776},
		    {5, 2.571},	 {6, 2.447},  {7, 2.365},  {8, 2.306},
		    {9, 2.262},	 {10, 2.228}, {11, 2.201}, {12, 2.179},
		    {14, 2.145}, {20, 2.086}, {30, 2.042}, {98, 1.984},
		    {1e6, 1.960}};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		cr_expect_float_eq(tm_student_975(rows[i].degrees),
				   rows[i].quantile, .003, "%g degrees",
				   rows[i].degrees);
}

Test(student, rounds_degrees_of_freedom_down)
{
	cr_expect_eq(tm_student_975(3.99), tm_student_975(3));
	cr_expect_eq(tm_student_975(10), 2.228);
	cr_expect_neq(tm_student_975(10.5), tm_student_975(10));
	cr_expect_eq(tm_student_975(.5), 12.706);
	cr_expect_eq(tm_student_975(0), 12.706);
	cr_expect_eq(tm_student_975(-1), 12.706);
}
