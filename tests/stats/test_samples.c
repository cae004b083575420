/*
 * Samples that are few, wrong, out of order or too large.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "curves.h"

static const struct shape leak = {.level = 1e6, .slope = 64, .noise = 1000};

static struct tm_decision decide(struct tm_point *points, size_t count)
{
	struct tm_decide_opts opts = tm_decide_defaults(TM_CLASS_EXACT);
	struct tm_decision decision;

	tm_decide(&decision, points, count, &opts);
	return decision;
}

static void expect_open(const struct tm_decision *decision, const char *says)
{
	cr_expect_eq(decision->growth, TM_GROWTH_INCONCLUSIVE, "%s",
		     decision->reason);
	cr_expect_eq(decision->judgement, TM_JUDGEMENT_INCONCLUSIVE);
	cr_expect_not(decision->has_slope);
	cr_expect(strstr(decision->reason, says), "%s", decision->reason);
}

Test(samples, are_none)
{
	struct tm_decision decision = decide(NULL, 0);

	expect_open(&decision, "there are no samples");
}

Test(samples, are_one)
{
	struct tm_point point = {.x = 10, .y = 100};
	struct tm_decision decision = decide(&point, 1);

	expect_open(&decision, "1 sample;");
}

Test(samples, are_too_few_to_judge_by)
{
	struct tm_point points[SAMPLES];
	struct tm_decision decision;
	size_t count;

	for (count = 2; count < 10; count++) {
		shape_fill(points, count, &leak);
		decision = decide(points, count);
		cr_expect_eq(decision.judgement, TM_JUDGEMENT_INCONCLUSIVE,
			     "%zu samples", count);
		cr_expect(decision.provisional, "%zu samples", count);
	}
}

Test(samples, are_provisional_below_fifty)
{
	struct tm_point points[SAMPLES];
	struct tm_decision decision;

	shape_fill(points, 20, &leak);
	decision = decide(points, 20);
	cr_expect_eq(decision.growth, TM_GROWTH_GROWS);
	cr_expect(decision.provisional);
	cr_expect(strstr(decision.reason, "few samples"));
	shape_fill(points, 50, &leak);
	cr_expect_not(decide(points, 50).provisional);
}

Test(samples, make_the_same_decision_in_any_order)
{
	struct tm_point sorted[SAMPLES], mixed[SAMPLES];
	struct tm_decision one, two;
	size_t i;

	shape_fill(sorted, SAMPLES, &leak);
	for (i = 0; i < SAMPLES; i++)
		mixed[i] = sorted[i * 37 % SAMPLES];
	one = decide(sorted, SAMPLES);
	two = decide(mixed, SAMPLES);
	cr_assert_gt(two.note.reordered, 0);
	two.note.reordered = 0;
	cr_assert_eq(memcmp(&one, &two, sizeof(one)), 0);
}

Test(samples, count_once_when_they_come_twice)
{
	struct tm_point points[SAMPLES], twice[2 * SAMPLES];
	struct tm_decision one, two;

	shape_fill(points, SAMPLES, &leak);
	memcpy(twice, points, sizeof(points));
	memcpy(twice + SAMPLES, points, sizeof(points));
	one = decide(points, SAMPLES);
	two = decide(twice, 2 * SAMPLES);
	cr_assert_eq(two.note.duplicated, SAMPLES);
	cr_assert_eq(two.note.used, SAMPLES);
	cr_assert_eq(one.slope, two.slope);
	cr_assert_eq(one.growth, two.growth);
}

Test(samples, of_one_iteration_are_one)
{
	struct tm_point points[SAMPLES];
	struct tm_decision decision;
	size_t i;

	shape_fill(points, SAMPLES, &leak);
	for (i = 0; i < SAMPLES; i++)
		points[i].x = 5;
	decision = decide(points, SAMPLES);
	expect_open(&decision, "1 sample;");
}

Test(samples, that_cannot_be_are_left_out_and_counted)
{
	struct tm_point points[SAMPLES];
	struct tm_decision decision;

	shape_fill(points, SAMPLES, &leak);
	points[10].y = NAN;
	points[20].x = INFINITY;
	points[30].y = -1;
	points[40].y = 18446744073709551615.0; /* a counter gone below zero */
	decision = decide(points, SAMPLES);
	cr_expect_eq(decision.note.not_finite, 2);
	cr_expect_eq(decision.note.negative, 1);
	cr_expect_eq(decision.note.too_large, 1);
	cr_expect_eq(decision.note.used, SAMPLES - 4);
	cr_expect_eq(decision.growth, TM_GROWTH_GROWS);
	cr_expect_float_eq(decision.slope, 64, .5);
}

Test(samples, that_are_mostly_wrong_decide_nothing)
{
	struct tm_point points[SAMPLES];
	struct tm_decision decision;
	size_t i;

	shape_fill(points, SAMPLES, &leak);
	for (i = 0; i < SAMPLES; i += 5)
		points[i].y = NAN;
	decision = decide(points, SAMPLES);
	expect_open(&decision, "20 of 100 samples are invalid");
	for (i = 0; i < SAMPLES; i++)
		points[i].y = NAN;
	decision = decide(points, SAMPLES);
	expect_open(&decision, "are invalid");
}

Test(samples, may_be_as_large_as_counters_get)
{
	struct tm_point points[SAMPLES];
	struct tm_decision decision;
	size_t i;

	for (i = 0; i < SAMPLES; i++) {
		points[i].x = 3e18 + (double)i * 1e16;
		points[i].y = 4.6e18;
	}
	decision = decide(points, SAMPLES);
	cr_assert_eq(decision.growth, TM_GROWTH_FLAT, "%s", decision.reason);
	for (i = 0; i < SAMPLES; i++)
		points[i].y = i % 2 ? 4.6e18 : 0;
	decision = decide(points, SAMPLES);
	cr_assert_neq(decision.growth, TM_GROWTH_GROWS, "%s", decision.reason);
	cr_assert(isfinite(decision.slope));
}

Test(samples, of_any_size_get_an_answer)
{
	struct tm_point points[SAMPLES];
	struct tm_decide_opts opts;
	struct tm_decision decision;
	size_t count, metric_class, rule;

	for (count = 0; count <= SAMPLES; count++) {
		for (metric_class = 0; metric_class < 3; metric_class++) {
			for (rule = 0; rule < 3; rule++) {
				opts = tm_decide_defaults(
					(enum tm_metric_class)metric_class);
				opts.rule = (enum tm_rule)rule;
				shape_fill(points, count, &leak);
				tm_decide(&decision, points, count, &opts);
				cr_assert_neq(decision.reason[0], '\0');
				cr_assert_not(isnan(decision.slope));
			}
		}
	}
}

Test(samples, may_be_ten_thousand)
{
	static struct tm_point points[10000];
	struct tm_decision decision;

	shape_fill(points, 10000, &leak);
	decision = decide(points, 10000);
	cr_assert_eq(decision.growth, TM_GROWTH_GROWS);
	cr_assert_float_eq(decision.slope, 64, .01);
}

Test(samples, leave_options_open_that_are_zero)
{
	struct tm_decide_opts opts = {.metric_class = TM_CLASS_EXACT,
				      .budget = -1};
	struct tm_point points[SAMPLES];
	struct tm_decision decision;

	shape_fill(points, SAMPLES, &leak);
	tm_decide(&decision, points, SAMPLES, &opts);
	cr_assert_eq(decision.growth, TM_GROWTH_GROWS);
	cr_assert_eq(decision.budget, 16);
}

Test(samples, are_judged_from_ten_on)
{
	struct shape flat = {.level = 1e6};
	struct tm_point points[SAMPLES];

	shape_fill(points, 9, &flat);
	cr_expect_eq(decide(points, 9).judgement, TM_JUDGEMENT_INCONCLUSIVE);
	shape_fill(points, 10, &flat);
	cr_expect_eq(decide(points, 10).judgement, TM_JUDGEMENT_PASS);
}

Test(samples, say_something_from_five_on)
{
	struct shape flat = {.level = 1e6};
	struct tm_point points[SAMPLES];
	struct tm_decision decision;

	shape_fill(points, 4, &flat);
	decision = decide(points, 4);
	expect_open(&decision,
		    "4 samples; at least 5 are needed, 50 for a gate");
	shape_fill(points, 5, &flat);
	cr_expect_eq(decide(points, 5).growth, TM_GROWTH_FLAT);
	shape_fill(points, 49, &flat);
	cr_expect(decide(points, 49).provisional);
}

/* Of a program that keeps 1,000 bytes an iteration, read late: its last three
 * samples are of one moment. */
Test(samples, of_one_moment_at_the_end_do_not_make_it_flat)
{
	static const double at[] = {402, 403, 404,  548,  558, 568,
				    574, 806, 1234, 1485, 1487};
	static const double pages[] = {1223, 1223, 1223, 1259, 1261, 1264,
				       1265, 1323, 1490, 1490, 1490};
	struct tm_point points[11];
	struct tm_decision decision;
	size_t i;

	for (i = 0; i < 11; i++)
		points[i] = (struct tm_point){.x = at[i], .y = 4096 * pages[i]};
	decision = decide(points, 11);
	cr_expect_eq(decision.judgement, TM_JUDGEMENT_INCONCLUSIVE);
	cr_expect(isinf(decision.late), "%s", decision.reason);
	cr_expect_neq(decision.curve, TM_CURVE_STEP);
}

/* What falls has no growth that a longer run could show. */
Test(samples, that_only_fall_are_flat)
{
	struct tm_point points[SAMPLES];
	struct tm_decision decision;
	size_t i;

	for (i = 0; i < SAMPLES; i++)
		points[i] = (struct tm_point){.x = 10 * (double)i,
					      .y = 1e7 - 10000 * (double)i};
	decision = decide(points, SAMPLES);
	cr_expect_eq(decision.judgement, TM_JUDGEMENT_PASS);
	cr_expect_eq(decision.growth, TM_GROWTH_FLAT);
	cr_expect_leq(decision.late, 0);
	cr_expect(strstr(decision.reason, "no growth"), "%s", decision.reason);
}

/* The second half needs five, over half of it. */
static struct tm_decision decide_second_half(size_t count, double from)
{
	struct tm_point points[30];
	size_t i;

	for (i = 0; i < 20; i++)
		points[i] = (struct tm_point){.x = (double)i, .y = 1e6};
	for (i = 0; i < count; i++)
		points[20 + i] = (struct tm_point){
			.x = from +
			     (100 - from) * (double)i / (double)(count - 1),
			.y = 1e6};
	return decide(points, 20 + count);
}

Test(samples, of_the_second_half_decide_whether_it_is_flat)
{
	cr_expect_eq(decide_second_half(5, 75).judgement, TM_JUDGEMENT_PASS);
	cr_expect_eq(decide_second_half(4, 75).judgement,
		     TM_JUDGEMENT_INCONCLUSIVE);
	cr_expect_eq(decide_second_half(10, 76).judgement,
		     TM_JUDGEMENT_INCONCLUSIVE);
}

/* Up to a tenth of them may be unusable. */
Test(samples, may_be_spoilt_up_to_a_tenth)
{
	struct tm_point points[SAMPLES];
	struct tm_decision decision;
	size_t i;

	shape_fill(points, SAMPLES, &leak);
	for (i = 0; i < SAMPLES; i += 10)
		points[i].y = -1;
	cr_expect_eq(decide(points, SAMPLES).growth, TM_GROWTH_GROWS);
	shape_fill(points, SAMPLES, &leak);
	for (i = 0; i < SAMPLES; i += 10)
		points[i].y = i % 20 ? -1 : 1e300;
	points[1].y = NAN;
	decision = decide(points, SAMPLES);
	expect_open(&decision, "11 of 100 samples are invalid");
}

/* However many lie in the first fifth of the run, two are left: too few for a
 * slope. */
Test(samples, that_crowd_into_the_warm_up_leave_two)
{
	struct tm_point points[12];
	size_t i;

	for (i = 0; i < 12; i++)
		points[i] = (struct tm_point){.x = (double)i, .y = 1e6};
	points[11].x = 1000;
	cr_expect_not(decide(points, 12).has_slope);
	for (i = 0; i < 12; i++)
		points[i] = (struct tm_point){.x = (double)i, .y = 1e6};
	points[10].x = 999;
	points[11].x = 1000;
	points[9].x = 998;
	cr_expect(decide(points, 12).has_slope);
}
