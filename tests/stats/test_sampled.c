#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>

#include "stats/sampled.h"

#define COUNT 60

static double x[COUNT], allocated[COUNT], freed[COUNT];
static struct tm_sampled_series series = {
	.x = x,
	.allocated = allocated,
	.freed = freed,
	.count = COUNT,
	.mean_bytes = 1000,
};

/* What lives grows by `a` to `middle` and by `b` from there on. */
static void fill(double a, double b)
{
	size_t i;

	for (i = 0; i < COUNT; i++) {
		x[i] = (double)i;
		allocated[i] = 500000 + a * fmin((double)i, COUNT / 2.0) +
			       b * fmax((double)i - COUNT / 2.0, 0.0);
	}
	series.samples_bytes = allocated[COUNT - 1];
	series.samples = series.samples_bytes / series.mean_bytes;
}

/* Of what was not sampled, and half a block of `weight` bytes at either end. */
static double error_of(double variance, double weight)
{
	return sqrt(variance + weight * weight / 6);
}

Test(sampled, a_steady_rise_grows_by_its_rate)
{
	struct tm_sampled_growth growth;

	fill(10000, 10000);
	cr_assert(tm_sampled_growth(&growth, &series));
	cr_assert(growth.grows);
	cr_assert(!growth.has_stopped);
	cr_assert_float_eq(growth.growth / (growth.last_x - growth.first_x),
			   10000, 1e-6);
}

Test(sampled, the_error_is_that_of_what_came)
{
	struct tm_sampled_growth growth;

	fill(100, 100);
	cr_assert(tm_sampled_growth(&growth, &series));
	/* Blocks far smaller than the distance: a variance of growth * weight. */
	cr_assert_float_eq(growth.error, error_of(growth.growth * 1000, 1000),
			   1.0);
	cr_assert(!growth.grows);
}

Test(sampled, large_blocks_are_all_seen)
{
	struct tm_sampled_growth growth;

	fill(20000, 20000);
	series.samples = series.samples_bytes / 20000;
	cr_assert(tm_sampled_growth(&growth, &series));
	cr_assert_float_eq(growth.error, error_of(0, 20000), 1.0);
}

Test(sampled, a_cache_that_filled_has_stopped)
{
	struct tm_sampled_growth growth;

	fill(10000, 0);
	cr_assert(tm_sampled_growth(&growth, &series));
	cr_assert(growth.grows);
	cr_assert(growth.has_stopped);
}

Test(sampled, what_filled_in_the_warm_up_does_not_grow)
{
	struct tm_sampled_growth growth;
	size_t i;

	for (i = 0; i < COUNT; i++) {
		x[i] = (double)i;
		allocated[i] = i < COUNT / 6 ? 100000 * (double)i : 1e6;
	}
	cr_assert(tm_sampled_growth(&growth, &series));
	cr_assert(!growth.grows);
}

Test(sampled, too_few_readings_say_nothing)
{
	struct tm_sampled_growth growth;

	fill(1, 1);
	series.count = 2;
	cr_assert(!tm_sampled_growth(&growth, &series));
	series.count = 0;
	cr_assert(!tm_sampled_growth(&growth, &series));
}

Test(sampled, tells_what_lives_at_the_end_without_growth)
{
	struct tm_sampled_growth growth, more = {.is_known = 1, .growth = 1};

	fill(1, 1);
	series.count = 2;
	cr_assert(!tm_sampled_growth(&growth, &series));
	cr_assert_not(growth.is_known);
	cr_assert_eq(growth.last, series.allocated[1] - series.freed[1]);
	more.growth = growth.last + 1;
	cr_assert_gt(tm_sampled_order(&growth, &more), 0);
	growth.grows = 1;
	cr_assert_lt(tm_sampled_order(&growth, &more), 0);
}

/* A small generator of our own, so that the test is the same everywhere. */
static double draw(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (double)(*state >> 11) / 9007199254740992.0;
}

/* Simulate sites whose live set turns over and does not grow, and count those
 * that seem to. */
Test(sampled, a_turning_set_seldom_seems_to_grow)
{
	enum { SITES = 400, BLOCKS = 200, SIZE = 100 };
	double p = -expm1(-SIZE / series.mean_bytes), weight = SIZE / p;
	struct tm_sampled_growth growth;
	unsigned char sampled[BLOCKS];
	uint64_t state = 1;
	int site, block, seeming = 0, inside = 0;
	size_t i;

	for (site = 0; site < SITES; site++) {
		double taken = 0, given = 0, samples = 0;

		for (block = 0; block < BLOCKS; block++) {
			sampled[block] = draw(&state) < p;
			taken += sampled[block] * weight;
			samples += sampled[block];
		}
		for (i = 0; i < COUNT; i++) {
			for (block = 0; block < BLOCKS / 10; block++) {
				size_t at = (size_t)(draw(&state) * BLOCKS);

				given += sampled[at] * weight;
				sampled[at] = draw(&state) < p;
				taken += sampled[at] * weight;
				samples += sampled[at];
			}
			x[i] = (double)i;
			allocated[i] = taken;
			freed[i] = given;
		}
		series.samples = samples;
		series.samples_bytes = taken;
		cr_assert(tm_sampled_growth(&growth, &series));
		seeming += growth.grows;
		inside += fabs(growth.growth) < 1.96 * growth.error;
	}
	cr_assert(seeming <= 4, "%d of %d seem to grow", seeming, SITES);
	cr_assert(inside > SITES * 9 / 10, "%d of %d", inside, SITES);
}

/* Of what lived in the first third all was freed by the last: it went and as
 * much came again, and both are uncertain. */
Test(sampled, the_error_holds_what_went_and_what_came)
{
	struct tm_sampled_growth growth;
	size_t i;

	for (i = 0; i < COUNT; i++) {
		x[i] = (double)i;
		allocated[i] = 1e6 + 1e4 * (double)i;
		freed[i] = 1e4 * (double)i;
	}
	series.samples_bytes = 1e6;
	series.samples = 1000;
	cr_assert(tm_sampled_growth(&growth, &series));
	cr_assert_float_eq(growth.first, 1e6, 1e-6);
	cr_assert_float_eq(growth.growth, 0, 1e-6);
	cr_assert_float_eq(
		growth.error,
		error_of(1000 * 2 * 1e4 * (growth.last_x - growth.first_x),
			 1000),
		1e-6);
	cr_assert(!growth.grows);
	cr_assert(!growth.has_stopped);
	for (i = 0; i < COUNT; i++)
		freed[i] = 0;
}

/* What went is no more than what was there. */
Test(sampled, no_more_went_than_there_was)
{
	struct tm_sampled_growth growth;
	size_t i;

	for (i = 0; i < COUNT; i++) {
		x[i] = (double)i;
		allocated[i] = 1e5 + 1e5 * (double)i;
		freed[i] = 1e5 * (double)i;
	}
	series.samples_bytes = 1e6;
	series.samples = 1000;
	cr_assert(tm_sampled_growth(&growth, &series));
	cr_assert_float_eq(growth.error, error_of(1000 * 2 * 1e5, 1000), 1e-6);
	for (i = 0; i < COUNT; i++)
		freed[i] = 0;
}

/* After a fifth of 60 readings, from 11.8 on, there are thirds of 15.7. */
Test(sampled, thirds_begin_after_a_fifth_of_the_run)
{
	size_t from, count, i;

	for (i = 0; i < COUNT; i++)
		x[i] = (double)i;
	tm_sampled_third(x, COUNT, 0, &from, &count);
	cr_expect_eq(from, 12);
	cr_expect_eq(count, 16);
	tm_sampled_third(x, COUNT, 1, &from, &count);
	cr_expect_eq(from, 28);
	cr_expect_eq(count, 16);
	tm_sampled_third(x, COUNT, 2, &from, &count);
	cr_expect_eq(from, 44);
	cr_expect_eq(count, 16);
	tm_sampled_third(x, 0, 2, &from, &count);
	cr_expect_eq(from, 0);
	cr_expect_eq(count, 0);
}

/* Blocks of twice the distance: r / (1 - exp(-r)) = 2.313 for r = 2, and
 * exp(-2) of them are not sampled. */
Test(sampled, the_share_that_is_not_seen_follows_from_the_weight)
{
	struct tm_sampled_growth growth;
	double weight = 2000 / -expm1(-2.0);

	fill(10000, 10000);
	series.samples = series.samples_bytes / weight;
	cr_assert(tm_sampled_growth(&growth, &series));
	cr_assert_float_eq(growth.error,
			   error_of(exp(-2.0) * weight * growth.growth, weight),
			   .01);
}

Test(sampled, without_a_sample_every_block_is_a_guess)
{
	struct tm_sampled_growth growth;

	fill(10000, 10000);
	series.samples = 0;
	cr_assert(tm_sampled_growth(&growth, &series));
	cr_assert_float_eq(growth.error, error_of(1000 * growth.growth, 1000),
			   1e-6);
}

/* Three standard errors, of blocks of 1,000 bytes: growth of 9,164 is three times
 * sqrt(1000 * 9164 + 1000^2 / 6). */
Test(sampled, growth_is_more_than_three_errors)
{
	struct tm_sampled_growth growth;
	double threshold = 4500 + sqrt(4500 * 4500. + 1.5e6);
	double each = threshold / 32.;

	fill(each, each);
	cr_assert(tm_sampled_growth(&growth, &series));
	each *= threshold / growth.growth;
	fill(each * 1.001, each * 1.001);
	cr_assert(tm_sampled_growth(&growth, &series));
	cr_assert(growth.grows, "%g +- %g", growth.growth, growth.error);
	fill(each * .999, each * .999);
	cr_assert(tm_sampled_growth(&growth, &series));
	cr_assert(!growth.grows);
}

/* Growth of a fifth, or more, in the last third goes on. */
Test(sampled, slow_growth_has_not_stopped)
{
	struct tm_sampled_growth growth;
	size_t i;

	fill(0, 0);
	for (i = 0; i < COUNT; i++)
		allocated[i] = 1e6 + (i < 28 ? 0 : i < 44 ? 79000 : 1e5);
	cr_assert(tm_sampled_growth(&growth, &series));
	cr_assert(growth.grows);
	cr_assert(!growth.has_stopped);
	for (i = 28; i < 44; i++)
		allocated[i] += 2000;
	cr_assert(tm_sampled_growth(&growth, &series));
	cr_assert(growth.has_stopped);
}
