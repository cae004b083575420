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

TestSuite(hac, .init = start);

static void find(const struct tm_case *task)
{
	evidence = (struct tm_evidence){.grows = 0};
	tm_rule_hac(&evidence, task);
}

/* One sample a place, worked by hand. */
static struct tm_case make_points(struct tm_point *points, size_t count)
{
	return (struct tm_case){
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
Test(hac, has_the_error_of_newey_and_west)
{
	struct tm_point points[] = {
		{10, 5.1, 0}, {11, 6.7, 0}, {12, 9.3, 0}, {13, 10.9, 0}};
	struct tm_case task = make_points(points, 4);
	double squares = 4 * .15 * .15;
	double neighbours = .15 * .15 * (-1 + 1 - 1);
	double lags = floor(4 * pow(4 / 100., 2 / 9.)); /* 1 */
	double error = sqrt(squares + 2 * .5 * neighbours) / 5;

	opts.resolution = 1e-6;
	find(&task);
	cr_assert_eq(lags, 1);
	cr_expect_float_eq(evidence.slope, 2, 1e-12);
	cr_expect(evidence.has_slope);
	cr_expect_float_eq(evidence.score, 2 / error, 1e-6);
	cr_expect_float_eq(evidence.high, 2 + 4.303 * error, 1e-9);
	cr_expect_float_eq(evidence.low, 2 - 4.303 * error, 1e-9);
}

Test(hac, takes_a_step_of_the_metric_for_noise_where_there_is_none)
{
	struct tm_case task = case_make(&opts);
	double xx = 0, error;
	size_t i;

	for (i = 0; i < CASE_SAMPLES; i++) {
		double from = ((double)i - 39.5) * CASE_EVERY;

		task.points[i].y = CASE_LEVEL + 64 * (double)i;
		xx += from * from;
	}
	error = 16 / sqrt(12 * xx);
	find(&task);
	cr_expect_float_eq(evidence.slope, .064, 1e-12);
	cr_expect_float_eq(evidence.score, .064 / error, 1e-6);
	cr_expect(evidence.grows);
	cr_expect_eq(evidence.curve, TM_CURVE_LINEAR);
}

/* The least score that counts, by class and number of samples. */
Test(hac, asks_for_the_score_of_its_class_and_number_of_samples)
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
	struct tm_case task = case_make(&opts);
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		opts.metric_class = rows[i].metric_class;
		task.whole_count = rows[i].samples;
		task.penalty = 0;
		find(&task);
		task.penalty = evidence.score - rows[i].least - .01;
		find(&task);
		cr_expect(evidence.grows, "row %zu", i);
		task.penalty += .02;
		find(&task);
		cr_expect_not(evidence.grows, "row %zu", i);
		cr_expect_eq(evidence.curve, TM_CURVE_FLAT);
		cr_expect_eq(evidence.objection, TM_REASON_NONE);
	}
}

Test(hac, asks_for_the_least_growth_that_counts)
{
	struct tm_case task = case_make(&opts);

	find(&task);
	opts.least = evidence.slope * task.span * .999;
	find(&task);
	cr_expect(evidence.grows);
	opts.least = evidence.slope * task.span * 1.001;
	find(&task);
	cr_expect_not(evidence.grows);
	cr_expect_eq(evidence.curve, TM_CURVE_FLAT);
	cr_expect_eq(evidence.objection, TM_REASON_TOO_LITTLE);
}

Test(hac, finds_nothing_that_falls)
{
	struct tm_case task = case_make(&opts);
	size_t i;

	for (i = 0; i < CASE_SAMPLES; i++)
		task.points[i].y = CASE_LEVEL - 64 * (double)i;
	find(&task);
	cr_expect_float_eq(evidence.slope, -.064, 1e-12);
	cr_expect_not(evidence.grows);
	cr_expect_eq(evidence.objection, TM_REASON_NONE);
}
