#include "report/plot/curves.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/judging.h"
#include "metric/traits.h"
#include "util/amount.h"
#include "util/escape.h"
#include "util/text.h"

#define LEGEND_WIDTH  40 /* characters; a longer name ends in "..." */
#define MARKS_A_CURVE 6

/* Seven colours, each with seven shapes of points (common.gp). */
#define HUES	 49
#define HUE_NONE UINT_MAX

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

/* --- styles --------------------------------------------------------------- */

static void shorten(char *label)
{
	if (tm_text_width(label) > LEGEND_WIDTH)
		memcpy(label + tm_text_fit(label, LEGEND_WIDTH - 3), "...", 4);
}

static void init_curve(struct tm_plot_curve *curve, const struct tm_run *run)
{
	const struct tm_run_curve *reported = &run->report.curve;

	memset(curve, 0, sizeof(*curve));
	curve->run = run;
	curve->family = reported->family ? reported->family : run->name;
	curve->panel = reported->panel ? reported->panel : "";
	curve->hue = HUE_NONE;
	tm_label_make(curve->label, run);
	shorten(curve->label);
}

static int is_taken(const struct tm_plot_curve *curves, size_t count,
		    unsigned int hue)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (curves[i].hue == hue)
			return 1;
	}
	return 0;
}

/* The hue that the run's program reported, unless another family has it. */
static unsigned int reported_hue(const struct tm_plot_curve *curve,
				 const struct tm_plot_curve *curves,
				 size_t count)
{
	struct tm_known_int colour = curve->run->report.curve.colour;

	if (!colour.is_known || colour.value < 0 || colour.value >= HUES ||
	    is_taken(curves, count, (unsigned int)colour.value))
		return HUE_NONE;
	return (unsigned int)colour.value;
}

/* The first curve of the same family. */
static const struct tm_plot_curve *first_of_family(
	const struct tm_plot_curve *curve, const struct tm_plot_curve *curves)
{
	while (strcmp(curves->family, curve->family) != 0)
		curves++;
	return curves;
}

static void take_next_hue(struct tm_plot_curve *curve,
			  const struct tm_plot_curve *curves, size_t count)
{
	unsigned int hue = 0;

	while (is_taken(curves, count, hue))
		hue++;
	curve->hue = hue;
}

void tm_curves_make(struct tm_plot_curve *curves,
		    const struct tm_run *const *runs, size_t count)
{
	size_t i, j;

	for (i = 0; i < count; i++)
		init_curve(&curves[i], runs[i]);
	for (i = 0; i < count; i++) {
		if (first_of_family(&curves[i], curves) == &curves[i])
			curves[i].hue = reported_hue(&curves[i], curves, count);
	}
	for (i = 0; i < count; i++) {
		const struct tm_plot_curve *first =
			first_of_family(&curves[i], curves);

		if (first == &curves[i] && curves[i].hue == HUE_NONE)
			take_next_hue(&curves[i], curves, count);
		curves[i].hue = first->hue;
		for (j = 0; j < i; j++)
			curves[i].variant += curves[j].hue == first->hue;
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

static void put_style(struct tm_writer *writer,
		      const struct tm_plot_curve *curve, size_t index,
		      enum tm_metric metric)
{
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
	put_element(writer, "tm_family", index, curve->family);
	put_element(writer, "tm_panel", index, curve->panel);
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

void tm_curves_put_styles(struct tm_writer *writer,
			  const struct tm_plot_curve *curves, size_t count,
			  enum tm_metric metric)
{
	size_t i;

	tm_writer_printf(writer,
			 "tm_count = %zu\narray tm_name[%zu]\n"
			 "array tm_slope[%zu]\narray tm_family[%zu]\n"
			 "array tm_panel[%zu]\narray tm_hue[%zu]\n"
			 "array tm_variant[%zu]\n",
			 count, count, count, count, count, count, count);
	put_unit(writer, curves, count);
	for (i = 0; i < count; i++)
		put_style(writer, &curves[i], i, metric);
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
