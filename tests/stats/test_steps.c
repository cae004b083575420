/*
 * Growth in steps: rare ones of about one height, and those of a container that
 * grows by a factor.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "cases.h"

#define STEPS_MAX 30

static struct tm_decide_opts opts;
static struct tm_rule_input input;

static double level(double at)
{
	return 0 * at;
}

static void start(void)
{
	opts = tm_decide_defaults(TM_CLASS_EXACT);
	case_set(level);
	input = case_make(&opts);
}

TestSuite(steps, .init = start);

/* A step at sample `at`, up for good. */
static void step(size_t at, double height)
{
	for (; at < CASE_SAMPLES; at++)
		input.points[at].y += height;
}

/* Steps at the samples that `places` names, up to a 0. */
static void steps_at(const size_t *places, double height)
{
	input = case_make(&opts);
	for (; *places; places++)
		step(*places, height);
}

static enum tm_curve curve_of(void)
{
	struct tm_evidence evidence = {.grows = 0};

	tm_rule_floor(&evidence, &input);
	return evidence.grows ? evidence.curve : TM_CURVE_FLAT;
}

static void expect_stairs(int are_stairs, const char *name)
{
	cr_expect_eq(curve_of() == TM_CURVE_STAIRS, are_stairs, "%s", name);
}

/* --- rare steps of about one height --------------------------------------- */

static const size_t even[] = {8, 18, 28, 38, 48, 58, 68, 78, 0};

struct places {
	const char *name;
	size_t at[10];
	int are_stairs;
};

/* Places are counted in 79 intervals between samples. */
Test(steps, are_stairs_where_they_are_spread_over_the_run)
{
	static const struct places rows[] = {
		{"six", {8, 22, 36, 50, 64, 78}, 1},
		{"five", {8, 25, 43, 60, 78}, 0},
		{"the first before a quarter",
		 {19, 23, 27, 31, 45, 55, 65, 75},
		 1},
		{"the first at a quarter", {20, 23, 27, 31, 45, 55, 65, 75}, 0},
		{"the last after eight tenths", {8, 18, 28, 38, 48, 58, 64}, 1},
		{"the last before", {8, 18, 28, 38, 48, 58, 63}, 0},
		{"a gap of .34", {10, 20, 27, 54, 60, 66, 72, 78}, 1},
		{"a gap of .354", {10, 20, 26, 54, 60, 66, 72, 78}, 0},
		{"their mean at .423", {8, 16, 24, 32, 40, 50, 64}, 1},
		{"their mean at .416", {8, 16, 24, 32, 40, 46, 64}, 0},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		steps_at(rows[i].at, 4096);
		expect_stairs(rows[i].are_stairs, rows[i].name);
	}
}

Test(steps, are_stairs_where_the_highest_is_three_times_the_lowest)
{
	steps_at(even, 4096);
	expect_stairs(1, "all of a height");
	step(38, 2 * 4096);
	expect_stairs(1, "one three times as high");
	step(38, 1);
	expect_stairs(0, "one higher than that");
}

Test(steps, are_stairs_of_exact_metrics_alone)
{
	steps_at(even, 4096);
	opts.metric_class = TM_CLASS_RESIDENT;
	expect_stairs(0, "resident");
	opts.metric_class = TM_CLASS_PEAK;
	expect_stairs(0, "a peak");
}

Test(steps, are_stairs_from_the_least_growth_on)
{
	steps_at(even, 4096);
	opts.least = 8 * 4096;
	expect_stairs(1, "as much");
	opts.least = 8 * 4096 + 1;
	expect_stairs(0, "less");
}

Test(steps, are_more_where_the_run_is_looked_at_again)
{
	steps_at(even, 4096);
	input.penalty = 2;
	expect_stairs(1, "eight of eight");
	input.penalty = 2.1;
	expect_stairs(0, "eight of more than eight");
}

/* What rises by less than a step of the metric may be a fifth of all. */
Test(steps, are_most_of_the_growth)
{
	static const size_t between[] = {3,  5,	 11, 13, 15, 21, 23, 31,
					 33, 41, 43, 51, 53, 61, 63, 71};
	size_t i;

	opts.resolution = 1024;
	steps_at(even, 4096);
	for (i = 0; i < 15; i++)
		step(between[i], 512);
	expect_stairs(1, "more than four fifths");
	step(between[15], 512);
	expect_stairs(0, "four fifths");
}

Test(steps, of_less_than_the_resolution_are_none)
{
	opts.resolution = 4096;
	steps_at(even, 4096);
	expect_stairs(1, "of one step of the metric");
	opts.resolution = 4097;
	expect_stairs(0, "of less");
}

/* --- a container ---------------------------------------------------------- */

struct container {
	const char *name;
	size_t at[4];
	double height[4];
	int doubles;
};

static void expect_container(const struct container *row)
{
	size_t i;

	input = case_make(&opts);
	for (i = 0; i < 4 && row->at[i]; i++)
		step(row->at[i], row->height[i]);
	cr_expect_eq(curve_of() == TM_CURVE_DOUBLING, row->doubles, "%s",
		     row->name);
}

Test(steps, are_a_containers_where_they_grow_by_a_factor)
{
	static const struct container rows[] = {
		{"by two", {5, 10, 20, 40}, {1e4, 2e4, 4e4, 8e4}, 1},
		{"three of them", {10, 20, 40}, {2e4, 4e4, 8e4}, 0},
		{"2.69 times as late",
		 {3, 8, 21, 56},
		 {1e4, 2.6e4, 6.76e4, 17.576e4},
		 1},
		{"2.75 times as late",
		 {3, 8, 22, 59},
		 {1e4, 2.6e4, 6.76e4, 17.576e4},
		 0},
		{"1.22 times as late",
		 {40, 49, 60, 73},
		 {1e4, 1.3e4, 1.69e4, 2.197e4},
		 1},
		{"1.2 times as late",
		 {40, 48, 59, 72},
		 {1e4, 1.3e4, 1.69e4, 2.197e4},
		 0},
		{"1.26 times as high",
		 {40, 49, 60, 73},
		 {10000, 12600, 15876, 20004},
		 1},
		{"1.25 times as high",
		 {40, 49, 60, 73},
		 {10000, 12500, 15875, 20003},
		 0},
		{"2.69 times as high",
		 {3, 8, 21, 56},
		 {10000, 26900, 72361, 194651},
		 1},
		{"2.7 times as high",
		 {3, 8, 21, 56},
		 {10000, 26900, 72630, 195375},
		 0},
		{"1.31 for 2",
		 {5, 10, 20, 40},
		 {10000, 13100, 17161, 22481},
		 1},
		{"1.3 for 2", {5, 10, 20, 40}, {10000, 13000, 17161, 22481}, 0},
		{"2.24 for 1.5",
		 {16, 24, 36, 54},
		 {1e4, 2.24e4, 5e4, 1.12e5},
		 1},
		{"2.25 for 1.5",
		 {16, 24, 36, 54},
		 {1e4, 2.25e4, 5e4, 1.12e5},
		 0},
		{"the next one nearly due",
		 {4, 8, 16, 31},
		 {1e4, 2e4, 4e4, 8e4},
		 1},
		{"overdue for half a sample",
		 {5, 9, 17, 32},
		 {1e4, 1.9e4, 3.61e4, 6.86e4},
		 0},
		{"the next one overdue",
		 {4, 8, 15, 30},
		 {1e4, 2e4, 4e4, 8e4},
		 0},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		expect_container(&rows[i]);
}

static const struct container by_two = {
	"by two", {5, 10, 20, 40}, {1e4, 2e4, 4e4, 8e4}, 1};

Test(steps, of_a_container_are_of_an_exact_metric)
{
	struct container row = by_two;

	row.doubles = 0;
	opts.metric_class = TM_CLASS_RESIDENT;
	expect_container(&row);
}

/* The highest is 32 steps of the metric, or more. */
Test(steps, of_a_container_are_high)
{
	struct container row = by_two;

	opts.resolution = 8e4 / 32;
	expect_container(&row);
	opts.resolution += 1;
	row.doubles = 0;
	expect_container(&row);
}

Test(steps, of_a_container_are_seen_in_thirty_two_samples)
{
	input = case_make(&opts);
	step(3, 1e4);
	step(6, 2e4);
	step(12, 4e4);
	step(24, 8e4);
	input.whole_count = input.count = 32;
	input.span = 31 * CASE_EVERY;
	cr_expect_eq(curve_of(), TM_CURVE_DOUBLING);
	input.whole_count = input.count = 31;
	input.span = 30 * CASE_EVERY;
	cr_expect_neq(curve_of(), TM_CURVE_DOUBLING);
}

/* Steps that are a twentieth of the highest, or more, count as steps. */
Test(steps, of_a_container_have_none_between)
{
	input = case_make(&opts);
	step(5, 1e4);
	step(10, 2e4);
	step(20, 4e4);
	step(40, 8e4);
	step(30, 3999);
	cr_expect_eq(curve_of(), TM_CURVE_DOUBLING);
	step(30, 1);
	cr_expect_neq(curve_of(), TM_CURVE_DOUBLING);
}

/* Of more than twelve steps of that height none can be told from the others. */
Test(steps, of_a_container_are_twelve_at_most)
{
	size_t i;

	input = case_make(&opts);
	step(10, 1e4);
	step(20, 2e4);
	step(40, 4e4);
	step(79, 8e4);
	for (i = 1; i <= 8; i++)
		step(i, 4000);
	cr_expect_eq(curve_of(), TM_CURVE_DOUBLING);
	step(9, 4000);
	cr_expect_neq(curve_of(), TM_CURVE_DOUBLING);
}
