/*
 * The rule that verdicts use: each of its gates, on either side.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "cases.h"

static struct tm_decide_opts opts;
static struct tm_evidence evidence;

/* More than what an allocator may keep, so that bent growth counts too. */
static double line(double at)
{
	return 1.5e7 * at;
}

/* Resident pages are never stairs nor a container that doubles. */
static void start(void)
{
	opts = tm_decide_defaults(TM_CLASS_RESIDENT);
	opts.least = 64;
	opts.resolution = 16;
	case_set(line);
}

TestSuite(floor_rule, .init = start);

static void find(const struct tm_rule_input *input)
{
	evidence = (struct tm_evidence){.grows = 0};
	tm_rule_floor(&evidence, input);
}

static void expect_growth(const struct tm_rule_input *input)
{
	find(input);
	cr_expect(evidence.grows, "%s", tm_reason_name(evidence.objection));
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

/* Whatever the shapes say, so that only the other gates are left; one sample a
 * block, so that minima and medians are the only way. */
static struct tm_rule_input make_convincing(void)
{
	struct tm_rule_input input = case_make_short(&opts);

	input.penalty = -1e6;
	return input;
}

/* --- what a floor must do ------------------------------------------------- */

Test(floor_rule, asks_for_the_least_growth_that_counts)
{
	struct tm_rule_input input = make_convincing();

	opts.least = 1.5e7;
	expect_growth(&input);
	opts.least = 1.5e7 + 1;
	expect_objection(&input, TM_REASON_TOO_LITTLE);
}

/* A 640th of a step of the metric an iteration is its phase, where something
 * comes and goes; where nothing does it is growth. */
Test(floor_rule, asks_for_more_than_drift_where_something_comes_and_goes)
{
	struct tm_rule_input input = make_convincing();

	opts.resolution = 1.5e7 * 640 / input.span;
	expect_growth(&input);
	opts.resolution *= 1.001;
	expect_growth(&input);
	case_floor[8] -= 1e6 + 16;
	input = make_convincing();
	opts.resolution = 1.5e7 * 640 / input.span;
	expect_growth(&input);
	opts.resolution *= 1.001;
	expect_objection(&input, TM_REASON_TOO_LITTLE);
}

/* A floor that falls must rise by three times as much. */
Test(floor_rule, asks_for_three_times_what_the_floor_falls)
{
	struct tm_rule_input input;

	case_floor[8] = case_floor[7] - 5e6;
	input = make_convincing();
	expect_objection(&input, TM_REASON_FALLS_AS_MUCH);
	case_floor[8] += 1;
	input = make_convincing();
	expect_growth(&input);
}

Test(floor_rule, needs_growth_besides_its_two_largest_rises)
{
	struct tm_rule_input input;
	double limit = .15 * 1e7 / (13 - .15 * 15);

	case_set_step_in_line(1e7, limit + 1);
	input = make_convincing();
	expect_growth(&input);
	case_set_step_in_line(1e7, limit - 1);
	input = make_convincing();
	expect_objection(&input, TM_REASON_ONE_OR_TWO_STEPS);
}

/* Thirteen rises of 300,000 are .15 of 26,000,000. */
Test(floor_rule, asks_for_more_than_that_share_itself)
{
	struct tm_rule_input input;
	size_t i;

	for (i = 0; i < CASE_BLOCKS; i++)
		case_floor[i] = 3e5 * (double)i + (i < 12 ? 0 : 21.5e6);
	input = make_convincing();
	expect_objection(&input, TM_REASON_ONE_OR_TWO_STEPS);
	for (i = 12; i < CASE_BLOCKS; i++)
		case_floor[i] -= 16;
	input = make_convincing();
	expect_growth(&input);
}

Test(floor_rule, asks_that_six_of_fifteen_blocks_rise)
{
	struct tm_rule_input input;

	case_set_rises(2e6, 6);
	input = make_convincing();
	expect_growth(&input);
	case_set_rises(2e6, 5);
	input = make_convincing();
	expect_objection(&input, TM_REASON_RISES_SELDOM);
}

/* A tenth of 20,000,000 is 2,000,000. */
Test(floor_rule, asks_for_more_than_a_tenth_of_the_growth_in_the_last_third)
{
	struct tm_rule_input input;

	case_set_end(1.8e6, 2e6 + 16);
	input = make_convincing();
	expect_growth(&input);
	case_set_end(1.8e6, 2e6);
	input = make_convincing();
	expect_objection(&input, TM_REASON_ENDS);
}

/* A twentieth of 20,000,000 is 1,000,000. */
Test(floor_rule, asks_for_more_than_a_twentieth_in_the_middle_third)
{
	struct tm_rule_input input;

	case_set_pause(1.9e6, 1e6 + 16);
	input = make_convincing();
	expect_growth(&input);
	case_set_pause(1.9e6, 1e6);
	input = make_convincing();
	expect_objection(&input, TM_REASON_PAUSES);
}

/* --- pages that an allocator keeps ---------------------------------------- */

/* Rises of 500,000 and a little more and less by turns: how far they are from
 * even, as a share, is `spread`. */
static void set_spread(double spread)
{
	size_t i;

	case_floor[0] = 0;
	for (i = 1; i < CASE_BLOCKS; i++)
		case_floor[i] = case_floor[i - 1] +
				5e5 * (1 + (i % 2 ? spread : -spread));
}

Test(floor_rule, asks_for_even_rises_of_resident_pages)
{
	struct tm_rule_input input;

	set_spread(.145);
	input = make_convincing();
	expect_growth(&input);
	set_spread(.155);
	input = make_convincing();
	expect_objection(&input, TM_REASON_KEEPS_PAGES);
	opts.metric_class = TM_CLASS_PEAK;
	expect_objection(&input, TM_REASON_KEEPS_PAGES);
	opts.metric_class = TM_CLASS_EXACT;
	expect_growth(&input);
}

Test(floor_rule, takes_the_metrics_own_steps_off_what_is_uneven)
{
	struct tm_rule_input input;

	set_spread(.155);
	opts.resolution = 20000;
	input = make_convincing();
	expect_objection(&input, TM_REASON_KEEPS_PAGES);
	opts.resolution = 60000;
	expect_growth(&input);
}

Test(floor_rule, asks_no_more_of_eight_mebibytes)
{
	struct tm_rule_input input;
	size_t i;

	set_spread(.3);
	for (i = 0; i < CASE_BLOCKS; i++)
		case_floor[i] *= 8388608 / case_floor[15];
	input = make_convincing();
	expect_growth(&input);
	case_floor[15] -= 1;
	input = make_convincing();
	expect_objection(&input, TM_REASON_KEEPS_PAGES);
}

/* --- how much must be shown ----------------------------------------------- */

Test(floor_rule, asks_for_a_score_of_twelve_of_few_samples)
{
	struct tm_rule_input input = case_make_short(&opts);

	find(&input);
	input.penalty = case_penalty(evidence.score, 12);
	expect_growth(&input);
	input.penalty += .01;
	find(&input);
	cr_expect_not(evidence.grows);
	cr_expect_eq(evidence.objection, TM_REASON_NONE);
}

/* From twenty samples on a line that is 35 times its error is clear. */
Test(floor_rule, asks_for_a_score_of_four_of_a_clear_line)
{
	struct tm_rule_input input = case_make_short(&opts);

	find(&input);
	input.whole_count = 19;
	input.penalty = case_penalty(evidence.score, 4);
	find(&input);
	cr_expect_not(evidence.grows);
	input.whole_count = 20;
	opts.metric_class = TM_CLASS_RESIDENT;
	expect_growth(&input);
	input.penalty += .01;
	find(&input);
	cr_expect_not(evidence.grows);
}

Test(floor_rule, asks_for_a_score_of_ten_of_a_line_in_noise)
{
	struct tm_rule_input input;
	struct tm_evidence line = {.grows = 0};
	size_t i;

	for (i = 0; i < CASE_BLOCKS; i++)
		case_floor[i] = 1e6 * (double)i + (i % 8 < 4 ? 3e6 : 0);
	input = case_make_short(&opts);
	input.whole_count = 20;
	tm_rule_line(&line, &input);
	cr_assert_lt(line.score, 35);
	find(&input);
	input.penalty = case_penalty(evidence.score, 10);
	expect_growth(&input);
	input.penalty += .01;
	find(&input);
	cr_expect_not(evidence.grows);
}

/* --- floors alone --------------------------------------------------------- */

/* What comes and goes is larger than what stays: only the floors rise. */
static struct tm_rule_input make_hidden(double bytes)
{
	struct tm_rule_input input = case_make(&opts);
	size_t i;

	for (i = 0; i < CASE_SAMPLES; i++) {
		if (i % 5 != 0)
			input.points[i].y = CASE_LEVEL + bytes;
	}
	return input;
}

Test(floor_rule, finds_floors_that_rise_below_what_comes_and_goes)
{
	struct tm_rule_input input = make_hidden(3e7);

	expect_growth(&input);
	cr_expect_eq(evidence.curve, TM_CURVE_LINEAR);
}

Test(floor_rule, asks_for_a_floor_that_rises_by_a_quarter_of_the_fall)
{
	struct tm_rule_input input = make_hidden(5.9e7);

	expect_growth(&input);
	/* From 60,000,000 above the first floor to the second block's. */
	input = make_hidden(6.2e7);
	expect_objection(&input, TM_REASON_FALLS_AS_MUCH);
}

/* Floors fall back by so much in the middle of the run. */
static void set_fall(double bytes)
{
	size_t i;

	for (i = 0; i < CASE_BLOCKS; i++)
		case_floor[i] = 1e6 * (double)i;
	for (i = 8; i < 10; i++)
		case_floor[i] = 7e6 - bytes;
}

Test(floor_rule, asks_for_a_floor_that_rises_by_three_times_its_own_fall)
{
	struct tm_rule_input input;

	set_fall(4.6e6);
	input = make_hidden(3e7);
	input.penalty = -1e6;
	expect_growth(&input);
	/* A third of 15,000,000, and of the 14,000,000 of eight blocks. */
	set_fall(5.1e6);
	input = make_hidden(3e7);
	input.penalty = -1e6;
	expect_objection(&input, TM_REASON_FALLS_AS_MUCH);
}

/* Four samples a block are the fewest that have a floor. */
Test(floor_rule, asks_for_four_samples_of_each_floor)
{
	struct tm_rule_input input = case_make(&opts);
	size_t i;

	for (i = 0; i < 32; i++)
		input.points[i].y =
			CASE_LEVEL + (i % 4 == 0 ? 1e6 * (double)i : 6e7);
	input.count = input.whole_count = 32;
	input.span = 31 * CASE_EVERY;
	expect_growth(&input);
	input.count = input.whole_count = 31;
	input.span = 30 * CASE_EVERY;
	find(&input);
	cr_expect_not(evidence.grows);
}

Test(floor_rule, asks_for_a_score_of_fourteen_of_floors_alone)
{
	struct tm_rule_input input = make_hidden(3e7);

	find(&input);
	input.penalty = case_penalty(evidence.score, 14);
	expect_growth(&input);
	input.penalty += .01;
	find(&input);
	cr_expect_not(evidence.grows);
}

/* Floors that rise on the whole: one in four is higher than the three that
 * follow it, which is order enough; with two of them it is not. */
Test(floor_rule, asks_for_floors_in_the_order_of_time)
{
	struct tm_rule_input input;
	size_t i;

	for (i = 0; i < CASE_BLOCKS; i++)
		case_floor[i] = 1e6 * ((double)i + (i % 4 == 0 ? 3.2 : 0));
	input = make_hidden(3e7);
	input.penalty = -1e6;
	expect_growth(&input);
	for (i = 1; i < CASE_BLOCKS; i += 4)
		case_floor[i] += 1.2e6;
	input = make_hidden(3e7);
	input.penalty = -1e6;
	expect_objection(&input, TM_REASON_UNEVEN_FLOOR);
}
