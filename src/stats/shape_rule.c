#include "stats/rules.h"

#include <math.h>

/*
 * The shape rule
 *
 * The samples after the warm-up are cut into 16 blocks.  Bounded shapes (flat,
 * saturating, one or two steps) and growing ones (linear, linear from a knot
 * on) are fitted to the block minima and to the block medians; the difference
 * of the two best criteria, in nats, is the score.  A score over the threshold
 * is growth unless one of the checks in find_objection() explains it otherwise.
 * Containers that double are recognised by their own test.
 *
 * This is the rule that floor_rule.c extends.  It is kept to be compared with
 * it on the corpus.
 */

#define THRESHOLD	10.0
#define THRESHOLD_SHORT 12.0 /* below 20 samples */
#define INFLATION	2.0 /* of the interval; nominal ones cover too little */
#define OCTAVES_MAX	4

double tm_shape_score(const struct tm_rule_input *input,
		      const struct tm_blocks *blocks, struct tm_shapes *out)
{
	struct tm_shapes medians;
	double low_score, median_score;

	tm_shapes_fit(out, blocks->low_at, blocks->low, blocks->count,
		      input->opts->resolution);
	tm_shapes_fit(&medians, blocks->median_at, blocks->median,
		      blocks->count, input->opts->resolution);
	low_score = out->bounded.criterion - out->growing.criterion;
	median_score = medians.bounded.criterion - medians.growing.criterion;
	if (median_score < low_score)
		*out = medians;
	return fmin(low_score, median_score);
}

/* What the two largest rises leave of the growth, and how many rise. */
static void sum_rises(const struct tm_blocks *blocks, double *without_two,
		      double *share)
{
	double first = 0, second = 0;
	size_t rises = 0, i;

	for (i = 1; i < blocks->count; i++) {
		double rise = blocks->low[i] - blocks->low[i - 1];

		rises += rise > 0;
		if (rise > first) {
			second = first;
			first = rise;
		} else if (rise > second) {
			second = rise;
		}
	}
	*without_two = blocks->low[blocks->count - 1] - blocks->low[0] - first -
		       second;
	*share = (double)rises / (double)(blocks->count - 1);
}

/* What else could make such growth (noise, one step, a warm-up), or none. */
static enum tm_reason find_objection(const struct tm_rule_input *input,
				     const struct tm_blocks *blocks)
{
	size_t last = blocks->count - 1;
	double growth = blocks->low[last] - blocks->low[0];
	double until_third = blocks->low[last / 3];
	double until_two = blocks->low[last - last / 3];
	double without_two, share;

	sum_rises(blocks, &without_two, &share);
	if (growth < input->opts->least)
		return TM_REASON_TOO_LITTLE;
	if (growth <= tm_series_drawdown(input->points, input->count))
		return TM_REASON_FALLS_AS_MUCH;
	if (without_two <= .15 * growth)
		return TM_REASON_ONE_OR_TWO_STEPS;
	if (share < .4)
		return TM_REASON_RISES_SELDOM;
	if (blocks->low[last] - until_two <= .1 * growth)
		return TM_REASON_ENDS;
	if (until_two - until_third <= .05 * growth)
		return TM_REASON_PAUSES;
	return TM_REASON_NONE;
}

/* The lowest y at sample `from` or up to `width` after it. */
static double low_near(const struct tm_rule_input *input, size_t from,
		       size_t width)
{
	size_t count = input->whole_count - from;

	return tm_series_low(input->whole + from, width < count ? width : count)
		->y;
}

/*
 * A container that doubles has, at the end of the run, twice what it had in the
 * middle and four times what it had at a quarter, but for what was there at the
 * start: the differences between octaves halve.
 */
int tm_shape_doubles(const struct tm_rule_input *input)
{
	size_t octaves = input->whole_count >= 64 ? 4 : 3;
	size_t last = input->whole_count - 1, j;
	double level[OCTAVES_MAX + 1], rise[OCTAVES_MAX];

	if (input->opts->metric_class != TM_CLASS_EXACT ||
	    input->whole_count < 32)
		return 0;
	for (j = 0; j <= octaves; j++) {
		size_t at = last >> j;
		size_t width = 1 + (input->whole_count >> (j + 5));

		level[j] = low_near(input, at + 1 >= width ? at + 1 - width : 0,
				    width);
	}
	for (j = 0; j < octaves; j++)
		rise[j] = level[j] - level[j + 1];
	for (j = 0; j + 1 < octaves; j++) {
		double ratio = rise[j] / rise[j + 1];

		if (!(rise[j + 1] > 0 && ratio > 1.5 && ratio < 2.7))
			return 0;
	}
	return rise[2] > 4 * input->opts->resolution &&
	       tm_series_drawdown(input->points, input->count) < rise[2] / 2;
}

void tm_shape_slope(struct tm_evidence *out, const struct tm_rule_input *input,
		    const struct tm_blocks *blocks)
{
	double slope, error, width;
	double t = tm_student_975((double)blocks->count - 2);

	if (blocks->count < 3 || input->span <= 0)
		return;
	tm_line_fit(blocks->median_at, blocks->median, blocks->count, &slope,
		    &error);
	width = INFLATION * t * error;
	out->low = (slope - width) / input->span;
	out->high = (slope + width) / input->span;
	tm_line_fit(blocks->low_at, blocks->low, blocks->count, &slope, &error);
	width = INFLATION * t * error;
	out->low = fmin(out->low, (slope - width) / input->span);
	out->high = fmax(out->high, (slope + width) / input->span);
	out->slope = slope / input->span;
	out->has_slope = 1;
}

void tm_rule_shape(struct tm_evidence *out, const struct tm_rule_input *input)
{
	double threshold =
		input->whole_count < 20 ? THRESHOLD_SHORT : THRESHOLD;
	struct tm_blocks blocks;
	struct tm_shapes shapes;

	tm_blocks_make(&blocks, input->points, input->count, TM_BLOCKS_MAX);
	tm_shape_slope(out, input, &blocks);
	out->score = tm_shape_score(input, &blocks, &shapes);
	out->curve = shapes.bounded.curve;
	if (out->score >= threshold + input->penalty) {
		out->curve = shapes.growing.curve;
		out->objection = find_objection(input, &blocks);
		out->grows = out->objection == TM_REASON_NONE;
	}
	if (!out->grows && tm_shape_doubles(input)) {
		out->grows = 1;
		out->curve = TM_CURVE_DOUBLING;
	}
}
