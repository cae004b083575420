/*
 * Bounded and growing shapes: which of either kind explains a few blocks best.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "stats/shapes.h"

#define BLOCKS 16

static double x[BLOCKS], y[BLOCKS];
static struct tm_shapes shapes;

static void start(void)
{
	size_t i;

	for (i = 0; i < BLOCKS; i++) {
		x[i] = (double)i / (BLOCKS - 1);
		y[i] = 1e6;
	}
}

TestSuite(shapes, .init = start);

/* Add to each block what `part` says of its place. */
static void add(double (*part)(double at))
{
	size_t i;

	for (i = 0; i < BLOCKS; i++)
		y[i] += part(x[i]);
}

static double line(double at)
{
	return 48000 * at;
}

static double falling_line(double at)
{
	return -48000 * at;
}

static double half(double at)
{
	return at < .5 ? 0 : 48000;
}

static double third(double at)
{
	return at < .3 ? 0 : 16000;
}

static double warm_up(double at)
{
	return 48000 * (1 - exp(-at / .12));
}

static double logarithm(double at)
{
	return 20000 * log(at + .1);
}

static double until_two_thirds(double at)
{
	return 48000 * fmin(at, 10. / 15);
}

static double from_a_third(double at)
{
	return 96000 * fmax(at - 5. / 15, 0);
}

/* What explains the blocks exactly has nothing left but the metric's own step,
 * and is charged for its parameters: n / 2 ln(step^2 / 12) + k / 2 ln n. */
static double exact_criterion(double parameters)
{
	return BLOCKS / 2. * log(16. * 16 / 12) +
	       parameters / 2 * log((double)BLOCKS);
}

static void fit(void)
{
	tm_shapes_fit(&shapes, x, y, BLOCKS, 16);
}

static void expect_bounded(enum tm_curve curve, double parameters)
{
	fit();
	cr_expect_eq(shapes.bounded.curve, curve, "%s",
		     tm_curve_name(shapes.bounded.curve));
	cr_expect_float_eq(shapes.bounded.criterion,
			   exact_criterion(parameters), 1e-6);
}

static void expect_growing(enum tm_curve curve, double parameters, double slope)
{
	fit();
	cr_expect_eq(shapes.growing.curve, curve, "%s",
		     tm_curve_name(shapes.growing.curve));
	cr_expect_float_eq(shapes.growing.criterion,
			   exact_criterion(parameters), 1e-6);
	cr_expect_float_eq(shapes.growing.slope, slope, 1e-6 * slope);
	cr_expect_gt(shapes.bounded.criterion, shapes.growing.criterion);
}

Test(shapes, of_a_level_are_flat_and_none_grows)
{
	expect_bounded(TM_CURVE_FLAT, 1);
	cr_expect(isinf(shapes.growing.criterion));
	cr_expect_eq(shapes.growing.curve, TM_CURVE_UNKNOWN);
}

Test(shapes, of_a_step_are_a_step)
{
	add(half);
	expect_bounded(TM_CURVE_STEP, 3);
}

Test(shapes, of_two_steps_are_a_step_that_costs_more)
{
	add(half);
	add(third);
	expect_bounded(TM_CURVE_STEP, 5);
}

Test(shapes, of_a_step_at_either_end_are_a_step)
{
	y[BLOCKS - 1] += 48000;
	expect_bounded(TM_CURVE_STEP, 3);
	y[0] -= 16000;
	expect_bounded(TM_CURVE_STEP, 5);
}

Test(shapes, of_a_warm_up_are_bounded)
{
	add(warm_up);
	expect_bounded(TM_CURVE_BOUNDED, 3);
}

Test(shapes, of_a_logarithm_are_bounded)
{
	add(logarithm);
	expect_bounded(TM_CURVE_BOUNDED, 3);
}

Test(shapes, of_a_cache_that_fills_are_bounded)
{
	add(until_two_thirds);
	expect_bounded(TM_CURVE_BOUNDED, 3);
}

/* A cache that was full only after eight tenths of the run is not supposed. */
Test(shapes, are_full_after_eight_tenths_at_the_latest)
{
	size_t i;

	for (i = 0; i < BLOCKS; i++)
		y[i] += 48000 * fmin(x[i], x[12]);
	expect_bounded(TM_CURVE_BOUNDED, 3);
	for (i = 0; i < BLOCKS; i++)
		y[i] = 1e6 + 48000 * fmin(x[i], x[13]);
	fit();
	cr_expect_gt(shapes.bounded.criterion, exact_criterion(3) + 5);
}

Test(shapes, of_a_line_are_linear)
{
	add(line);
	expect_growing(TM_CURVE_LINEAR, 2, 48000);
	cr_expect_eq(shapes.growing.knot, 0);
}

Test(shapes, that_fall_do_not_grow)
{
	add(falling_line);
	fit();
	cr_expect_gt(shapes.growing.criterion, exact_criterion(4));
	cr_expect(isinf(shapes.growing.criterion) || shapes.growing.slope > 0);
}

Test(shapes, of_a_line_over_a_step_are_linear)
{
	add(line);
	add(half);
	expect_growing(TM_CURVE_LINEAR, 4, 48000);
	cr_expect_eq(shapes.growing.knot, 0);
}

Test(shapes, of_a_line_over_a_warm_up_are_linear)
{
	add(line);
	add(warm_up);
	expect_growing(TM_CURVE_LINEAR, 4, 48000);
	cr_expect_eq(shapes.growing.knot, 0);
}

Test(shapes, of_growth_that_begins_late_have_its_knot)
{
	add(from_a_third);
	expect_growing(TM_CURVE_LATE, 3, 96000);
	cr_expect_float_eq(shapes.growing.knot, 5. / 15, 1e-12);
}

Test(shapes, of_growth_that_becomes_faster_have_its_knot)
{
	add(line);
	add(from_a_third);
	expect_growing(TM_CURVE_LINEAR, 4, 144000);
	cr_expect_float_eq(shapes.growing.knot, 5. / 15, 1e-12);
}

/* Growth may begin at two thirds of the run, and change its pace at .55. */
Test(shapes, begin_to_grow_at_two_thirds_at_the_latest)
{
	size_t i;

	for (i = 0; i < BLOCKS; i++)
		y[i] += 96000 * fmax(x[i] - x[10], 0);
	expect_growing(TM_CURVE_LATE, 3, 96000);
	for (i = 0; i < BLOCKS; i++)
		y[i] = 1e6 + 96000 * fmax(x[i] - x[11], 0);
	fit();
	cr_expect_gt(shapes.growing.criterion, exact_criterion(4) + 5);
}

Test(shapes, change_their_pace_at_the_middle_at_the_latest)
{
	size_t i;

	add(line);
	for (i = 0; i < BLOCKS; i++)
		y[i] += 96000 * fmax(x[i] - x[8], 0);
	expect_growing(TM_CURVE_LINEAR, 4, 144000);
	for (i = 0; i < BLOCKS; i++)
		y[i] = 1e6 + 48000 * x[i] + 96000 * fmax(x[i] - x[9], 0);
	fit();
	cr_expect_gt(shapes.growing.criterion, exact_criterion(4) + 5);
}

/* At .67 and .55 themselves, and not behind. */
Test(shapes, have_knots_up_to_their_limits)
{
	size_t i;

	x[10] = .67;
	for (i = 0; i < BLOCKS; i++)
		y[i] += 96000 * fmax(x[i] - .67, 0);
	expect_growing(TM_CURVE_LATE, 3, 96000);
	x[8] = .55;
	for (i = 0; i < BLOCKS; i++)
		y[i] = 1e6 + 48000 * x[i] + 96000 * fmax(x[i] - .55, 0);
	expect_growing(TM_CURVE_LINEAR, 4, 144000);
}

/* Steps of the metric are noise that any shape may leave over. */
Test(shapes, of_differences_below_the_resolution_cost_nothing)
{
	y[3] += 16;
	y[9] -= 16;
	fit();
	cr_expect_eq(shapes.bounded.curve, TM_CURVE_FLAT);
	cr_expect_float_eq(
		shapes.bounded.criterion,
		8 * log((512 + 16 * 16. * 16 / 12) / 16) + .5 * log(16.), 1e-9);
}

Test(shapes, do_not_depend_on_the_level)
{
	struct tm_shapes low;
	size_t i;

	add(line);
	add(half);
	fit();
	low = shapes;
	for (i = 0; i < BLOCKS; i++)
		y[i] += 1125899906842624.0;
	fit();
	cr_expect_eq(shapes.growing.criterion, low.growing.criterion);
	cr_expect_eq(shapes.bounded.criterion, low.bounded.criterion);
	cr_expect_eq(shapes.growing.slope, low.growing.slope);
}
