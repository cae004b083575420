#include "stats/sampled.h"

#include <math.h>

#include "stats/rules.h"

/* Growth below this many standard errors is chance; of a thousand sites that do
 * not grow, one or two pass. */
#define ERRORS_LEAST 3.0

/* A site that grows evenly does so by half after the middle third. */
#define STOPPED_SHARE 0.2

void tm_sampled_third(const double *x, size_t x_count, int third, size_t *from,
		      size_t *count)
{
	double start, width;

	*from = 0;
	*count = 0;
	if (x_count == 0)
		return;
	start = x[0] + TM_WARM_UP * (x[x_count - 1] - x[0]);
	width = (x[x_count - 1] - start) / 3.0;
	while (*from < x_count && x[*from] < start + third * width)
		++*from;
	while (*from + *count < x_count &&
	       (third == 2 || x[*from + *count] < start + (third + 1) * width))
		++*count;
}

static double mean(const double *values, size_t from, size_t count)
{
	double sum = 0.0;
	size_t i;

	for (i = from; i < from + count; i++)
		sum += values[i];
	return sum / (double)count;
}

/*
 * The share of allocations that were not sampled, from the mean weight of those
 * that were: w / mean = r / (1 - exp(-r)), solved for r, the size in units of
 * the mean distance.  The right side lies between r and r + 1, and rises.
 */
static double unsampled_share(const struct tm_sampled_series *series)
{
	double weight, low = 0.0, high;
	int i;

	if (series->samples <= 0.0 || series->mean_bytes <= 0.0)
		return 1.0;
	weight = series->samples_bytes / series->samples / series->mean_bytes;
	if (weight <= 1.0)
		return 1.0; /* small ones: hardly any is sampled */
	high = weight;
	for (i = 0; i < 50; i++) {
		double middle = (low + high) / 2.0;

		if (middle / -expm1(-middle) > weight)
			high = middle;
		else
			low = middle;
	}
	return exp(-low);
}

/* Large blocks are sampled nearly all, but come one at a time: what lives at
 * either end is off by up to half of one, with a variance of weight^2 / 12. */
static double standard_error(const struct tm_sampled_series *series,
			     const struct tm_sampled_growth *growth,
			     double freed_between)
{
	double weight = series->samples > 0.0
				? series->samples_bytes / series->samples
				: series->mean_bytes;
	double gone = fmin(fmax(freed_between, 0.0), fmax(growth->first, 0.0));
	double come = fmax(growth->growth + gone, 0.0);

	return sqrt(unsampled_share(series) * weight * (gone + come) +
		    2 * weight * weight / 12);
}

static double last_of(const struct tm_sampled_series *series)
{
	size_t end = series->count;

	return end ? series->allocated[end - 1] - series->freed[end - 1] : 0.0;
}

int tm_sampled_growth(struct tm_sampled_growth *out,
		      const struct tm_sampled_series *series)
{
	double allocated[3], freed[3], x[3];
	size_t from, count;
	int i;

	*out = (struct tm_sampled_growth){.last = last_of(series)};
	for (i = 0; i < 3; i++) {
		tm_sampled_third(series->x, series->count, i, &from, &count);
		if (count == 0)
			return 0;
		x[i] = mean(series->x, from, count);
		allocated[i] = mean(series->allocated, from, count);
		freed[i] = mean(series->freed, from, count);
	}
	if (x[2] <= x[0])
		return 0;
	out->is_known = 1;
	out->first_x = x[0];
	out->last_x = x[2];
	out->first = allocated[0] - freed[0];
	out->middle = allocated[1] - freed[1];
	out->last = allocated[2] - freed[2];
	out->growth = out->last - out->first;
	out->error = standard_error(series, out, freed[2] - freed[0]);
	out->grows =
		out->growth > ERRORS_LEAST * out->error && out->growth > 0.0;
	out->has_stopped = out->grows && out->last - out->middle <
						 STOPPED_SHARE * out->growth;
	return 1;
}

int tm_sampled_order(const struct tm_sampled_growth *a,
		     const struct tm_sampled_growth *b)
{
	double x = a->is_known ? a->growth : a->last;
	double y = b->is_known ? b->growth : b->last;

	if (a->grows != b->grows)
		return b->grows - a->grows;
	return (x < y) - (x > y);
}
