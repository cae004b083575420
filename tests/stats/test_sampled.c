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
	/* Blocks far smaller than the distance: a standard error of
	 * sqrt(growth * weight). */
	cr_assert_float_eq(growth.error, sqrt(growth.growth * 1000), 1.0);
	cr_assert(!growth.grows);
}

Test(sampled, large_blocks_are_all_seen)
{
	struct tm_sampled_growth growth;

	fill(20000, 20000);
	series.samples = series.samples_bytes / 20000;
	cr_assert(tm_sampled_growth(&growth, &series));
	cr_assert(growth.error < 100);
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
