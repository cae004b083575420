#include "tables.h"

#include <math.h>
#include <string.h>

static const char *yes_no(int reached)
{
	return reached ? "reached" : "**not reached**";
}

/* --- the targets ---------------------------------------------------------- */

static void put_false_alarm_targets(FILE *out, const struct outcomes *outcomes)
{
	struct filter exact =
		filter_about(COLUMN_ALLOCATED, TM_RULE_FLOOR, TRUTH_FLAT, 1, 0);
	struct filter rss =
		filter_about(COLUMN_RSS, TM_RULE_FLOOR, TRUTH_FLAT, 1, 0);
	struct tally tally;

	tally_make(&tally, outcomes, &exact);
	fprintf(out,
		"| no false alarm in 3,000 flat runs, exact metric | %zu of "
		"%zu, upper bound %.3f %% | %s |\n",
		tally.grows, tally.runs,
		100 * upper_bound(tally.grows, tally.runs),
		yes_no(tally.grows == 0 && tally.runs >= 3000));
	tally_make(&tally, outcomes, &rss);
	fprintf(out,
		"| at most 0.1 %% on RSS | %zu of %zu (%.3f %%), upper bound "
		"%.3f %% | %s |\n",
		tally.grows, tally.runs,
		100 * share_of(tally.grows, tally.runs),
		100 * upper_bound(tally.grows, tally.runs),
		yes_no(share_of(tally.grows, tally.runs) <= .001));
}

static void put_power_target(FILE *out, const struct outcomes *outcomes,
			     enum column column, long leak)
{
	struct filter filter =
		filter_about(column, TM_RULE_FLOOR, TRUTH_GROWS, 1, 0);
	struct tally tally;

	filter.leak = leak;
	tally_make(&tally, outcomes, &filter);
	fprintf(out,
		"| %ld bytes an iteration found in 99 %% of runs of 100,000, "
		"%s | %zu of %zu (%.1f %%) | %s |\n",
		leak, column_name(column), tally.grows, tally.runs,
		100 * share_of(tally.grows, tally.runs),
		yes_no(share_of(tally.grows, tally.runs) >= .99));
}

static void put_slope_targets(FILE *out, const struct outcomes *outcomes)
{
	struct filter filter = filter_about(COLUMN_ALLOCATED, TM_RULE_FLOOR,
					    TRUTH_GROWS, 1, 0);
	struct tally tally;

	filter.leak = 16;
	tally_make(&tally, outcomes, &filter);
	fprintf(out,
		"| slope within 1 %%, 16 bytes, exact | median error %.2f %%, "
		"95 of 100 runs within %.1f %% | %s |\n",
		100 * tally.error_median, 100 * tally.error_95,
		tally.error_95 <= .01	    ? "reached"
		: tally.error_median <= .01 ? "median only"
					    : "**not reached**");
	fprintf(out,
		"| 95 %% intervals hold the truth, 16 bytes, exact | %.1f %% "
		"of %zu | %s |\n",
		100 * share_of(tally.covered, tally.with_slope),
		tally.with_slope,
		yes_no(share_of(tally.covered, tally.with_slope) >= .95));
}

void put_targets(FILE *out, const struct outcomes *outcomes)
{
	fputs("## Targets\n\nHeld-out families, 100 samples, real programs, "
	      "both allocators together; rule `floor`.\n\n"
	      "| target | measured | |\n|---|---|---|\n",
	      out);
	put_false_alarm_targets(out, outcomes);
	put_power_target(out, outcomes, COLUMN_ALLOCATED, 16);
	put_power_target(out, outcomes, COLUMN_RSS, 256);
	put_slope_targets(out, outcomes);
}

/* --- false alarms --------------------------------------------------------- */

struct names {
	size_t count;
	struct {
		char name[NAME_MAX_LENGTH];
		int held_out;
	} item[128];
};

/* The families (or programs) that there are, in the order they come. */
static void collect(struct names *out, const struct outcomes *outcomes,
		    enum truth truth, int simulated, int programs)
{
	size_t i, j;

	out->count = 0;
	for (i = 0; i < outcomes->count; i++) {
		const struct outcome *o = &outcomes->outcome[i];
		const char *name = programs ? o->program : o->family;
		int is_simulated = strcmp(o->allocator, "simulated") == 0;

		if (o->test != TEST_METRIC || o->truth != truth || o->leak ||
		    o->column != COLUMN_ALLOCATED || is_simulated != simulated)
			continue;
		for (j = 0; j < out->count; j++) {
			if (strcmp(out->item[j].name, name) == 0)
				break;
		}
		if (j < out->count || out->count == 128)
			continue;
		snprintf(out->item[j].name, NAME_MAX_LENGTH, "%s", name);
		out->item[j].held_out = o->held_out;
		out->count++;
	}
}

static void put_alarm_cells(FILE *out, const struct outcomes *outcomes,
			    struct filter filter)
{
	static const enum column columns[] = {COLUMN_ALLOCATED, COLUMN_RSS,
					      COLUMN_MAXRSS};
	static const enum tm_rule rules[] = {TM_RULE_FLOOR, TM_RULE_SHAPE,
					     TM_RULE_LINE};
	struct tally tally;
	size_t i, j;

	for (i = 0; i < 3; i++) {
		filter.column = columns[i];
		filter.rule = TM_RULE_FLOOR;
		tally_make(&tally, outcomes, &filter);
		if (tally.runs == 0) {
			fputs(" |", out);
			continue;
		}
		for (j = 0; j < 3; j++) {
			filter.rule = rules[j];
			tally_make(&tally, outcomes, &filter);
			fprintf(out, "%s%zu", j ? " / " : " ", tally.grows);
		}
		filter.rule = TM_RULE_FLOOR;
		tally_make(&tally, outcomes, &filter);
		fprintf(out, " (%.2f %%) |",
			100 * upper_bound(tally.grows, tally.runs));
	}
	fputc('\n', out);
}

static void put_alarms(FILE *out, const struct outcomes *outcomes, int held_out,
		       int simulated, const char *title)
{
	struct names names;
	struct tally tally;
	struct filter filter = filter_about(COLUMN_ALLOCATED, TM_RULE_FLOOR,
					    TRUTH_FLAT, held_out, simulated);
	size_t i;

	fprintf(out,
		"\n### %s\n\n| family | runs | allocated | rss | maxrss |\n"
		"|---|---|---|---|---|\n",
		title);
	collect(&names, outcomes, TRUTH_FLAT, simulated, 0);
	for (i = 0; i <= names.count; i++) {
		int all = i == names.count;

		if (!all && names.item[i].held_out != held_out)
			continue;
		filter.family = all ? NULL : names.item[i].name;
		filter.column = COLUMN_ALLOCATED;
		filter.rule = TM_RULE_FLOOR;
		tally_make(&tally, outcomes, &filter);
		fprintf(out, "| %s | %zu |", all ? "**all**" : filter.family,
			tally.runs);
		put_alarm_cells(out, outcomes, filter);
	}
}

void put_false_alarms(FILE *out, const struct outcomes *outcomes)
{
	fputs("\n## False alarms\n\nFlat runs that were called growing, by "
	      "rule: "
	      "floor / shape / line, and in brackets the upper bound (95 %, "
	      "Clopper and Pearson) for floor. Each metric of a run is counted "
	      "in its own column, so a bound is one of runs. 100 samples over "
	      "100,000 iterations.\n",
	      out);
	put_alarms(out, outcomes, 1, 0, "Held-out families");
	put_alarms(out, outcomes, 0, 0, "Families that the rule was tuned on");
	put_alarms(out, outcomes, 1, 1, "Simulated, held out");
	put_alarms(out, outcomes, 0, 1, "Simulated, tuned on");
}

/* --- power ---------------------------------------------------------------- */

static void put_power_cells(FILE *out, const struct outcomes *outcomes,
			    struct filter filter)
{
	static const enum tm_rule rules[] = {TM_RULE_FLOOR, TM_RULE_SHAPE,
					     TM_RULE_LINE};
	struct tally tally;
	size_t j;

	for (j = 0; j < 3; j++) {
		filter.rule = rules[j];
		tally_make(&tally, outcomes, &filter);
		if (tally.runs == 0) {
			fputs(" |", out);
			return;
		}
		fprintf(out, "%s%.3g", j ? " / " : " ",
			100 * share_of(tally.grows, tally.runs));
	}
	fputs(" |", out);
}

static void put_power_by_leak(FILE *out, const struct outcomes *outcomes,
			      int simulated, const char *title)
{
	static const long leaks[] = {1, 16, 64, 256, 1024, 16384};
	struct filter filter;
	struct tally tally;
	size_t i, column;

	fprintf(out,
		"\n### %s\n\n| bytes | runs | allocated | rss | maxrss |\n"
		"|---|---|---|---|---|\n",
		title);
	for (i = 0; i < sizeof(leaks) / sizeof(leaks[0]); i++) {
		filter = filter_about(COLUMN_ALLOCATED, TM_RULE_FLOOR,
				      TRUTH_GROWS, 1, simulated);
		filter.leak = leaks[i];
		filter.iterations = -1;
		tally_make(&tally, outcomes, &filter);
		if (tally.runs == 0)
			continue;
		fprintf(out, "| %ld | %zu |", leaks[i], tally.runs);
		for (column = 0; column <= COLUMN_MAXRSS; column++) {
			filter.column = (enum column)column;
			put_power_cells(out, outcomes, filter);
		}
		fputc('\n', out);
	}
}

static void put_power_by_count(FILE *out, const struct outcomes *outcomes,
			       int simulated, const char *title)
{
	static const long counts[] = {10, 20, 50, 100, 1000};
	static const long leaks[] = {0, 16, 64, 256};
	struct filter filter;
	size_t i, j;

	fprintf(out,
		"\n### %s\n\n| samples | flat | 16 bytes | 64 bytes | 256 "
		"bytes "
		"| 256 bytes, rss |\n|---|---|---|---|---|---|\n",
		title);
	for (i = 0; i < 5; i++) {
		fprintf(out, "| %ld |", counts[i]);
		for (j = 0; j < 4; j++) {
			filter = filter_about(COLUMN_ALLOCATED, TM_RULE_FLOOR,
					      j ? TRUTH_GROWS : TRUTH_FLAT, 1,
					      simulated);
			filter.samples = counts[i];
			filter.leak = leaks[j];
			put_power_cells(out, outcomes, filter);
		}
		filter.column = COLUMN_RSS;
		put_power_cells(out, outcomes, filter);
		fputc('\n', out);
	}
}

static void put_shapes(FILE *out, const struct outcomes *outcomes)
{
	struct names names;
	struct filter filter;
	struct tally tally;
	size_t i, j;

	fputs("\n### Other ways to grow\n\nOn the exact metric; runs of "
	      "100,000 "
	      "and of 10,000 iterations (10 events for one leak in 1,000).\n\n"
	      "| program | | runs | 100,000 | runs | 10,000 |\n"
	      "|---|---|---|---|---|---|\n",
	      out);
	collect(&names, outcomes, TRUTH_GROWS, 0, 1);
	for (i = 0; i < names.count; i++) {
		fprintf(out, "| %s | %s |", names.item[i].name,
			names.item[i].held_out ? "held out" : "tuned on");
		for (j = 0; j < 2; j++) {
			filter = filter_about(COLUMN_ALLOCATED, TM_RULE_FLOOR,
					      TRUTH_GROWS, -1, 0);
			filter.program = names.item[i].name;
			filter.iterations = j ? 10000 : 100000;
			filter.leak = 0;
			tally_make(&tally, outcomes, &filter);
			fprintf(out, " %zu |", tally.runs);
			put_power_cells(out, outcomes, filter);
		}
		fputc('\n', out);
	}
}

void put_power(FILE *out, const struct outcomes *outcomes)
{
	fputs("\n## Power\n\nPer cent of growing runs that were called "
	      "growing: "
	      "floor / shape / line.\n",
	      out);
	put_power_by_leak(out, outcomes, 0,
			  "By leak size: held-out programs, 100 samples of "
			  "100,000 iterations (10,000 for 16,384 bytes)");
	put_power_by_leak(out, outcomes, 1,
			  "The same: held-out simulated noise, up to 256 KiB");
	put_power_by_count(out, outcomes, 0,
			   "By number of samples: held-out programs, 100,000 "
			   "iterations, exact metric");
	put_power_by_count(out, outcomes, 1,
			   "The same: held-out simulated noise");
	put_shapes(out, outcomes);
}
