#include "explain/row.h"

#include <stdio.h>
#include <string.h>

#include "metric/traits.h"
#include "stats/slope.h"

static void value_set(struct tm_value *value, double number)
{
	value->present = 1;
	value->number = number;
}

int tm_row_slope(const struct tm_run *run, enum tm_metric metric, double *out)
{
	struct tm_slope slope = {0};
	uint64_t first, last;
	size_t i;

	if (run->sample_count == 0)
		return 0;
	first = run->samples[0].iteration;
	last = run->samples[run->sample_count - 1].iteration;
	for (i = 0; i < run->sample_count; i++) {
		const struct tm_sample *sample = &run->samples[i];

		if (!tm_sample_has(sample, metric))
			continue;
		if (sample->iteration < first + (last - first) / 10)
			continue;
		tm_slope_add(&slope, tm_run_position(run, sample),
			     (double)sample->value[metric]);
	}
	return tm_slope_get(&slope, out);
}

/* Say in `note` why there is no slope of `metric`. */
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
			 "fewer than two samples of %s after the first tenth",
			 tm_metric_name(metric));
}

/* What is resident now before what was at most. */
static const struct tm_roles memory_roles = {2,
					     {TM_ROLE_RESIDENT, TM_ROLE_PEAK}};

enum tm_metric tm_row_memory_metric(const struct tm_run *run)
{
	enum tm_metric metrics[TM_METRIC_COUNT];
	size_t count = tm_trait_pictures(metrics, &memory_roles);
	size_t i;
	double slope;

	for (i = 0; i < count; i++) {
		if (tm_row_slope(run, metrics[i], &slope))
			return metrics[i];
	}
	return TM_METRIC_COUNT;
}

static void make_growth(struct tm_row *row)
{
	struct tm_value *value = &row->figure[TM_FIGURE_GROWTH];
	struct tm_value reason;
	double slope = 0;

	explain(&reason, row->run, TM_METRIC_rss_bytes);
	row->growth_metric = tm_row_memory_metric(row->run);
	if (row->growth_metric == TM_METRIC_COUNT) {
		memcpy(value->note, reason.note, sizeof(value->note));
		return;
	}
	(void)tm_row_slope(row->run, row->growth_metric, &slope);
	value_set(value, slope);
	if (row->growth_metric != TM_METRIC_rss_bytes)
		snprintf(value->note, sizeof(value->note),
			 "growth of %s; %.110s",
			 tm_metric_name(row->growth_metric), reason.note);
	else if (row->run->unit != TM_UNIT_ITERATION)
		snprintf(value->note, sizeof(value->note),
			 "sampled by time: a second for an iteration");
}

static void make_allocated(struct tm_row *row)
{
	struct tm_value *value = &row->figure[TM_FIGURE_ALLOCATED];
	double slope;

	if (tm_row_slope(row->run, TM_METRIC_allocated_bytes, &slope))
		value_set(value, slope);
	else
		explain(value, row->run, TM_METRIC_allocated_bytes);
}

/* The sum of the numbers in the report's object `key`; 0 when it has none. */
static int report_sum(const struct tm_run *run, const char *key, double *out)
{
	json_t *numbers = json_object_get(run->report, key);
	const char *name;
	json_t *number;
	double sum = 0;

	if (!json_is_object(numbers))
		return 0;
	json_object_foreach(numbers, name, number)
	{
		if (!json_is_number(number))
			return 0;
		sum += json_number_value(number);
	}
	*out = sum;
	return 1;
}

/* What the program counted after a full collection is exact.  A program that
 * did not get that far leaves its samples, which see objects on their way. */
static void make_count(struct tm_row *row, enum tm_figure figure,
		       const char *key, enum tm_metric metric)
{
	struct tm_value *value = &row->figure[figure];
	double number;

	if (report_sum(row->run, key, &number)) {
		value_set(value, number);
	} else if (tm_row_slope(row->run, metric, &number)) {
		value_set(value, number);
		snprintf(value->note, sizeof(value->note),
			 "slope of the samples: the program reported no count "
			 "after a full collection");
	} else {
		explain(value, row->run, metric);
	}
}

static void make_lost(struct tm_row *row)
{
	struct tm_value *value = &row->figure[TM_FIGURE_LOST];
	json_t *callbacks = json_object_get(row->run->report, "callbacks");
	json_t *expected = json_object_get(callbacks, "expected");
	json_t *fired = json_object_get(callbacks, "fired");

	if (!json_is_number(expected) || !json_is_number(fired))
		snprintf(value->note, sizeof(value->note),
			 "the program reported no callbacks");
	else if (json_number_value(expected) <= 0)
		snprintf(value->note, sizeof(value->note),
			 "no callback was expected");
	else
		value_set(value, 1 - json_number_value(fired) /
						 json_number_value(expected));
}

static void make_rate(struct tm_row *row)
{
	struct tm_value *value = &row->figure[TM_FIGURE_RATE];
	double rate;

	if (tm_run_rate(row->run, &rate))
		value_set(value, rate);
	else
		snprintf(value->note, sizeof(value->note),
			 "a rate needs two samples at different times");
}

void tm_row_make(struct tm_row *row, const struct tm_run *run)
{
	memset(row, 0, sizeof(*row));
	row->run = run;
	row->rules = tm_row_text(run, "rules");
	make_growth(row);
	make_allocated(row);
	make_count(row, TM_FIGURE_LIVE, "live_per_iteration",
		   TM_METRIC_live_objects);
	make_count(row, TM_FIGURE_GARBAGE, "garbage_per_iteration",
		   TM_METRIC_garbage);
	make_count(row, TM_FIGURE_TABLES, "tables_per_iteration",
		   TM_METRIC_table_entries);
	make_lost(row);
	make_rate(row);
}

const char *tm_row_text(const struct tm_run *run, const char *key)
{
	const json_t *places[3];
	size_t i;

	places[0] = run->report;
	places[1] = json_object_get(run->request, "options");
	places[2] = run->request;
	for (i = 0; i < 3; i++) {
		const char *text =
			json_string_value(json_object_get(places[i], key));

		if (text)
			return text;
	}
	return NULL;
}
