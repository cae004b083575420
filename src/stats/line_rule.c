#include "stats/rules.h"

#include <math.h>

/*
 * The line rule
 *
 * Ordinary least squares, with Newey and West's error of the slope, which holds
 * for residuals that are correlated and of unequal variance (HAC).  Growth is a
 * value of t above a threshold that depends on the class of the metric and the
 * number of samples.  floor_rule.c uses t to recognise a clear straight line;
 * as a rule of its own it serves to be compared on the corpus.
 */

/* No flat run of the corpus's tuning part comes to these values of t: by class,
 * for fewer than 15, 35, 75, 300 samples, and for more.  Saw-teeth that a few
 * samples alias into a line are left out; no t would exclude them. */
static const double thresholds[3][5] = {
	[TM_CLASS_EXACT] = {40, 30, 25, 25, 31},
	[TM_CLASS_RESIDENT] = {180, 180, 180, 180, 180},
	[TM_CLASS_PEAK] = {185, 185, 185, 185, 185},
};

static double threshold_of(const struct tm_rule_input *input)
{
	static const size_t below[] = {15, 35, 75, 300};
	size_t i = 0;

	while (i < 4 && input->whole_count >= below[i])
		i++;
	return thresholds[input->opts->metric_class][i];
}

/* Newey and West's error of a slope: covariances up to `lags`, with weights
 * that fall off linearly.  The terms are in `spare`. */
static double newey_west(const struct tm_point *points, size_t count,
			 size_t lags)
{
	double sum = 0;
	size_t lag, i;

	for (lag = 0; lag <= lags && lag < count; lag++) {
		double weight = 1 - (double)lag / (double)(lags + 1);
		double products = 0;

		for (i = lag; i < count; i++)
			products += points[i].spare * points[i - lag].spare;
		sum += (lag == 0 ? 1 : 2) * weight * products;
	}
	return sqrt(fmax(sum, 0));
}

void tm_rule_line(struct tm_evidence *out, const struct tm_rule_input *input)
{
	struct tm_point *points = input->points;
	double n = (double)input->count, least = input->opts->resolution;
	double mean_x = 0, mean_y = 0, xx = 0, xy = 0, error, t;
	size_t lags = (size_t)(4 * pow(n / 100, 2.0 / 9));
	size_t i;

	for (i = 0; i < input->count; i++) {
		mean_x += (points[i].x - points[0].x) / n;
		mean_y += (points[i].y - points[0].y) / n;
	}
	for (i = 0; i < input->count; i++) {
		double from = points[i].x - points[0].x - mean_x;

		xx += from * from;
		xy += from * (points[i].y - points[0].y - mean_y);
	}
	out->slope = xy / xx;
	for (i = 0; i < input->count; i++) {
		double from = points[i].x - points[0].x - mean_x;

		points[i].spare = from * (points[i].y - points[0].y - mean_y -
					  out->slope * from);
	}
	error = newey_west(points, input->count, lags) / xx;
	/* A step of the metric is noise too, when it shows none. */
	error = fmax(error, least / sqrt(12 * xx));
	t = tm_student_975(n - 2);
	out->has_slope = 1;
	out->low = out->slope - t * error;
	out->high = out->slope + t * error;
	out->score = out->slope / error;
	out->curve = TM_CURVE_FLAT;
	out->grows = out->score >= threshold_of(input) + input->penalty;
	if (out->grows && out->slope * input->span < input->opts->least) {
		out->objection = TM_REASON_TOO_LITTLE;
		out->grows = 0;
	}
	if (out->grows)
		out->curve = TM_CURVE_LINEAR;
}
