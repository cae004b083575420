#include "lines.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "gate/baseline.h"
#include "reasons.h"

static const char *metric_name(enum tm_metric metric)
{
	return metric < TM_METRIC_COUNT ? tm_metric_name(metric) : "-";
}

/* A word has no blanks. */
static void put_word(FILE *out, const char *text)
{
	for (; *text; text++)
		fputc(*text == ' ' ? '-' : *text, out);
}

static void put_name(FILE *out, const struct tm_run *run, const char *label)
{
	fprintf(out, "%s%s%s ", run->name, label[0] ? "+" : "", label);
}

/* -0 and 0 are the same slope. */
static void put_number(FILE *out, const char *name, double number)
{
	fprintf(out, " %s=%.6g", name, number == 0 ? 0 : number);
}

static void put_decision(FILE *out, const struct tm_decision *decision)
{
	fprintf(out, "%s %s %s", tm_growth_name(decision->growth),
		tm_curve_name(decision->curve),
		tm_judgement_name(decision->judgement));
	if (decision->has_slope) {
		put_number(out, "slope", decision->slope);
		put_number(out, "low", decision->low);
		put_number(out, "high", decision->high);
	}
	put_number(out, "score", decision->score);
	put_number(out, "budget", decision->budget);
	fprintf(out, " reason=%s", reason_of_decision(decision));
	if (decision->note.used < decision->note.given)
		fprintf(out, " used=%zu/%zu", decision->note.used,
			decision->note.given);
	fputs(decision->provisional ? " provisional" : "", out);
	fputs(decision->extend ? " extend" : "", out);
}

static void put_run(FILE *out, const struct tm_verdict *verdict,
		    const char *label)
{
	put_name(out, verdict->run, label);
	fprintf(out, "run %s kind=", tm_judgement_name(verdict->judgement));
	put_word(out, tm_kind_name(verdict->kind));
	fprintf(out, "/%s decisive=%s cause=%s grows=%zu/%zu reason=%s",
		reason_of_kind(verdict), metric_name(verdict->decisive),
		metric_name(verdict->cause), tm_verdict_count_growing(verdict),
		verdict->count, reason_of_verdict(verdict));
	fputs(verdict->provisional ? " provisional" : "", out);
	fputs(verdict->extend ? " extend" : "", out);
	fputc('\n', out);
}

static void put_judged(FILE *out, const struct tm_judged *judged)
{
	fprintf(out, "%s ", tm_metric_name(judged->metric));
	put_decision(out, &judged->decision);
	fputs(judged->deferred ? " deferred\n" : "\n", out);
}

/* Whether both have the same line. */
static int is_same(const struct tm_judged *a, const struct tm_judged *b)
{
	char lines[2][400] = {"", ""};
	FILE *out;
	int i;

	for (i = 0; i < 2; i++) {
		out = fmemopen(lines[i], sizeof(lines[i]), "w");
		cr_assert_not_null(out);
		put_judged(out, i == 0 ? a : b);
		fclose(out);
	}
	return strcmp(lines[0], lines[1]) == 0;
}

/* Without what `plain` says too, unless that is NULL. */
static void put_verdict(FILE *out, const struct tm_verdict *verdict,
			const struct tm_verdict *plain, const char *label)
{
	size_t i;

	put_run(out, verdict, label);
	for (i = 0; i < verdict->count; i++) {
		const struct tm_judged *judged = &verdict->judged[i];
		const struct tm_judged *as_it_is =
			plain ? tm_verdict_find(plain, judged->metric) : NULL;

		if (as_it_is && is_same(judged, as_it_is))
			continue;
		put_name(out, verdict->run, label);
		put_judged(out, judged);
	}
}

/* The budgets that a baseline made of the run `name` gives `run`. */
static void take_baseline(struct tm_budget *budget, const struct series *series,
			  const char *name, const struct tm_run *run)
{
	struct tm_verdict_opts opts = {.looks_max = 1};
	struct tm_baseline baseline = {.path = "baseline.json"};
	struct tm_run of_job = *series_find(series, name);
	struct tm_gate gate = {.count = 0};
	struct tm_err err;
	int known;

	of_job.name = run->name; /* a run of the same job */
	tm_budget_init(&opts.budget);
	cr_assert_eq(tm_gate_add(&gate, &of_job, &opts, &err), TM_OK);
	cr_assert_eq(tm_baseline_add(&baseline, &gate, &err), TM_OK, "%s",
		     err.text);
	cr_assert_eq(tm_baseline_apply(&baseline, run, budget, &known, &err),
		     TM_OK, "%s", err.text);
	cr_assert(known);
	tm_gate_release(&gate);
	tm_baseline_release(&baseline);
}

static void put_asked(FILE *out, const struct series *series,
		      const struct tm_verdict *plain,
		      const struct asked_row *row)
{
	struct tm_verdict_opts opts = row->opts;
	struct tm_verdict verdict;
	struct tm_err err;

	if (row->has_only)
		opts.only = row->only;
	if (row->baseline[0])
		take_baseline(&opts.budget, series, row->baseline, plain->run);
	cr_assert_eq(tm_verdict_make(&verdict, plain->run, &opts, &err), TM_OK);
	put_verdict(out, &verdict, plain, row->label);
}

/* Each metric by a rule that verdicts do not use. */
static void put_by_rule(FILE *out, const struct tm_run *run,
			const struct asked_row *row)
{
	struct tm_point *points =
		calloc(run->sample_count + 1, sizeof(*points));
	struct tm_decision decision;
	size_t metric, count, i;

	cr_assert_not_null(points);
	for (metric = 0; metric < TM_METRIC_COUNT; metric++) {
		struct tm_decide_opts opts =
			tm_trait_decide_opts((enum tm_metric)metric);

		for (i = 0, count = 0; i < run->sample_count; i++) {
			const struct tm_sample *sample = &run->samples[i];

			if (!tm_sample_has(sample, (enum tm_metric)metric))
				continue;
			points[count].x = tm_run_position(run, sample);
			points[count++].y = (double)sample->value[metric];
		}
		if (count == 0)
			continue;
		opts.rule = row->rule;
		tm_decide(&decision, points, count, &opts);
		put_name(out, run, row->label);
		fprintf(out, "%s ", tm_metric_name((enum tm_metric)metric));
		put_decision(out, &decision);
		fputc('\n', out);
	}
	free(points);
}

void lines_put(FILE *out, const struct series *series,
	       const struct tm_verdict *plain, const struct asked_row *row)
{
	if (row->rule == TM_RULE_FLOOR)
		put_asked(out, series, plain, row);
	else
		put_by_rule(out, plain->run, row);
}

void lines_put_plain(FILE *out, const struct tm_verdict *plain)
{
	put_verdict(out, plain, NULL, "");
}
