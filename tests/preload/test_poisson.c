/* The seeds are fixed, so that a test either always holds or never does; the
 * bounds are four standard errors of the estimate. */
#include <criterion/criterion.h>
#include <math.h>

#include "preload/poisson.h"

#define DRAWS 200000
#define MEAN  32768

Test(poisson, has_the_mean_and_the_spread_of_an_exponential)
{
	uint64_t state = 1;
	double sum = 0, squares = 0, gap;
	int i, beyond = 0;

	for (i = 0; i < DRAWS; i++) {
		gap = (double)tm_poisson_gap(&state, MEAN);
		sum += gap;
		squares += gap * gap;
		beyond += gap > 3 * MEAN;
	}
	cr_expect_float_eq(sum / DRAWS, MEAN + 0.5, 4 * MEAN / sqrt(DRAWS));
	cr_expect_float_eq(squares / DRAWS, 2.0 * MEAN * MEAN,
			   4 * sqrt(20) * MEAN * MEAN / sqrt(DRAWS));
	cr_expect_float_eq(beyond / (double)DRAWS, exp(-3),
			   4 * sqrt(exp(-3) / DRAWS));
}

Test(poisson, is_never_nothing)
{
	uint64_t state = 7;
	int i;

	for (i = 0; i < DRAWS; i++)
		cr_assert_geq(tm_poisson_gap(&state, 1), 1);
}

Test(poisson, weighs_as_the_formula_says)
{
	static const uint64_t sizes[] = {1,	16,	31,	100,	 1000,
					 32768, 100000, 900000, 1u << 30};
	double size, exact;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		size = (double)sizes[i];
		exact = size / -expm1(-size / MEAN);
		cr_expect_float_eq((double)tm_poisson_weight(sizes[i], MEAN),
				   exact, 0.51, "%.0f", size);
	}
}

/* Blocks of one size, points thrown on them: what the hit ones stand for, over
 * what there was. */
static double estimate(uint64_t size, uint64_t *state)
{
	uint64_t allocated = 0, next = tm_poisson_gap(state, MEAN), found = 0;
	int i, blocks = 2000000;

	for (i = 0; i < blocks; i++) {
		allocated += size;
		if (allocated < next)
			continue;
		found += tm_poisson_weight(size, MEAN);
		next = allocated + tm_poisson_gap(state, MEAN);
	}
	return (double)found / (double)allocated;
}

Test(poisson, estimates_without_bias_whatever_the_size)
{
	static const uint64_t sizes[] = {24, 1000, 16384, 32768, 200000};
	uint64_t state = 11;
	double samples, p;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		p = -expm1(-(double)sizes[i] / MEAN);
		samples = 2000000 * p;
		cr_expect_float_eq(estimate(sizes[i], &state), 1,
				   4 * sqrt((1 - p) / samples) + 1e-4, "%lu",
				   (unsigned long)sizes[i]);
	}
}
