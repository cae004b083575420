#include <criterion/criterion.h>
#include <math.h>

#include "stats/welch.h"

static struct tm_difference out;

/* Worked by hand: means 3 and 6, variances of the means .5 and 4/3, so that the
 * degrees of freedom are 3.53, which counts as 3: t is 3.182. */
Test(welch, has_the_interval_of_the_textbook)
{
	static const double first[] = {1, 2, 3, 4, 5};
	static const double second[] = {4, 6, 8};

	cr_assert(tm_welch(&out, first, 5, second, 3));
	cr_assert_float_eq(out.difference, 3, 1e-12);
	cr_assert_float_eq(out.high - out.difference, out.difference - out.low,
			   1e-12);
	cr_assert_float_eq(out.high - out.difference, 4.308, .01);
}

Test(welch, of_values_that_repeat_has_no_width)
{
	static const double first[] = {16, 16, 16};
	static const double second[] = {32, 32};

	cr_assert(tm_welch(&out, first, 3, second, 2));
	cr_assert_eq(out.low, 16);
	cr_assert_eq(out.high, 16);
}

Test(welch, needs_two_values_on_each_side)
{
	static const double values[] = {1, 2};

	cr_assert_not(tm_welch(&out, values, 1, values, 2));
	cr_assert_not(tm_welch(&out, values, 2, values, 1));
}

Test(welch, refuses_what_is_no_number)
{
	static const double values[] = {1, 2};
	static const double broken[] = {1, NAN};
	static const double endless[] = {1, INFINITY};
	/* Their mean is a number, their variance is none. */
	static const double far_apart[] = {1e200, -1e200};

	cr_assert_not(tm_welch(&out, values, 2, broken, 2));
	cr_assert_not(tm_welch(&out, endless, 2, values, 2));
	cr_assert_not(tm_welch(&out, far_apart, 2, values, 2));
	cr_assert_not(tm_welch(&out, values, 2, far_apart, 2));
}
