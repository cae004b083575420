#include <criterion/criterion.h>

#include "../support/runs.h"
#include "explain/difference.h"

static struct tm_run *runs[4];
static struct tm_contrast contrasts[TM_METRIC_COUNT];
static size_t count;
static struct tm_err err;

static void start(void)
{
	static const double growth[] = {100, 102, 300, 310};
	size_t i;

	for (i = 0; i < 4; i++) {
		runs[i] = run_new("a");
		run_curve(runs[i], TM_METRIC_allocated_bytes, 1e6, growth[i]);
	}
}

static void stop(void)
{
	size_t i;

	for (i = 0; i < 4; i++)
		run_free(runs[i]);
}

TestSuite(contrast, .init = start, .fini = stop);

static void compare(size_t first_count, size_t second_count)
{
	const struct tm_contrast_side first = {
		(const struct tm_run *const *)runs, first_count};
	const struct tm_contrast_side second = {
		(const struct tm_run *const *)runs + 2, second_count};

	cr_assert_eq(tm_contrast_make(contrasts, &count, &first, &second, &err),
		     TM_OK);
}

Test(contrast, of_replicates_is_between_runs)
{
	compare(2, 2);
	cr_assert_eq(count, 1);
	cr_assert_eq(contrasts[0].metric, TM_METRIC_allocated_bytes);
	cr_assert(contrasts[0].replicated);
	cr_assert_float_eq(contrasts[0].growth.difference, 204, .5);
	cr_assert_lt(contrasts[0].growth.low, 204 - 10);
	cr_assert_gt(contrasts[0].growth.low, 0);
}

Test(contrast, of_single_runs_is_within_them_and_says_so)
{
	compare(1, 1);
	cr_assert_eq(count, 1);
	cr_assert_not(contrasts[0].replicated);
	cr_assert_float_eq(contrasts[0].growth.difference, 200, .5);
	cr_assert_leq(contrasts[0].growth.low, 200.5);
	cr_assert_geq(contrasts[0].growth.high, 199.5);
}

Test(contrast, leaves_out_what_only_one_side_has)
{
	run_curve(runs[0], TM_METRIC_garbage, 10, 0);
	compare(1, 1);
	cr_assert_eq(count, 1);
}

/* Of one side at least it is known, and the reader looks for it. */
Test(contrast, names_what_decides_though_only_one_side_has_it)
{
	run_curve(runs[0], TM_METRIC_descriptors, 10, 5);
	run_curve(runs[0], TM_METRIC_allocated_bytes, 1e6, 0);
	compare(1, 1);
	cr_assert_eq(count, 2);
	cr_assert_eq(contrasts[1].metric, TM_METRIC_descriptors);
	cr_assert(contrasts[1].has_first);
	cr_assert_not(contrasts[1].has_second);
	cr_assert_float_eq(contrasts[1].growth.first, 5, .01);
}

/* Descriptors are not compared otherwise. */
Test(contrast, is_of_the_metric_that_decides)
{
	size_t i;

	for (i = 0; i < 4; i++) {
		run_curve(runs[i], TM_METRIC_allocated_bytes, 1e6, 0);
		run_curve(runs[i], TM_METRIC_descriptors, 10, i == 3 ? 5 : 0);
	}
	compare(2, 2);
	cr_assert_eq(count, 2);
	cr_assert_eq(contrasts[1].metric, TM_METRIC_descriptors);
	cr_assert_float_eq(contrasts[1].growth.second, 2.5, .01);
}
