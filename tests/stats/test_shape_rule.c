/*
 * The shape rule: each of its checks, on either side of its limit.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "cases.h"

static struct tm_decide_opts opts;
static struct tm_evidence evidence;

static double line(double at)
{
	return 1.5e6 * at;
}

static void start(void)
{
	opts = tm_decide_defaults(TM_CLASS_EXACT);
	case_set(line);
}

TestSuite(shape_rule, .init = start);

/* A line passes for a container that doubles; resident pages are never one. */
static void leave_out_containers(void)
{
	opts.metric_class = TM_CLASS_RESIDENT;
}

/* Whatever the shapes say, so that only the other gates are left. */
static struct tm_rule_input make_convincing(void)
{
	struct tm_rule_input input = case_make(&opts);

	leave_out_containers();
	input.penalty = -1e6;
	return input;
}

static void find(const struct tm_rule_input *input)
{
	evidence = (struct tm_evidence){.grows = 0};
	tm_rule_shape(&evidence, input);
}

static void expect_growth(const struct tm_rule_input *input)
{
	find(input);
	cr_expect(evidence.grows);
	cr_expect_eq(evidence.objection, TM_REASON_NONE, "%s",
		     tm_reason_name(evidence.objection));
}

static void expect_objection(const struct tm_rule_input *input,
			     enum tm_reason objection)
{
	find(input);
	cr_expect_not(evidence.grows);
	cr_expect_eq(evidence.objection, objection, "%s, not %s",
		     tm_reason_name(evidence.objection),
		     tm_reason_name(objection));
}

Test(shape_rule, finds_a_line)
{
	struct tm_rule_input input = case_make(&opts);

	expect_growth(&input);
	cr_expect_eq(evidence.curve, TM_CURVE_LINEAR);
	cr_expect(evidence.has_slope);
	/* Floors are seen at the beginning of their blocks, medians in their
	 * middle: both rise by 100,000 in 5,000 iterations. */
	cr_expect_float_eq(evidence.slope, 20, 1e-9);
	cr_expect_float_eq(evidence.low, 20, 1e-9);
	cr_expect_float_eq(evidence.high, 20, 1e-9);
}

Test(shape_rule, asks_for_the_least_growth_that_counts)
{
	struct tm_rule_input input = make_convincing();

	opts.least = 1.5e6;
	expect_growth(&input);
	opts.least = 1.5e6 + 1;
	expect_objection(&input, TM_REASON_TOO_LITTLE);
}

Test(shape_rule, asks_for_more_growth_than_it_falls)
{
	struct tm_rule_input input = make_convincing();

	case_lift(&input, 7, 1.5e6 - 16);
	expect_growth(&input);
	case_lift(&input, 7, 16);
	expect_objection(&input, TM_REASON_FALLS_AS_MUCH);
}

Test(shape_rule, needs_growth_besides_its_two_largest_rises)
{
	struct tm_rule_input input;
	double limit = .15 * 1e6 / (13 - .15 * 15);

	case_set_step_in_line(1e6, limit + 1);
	input = make_convincing();
	expect_growth(&input);
	case_set_step_in_line(1e6, limit - 1);
	input = make_convincing();
	expect_objection(&input, TM_REASON_ONE_OR_TWO_STEPS);
}

Test(shape_rule, asks_that_six_of_fifteen_blocks_rise)
{
	struct tm_rule_input input;

	case_set_rises(1e5, 6);
	input = make_convincing();
	expect_growth(&input);
	case_set_rises(1e5, 5);
	input = make_convincing();
	expect_objection(&input, TM_REASON_RISES_SELDOM);
}

Test(shape_rule, asks_for_a_tenth_of_the_growth_in_the_last_third)
{
	struct tm_rule_input input;
	double limit = .1 * 1e6 / .9;

	case_set_end(1e5, limit + 1);
	input = make_convincing();
	expect_growth(&input);
	case_set_end(1e5, limit - 1);
	input = make_convincing();
	expect_objection(&input, TM_REASON_ENDS);
}

Test(shape_rule, asks_for_a_twentieth_of_the_growth_in_the_middle_third)
{
	struct tm_rule_input input;
	double limit = .05 * 1e6 / .95;

	case_set_pause(1e5, limit + 1);
	input = make_convincing();
	expect_growth(&input);
	case_set_pause(1e5, limit - 1);
	input = make_convincing();
	expect_objection(&input, TM_REASON_PAUSES);
}

Test(shape_rule, asks_for_a_score_of_ten_and_of_twelve_with_few_samples)
{
	struct tm_rule_input input = case_make(&opts);
	double score;

	leave_out_containers();
	find(&input);
	score = evidence.score;
	cr_assert_gt(score, 12);
	input.penalty = case_penalty(score, 10);
	expect_growth(&input);
	input.penalty += .01;
	find(&input);
	cr_expect_not(evidence.grows);
	input.whole_count = 20;
	input.penalty = case_penalty(score, 10);
	expect_growth(&input);
	input.whole_count = 19;
	find(&input);
	cr_expect_not(evidence.grows);
	input.penalty = case_penalty(score, 12);
	expect_growth(&input);
}

Test(shape_rule, names_the_bounded_shape_of_what_does_not_convince)
{
	struct tm_rule_input input;

	case_set_end(1e5, 0);
	input = case_make(&opts);
	leave_out_containers();
	find(&input);
	cr_expect_not(evidence.grows);
	cr_expect_eq(evidence.curve, TM_CURVE_BOUNDED);
	cr_expect_lt(evidence.score, 0);
	cr_expect_eq(evidence.objection, TM_REASON_NONE);
}

/* Of two ways to sum up the blocks the less convinced one counts: only the
 * floors rise here. */
Test(shape_rule, believes_floors_and_medians_only_together)
{
	struct tm_rule_input input = case_make(&opts);
	size_t i;

	leave_out_containers();
	for (i = 0; i < CASE_SAMPLES; i++) {
		if (i % 5 != 0)
			input.points[i].y = CASE_LEVEL + 2e6;
	}
	find(&input);
	cr_expect_not(evidence.grows);
	cr_expect_eq(evidence.curve, TM_CURVE_FLAT);
}

/* --- doubling ------------------------------------------------------------- */

/* What a container has at sample n that grows by `ratio` from octave to
 * octave. */
static struct tm_rule_input make_octaves(double ratio)
{
	struct tm_rule_input input = case_make(&opts);
	size_t i;

	for (i = 0; i < CASE_SAMPLES; i++)
		input.points[i].y =
			CASE_LEVEL +
			1000 * pow(ratio, floor(log2((double)i + 1)));
	return input;
}

Test(shape_rule, knows_a_container_that_doubles)
{
	struct tm_rule_input input = make_octaves(2);

	cr_expect(tm_shape_doubles(&input));
	opts.metric_class = TM_CLASS_RESIDENT;
	cr_expect_not(tm_shape_doubles(&input));
}

Test(shape_rule, knows_factors_from_one_and_a_half_to_two_point_seven)
{
	static const struct {
		double ratio;
		int doubles;
	} rows[] = {{1.49, 0}, {1.51, 1}, {2.69, 1}, {2.71, 0}};
	struct tm_rule_input input;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		input = make_octaves(rows[i].ratio);
		cr_expect_eq(tm_shape_doubles(&input), rows[i].doubles, "%g",
			     rows[i].ratio);
	}
}

/* A line is twice as high where it is twice as long. */
Test(shape_rule, needs_thirty_two_samples_of_a_container)
{
	struct tm_rule_input input = case_make(&opts);
	size_t i;

	for (i = 0; i < CASE_SAMPLES; i++)
		input.points[i].y = 1000 * (double)i;
	input.whole_count = input.count = 32;
	cr_expect(tm_shape_doubles(&input));
	input.whole_count = input.count = 31;
	cr_expect_not(tm_shape_doubles(&input));
}

/* The rise of two octaves ago, 8,000 bytes, is more than four steps of the
 * metric and than twice what falls. */
Test(shape_rule, asks_for_octaves_higher_than_steps_and_falls)
{
	struct tm_rule_input input = make_octaves(2);

	opts.resolution = 1999;
	cr_expect(tm_shape_doubles(&input));
	opts.resolution = 2000;
	cr_expect_not(tm_shape_doubles(&input));
	opts.resolution = 16;
	input.points[40].y += 3999;
	cr_expect(tm_shape_doubles(&input));
	input.points[40].y += 1;
	cr_expect_not(tm_shape_doubles(&input));
}
