/*
 * Decide about every run of the corpus by every rule, and say how often each
 * is right.
 *
 *	evaluate [--simulate SEEDS] [--dump] FILE...
 */
#include "tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gate/remainder.h"

static const enum tm_rule rules[] = {TM_RULE_FLOOR, TM_RULE_SHAPE,
				     TM_RULE_LINE};
static const size_t counts[] = {10, 20, 50, 100, 1000};
static const uint64_t leaks[] = {0, 1, 16, 64, 256, 1024};

static const struct {
	enum tm_metric_class metric_class;
	enum tm_role role;
	int is_count; /* of things, not bytes */
} columns[COLUMNS] = {
	[COLUMN_ALLOCATED] = {TM_CLASS_EXACT, TM_ROLE_HEAP, 0},
	[COLUMN_RSS] = {TM_CLASS_RESIDENT, TM_ROLE_RESIDENT, 0},
	[COLUMN_MAXRSS] = {TM_CLASS_PEAK, TM_ROLE_PEAK, 0},
	[COLUMN_ACTIVE] = {TM_CLASS_RESIDENT, TM_ROLE_RESIDENT, 0},
	[COLUMN_RESIDENT] = {TM_CLASS_RESIDENT, TM_ROLE_RESIDENT, 0},
	[COLUMN_OBJECTS] = {TM_CLASS_EXACT, TM_ROLE_OBJECTS, 1},
	[COLUMN_GARBAGE] = {TM_CLASS_EXACT, TM_ROLE_GARBAGE, 1},
	[COLUMN_ENTRIES] = {TM_CLASS_EXACT, TM_ROLE_ENTRIES, 1},
	[COLUMN_HANDLES] = {TM_CLASS_EXACT, TM_ROLE_HANDLE, 1},
	[COLUMN_RETAINED] = {TM_CLASS_RESIDENT, TM_ROLE_KEPT, 0},
};

/* Bytes an iteration, so that a leak of 16 is over it. */
#define LOOKS_BUDGET 8

/* Ways of thinning out one run: bursts of up to so many samples, and gaps, that
 * leave about one in nine. */
#define VIEWS	  5
#define BURST_MAX 6
#define GAP_MAX	  54

static struct tm_point *points;
static size_t points_capacity;

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 33;
}

/* `count` of the trace's samples, evenly spread and with the last one. */
static size_t pick(const struct trace *trace, enum column column, size_t count)
{
	size_t i;

	if (count > points_capacity) {
		points = realloc(points, count * sizeof(*points));
		if (!points)
			abort();
		points_capacity = count;
	}
	for (i = 0; i < count; i++) {
		size_t at = (i + 1) * trace->count / count - 1;

		points[i].x = trace->iteration[at];
		points[i].y = trace->value[column][at];
	}
	return count;
}

/* The first `count` samples. */
static void pick_first(const struct trace *trace, enum column column,
		       size_t count)
{
	size_t i;

	pick(trace, column, trace->count);
	for (i = 0; i < count; i++) {
		points[i].x = trace->iteration[i];
		points[i].y = trace->value[column][i];
	}
}

/* Returns how many nanoseconds the decision took. */
static double decide(struct tm_decision *out, const struct trace *trace,
		     enum column column, enum tm_rule rule, size_t count)
{
	struct tm_decide_opts opts =
		tm_decide_defaults(columns[column].metric_class);
	double since;

	opts.rule = rule;
	if (columns[column].is_count) {
		opts.resolution = 1;
		opts.least = 8;
		opts.budget = .01;
		opts.unit = "objects";
	}
	count = pick(trace, column, count);
	since = now_ns();
	tm_decide(out, points, count, &opts);
	return now_ns() - since;
}

static void set_decision(struct outcome *outcome,
			 const struct tm_decision *decision)
{
	outcome->growth = decision->growth;
	outcome->curve = decision->curve;
	outcome->judgement = decision->judgement;
	outcome->score = decision->score;
	outcome->slope = decision->slope;
	outcome->low = decision->low;
	outcome->high = decision->high;
}

/* How fast resident memory grows is known where pages are what is lost. */
static double true_slope(const struct trace *trace, enum column column)
{
	if (column == COLUMN_ALLOCATED)
		return trace->lost;
	if (strcmp(trace->allocator, "simulated") == 0)
		return trace->lost * SIMULATED_RESIDENT;
	return strcmp(trace->program, "mmap-leak") == 0 ? trace->lost : NAN;
}

static void evaluate_metric(struct outcomes *outcomes,
			    const struct trace *trace, enum column column,
			    enum tm_rule rule, size_t count)
{
	struct outcome *outcome = outcomes_add(outcomes, trace);
	struct tm_decision decision;

	outcome->test = TEST_METRIC;
	outcome->column = column;
	outcome->rule = rule;
	outcome->samples = count;
	outcome->lost = true_slope(trace, column);
	outcome->truth =
		column == COLUMN_ALLOCATED ? trace->exact : trace->resident;
	outcome->ns = decide(&decision, trace, column, rule, count);
	set_decision(outcome, &decision);
}

/* A run that holds what remainders are made of. */
static struct tm_run run_of(const struct trace *trace)
{
	static const struct {
		enum column column;
		enum tm_metric metric;
	} rows[] = {
		{COLUMN_ALLOCATED, TM_METRIC_allocated_bytes},
		{COLUMN_RSS, TM_METRIC_rss_bytes},
		{COLUMN_RESIDENT, TM_METRIC_resident_bytes},
		{COLUMN_RETAINED, TM_METRIC_retained_bytes},
	};
	struct tm_run run = {.unit = TM_UNIT_ITERATION};
	size_t i, j;

	run.sample_count = trace->count;
	run.samples = calloc(trace->count + 1, sizeof(*run.samples));
	if (!run.samples)
		abort();
	for (i = 0; i < trace->count; i++) {
		run.samples[i].iteration = (uint64_t)trace->iteration[i];
		for (j = 0; j < sizeof(rows) / sizeof(*rows); j++) {
			double value = trace->value[rows[j].column][i];

			if (!isnan(value))
				tm_sample_set(&run.samples[i], rows[j].metric,
					      (uint64_t)value);
		}
	}
	return run;
}

/* What the allocator keeps and what is outside it; returns the new count. */
static size_t add_remainders(struct tm_finding *findings, size_t used,
			     struct tm_decision *decisions,
			     const struct trace *trace)
{
	struct tm_run run = run_of(trace);
	unsigned int i;

	for (i = 0; i < TM_REMAINDER_COUNT; i++) {
		if (tm_remainder_decide(&decisions[i], &run, i, NULL) != TM_OK)
			abort();
		if (!tm_remainder_is_known(&run))
			continue;
		findings[used].role = tm_remainder_role(i);
		findings[used++].decision = &decisions[i];
	}
	free(run.samples);
	return used;
}

/* All metrics of a run together: what kind of growth is it? */
static void evaluate_kind(struct outcomes *outcomes, const struct trace *trace)
{
	struct outcome *outcome = outcomes_add(outcomes, trace);
	struct tm_decision decisions[COLUMNS], remainders[TM_REMAINDER_COUNT];
	struct tm_finding findings[COLUMNS + TM_REMAINDER_COUNT];
	struct tm_diagnosis diagnosis;
	size_t used = 0, i;

	for (i = 0; i < COLUMN_RETAINED; i++) {
		if (isnan(trace->value[i][0]))
			continue;
		decide(&decisions[used], trace, (enum column)i, TM_RULE_FLOOR,
		       trace->count);
		findings[used].role = columns[i].role;
		findings[used].decision = &decisions[used];
		used++;
	}
	used = add_remainders(findings, used, remainders, trace);
	tm_diagnose(&diagnosis, findings, used);
	outcome->test = TEST_KIND;
	outcome->column = COLUMNS;
	outcome->rule = TM_RULE_FLOOR;
	outcome->samples = trace->count;
	outcome->kind = diagnosis.kind;
	outcome->true_kind = trace->kind;
}

/* As a gate looks: again at twice the run while the answer is open.  With one
 * look at most, the first one has no price to pay. */
static void evaluate_looks(struct outcomes *outcomes, const struct trace *trace,
			   enum column column, unsigned int looks_max)
{
	struct outcome *outcome = outcomes_add(outcomes, trace);
	struct tm_decide_opts opts =
		tm_decide_defaults(columns[column].metric_class);
	struct tm_decision decision;
	size_t first = trace->count / 4;

	opts.budget = column == COLUMN_ALLOCATED ? LOOKS_BUDGET : opts.budget;
	opts.looks_max = looks_max;
	do {
		opts.look = outcome->looks + 1;
		pick_first(trace, column, first << outcome->looks);
		tm_decide(&decision, points, first << outcome->looks, &opts);
		outcome->looks++;
	} while (decision.extend);
	outcome->test = looks_max > 1 ? TEST_LOOKS : TEST_ONE_LOOK;
	outcome->column = column;
	outcome->rule = TM_RULE_FLOOR;
	outcome->samples = first;
	outcome->lost = true_slope(trace, column);
	outcome->truth =
		column == COLUMN_ALLOCATED ? trace->exact : trace->resident;
	set_decision(outcome, &decision);
}

/* Samples as of a program that marks faster than it can be sampled. */
static size_t pick_bursts(const struct trace *trace, enum column column,
			  uint64_t seed)
{
	size_t count = pick(trace, column, trace->count), kept = 0, i, end;

	for (i = 0; i < count; i = end + next_random(&seed) % GAP_MAX) {
		end = i + 1 + next_random(&seed) % BURST_MAX;
		for (; i < end && i < count; i++)
			points[kept++] = points[i];
	}
	return kept;
}

static void evaluate_bursts(struct outcomes *outcomes,
			    const struct trace *trace, enum column column)
{
	struct tm_decide_opts opts =
		tm_decide_defaults(columns[column].metric_class);
	struct tm_decision decision;
	uint64_t view;

	for (view = 0; view < VIEWS; view++) {
		struct outcome *outcome = outcomes_add(outcomes, trace);
		size_t count =
			pick_bursts(trace, column, trace->seed * VIEWS + view);

		tm_decide(&decision, points, count, &opts);
		outcome->test = TEST_BURSTS;
		outcome->column = column;
		outcome->rule = TM_RULE_FLOOR;
		outcome->samples = GATE_SAMPLES;
		outcome->lost = true_slope(trace, column);
		outcome->truth = column == COLUMN_ALLOCATED ? trace->exact
							    : trace->resident;
		set_decision(outcome, &decision);
	}
}

static void evaluate(struct outcomes *outcomes, const struct trace *trace)
{
	size_t i, j, k;

	if (trace->count == 400) {
		for (k = 0; k <= COLUMN_RSS; k++) {
			evaluate_looks(outcomes, trace, (enum column)k, 1);
			evaluate_looks(outcomes, trace, (enum column)k, 3);
		}
		return;
	}
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (counts[i] > trace->count ||
		    (trace->count < 1000 && counts[i] != trace->count))
			continue;
		for (j = 0; j < sizeof(rules) / sizeof(rules[0]); j++) {
			for (k = 0; k <= COLUMN_MAXRSS; k++)
				evaluate_metric(outcomes, trace, (enum column)k,
						rules[j], counts[i]);
		}
	}
	for (k = 0; trace->count == 1000 && k <= COLUMN_RSS; k++)
		evaluate_bursts(outcomes, trace, (enum column)k);
	if (trace->count == 100 && strcmp(trace->allocator, "simulated") != 0)
		evaluate_kind(outcomes, trace);
}

static void evaluate_file(struct outcomes *outcomes, const char *path)
{
	struct trace trace = {.count = 0};
	FILE *file = fopen(path, "r");

	if (!file) {
		perror(path);
		exit(2);
	}
	while (trace_read(&trace, file, path))
		evaluate(outcomes, &trace);
	fclose(file);
	trace_free(&trace);
}

static void evaluate_simulated(struct outcomes *outcomes, uint64_t seeds,
			       size_t samples, size_t looks)
{
	struct trace trace = {.count = 0};
	struct simulation run = {.samples = samples, .looks = looks};
	size_t i;

	for (run.seed = 0; run.seed < seeds; run.seed++) {
		for (i = 0; i < sizeof(leaks) / sizeof(leaks[0]); i++) {
			run.leak = leaks[i];
			for (run.family = 0; trace_simulate(&trace, &run);
			     run.family++)
				evaluate(outcomes, &trace);
		}
	}
	trace_free(&trace);
}

/* The middle one of nine decisions about as many samples. */
static double time_at_10000(void)
{
	struct trace trace = {.count = 0};
	struct simulation run = {.samples = 10000, .leak = 16, .looks = 1};
	struct tm_decision decision;
	double ns[9], kept;
	size_t i, j;

	for (i = 0; i < 9; i++) {
		run.seed = i;
		trace_simulate(&trace, &run);
		ns[i] = decide(&decision, &trace, COLUMN_ALLOCATED,
			       TM_RULE_FLOOR, 10000);
		for (j = i; j > 0 && ns[j] < ns[j - 1]; j--) {
			kept = ns[j];
			ns[j] = ns[j - 1];
			ns[j - 1] = kept;
		}
	}
	trace_free(&trace);
	return ns[4];
}

int main(int argc, char **argv)
{
	struct outcomes outcomes = {.count = 0};
	const char *csv = NULL, *markdown = NULL;
	uint64_t seeds = 0;
	int dump = 0, i;

	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--dump") == 0)
			dump = 1;
		else if (strcmp(argv[i], "--simulate") == 0 && i + 1 < argc)
			seeds = strtoull(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--csv") == 0 && i + 1 < argc)
			csv = argv[++i];
		else if (strcmp(argv[i], "--markdown") == 0 && i + 1 < argc)
			markdown = argv[++i];
		else
			evaluate_file(&outcomes, argv[i]);
	}
	evaluate_simulated(&outcomes, seeds, 100, 1);
	evaluate_simulated(&outcomes, seeds / 4, 1000, 1);
	evaluate_simulated(&outcomes, seeds / 2, 100, 4);
	outcomes.ns_at_10000 = time_at_10000();
	if (dump)
		outcomes_dump(&outcomes, stdout);
	if (csv)
		outcomes_write_csv(&outcomes, csv);
	if (markdown)
		outcomes_write_markdown(&outcomes, markdown);
	outcomes_free(&outcomes);
	free(points);
	return 0;
}
