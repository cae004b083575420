/*
 * What a metric that does not grow does over the whole run.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "cases.h"

static struct tm_decide_opts opts;

static double level(double at)
{
	return 0 * at;
}

static void start(void)
{
	opts = tm_decide_defaults(TM_CLASS_EXACT);
	case_set(level);
}

TestSuite(plateau, .init = start);

static void expect(const struct tm_rule_input *input, enum tm_curve curve)
{
	enum tm_curve got = tm_plateau_curve(input);

	cr_expect_eq(got, curve, "%s, not %s", tm_curve_name(got),
		     tm_curve_name(curve));
}

Test(plateau, is_flat_up_to_eight_steps_of_the_metric)
{
	struct tm_rule_input input;

	case_floor[15] = 8 * 16;
	input = case_make(&opts);
	expect(&input, TM_CURVE_FLAT);
	case_floor[15] = 8 * 16 + 1;
	input = case_make(&opts);
	expect(&input, TM_CURVE_STEP);
}

Test(plateau, is_a_saw_tooth_where_it_falls_by_more)
{
	struct tm_rule_input input = case_make(&opts);

	case_lift(&input, 7, 8 * 16);
	expect(&input, TM_CURVE_FLAT);
	case_lift(&input, 7, 1);
	expect(&input, TM_CURVE_SAW_TOOTH);
}

Test(plateau, is_a_saw_tooth_while_it_falls_by_as_much_as_it_rises)
{
	struct tm_rule_input input;

	case_floor[15] = 10000;
	input = case_make(&opts);
	case_lift(&input, 7, 10000);
	expect(&input, TM_CURVE_SAW_TOOTH);
	input = case_make(&opts);
	case_lift(&input, 7, 9999);
	expect(&input, TM_CURVE_STEP);
}

/* The fall is that after the warm-up; the rise is that of the whole run. */
Test(plateau, counts_no_fall_of_the_warm_up)
{
	struct tm_rule_input input;

	case_floor[15] = 10000;
	input = case_make(&opts);
	case_lift(&input, 0, 50000);
	expect(&input, TM_CURVE_SAW_TOOTH);
	input.points += 10;
	input.count -= 10;
	expect(&input, TM_CURVE_STEP);
}

/* Rises of 1,000 but for `steps` that are higher. */
static struct tm_rule_input make_rises(size_t steps, double height)
{
	size_t i;

	for (i = 1; i < CASE_BLOCKS; i++)
		case_floor[i] = case_floor[i - 1] +
				(i % 4 == 3 && i / 4 < steps ? height : 1000);
	return case_make(&opts);
}

/* Four steps may be 85 % of the rise: of h each, 4 h = .85 (4 h + 11,000). */
Test(plateau, is_stepped_where_four_steps_are_most_of_the_rise)
{
	struct tm_rule_input input = make_rises(3, 1000);
	double limit;

	expect(&input, TM_CURVE_BOUNDED);
	/* Three steps and the next highest rise: .85 (3 h + 12,000). */
	limit = (.85 * 12000 - 1000) / .45;
	input = make_rises(3, limit + 1);
	expect(&input, TM_CURVE_STEP);
	input = make_rises(3, limit - 1);
	expect(&input, TM_CURVE_BOUNDED);
}

/* Five steps of a height are no few steps: four of them are 80 %. */
Test(plateau, is_bounded_where_more_steps_are_needed)
{
	struct tm_rule_input input;
	size_t i;

	for (i = 0; i < CASE_BLOCKS; i++)
		case_floor[i] = 10000 * floor((double)i / 2.6);
	input = case_make(&opts);
	expect(&input, TM_CURVE_BOUNDED);
	for (i = 0; i < CASE_BLOCKS; i++)
		case_floor[i] = 10000 * floor((double)i / 3.2);
	input = case_make(&opts);
	expect(&input, TM_CURVE_STEP);
}

/* A rise in the first twentieth of the run, 3,950 iterations, is a warm-up's
 * when it is half of the whole. */
Test(plateau, is_bounded_where_half_of_the_rise_is_early)
{
	struct tm_rule_input input;
	size_t i;

	case_floor[15] = 10000;
	input = case_make(&opts);
	for (i = 3; i < CASE_SAMPLES; i++)
		input.points[i].y += 10000;
	expect(&input, TM_CURVE_BOUNDED);
	for (i = 3; i < CASE_SAMPLES; i++)
		input.points[i].y -= 1;
	expect(&input, TM_CURVE_STEP);
}

Test(plateau, is_no_warm_up_after_a_twentieth_of_the_run)
{
	struct tm_rule_input input = case_make(&opts);
	size_t i;

	for (i = 3; i < CASE_SAMPLES; i++)
		input.points[i].y += 10000;
	expect(&input, TM_CURVE_BOUNDED);
	input.points[3].y -= 10000;
	expect(&input, TM_CURVE_STEP);
}

/* Samples are 1,000 iterations apart; a fifth of the run is 15,800. */
static void rise_at(struct tm_rule_input *input, size_t first)
{
	size_t i;

	*input = case_make(&opts);
	for (i = first; i < CASE_SAMPLES; i++)
		input->points[i].y += 10000;
}

Test(plateau, is_flat_where_it_rose_only_while_it_was_loaded)
{
	struct tm_rule_input input;

	opts.start = 2000;
	rise_at(&input, 2);
	expect(&input, TM_CURVE_FLAT);
	rise_at(&input, 3);
	expect(&input, TM_CURVE_BOUNDED);
}

Test(plateau, is_loaded_in_the_warm_up)
{
	struct tm_rule_input input;

	opts.start = 20000;
	rise_at(&input, 16);
	expect(&input, TM_CURVE_FLAT);
	rise_at(&input, 17);
	expect(&input, TM_CURVE_STEP);
}

/* Nine samples, and one more after a gap of `gap`, over which it rose. */
static enum tm_curve curve_with_gap(double gap)
{
	struct tm_point points[10];
	struct tm_rule_input input = {.whole = points,
				      .whole_count = 10,
				      .points = points,
				      .count = 10,
				      .opts = &opts};
	size_t i;

	for (i = 0; i < 9; i++)
		points[i] = (struct tm_point){.x = (double)i, .y = 1e6};
	points[9] = (struct tm_point){.x = 8 + gap, .y = 2e6};
	return tm_plateau_curve(&input);
}

/* A straight line would have risen there as well. */
Test(plateau, has_no_step_where_half_of_the_run_lies_between_two_samples)
{
	cr_expect_eq(curve_with_gap(8), TM_CURVE_STEP);
	cr_expect_eq(curve_with_gap(8.1), TM_CURVE_BOUNDED);
}
