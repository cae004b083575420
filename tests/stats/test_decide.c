#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <string.h>

#include "curves.h"

/* --- known shapes --------------------------------------------------------- */

struct expectation {
	struct shape shape;
	enum tm_growth growth;
	enum tm_curve curve;
	enum tm_judgement judgement; /* 16 bytes an iteration are allowed */
};

#define PASSES TM_JUDGEMENT_PASS
#define FAILS  TM_JUDGEMENT_FAIL
#define FLAT   TM_GROWTH_FLAT
#define GROWS  TM_GROWTH_GROWS

ParameterizedTestParameters(decide, knows_a_shape)
{
	static struct expectation rows[] = {
		{{.level = 1e6}, FLAT, TM_CURVE_FLAT, PASSES},
		{{.level = 0}, FLAT, TM_CURVE_FLAT, PASSES},
		{{.level = 1e6, .noise = 5000},
		 FLAT,
		 TM_CURVE_SAW_TOOTH,
		 PASSES},
		{{.level = 1e6, .slope = 64}, GROWS, TM_CURVE_LINEAR, FAILS},
		{{.level = 1e6, .slope = 1}, GROWS, TM_CURVE_LINEAR, PASSES},
		{{.level = 1e6, .slope = 64, .noise = 1e5},
		 GROWS,
		 TM_CURVE_LINEAR,
		 FAILS},
		{{.level = 1e6, .saw = 4e5, .tooth = 7.3},
		 FLAT,
		 TM_CURVE_SAW_TOOTH,
		 PASSES},
		{{.level = 1e6, .saw = 1e6, .tooth = 11, .slope = 32},
		 GROWS,
		 TM_CURVE_LINEAR,
		 FAILS},
		{{.level = 1e6, .step = 1e6}, FLAT, TM_CURVE_STEP, PASSES},
		{{.level = 1e6, .rare = 48}, GROWS, TM_CURVE_STAIRS, PASSES},
		{{.level = 1e6, .late = 64}, GROWS, TM_CURVE_LATE, FAILS},
		{{.level = 1e6, .warm = 4e6, .noise = 200},
		 FLAT,
		 TM_CURVE_BOUNDED,
		 PASSES},
	};

	return cr_make_param_array(struct expectation, rows,
				   sizeof(rows) / sizeof(rows[0]));
}

ParameterizedTest(struct expectation *row, decide, knows_a_shape)
{
	struct tm_decision decision = shape_decide(&row->shape);

	cr_expect_eq(decision.growth, row->growth, "%s", decision.reason);
	cr_expect_eq(decision.curve, row->curve, "%s: %s",
		     tm_curve_name(decision.curve), decision.reason);
	cr_expect_eq(decision.judgement, row->judgement, "%s: %s",
		     tm_judgement_name(decision.judgement), decision.reason);
}

/* Resident memory with a step at each octave, as of a table that doubles, over
 * what `between` says of the share of the run that is done. */
static struct tm_decision decide_over_steps(double (*between)(double))
{
	struct tm_decide_opts opts = tm_decide_defaults(TM_CLASS_RESIDENT);
	struct tm_point points[SAMPLES];
	struct tm_decision decision;
	double step = 0;
	size_t i;

	for (i = 0; i < SAMPLES; i++) {
		if (i == 15 || i == 30 || i == 60)
			step += 40960 * (double)i;
		points[i].x = (double)(i + 1) * EVERY;
		points[i].y = 3e7 + step + between((double)i / SAMPLES);
	}
	tm_decide(&decision, points, SAMPLES, &opts);
	return decision;
}

static double rises(double share)
{
	return 4096 * floor(share * 1000);
}

static double settles(double share)
{
	return 4096 * floor(1000 * (1 - exp(-share / .12)));
}

static double rests(double share)
{
	return 4096 * floor(fmod(share * 1000, 2));
}

Test(decide, finds_a_line_between_steps)
{
	struct tm_decision decision = decide_over_steps(rises);

	cr_expect_eq(decision.growth, GROWS, "%s", decision.reason);
	cr_expect_eq(decision.judgement, TM_JUDGEMENT_INCONCLUSIVE, "%s",
		     decision.reason);
	cr_expect_leq(decision.low, 41, "%s", decision.reason);
	cr_expect_geq(decision.high, 84, "%s", decision.reason);
}

Test(decide, finds_nothing_in_steps_with_no_line_between)
{
	struct tm_decision decision = decide_over_steps(rests);

	cr_expect_neq(decision.growth, GROWS, "%s", decision.reason);
	decision = decide_over_steps(settles);
	cr_expect_neq(decision.growth, GROWS, "%s", decision.reason);
}

/* Too little for resident memory to count as growth, and no plateau either. */
Test(decide, does_not_call_a_slow_leak_bounded)
{
	struct tm_decide_opts opts = tm_decide_defaults(TM_CLASS_RESIDENT);
	static const double fills[] = {1, .3};
	static const enum tm_curve curves[] = {TM_CURVE_UNKNOWN,
					       TM_CURVE_BOUNDED};
	static const char *const words[] = {"grows within budget", "flat"};
	struct tm_point points[1000];
	struct tm_decision decision;
	size_t i, j;

	for (j = 0; j < 2; j++) {
		for (i = 0; i < 1000; i++) {
			points[i].x = 20 * (double)(i + 1);
			points[i].y =
				2e6 +
				4096 * floor(fmin((double)i, fills[j] * 1000) *
					     32 * 20 / 4096 / fills[j]);
		}
		tm_decide(&decision, points, 1000, &opts);
		cr_expect_eq(decision.growth, FLAT, "%s", decision.reason);
		cr_expect_eq(decision.judgement, PASSES);
		cr_expect_eq(decision.curve, curves[j], "%s", decision.reason);
		cr_expect_str_eq(tm_decision_word(&decision), words[j]);
		cr_expect_eq(strstr(decision.reason, "it levels off") != NULL,
			     j == 1, "%s", decision.reason);
	}
}

/* Two bounds for one metric would contradict each other. */
Test(decide, shows_the_bound_that_decides)
{
	struct tm_decision decision = {
		.growth = TM_GROWTH_FLAT,
		.judgement = TM_JUDGEMENT_PASS,
		.low = -163,
		.high = 48400,
		.late = 51.9,
		.budget = 64,
	};
	char text[TM_INTERVAL_MAX];

	tm_decision_interval(text, &decision, "bytes");
	cr_expect_str_eq(text, "2nd half <= 51.9 B");
	decision.high = 64;
	tm_decision_interval(text, &decision, "bytes");
	cr_expect_str_eq(text, "-163 to 64 B");
	decision.high = 48400;
	decision.judgement = TM_JUDGEMENT_INCONCLUSIVE;
	tm_decision_interval(text, &decision, "bytes");
	cr_expect_str_eq(text, "-163 B to 47.3 KiB");
}

Test(decide, finds_a_container_that_doubles)
{
	struct shape shape = {.level = 1e6, .doubling = 1, .noise = 500};
	struct tm_decision decision = shape_decide(&shape);

	cr_assert_eq(decision.growth, TM_GROWTH_GROWS, "%s", decision.reason);
	cr_assert_eq(decision.curve, TM_CURVE_DOUBLING);
}

Test(decide, puts_the_slope_in_its_interval)
{
	struct shape shape = {.level = 1e6, .slope = 64, .noise = 1e5};
	struct tm_decision decision = shape_decide(&shape);

	cr_assert(decision.has_slope);
	cr_assert_float_eq(decision.slope, 64, 1);
	cr_assert_leq(decision.low, 64);
	cr_assert_geq(decision.high, 64);
}

Test(decide, says_why_in_one_line)
{
	struct shape shape = {.level = 1e6, .slope = 64};
	struct tm_decision decision = shape_decide(&shape);

	cr_assert_str_eq(decision.reason,
			 "grows 64 B per iteration (64 to 64 B), steadily");
}

/* --- properties ----------------------------------------------------------- */

static const struct shape leak = {
	.level = 1e6, .slope = 20, .noise = 1e5, .saw = 2e5, .tooth = 5.7};

static struct tm_decision decide_points(struct tm_point *points, size_t count,
					double budget)
{
	struct tm_decide_opts opts = tm_decide_defaults(TM_CLASS_EXACT);
	struct tm_decision decision;

	opts.budget = budget;
	tm_decide(&decision, points, count, &opts);
	return decision;
}

Test(decide, is_the_same_for_the_same_points)
{
	struct tm_decision one = shape_decide(&leak), two = shape_decide(&leak);

	cr_assert_eq(memcmp(&one, &two, sizeof(one)), 0);
}

Test(decide, does_not_depend_on_the_level)
{
	struct shape higher = leak;
	struct tm_decision low = shape_decide(&leak), high;

	higher.level += 1u << 30;
	high = shape_decide(&higher);
	cr_assert_eq(low.growth, TM_GROWTH_GROWS);
	cr_assert_eq(high.growth, TM_GROWTH_GROWS);
	cr_assert_float_eq(high.slope, low.slope, 1e-6);
	cr_assert_float_eq(high.low, low.low, 1e-6);
}

Test(decide, halves_the_slope_when_iterations_double)
{
	struct tm_point points[SAMPLES];
	struct tm_decision slow, fast = shape_decide(&leak);
	size_t i;

	shape_fill(points, SAMPLES, &leak);
	for (i = 0; i < SAMPLES; i++)
		points[i].x *= 2;
	slow = decide_points(points, SAMPLES, 16);
	cr_assert_eq(slow.growth, fast.growth);
	cr_assert_float_eq(slow.slope, fast.slope / 2, 1e-9);
	cr_assert_float_eq(slow.high, fast.high / 2, 1e-9);
}

Test(decide, does_not_depend_on_where_iterations_begin)
{
	struct tm_point points[SAMPLES];
	struct tm_decision later, first = shape_decide(&leak);
	size_t i;

	shape_fill(points, SAMPLES, &leak);
	for (i = 0; i < SAMPLES; i++)
		points[i].x += 1e6;
	later = decide_points(points, SAMPLES, 16);
	cr_assert_eq(later.growth, first.growth);
	cr_assert_float_eq(later.slope, first.slope, 1e-6);
}

/* --- against a budget ----------------------------------------------------- */

Test(decide, passes_growth_that_the_budget_allows)
{
	struct shape shape = {.level = 1e6, .slope = 64};
	struct tm_point points[SAMPLES];
	struct tm_decision decision;

	shape_fill(points, SAMPLES, &shape);
	decision = decide_points(points, SAMPLES, 100);
	cr_expect_eq(decision.judgement, TM_JUDGEMENT_PASS);
	cr_expect_str_eq(tm_decision_word(&decision), "grows within budget");
	shape_fill(points, SAMPLES, &shape);
	decision = decide_points(points, SAMPLES, 10);
	cr_expect_eq(decision.judgement, TM_JUDGEMENT_FAIL);
	cr_expect_str_eq(tm_decision_word(&decision), "grows");
	shape_fill(points, SAMPLES, &shape);
	cr_expect_eq(decide_points(points, SAMPLES, 0).judgement,
		     TM_JUDGEMENT_FAIL);
}

Test(decide, leaves_growth_at_the_budget_open)
{
	struct shape shape = {.level = 1e6, .slope = 64, .noise = 1e5};
	struct tm_point points[SAMPLES];

	shape_fill(points, SAMPLES, &shape);
	cr_assert_eq(decide_points(points, SAMPLES, 64).judgement,
		     TM_JUDGEMENT_INCONCLUSIVE);
}

Test(decide, does_not_call_noise_flat_that_could_hide_the_budget)
{
	struct shape shape = {.level = 1e8, .noise = 5e7};
	struct tm_decision decision = shape_decide(&shape);

	cr_assert_eq(decision.growth, TM_GROWTH_INCONCLUSIVE);
	cr_assert_eq(decision.judgement, TM_JUDGEMENT_INCONCLUSIVE);
	cr_assert(strstr(decision.reason, " in the second half cannot be "
					  "ruled out; "));
}

Test(decide, asks_for_another_look_while_one_is_left)
{
	struct shape shape = {.level = 1e8, .noise = 5e7};
	struct tm_decide_opts opts = tm_decide_defaults(TM_CLASS_EXACT);
	struct tm_point points[SAMPLES];
	struct tm_decision decision;

	opts.looks_max = 3;
	for (opts.look = 1; opts.look <= 3; opts.look++) {
		shape_fill(points, SAMPLES, &shape);
		tm_decide(&decision, points, SAMPLES, &opts);
		cr_expect_eq(decision.extend, opts.look < 3, "look %u",
			     opts.look);
	}
	shape.noise = 0;
	opts.look = 1;
	shape_fill(points, SAMPLES, &shape);
	tm_decide(&decision, points, SAMPLES, &opts);
	cr_expect_not(decision.extend, "an answer needs no other look");
}

/* Whether one look calls it growing and one of three does not; nowhere may it
 * be the other way round. */
static int only_one_look_sees(const struct shape *shape, size_t count)
{
	struct tm_decide_opts opts = tm_decide_defaults(TM_CLASS_EXACT);
	struct tm_point points[SAMPLES];
	struct tm_decision once, thrice;

	opts.looks_max = 1;
	shape_fill(points, count, shape);
	tm_decide(&once, points, count, &opts);
	opts.looks_max = 3;
	shape_fill(points, count, shape);
	tm_decide(&thrice, points, count, &opts);
	cr_assert_not(thrice.growth == TM_GROWTH_GROWS &&
		      once.growth != TM_GROWTH_GROWS);
	return thrice.growth != once.growth;
}

/* Somewhere between a clear leak and one in noise. */
Test(decide, asks_more_of_growth_when_it_looks_again)
{
	struct shape shape = {.level = 1e6, .slope = 8};
	int differ = 0;
	size_t count;

	for (count = 50; count <= SAMPLES; count += 5) {
		for (shape.noise = 1e5; shape.noise < 1e6; shape.noise += 1e4)
			differ += only_one_look_sees(&shape, count);
	}
	cr_assert_gt(differ, 0);
}

/* The interval of an exact line has no width: on the budget it is within. */
Test(decide, passes_growth_up_to_the_budget_itself)
{
	struct shape shape = {.level = 1e6, .slope = 64};
	struct tm_decision decision = shape_decide(&shape);
	struct tm_point points[SAMPLES];
	double high = decision.high;

	shape_fill(points, SAMPLES, &shape);
	cr_expect_eq(decide_points(points, SAMPLES, high).judgement,
		     TM_JUDGEMENT_PASS);
	shape_fill(points, SAMPLES, &shape);
	cr_expect_neq(
		decide_points(points, SAMPLES, nextafter(high, 0)).judgement,
		TM_JUDGEMENT_PASS);
}

Test(decide, fails_growth_whose_interval_lies_above_the_budget)
{
	struct shape shape = {.level = 1e6, .slope = 64, .noise = 1e5};
	struct tm_decision decision = shape_decide(&shape);
	struct tm_point points[SAMPLES];
	double low = decision.low;

	shape_fill(points, SAMPLES, &shape);
	cr_expect_eq(decide_points(points, SAMPLES, low).judgement,
		     TM_JUDGEMENT_INCONCLUSIVE);
	shape_fill(points, SAMPLES, &shape);
	cr_expect_eq(
		decide_points(points, SAMPLES, nextafter(low, 0)).judgement,
		TM_JUDGEMENT_FAIL);
}

Test(decide, takes_a_budget_of_nothing_as_one)
{
	struct shape shape = {.level = 1e6, .slope = 8};
	struct tm_point points[SAMPLES];

	shape_fill(points, SAMPLES, &shape);
	cr_expect_eq(decide_points(points, SAMPLES, 16).judgement,
		     TM_JUDGEMENT_PASS);
	shape_fill(points, SAMPLES, &shape);
	cr_expect_eq(decide_points(points, SAMPLES, 0).judgement,
		     TM_JUDGEMENT_FAIL);
}

Test(decide, has_defaults_for_each_class)
{
	static const struct {
		enum tm_metric_class metric_class;
		double resolution, least, budget;
	} rows[] = {
		{TM_CLASS_EXACT, 16, 64, 16},
		{TM_CLASS_RESIDENT, 4096, 1048576, 64},
		{TM_CLASS_PEAK, 131072, 1048576, 64},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct tm_decide_opts opts =
			tm_decide_defaults(rows[i].metric_class);

		cr_expect_eq(opts.metric_class, rows[i].metric_class);
		cr_expect_eq(opts.rule, TM_RULE_FLOOR);
		cr_expect_eq(opts.resolution, rows[i].resolution);
		cr_expect_eq(opts.least, rows[i].least);
		cr_expect_eq(opts.budget, rows[i].budget);
		cr_expect_eq(opts.look, 1);
		cr_expect_eq(opts.looks_max, 1);
		cr_expect_str_eq(opts.unit, "bytes");
	}
}

/* --- samples at uneven distances ------------------------------------------ */

/* Marks that come faster than they can be sampled: of each ten samples only a
 * few that follow each other are left. */
static size_t fill_in_bursts(struct tm_point *points, const struct shape *shape)
{
	size_t kept = 0, i;

	shape_fill(points, SAMPLES, shape);
	for (i = 0; i < SAMPLES; i++) {
		if (i % 10 < 3 + i / 10 % 5)
			points[kept++] = points[i];
	}
	return kept;
}

static struct tm_decision decide_bursts(const struct shape *shape)
{
	struct tm_decide_opts opts = tm_decide_defaults(TM_CLASS_RESIDENT);
	struct tm_point points[SAMPLES];
	struct tm_decision decision;

	tm_decide(&decision, points, fill_in_bursts(points, shape), &opts);
	return decision;
}

Test(decide, sees_a_straight_line_in_uneven_samples)
{
	struct shape shape = {.level = 1e7, .slope = 64};
	struct tm_decision decision;

	for (shape.noise = 0; shape.noise < 1e5; shape.noise += 2e4) {
		decision = decide_bursts(&shape);
		cr_expect_eq(decision.growth, TM_GROWTH_GROWS, "noise %g: %s",
			     shape.noise, decision.reason);
		cr_expect_float_eq(decision.slope, 64, 1, "noise %g: %s",
				   shape.noise, decision.reason);
	}
}

Test(decide, sees_no_line_in_uneven_samples_of_a_step_or_noise)
{
	static const struct shape shapes[] = {
		{.level = 1e7, .noise = 5e6},
		{.level = 1e7, .noise = 1e5, .step = 5e6},
		{.level = 1e7, .noise = 1e5, .warm = 5e6},
		{.level = 1e7, .saw = 5e6, .tooth = 13},
	};
	size_t i;

	for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		struct tm_decision decision = decide_bursts(&shapes[i]);

		cr_expect_neq(decision.growth, TM_GROWTH_GROWS, "%zu: %s", i,
			      decision.reason);
	}
}

/* The second half of the run, not of its samples: the last tenth has most. */
Test(decide, clears_by_the_second_half_of_the_iterations)
{
	struct tm_decide_opts opts = tm_decide_defaults(TM_CLASS_RESIDENT);
	struct tm_point points[SAMPLES];
	struct tm_decision decision;
	size_t i;

	for (i = 0; i < SAMPLES; i++) {
		double x = i < 20 ? 4500.0 * (double)i
				  : 90000 + 125.0 * (double)(i - 20);

		points[i] = (struct tm_point){.x = x,
					      .y = 1e7 + (x > 85000 ? 8e6 : 0)};
	}
	tm_decide(&decision, points, SAMPLES, &opts);
	cr_assert_neq(decision.growth, TM_GROWTH_FLAT, "%s", decision.reason);
}
