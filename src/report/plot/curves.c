#include "report/plot/curves.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain/row.h"
#include "util/amount.h"
#include "util/escape.h"
#include "util/text.h"

#define LEGEND_WIDTH  40 /* characters; a longer name ends in "..." */
#define MARKS_A_CURVE 6

/* Strategies of the lab keep their colour from picture to picture, whatever
 * else is drawn; any other run takes the next one. */
static const char *const strategies[] = {
	"strong-ref",	"weak-ref",   "weak-ref-naive",
	"no-finalizer", "no-promise", "discard",
};

#define STRATEGY_COUNT (sizeof(strategies) / sizeof(strategies[0]))

int tm_curve_possible(const struct tm_run *run, enum tm_metric metric)
{
	const struct tm_metric_series series = tm_run_series(run, metric);

	return tm_metric_series_count(&series) >= 2;
}

enum tm_metric tm_curves_metric(const struct tm_run *const *runs, size_t count,
				const enum tm_metric *metrics,
				size_t metric_count)
{
	enum tm_metric best = TM_METRIC_COUNT;
	size_t most = 0;
	size_t i, j;

	for (i = 0; i < metric_count; i++) {
		size_t have = 0;

		for (j = 0; j < count; j++)
			have += (size_t)tm_curve_possible(runs[j], metrics[i]);
		if (have > most) {
			most = have;
			best = metrics[i];
		}
	}
	return best;
}

/* --- looks ---------------------------------------------------------------- */

static void shorten(char *label)
{
	size_t width = 0;
	char *c;

	if (tm_text_width(label) <= LEGEND_WIDTH)
		return;
	for (c = label; *c; c++) {
		int starts = ((unsigned char)*c & 0xc0) != 0x80;

		if (starts && width == LEGEND_WIDTH - 3)
			break;
		width += (size_t)starts;
	}
	memcpy(c, "...", 4);
}

static const char *family(const struct tm_run *run)
{
	const char *strategy = tm_row_strategy(run);

	return strategy ? strategy : run->name;
}

static unsigned int known_hue(const char *strategy)
{
	unsigned int i;

	for (i = 0; i < STRATEGY_COUNT; i++) {
		if (strcmp(strategies[i], strategy) == 0)
			return i;
	}
	return STRATEGY_COUNT;
}

void tm_curves_make(struct tm_plot_curve *curves,
		    const struct tm_run *const *runs, size_t count)
{
	unsigned int next_hue = STRATEGY_COUNT;
	size_t i, j;

	for (i = 0; i < count; i++) {
		struct tm_plot_curve *curve = &curves[i];

		curve->run = runs[i];
		curve->variant = 0;
		curve->last = 0;
		tm_label_make(curve->label, runs[i]);
		shorten(curve->label);
		curve->hue = known_hue(family(runs[i]));
		for (j = 0; j < i; j++) {
			if (strcmp(family(runs[j]), family(runs[i])) != 0)
				continue;
			curve->hue = curves[j].hue;
			curve->variant++;
		}
		if (curve->hue == STRATEGY_COUNT && curve->variant == 0)
			curve->hue = next_hue++;
	}
}

static double last_value(const struct tm_run *run, enum tm_metric metric)
{
	const struct tm_metric_series series = tm_run_series(run, metric);
	const struct tm_sample *last = tm_metric_series_last(&series);

	return last ? tm_metric_series_value(&series, last) : 0;
}

static int by_end(const void *left, const void *right)
{
	const struct tm_plot_curve *a = left;
	const struct tm_plot_curve *b = right;

	if (a->last != b->last)
		return a->last < b->last ? 1 : -1;
	return strcmp(a->label, b->label);
}

void tm_curves_sort(struct tm_plot_curve *curves, size_t count,
		    enum tm_metric metric)
{
	size_t i;

	for (i = 0; i < count; i++)
		curves[i].last = last_value(curves[i].run, metric);
	qsort(curves, count, sizeof(*curves), by_end);
}

/* --- what gnuplot reads --------------------------------------------------- */

static void put_quoted(struct tm_writer *writer, const char *text)
{
	tm_put_escaped(writer, TM_ESCAPE_GNUPLOT, text);
	tm_writer_put(writer, "\n");
}

void tm_curves_put_text(struct tm_writer *writer, const char *name,
			const char *text)
{
	tm_writer_printf(writer, "%s = ", name);
	put_quoted(writer, text);
}

static void put_element(struct tm_writer *writer, const char *array,
			size_t index, const char *text)
{
	tm_writer_printf(writer, "%s[%zu] = ", array, index + 1);
	put_quoted(writer, text);
}

static void put_look(struct tm_writer *writer,
		     const struct tm_plot_curve *curve, size_t index,
		     enum tm_metric metric)
{
	const char *rules = tm_row_rules(curve->run);
	char slope[TM_AMOUNT_MAX] = "";
	struct tm_decision growth;
	enum tm_rc rc = tm_growth_measure(&growth, curve->run, metric, NULL);

	if (rc != TM_OK && writer->rc == TM_OK)
		writer->rc = rc;
	if (rc != TM_OK)
		return;
	if (growth.has_slope)
		tm_amount_format(slope, growth.slope,
				 tm_trait_of(metric)->unit);
	tm_writer_printf(writer, "tm_hue[%zu] = %u\ntm_variant[%zu] = %u\n",
			 index + 1, curve->hue, index + 1, curve->variant);
	put_element(writer, "tm_name", index, curve->label);
	put_element(writer, "tm_slope", index, slope);
	put_element(writer, "tm_rules", index, rules ? rules : "");
}

/* What the curves are drawn against: iterations, seconds, or some of each. */
static void put_unit(struct tm_writer *writer,
		     const struct tm_plot_curve *curves, size_t count)
{
	const char *unit = "iterations", *per = "per iteration";
	size_t timed = 0, i;

	for (i = 0; i < count; i++)
		timed += curves[i].run->unit != TM_UNIT_ITERATION;
	if (timed) {
		unit = timed == count ? "seconds" : "iterations or seconds";
		per = timed == count ? "per second"
				     : "per iteration or per second";
	}
	tm_writer_printf(writer, "tm_unit = '%s'\ntm_per = '%s'\n", unit, per);
}

void tm_curves_put_looks(struct tm_writer *writer,
			 const struct tm_plot_curve *curves, size_t count,
			 enum tm_metric metric)
{
	size_t i;

	tm_writer_printf(writer,
			 "tm_count = %zu\narray tm_name[%zu]\n"
			 "array tm_slope[%zu]\narray tm_rules[%zu]\n"
			 "array tm_hue[%zu]\narray tm_variant[%zu]\n",
			 count, count, count, count, count, count);
	put_unit(writer, curves, count);
	for (i = 0; i < count; i++)
		put_look(writer, &curves[i], i, metric);
}

static void put_curve(struct tm_writer *writer,
		      const struct tm_metric_series *series, double unit)
{
	const struct tm_sample *sample;
	size_t at = 0;

	while ((sample = tm_metric_series_next(series, &at)))
		tm_writer_printf(writer, "%.17g %.17g\n",
				 tm_metric_series_x(series, sample),
				 tm_metric_series_value(series, sample) / unit);
	tm_writer_put(writer, "\n\n");
}

static void put_marks(struct tm_writer *writer,
		      const struct tm_metric_series *series, double unit,
		      double phase)
{
	const struct tm_sample *end = tm_metric_series_first(series);
	double first, last, height = 0;
	unsigned int i;

	first = end ? (double)end->iteration : 0;
	end = tm_metric_series_last(series);
	last = end ? (double)end->iteration : 0;
	for (i = 0; end && i < MARKS_A_CURVE; i++) {
		double at =
			first + (last - first) * (i + phase) / MARKS_A_CURVE;

		(void)tm_metric_series_at(series, at, &height);
		tm_writer_printf(writer, "%.17g %.17g\n", at / series->scale,
				 height / unit);
	}
	tm_writer_put(writer, "\n\n");
}

void tm_curves_put_data(struct tm_writer *writer,
			const struct tm_plot_data *data,
			const struct tm_plot_curve *curves, size_t count)
{
	struct tm_metric_series series;
	size_t i;

	tm_writer_printf(writer, "$%s << TM_END\n", data->name);
	for (i = 0; i < count; i++) {
		series = tm_run_series(curves[i].run, data->metric);
		put_curve(writer, &series, data->unit);
	}
	tm_writer_printf(writer, "TM_END\n$%s_marks << TM_END\n", data->name);
	for (i = 0; i < count; i++) {
		series = tm_run_series(curves[i].run, data->metric);
		put_marks(writer, &series, data->unit,
			  ((double)i + 0.5) / (double)count);
	}
	tm_writer_put(writer, "TM_END\n");
}
