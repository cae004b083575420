#include "explain/row.h"

#include <stdio.h>
#include <string.h>

#include "metric/traits.h"

static void value_set(struct tm_value *value, double number)
{
	value->present = 1;
	value->number = number;
}

/* Whether the run has a slope of `metric`, which is then in *out. */
static enum tm_rc measure(struct tm_decision *out, const struct tm_run *run,
			  enum tm_metric metric, int *has_slope,
			  struct tm_err *err)
{
	enum tm_rc rc = tm_growth_measure(out, run, metric, err);

	*has_slope = rc == TM_OK && out->has_slope;
	return rc;
}

/* Set `note` to why there is no slope of `metric`. */
static void explain(struct tm_value *value, const struct tm_run *run,
		    enum tm_metric metric)
{
	const struct tm_metric_series series = tm_run_series(run, metric);
	size_t have = tm_metric_series_count(&series);

	if (run->absent[metric])
		snprintf(value->note, sizeof(value->note), "no %s: %s",
			 tm_metric_name(metric), run->absent[metric]);
	else if (run->sample_count == 0)
		snprintf(value->note, sizeof(value->note),
			 "the run has no samples");
	else if (have == 0)
		snprintf(value->note, sizeof(value->note), "no sample has %s",
			 tm_metric_name(metric));
	else
		snprintf(value->note, sizeof(value->note),
			 "too few samples of %s", tm_metric_name(metric));
}

/* The word for the verdict, and the growth of the metric that it rests on.
 * Returns that metric: resident memory where there is none. */
static enum tm_metric take_verdict(struct tm_row *row,
				   const struct tm_verdict *verdict)
{
	const struct tm_judged *judged = tm_verdict_leading(verdict);

	row->verdict = tm_verdict_word(verdict);
	row->growth_metric = TM_METRIC_COUNT;
	if (!judged)
		return TM_METRIC_rss_bytes;
	row->growth = judged->decision;
	row->is_leading = judged->decision.has_slope;
	if (row->is_leading)
		row->growth_metric = judged->metric;
	return judged->metric;
}

/* Set `note` to what is special about the growth; `why` says why the leading
 * metric has none. */
static void note_growth(struct tm_row *row, const char *why)
{
	struct tm_value *value = &row->figure[TM_ROW_GROWTH];

	if (!row->is_leading)
		snprintf(value->note, sizeof(value->note),
			 "growth of %s; %.110s",
			 tm_metric_name(row->growth_metric), why);
	else if (row->run->unit != TM_UNIT_ITERATION)
		snprintf(value->note, sizeof(value->note),
			 "sampled by time: growth per second");
	else
		value->note[0] = '\0';
}

/* What is resident now before what was at most. */
static const struct tm_roles memory_roles = {2,
					     {TM_ROLE_RESIDENT, TM_ROLE_PEAK}};

/* Of the metric that the verdict rests on; where that has no slope, of the first
 * of resident memory that has one. */
static enum tm_rc make_growth(struct tm_row *row,
			      const struct tm_verdict *verdict,
			      struct tm_err *err)
{
	struct tm_value *value = &row->figure[TM_ROW_GROWTH];
	enum tm_metric metrics[TM_METRIC_COUNT];
	size_t count = tm_trait_pictures(metrics, &memory_roles);
	char why[sizeof(value->note)];
	enum tm_rc rc = TM_OK;
	int has_slope;
	size_t i;

	explain(value, row->run, take_verdict(row, verdict));
	has_slope = row->is_leading;
	for (i = 0; i < count && rc == TM_OK && !has_slope; i++) {
		rc = measure(&row->growth, row->run, metrics[i], &has_slope,
			     err);
		if (has_slope)
			row->growth_metric = metrics[i];
	}
	if (!has_slope)
		return rc;
	value_set(value, row->growth.slope);
	memcpy(why, value->note, sizeof(why));
	note_growth(row, why);
	return TM_OK;
}

static enum tm_rc make_allocated(struct tm_row *row, struct tm_err *err)
{
	struct tm_value *value = &row->figure[TM_ROW_ALLOCATED];
	struct tm_decision decision;
	int has_slope;
	enum tm_rc rc = measure(&decision, row->run, TM_METRIC_allocated_bytes,
				&has_slope, err);

	if (has_slope)
		value_set(value, decision.slope);
	else
		explain(value, row->run, TM_METRIC_allocated_bytes);
	return rc;
}

/* The sum of what the program counted; 0 when it did not, or not all of it is
 * a number. */
static int sum_numbers(const struct tm_facts *numbers, double *out)
{
	double sum = 0, number;
	size_t i;

	if (!numbers->is_known)
		return 0;
	for (i = 0; i < numbers->count; i++) {
		if (!tm_fact_number(&numbers->facts[i], &number))
			return 0;
		sum += number;
	}
	*out = sum;
	return 1;
}

/* What the program counted after a full collection is exact.  A program that
 * did not get that far leaves its samples, which see objects on their way; so
 * does a run by time, whose figures are per second and not per iteration.  A
 * runtime that --inside asks has collected before each sample. */
static enum tm_rc make_count(struct tm_row *row, enum tm_row_figure figure,
			     const struct tm_facts *counted,
			     enum tm_metric metric, struct tm_err *err)
{
	struct tm_value *value = &row->figure[figure];
	struct tm_decision decision;
	int has_slope, is_counted;
	double number;
	enum tm_rc rc;

	is_counted = sum_numbers(counted, &number);
	if (is_counted && row->run->unit == TM_UNIT_ITERATION) {
		value_set(value, number);
		return TM_OK;
	}
	rc = measure(&decision, row->run, metric, &has_slope, err);
	if (has_slope) {
		value_set(value, decision.slope);
		if (row->run->heaps.count > 0)
			return rc;
		snprintf(value->note, sizeof(value->note),
			 "slope of the samples: the program reported %s",
			 is_counted ? "its count per iteration only"
				    : "no count after a full collection");
	} else {
		explain(value, row->run, metric);
	}
	return rc;
}

static void make_lost(struct tm_row *row)
{
	struct tm_value *value = &row->figure[TM_ROW_LOST];
	struct tm_known_int expected = row->run->report.callbacks_expected;
	struct tm_known_int fired = row->run->report.callbacks_fired;

	if (!expected.is_known || !fired.is_known)
		snprintf(value->note, sizeof(value->note),
			 "the program reported no callbacks");
	else if (expected.value <= 0)
		snprintf(value->note, sizeof(value->note),
			 "no callback was expected");
	else
		value_set(value,
			  1 - (double)fired.value / (double)expected.value);
}

static void make_rate(struct tm_row *row)
{
	struct tm_value *value = &row->figure[TM_ROW_RATE];
	double rate;

	if (tm_run_rate(row->run, &rate))
		value_set(value, rate);
	else
		snprintf(value->note, sizeof(value->note),
			 "a rate needs two samples at different times");
}

static enum tm_rc make_figures(struct tm_row *row,
			       const struct tm_verdict *verdict,
			       struct tm_err *err)
{
	const struct tm_run_report *report = &row->run->report;
	enum tm_rc rc;

	make_lost(row);
	make_rate(row);
	rc = make_growth(row, verdict, err);
	if (rc == TM_OK)
		rc = make_allocated(row, err);
	if (rc == TM_OK)
		rc = make_count(row, TM_ROW_LIVE, &report->live_per_iteration,
				TM_METRIC_live_objects, err);
	if (rc == TM_OK)
		rc = make_count(row, TM_ROW_GARBAGE,
				&report->garbage_per_iteration,
				TM_METRIC_garbage, err);
	if (rc == TM_OK)
		rc = make_count(row, TM_ROW_TABLES,
				&report->tables_per_iteration,
				TM_METRIC_table_entries, err);
	return rc;
}

enum tm_rc tm_row_make(struct tm_row *row, const struct tm_run *run,
		       const struct tm_verdict *verdict, struct tm_err *err)
{
	struct tm_verdict own;
	enum tm_rc rc = TM_OK;

	memset(row, 0, sizeof(*row));
	row->run = run;
	row->rules = tm_row_rules(run);
	if (!verdict) {
		rc = tm_verdict_make_kept(&own, run, err);
		verdict = &own;
	}
	return rc == TM_OK ? make_figures(row, verdict, err) : rc;
}

const char *tm_row_rules(const struct tm_run *run)
{
	return run->report.rules
		       ? run->report.rules
		       : tm_facts_text(&run->request.options, "rules");
}
