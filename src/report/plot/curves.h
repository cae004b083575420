/*
 * curves.h - the runs of one picture, written as gnuplot settings and data.
 *
 * Purpose:   choose which runs a picture can show and by which metric, give
 *            each a style of its own, and write all that gnuplot needs.
 * Ownership: curves borrow their runs.
 * Units:     data is divided by a unit that the caller names.
 * Errors:    as util/writer.h.
 */
#ifndef TM_REPORT_PLOT_CURVES_H
#define TM_REPORT_PLOT_CURVES_H

#include <stddef.h>

#include "explain/label.h"
#include "results/run.h"
#include "util/writer.h"

struct tm_plot_curve {
	const struct tm_run *run;
	char label[TM_LABEL_MAX];
	const char *family; /* runs that belong together; else its name */
	const char
		*panel;	  /* the part of a picture that it is drawn in, or "" */
	unsigned int hue; /* of the family: colour and shape of points */
	unsigned int variant; /* among the curves of one hue: how it is dashed
			       */
	double last;	      /* where it ends */
};

/* 1 when `run` has two samples of `metric`, which is the least to draw. */
int tm_curve_possible(const struct tm_run *run, enum tm_metric metric);

/* Which of `metrics` most of the runs can show; the first of equals;
 * TM_METRIC_COUNT when no run has any of them.  A picture shows one metric
 * only, so that its curves can be compared. */
enum tm_metric tm_curves_metric(const struct tm_run *const *runs, size_t count,
				const enum tm_metric *metrics,
				size_t metric_count);

/* Fill `curves`, one a run, and choose how they are drawn: a family has the
 * colour that its program reported, so that it is the same in each picture, or
 * the next one that no other has. */
void tm_curves_make(struct tm_plot_curve *curves,
		    const struct tm_run *const *runs, size_t count);

/* Order by where the curves end, the highest first, so that a legend reads as
 * the picture does. */
void tm_curves_sort(struct tm_plot_curve *curves, size_t count,
		    enum tm_metric metric);

/* NAME = 'text', quoted so that gnuplot takes every character literally. */
void tm_curves_put_text(struct tm_writer *writer, const char *name,
			const char *text);

/* tm_count and the arrays tm_name, tm_family, tm_panel, tm_hue, tm_variant, and
 * tm_slope (growth per iteration with its unit, or empty). */
void tm_curves_put_styles(struct tm_writer *writer,
			  const struct tm_plot_curve *curves, size_t count,
			  enum tm_metric metric);

struct tm_plot_data {
	const char *name; /* of the block */
	enum tm_metric metric;
	double unit; /* that values are divided by */
};

/* The data block $NAME (iteration, value; one index a curve), and $NAME_marks:
 * points on the same lines that are set off from one curve to the next, so
 * that overlapping curves can be distinguished. */
void tm_curves_put_data(struct tm_writer *writer,
			const struct tm_plot_data *data,
			const struct tm_plot_curve *curves, size_t count);

#endif
