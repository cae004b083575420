#include "tables.h"

#include <stdlib.h>
#include <string.h>

static int compare_outcomes(const void *a, const void *b)
{
	const struct outcome *x = a, *y = b;
	int order = (int)x->test - (int)y->test;

	order = order ? order : y->held_out - x->held_out;
	order = order ? order : strcmp(x->program, y->program);
	order = order ? order : strcmp(x->allocator, y->allocator);
	order = order ? order : x->jitter - y->jitter;
	order = order ? order : (x->leak > y->leak) - (x->leak < y->leak);
	order = order ? order
		      : (x->iterations > y->iterations) -
				(x->iterations < y->iterations);
	order = order ? order
		      : (x->samples > y->samples) - (x->samples < y->samples);
	order = order ? order : (int)x->column - (int)y->column;
	return order ? order : (int)x->rule - (int)y->rule;
}

static const char *const tests[] = {
	[TEST_METRIC] = "metric",
	[TEST_LOOKS] = "three-looks",
	[TEST_ONE_LOOK] = "one-look",
	[TEST_BURSTS] = "bursts",
};

static void put_csv_row(FILE *out, const struct outcome *o, size_t count)
{
	const struct outcomes group = {
		.count = count, .outcome = (struct outcome *)(uintptr_t)o};
	struct filter filter = {.test = o->test,
				.held_out = -1,
				.simulated = -1,
				.truth = o->truth,
				.leak = -1,
				.samples = -1,
				.iterations = -1,
				.jitter = -1,
				.column = o->column,
				.rule = o->rule};
	struct tally tally;
	static const char *const truths[] = {"flat", "grows", "open"};

	tally_make(&tally, &group, &filter);
	fprintf(out, "%s,%s,%s,%s,%s,%d,%llu,%llu,%zu,%s,%s,%zu,%zu,%zu,%zu,",
		tests[o->test], o->held_out ? "held-out" : "tuning", o->program,
		o->allocator, truths[o->truth], o->jitter,
		(unsigned long long)o->leak, (unsigned long long)o->iterations,
		o->samples, column_name(o->column), rule_name(o->rule),
		tally.runs, tally.grows, tally.flat, tally.inconclusive);
	if (tally.with_slope > 0)
		fprintf(out, "%.5f,%.4f\n", tally.error_median,
			share_of(tally.covered, tally.with_slope));
	else
		fputs(",\n", out);
}

void outcomes_write_csv(struct outcomes *outcomes, const char *path)
{
	FILE *out = fopen(path, "w");
	size_t i, from = 0;

	if (!out) {
		perror(path);
		exit(3);
	}
	fputs("test,part,program,allocator,truth,jitter,leak_bytes,iterations,"
	      "samples,metric,rule,runs,grows,flat,inconclusive,"
	      "slope_error_median,covered\n",
	      out);
	qsort(outcomes->outcome, outcomes->count, sizeof(*outcomes->outcome),
	      compare_outcomes);
	for (i = 1; i <= outcomes->count; i++) {
		if (i < outcomes->count &&
		    compare_outcomes(&outcomes->outcome[i],
				     &outcomes->outcome[from]) == 0)
			continue;
		if (outcomes->outcome[from].test != TEST_KIND)
			put_csv_row(out, &outcomes->outcome[from], i - from);
		from = i;
	}
	if (fclose(out) != 0) {
		perror(path);
		exit(3);
	}
}
