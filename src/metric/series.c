#include "metric/series.h"

const struct tm_sample *tm_metric_series_next(
	const struct tm_metric_series *series, size_t *at)
{
	while (*at < series->sample_count) {
		const struct tm_sample *sample = &series->samples[(*at)++];

		if (tm_sample_has(sample, series->metric))
			return sample;
	}
	return NULL;
}

const struct tm_sample *tm_metric_series_first(
	const struct tm_metric_series *series)
{
	size_t at = 0;

	return tm_metric_series_next(series, &at);
}

const struct tm_sample *tm_metric_series_last(
	const struct tm_metric_series *series)
{
	size_t i = series->sample_count;

	while (i-- > 0) {
		if (tm_sample_has(&series->samples[i], series->metric))
			return &series->samples[i];
	}
	return NULL;
}

size_t tm_metric_series_count(const struct tm_metric_series *series)
{
	size_t at = 0, count = 0;

	while (tm_metric_series_next(series, &at))
		count++;
	return count;
}

static double between(const struct tm_metric_series *series,
		      const struct tm_sample *before,
		      const struct tm_sample *after, double iteration)
{
	double start = tm_metric_series_value(series, before);
	double end = tm_metric_series_value(series, after);
	double width = (double)after->iteration - (double)before->iteration;

	if (!(width > 0.0))
		return end;
	return start +
	       (end - start) * (iteration - (double)before->iteration) / width;
}

int tm_metric_series_at(const struct tm_metric_series *series, double iteration,
			double *out)
{
	const struct tm_sample *before = NULL, *sample;
	size_t at = 0;

	while ((sample = tm_metric_series_next(series, &at))) {
		if ((double)sample->iteration >= iteration) {
			*out = between(series, before ? before : sample, sample,
				       iteration);
			return 1;
		}
		before = sample;
	}
	if (before)
		*out = tm_metric_series_value(series, before);
	return before != NULL;
}

size_t tm_metric_series_points(const struct tm_metric_series *series,
			       struct tm_point *points)
{
	const struct tm_sample *sample;
	size_t at = 0, count = 0;

	while ((sample = tm_metric_series_next(series, &at))) {
		points[count].x = tm_metric_series_x(series, sample);
		points[count].y = tm_metric_series_value(series, sample);
		points[count++].spare = 0;
	}
	return count;
}
