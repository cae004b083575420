/*
 * series.h - the values of one metric over the samples of a run.
 *
 * Purpose:   one way to walk over those samples that have the metric: others
 *            hold none, and never 0 instead.
 * Ownership: a series borrows its samples and is plain memory of the caller.
 * Units:     values in the metric's unit; `scale` samples' positions make one
 *            of the run's unit (tm_run_series() in results/run.h sets it).
 * Errors:    none; what no sample has is NULL or 0.
 */
#ifndef TM_METRIC_SERIES_H
#define TM_METRIC_SERIES_H

#include <stddef.h>

#include "metric/metric.h"
#include "stats/series.h"

struct tm_metric_series {
	const struct tm_sample *samples;
	size_t sample_count;
	enum tm_metric metric;
	double scale;
};

/* The next sample from number *at on that has the metric, or NULL; *at becomes
 * the number behind it.  Begin with 0. */
const struct tm_sample *tm_metric_series_next(
	const struct tm_metric_series *series, size_t *at);

const struct tm_sample *tm_metric_series_first(
	const struct tm_metric_series *series);
const struct tm_sample *tm_metric_series_last(
	const struct tm_metric_series *series);

/* How many samples have it. */
size_t tm_metric_series_count(const struct tm_metric_series *series);

static inline double tm_metric_series_value(
	const struct tm_metric_series *series, const struct tm_sample *sample)
{
	return (double)sample->value[series->metric];
}

static inline double tm_metric_series_x(const struct tm_metric_series *series,
					const struct tm_sample *sample)
{
	return (double)sample->iteration / series->scale;
}

/* The value at `iteration`, on the line between the samples around it, or as in
 * the first or the last one beyond them.  0 when no sample has the metric. */
int tm_metric_series_at(const struct tm_metric_series *series, double iteration,
			double *out);

/* Fill `points`, which has room for all samples, for the decider; returns how
 * many there are. */
size_t tm_metric_series_points(const struct tm_metric_series *series,
			       struct tm_point *points);

#endif
