/*
 * Decisions on stored samples of real programs: those of bench/corpus, and
 * examples/celery/producer.py with 10,000 and 20,000 chords.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>

#include "stats/decide.h"

#define TRACES	    "tests/stats/traces/"
#define SAMPLES_MAX 200

struct expectation {
	char name[32];
	enum tm_metric_class metric_class;
	enum tm_growth growth;
	enum tm_curve curve;
	double slope; /* 0: not compared */
};

static size_t read_trace(struct tm_point *points, const char *name)
{
	char path[128], line[128];
	size_t count = 0;
	FILE *file;

	snprintf(path, sizeof(path), TRACES "%s.csv", name);
	file = fopen(path, "r");
	cr_assert(file, "%s", path);
	cr_assert(fgets(line, sizeof(line), file));
	cr_assert_str_eq(line, "iteration,value\n");
	while (count < SAMPLES_MAX && fgets(line, sizeof(line), file)) {
		cr_assert_eq(sscanf(line, "%lf,%lf", &points[count].x,
				    &points[count].y),
			     2, "%s: %s", path, line);
		count++;
	}
	fclose(file);
	return count;
}

#define EXACT	 TM_CLASS_EXACT
#define RESIDENT TM_CLASS_RESIDENT

ParameterizedTestParameters(trace, is_decided_as_before)
{
	static struct expectation rows[] = {
		{"churn", EXACT, TM_GROWTH_FLAT, TM_CURVE_FLAT, 0},
		{"churn-rss", RESIDENT, TM_GROWTH_FLAT, TM_CURVE_FLAT, 0},
		{"pool-leak-16", EXACT, TM_GROWTH_GROWS, TM_CURVE_LINEAR, 16},
		{"spikes-leak-16", EXACT, TM_GROWTH_GROWS, TM_CURVE_LINEAR, 16},
		{"arena", EXACT, TM_GROWTH_FLAT, TM_CURVE_SAW_TOOTH, 0},
		{"arena-rss", RESIDENT, TM_GROWTH_FLAT, TM_CURVE_UNKNOWN, 0},
		{"wave", EXACT, TM_GROWTH_FLAT, TM_CURVE_SAW_TOOTH, 0},
		{"warm-up", EXACT, TM_GROWTH_FLAT, TM_CURVE_BOUNDED, 0},
		{"late-cache", EXACT, TM_GROWTH_FLAT, TM_CURVE_BOUNDED, 0},
		{"step", EXACT, TM_GROWTH_FLAT, TM_CURVE_STEP, 0},
		{"late-leak", EXACT, TM_GROWTH_GROWS, TM_CURVE_LATE, 0},
		{"doubling", EXACT, TM_GROWTH_GROWS, TM_CURVE_DOUBLING, 0},
		{"rare-leak", EXACT, TM_GROWTH_GROWS, TM_CURVE_STAIRS, 0},
		{"mmap-leak-rss", RESIDENT, TM_GROWTH_GROWS, TM_CURVE_LINEAR,
		 0},
		{"garbage", EXACT, TM_GROWTH_GROWS, TM_CURVE_LINEAR, 1.5},
		/* 0.50 KiB a chord: results/reference/LAWS.md, section 4. */
		{"celery-rss", RESIDENT, TM_GROWTH_GROWS, TM_CURVE_LINEAR, 512},
		{"celery-uneven-rss", RESIDENT, TM_GROWTH_GROWS,
		 TM_CURVE_LINEAR, 512},
		{"celery-long-rss", RESIDENT, TM_GROWTH_GROWS, TM_CURVE_LINEAR,
		 512},
	};

	return cr_make_param_array(struct expectation, rows,
				   sizeof(rows) / sizeof(rows[0]));
}

ParameterizedTest(struct expectation *row, trace, is_decided_as_before)
{
	struct tm_decide_opts opts = tm_decide_defaults(row->metric_class);
	struct tm_point points[SAMPLES_MAX];
	struct tm_decision decision;

	tm_decide(&decision, points, read_trace(points, row->name), &opts);
	cr_expect_eq(decision.growth, row->growth, "%s: %s", row->name,
		     decision.reason);
	cr_expect_eq(decision.curve, row->curve, "%s: %s, %s", row->name,
		     tm_curve_name(decision.curve), decision.reason);
	if (row->slope > 0) {
		cr_expect_leq(decision.low, row->slope, "%s", row->name);
		cr_expect_geq(decision.high, row->slope, "%s", row->name);
	}
}
