/*
 * The straight line with errors that allow for correlation.
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

TestSuite(line_rule, .init = start);

static void find(const struct tm_rule_input *input)
{
	evidence = (struct tm_evidence){.grows = 0};
	tm_rule_line(&evidence, input);
}

/* One sample a place, worked by hand. */
static struct tm_rule_input make_points(struct tm_point *points, size_t count)
{
	return (struct tm_rule_input){
		.whole = points,
		.whole_count = count,
		.points = points,
		.count = count,
		.span = points[count - 1].x - points[0].x,
		.opts = &opts,
	};
}

/* A line of slope 2 with residuals .1, -.3, .3, -.1 about it.  Its terms are
 * -1.5 * .1, -.5 * -.3, .5 * .3, 1.5 * -.1; with lags up to one their products
 * count with a weight of a half and twice. */
Test(line_rule, has_the_error_of_newey_and_west)
{
	struct tm_point points[] = {
		{10, 5.1, 0}, {11, 6.7, 0}, {12, 9.3, 0}, {13, 10.9, 0}};
	struct tm_rule_input input = make_points(points, 4);
	double squares = 4 * .15 * .15;
	double neighbours = .15 * .15 * (-1 + 1 - 1);
	double lags = floor(4 * pow(4 / 100., 2 / 9.)); /* 1 */
	double error = sqrt(squares + 2 * .5 * neighbours) / 5;

	opts.resolution = 1e-6;
	find(&input);
	cr_assert_eq(lags, 1);
	cr_expect_float_eq(evidence.slope, 2, 1e-12);
	cr_expect(evidence.has_slope);
	cr_expect_float_eq(evidence.score, 2 / error, 1e-6);
	cr_expect_float_eq(evidence.high, 2 + 4.303 * error, 1e-9);
	cr_expect_float_eq(evidence.low, 2 - 4.303 * error, 1e-9);
}

Test(line_rule, takes_a_step_of_the_metric_for_noise_without_noise)
{
	struct tm_rule_input input = case_make(&opts);
	double xx = 0, error;
	size_t i;

	for (i = 0; i < CASE_SAMPLES; i++) {
		double from = ((double)i - 39.5) * CASE_EVERY;

		input.points[i].y = CASE_LEVEL + 64 * (double)i;
		xx += from * from;
	}
	error = 16 / sqrt(12 * xx);
	find(&input);
	cr_expect_float_eq(evidence.slope, .064, 1e-12);
	cr_expect_float_eq(evidence.score, .064 / error, 1e-6);
	cr_expect(evidence.grows);
	cr_expect_eq(evidence.curve, TM_CURVE_LINEAR);
}

/* The least score that counts, by class and number of samples. */
Test(line_rule, asks_for_the_score_of_its_class_and_number_of_samples)
{
	static const struct {
		enum tm_metric_class metric_class;
		size_t samples;
		double least;
	} rows[] = {
		{TM_CLASS_EXACT, 14, 40},      {TM_CLASS_EXACT, 15, 30},
		{TM_CLASS_EXACT, 34, 30},      {TM_CLASS_EXACT, 35, 25},
		{TM_CLASS_EXACT, 74, 25},      {TM_CLASS_EXACT, 75, 25},
		{TM_CLASS_EXACT, 299, 25},     {TM_CLASS_EXACT, 300, 31},
		{TM_CLASS_RESIDENT, 14, 180},  {TM_CLASS_RESIDENT, 34, 180},
		{TM_CLASS_RESIDENT, 74, 180},  {TM_CLASS_RESIDENT, 299, 180},
		{TM_CLASS_RESIDENT, 300, 180}, {TM_CLASS_PEAK, 14, 185},
		{TM_CLASS_PEAK, 34, 185},      {TM_CLASS_PEAK, 74, 185},
		{TM_CLASS_PEAK, 299, 185},     {TM_CLASS_PEAK, 300, 185},
	};
	struct tm_rule_input input = case_make(&opts);
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		opts.metric_class = rows[i].metric_class;
		input.whole_count = rows[i].samples;
		input.penalty = 0;
		find(&input);
		input.penalty = evidence.score - rows[i].least - .01;
		find(&input);
		cr_expect(evidence.grows, "row %zu", i);
		input.penalty += .02;
		find(&input);
		cr_expect_not(evidence.grows, "row %zu", i);
		cr_expect_eq(evidence.curve, TM_CURVE_FLAT);
		cr_expect_eq(evidence.objection, TM_REASON_NONE);
	}
}

Test(line_rule, asks_for_the_least_growth_that_counts)
{
	struct tm_rule_input input = case_make(&opts);

	find(&input);
	opts.least = evidence.slope * input.span * .999;
	find(&input);
	cr_expect(evidence.grows);
	opts.least = evidence.slope * input.span * 1.001;
	find(&input);
	cr_expect_not(evidence.grows);
	cr_expect_eq(evidence.curve, TM_CURVE_FLAT);
	cr_expect_eq(evidence.objection, TM_REASON_TOO_LITTLE);
}

Test(line_rule, finds_nothing_that_falls)
{
	struct tm_rule_input input = case_make(&opts);
	size_t i;

	for (i = 0; i < CASE_SAMPLES; i++)
		input.points[i].y = CASE_LEVEL - 64 * (double)i;
	find(&input);
	cr_expect_float_eq(evidence.slope, -.064, 1e-12);
	cr_expect_not(evidence.grows);
	cr_expect_eq(evidence.objection, TM_REASON_NONE);
}
