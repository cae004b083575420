#include "tables.h"

#include <math.h>
#include <string.h>

/* --- slopes, kinds, looks, cost ------------------------------------------- */

static void put_slope_row(FILE *out, const struct outcomes *outcomes,
			  struct filter filter, const char *name)
{
	struct tally tally;

	tally_make(&tally, outcomes, &filter);
	if (tally.with_slope == 0)
		return;
	fprintf(out, "| %s | %s | %s | %zu | %.2f %% | %.2f %% | %.1f %% |\n",
		name, column_name(filter.column), rule_name(filter.rule),
		tally.with_slope, 100 * tally.error_median,
		100 * tally.error_95,
		100 * share_of(tally.covered, tally.with_slope));
}

void put_slopes(FILE *out, const struct outcomes *outcomes)
{
	static const long leaks[] = {1, 16, 64, 256, 1024};
	static const char *const names[] = {"1 byte", "16 bytes", "64 bytes",
					    "256 bytes", "1,024 bytes"};
	size_t i, j;

	fputs("\n## Slopes\n\nOf the runs that were called growing and whose "
	      "true "
	      "slope is known: the relative error, and how many of the 95 % "
	      "intervals hold the truth. Held-out; 100 samples.\n\n"
	      "| runs | metric | rule | found | median error | 95 of 100 "
	      "within | covered |\n|---|---|---|---|---|---|---|\n",
	      out);
	for (i = 0; i < 5; i++) {
		for (j = 0; j <= TM_RULE_LINE; j++) {
			struct filter filter =
				filter_about(COLUMN_ALLOCATED, (enum tm_rule)j,
					     TRUTH_GROWS, 1, 0);

			filter.leak = leaks[i];
			put_slope_row(out, outcomes, filter, names[i]);
		}
	}
	for (i = 1; i < 5; i++) {
		struct filter filter = filter_about(
			COLUMN_ALLOCATED, TM_RULE_FLOOR, TRUTH_GROWS, 1, 1);
		char name[64];

		snprintf(name, sizeof(name), "%s, simulated", names[i]);
		filter.leak = leaks[i];
		put_slope_row(out, outcomes, filter, name);
		filter.column = COLUMN_RSS;
		put_slope_row(out, outcomes, filter, name);
	}
}

static void put_kind_row(FILE *out, const struct outcomes *outcomes,
			 enum tm_kind kind, int held_out)
{
	size_t named[TM_KIND_HANDLE + 1] = {0};
	size_t runs = 0, i;

	for (i = 0; i < outcomes->count; i++) {
		const struct outcome *o = &outcomes->outcome[i];

		if (o->test != TEST_KIND || o->true_kind != kind ||
		    o->held_out != held_out || o->jitter ||
		    o->iterations != 100000)
			continue;
		named[o->kind]++;
		runs++;
	}
	if (runs == 0)
		return;
	fprintf(out, "| %s | %s | %zu | %.1f %% |", tm_kind_name(kind),
		held_out ? "held out" : "tuned on", runs,
		100 * share_of(named[kind], runs));
	for (i = 0; i <= TM_KIND_HANDLE; i++) {
		if (named[i] && i != kind)
			fprintf(out, " %s %zu;", tm_kind_name((enum tm_kind)i),
				named[i]);
	}
	fputs(" |\n", out);
}

void put_kinds(FILE *out, const struct outcomes *outcomes)
{
	int kind;

	fputs("\n## Kinds\n\nAll metrics of a run together; 100 samples of "
	      "100,000 "
	      "iterations.\n\n| true kind | | runs | right | otherwise "
	      "|\n|---|---|---|---|---|\n",
	      out);
	for (kind = TM_KIND_NONE; kind <= TM_KIND_HANDLE; kind++) {
		put_kind_row(out, outcomes, (enum tm_kind)kind, 1);
		put_kind_row(out, outcomes, (enum tm_kind)kind, 0);
	}
}

static void put_look_row(FILE *out, const struct outcomes *outcomes,
			 struct filter filter, const char *name)
{
	struct tally tally;

	tally_make(&tally, outcomes, &filter);
	if (tally.runs == 0)
		return;
	fprintf(out,
		"| %s | %s | %s | %zu | %zu (%.2f %%) | %.1f %% | %.1f %% | "
		"%.2f |\n",
		name, column_name(filter.column),
		filter.test == TEST_LOOKS ? "three" : "one", tally.runs,
		tally.grows, 100 * share_of(tally.grows, tally.runs),
		100 * share_of(tally.fail, tally.runs),
		100 * share_of(tally.undecided, tally.runs),
		share_of(tally.looks, tally.runs));
}

void put_looks(FILE *out, const struct outcomes *outcomes)
{
	static const struct {
		const char *name;
		int simulated;
		long leak;
		enum truth truth;
	} rows[] = {
		{"flat programs", 0, 0, TRUTH_FLAT},
		{"16 bytes on programs", 0, 16, TRUTH_GROWS},
		{"flat, simulated", 1, 0, TRUTH_FLAT},
		{"16 bytes, simulated", 1, 16, TRUTH_GROWS},
	};
	size_t i, column;

	fputs("\n## Running again\n\nWhat is inconclusive against the budget "
	      "(8 "
	      "bytes an iteration; 64 on RSS) is run for twice the iterations, "
	      "three looks at most; a first look is 100 samples of 100,000 "
	      "iterations. Thresholds are higher by ln 3 with three looks. All "
	      "families.\n\n| runs | metric | looks | runs | called growing | "
	      "fail | undecided at the end | looks taken |\n"
	      "|---|---|---|---|---|---|---|---|\n",
	      out);
	for (i = 0; i < 4; i++) {
		for (column = 0; column <= COLUMN_RSS; column++) {
			struct filter filter = filter_about(
				(enum column)column, TM_RULE_FLOOR,
				rows[i].truth, -1, rows[i].simulated);

			filter.iterations = -1;
			filter.leak = rows[i].leak;
			filter.test = TEST_ONE_LOOK;
			put_look_row(out, outcomes, filter, rows[i].name);
			filter.test = TEST_LOOKS;
			put_look_row(out, outcomes, filter, rows[i].name);
		}
	}
}

/* Called growing, of the runs with 1,000 samples: 100 of them evenly spread,
 * and in bursts. */
static void put_burst_row(FILE *out, const struct outcomes *outcomes,
			  struct filter filter, const char *name)
{
	struct tally even, bursts;

	tally_make(&even, outcomes, &filter);
	filter.test = TEST_BURSTS;
	tally_make(&bursts, outcomes, &filter);
	if (bursts.runs == 0)
		return;
	fprintf(out, "| %s%s | %s | %.1f %% | %zu | %.1f %% |\n", name,
		filter.simulated ? ", simulated" : "",
		column_name(filter.column),
		100 * share_of(even.grows, even.runs), bursts.runs,
		100 * share_of(bursts.grows, bursts.runs));
}

static void put_bursts(FILE *out, const struct outcomes *outcomes)
{
	static const struct {
		const char *name;
		long leak;
		enum truth truth;
	} rows[] = {
		{"flat", 0, TRUTH_FLAT},
		{"16 bytes", 16, TRUTH_GROWS},
		{"64 bytes", 64, TRUTH_GROWS},
		{"256 bytes", 256, TRUTH_GROWS},
	};
	size_t i, column;
	int simulated;

	fputs("\nWith samples in bursts, as of a program that marks faster "
	      "than "
	      "it can be sampled: 1 to 6 in a row, then up to 53 left out, "
	      "five such views of each run of 1,000 samples. Called growing, "
	      "beside 100 samples evenly spread, all families:\n\n"
	      "| runs | metric | evenly | views | in bursts |\n"
	      "|---|---|---|---|---|\n",
	      out);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (simulated = 0; simulated < 2; simulated++) {
			for (column = 0; column <= COLUMN_RSS; column++) {
				struct filter filter = filter_about(
					(enum column)column, TM_RULE_FLOOR,
					rows[i].truth, -1, simulated);

				filter.leak = rows[i].leak;
				put_burst_row(out, outcomes, filter,
					      rows[i].name);
			}
		}
	}
}

void put_uneven(FILE *out, const struct outcomes *outcomes)
{
	struct filter filter = filter_about(COLUMN_ALLOCATED, TM_RULE_FLOOR,
					    TRUTH_FLAT, -1, 0);
	struct tally tally;

	filter.jitter = 1;
	tally_make(&tally, outcomes, &filter);
	fprintf(out,
		"\n## Uneven sampling\n\nWith intervals that vary by a "
		"quarter: "
		"%zu false alarms in %zu flat runs, exact metric.\n",
		tally.grows, tally.runs);
	put_bursts(out, outcomes);
}

void put_cost(FILE *out, const struct outcomes *outcomes)
{
	static const enum tm_rule rules[] = {TM_RULE_FLOOR, TM_RULE_SHAPE,
					     TM_RULE_LINE};
	struct filter filter;
	struct tally tally;
	size_t i;

	fputs("\n## Cost of a decision\n\n| rule | samples | median |\n"
	      "|---|---|---|\n",
	      out);
	for (i = 0; i < 3; i++) {
		filter = filter_about(COLUMN_ALLOCATED, rules[i], TRUTH_FLAT,
				      -1, 0);
		tally_make(&tally, outcomes, &filter);
		fprintf(out, "| %s | 100 | %.2f ms |\n", rule_name(rules[i]),
			tally.ns_median / 1e6);
	}
	fprintf(out, "| floor | 10,000 | %.2f ms |\n",
		outcomes->ns_at_10000 / 1e6);
}
