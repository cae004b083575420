#include "stats/rules.h"

#include <math.h>

/*
 * The floor rule
 *
 * Memory that is never given back is the floor below everything that comes and
 * goes.  This rule asks whether the floor rises.  The samples after the warm-up
 * are cut into 16 (or 8) blocks, whose minima are the floor; shapes.c fits
 * bounded and growing curves to it, and the difference of their criteria, in
 * nats, is the score.  Five ways look for a floor that rises, since no single
 * one sees every program's:
 *
 *   1. block minima and block medians together, the weaker of the two counting:
 *      ordinary noise about a line;
 *   2. block minima alone, where what comes and goes is larger than what stays
 *      (spikes, bursts);
 *   3. the troughs of a saw-tooth whose teeth are few and long, so that blocks
 *      cut through them (caches, collectors);
 *   4. a straight line between a few large steps, as of a table that doubles
 *      while what it holds grows evenly;
 *   5. rare steps of about one height that are never reversed (a leak on
 *      an error path), and steps that grow by a factor, as their distances do
 *      (a container that is never emptied).
 *
 * A score over the threshold is not enough.  object_to() has what noise, one
 * step, a warm-up that ends, a pause or an allocator's retention could make of
 * a flat program; each objection is a test of the floor's own figures.  Resident
 * pages have one hurdle more: an allocator that keeps pages looks like a small
 * leak, so their growth must be a straight line, or be large.
 *
 * The constants were set on the tuning families of bench/corpus, where no flat
 * program may be called growing, and then scored once on families that had not
 * been seen; results/corpus.md has both figures, and the commits that changed a
 * constant give the counts before and after.  tests/golden holds the decisions.
 */

#define THRESHOLD	10.0
#define THRESHOLD_FLOOR 14.0 /* for minima without their medians */
#define THRESHOLD_CLEAR 4.0
#define CLEAR_SLOPE	35.0 /* times its error; no flat run comes to 25 */
#define THRESHOLD_SHORT 12.0 /* below 20 samples */
#define SAMPLES_SHORT	20
#define ORDER_MIN	.8  /* Kendall's tau of minima with time */
#define FLOOR_SHARE	.25 /* of the largest fall, that a floor must rise */
#define RETENTION_BYTES 8388608.0
#define STRAIGHT_MAX	.15 /* spread of the rises of a straight line */
/* Where something comes and goes, less than a step of the metric in so many
 * iterations is its phase against the samples, as far as one can tell. */
#define DRIFT	      640
#define STEPS_MIN     6
#define STEPS_MAX     12 /* of a container; older ones are not seen */
#define DOUBLINGS_MIN 4
#define JUMPS_MAX     6	  /* that are taken away to see the line between */
#define JUMP_STEPS    8	  /* of the metric, that one must be */
#define JUMP_MIN      3.0 /* times what the line rises meanwhile */

static double threshold_of(const struct tm_rule_input *input, double least)
{
	double threshold = input->whole_count < SAMPLES_SHORT ? THRESHOLD_SHORT
							      : THRESHOLD;

	return fmax(threshold, least) + input->penalty;
}

/* Noise hides the shape before it hides the slope. */
static double threshold_of_line(const struct tm_rule_input *input)
{
	struct tm_evidence line = {.grows = 0};

	tm_rule_line(&line, input);
	if (line.score >= CLEAR_SLOPE && input->whole_count >= SAMPLES_SHORT)
		return THRESHOLD_CLEAR + input->penalty;
	return threshold_of(input, 0);
}

/* --- what a floor must do ------------------------------------------------- */

struct floor {
	const double *at;
	const double *low;
	size_t count;
};

static double rise_of(const struct floor *floor)
{
	return floor->low[floor->count - 1] - floor->low[0];
}

/* Kendall's tau: how much the order of the values is that of time. */
static double order_of(const struct floor *floor)
{
	double agree = 0, pairs = 0;
	size_t i, j;

	for (i = 0; i < floor->count; i++) {
		for (j = i + 1; j < floor->count; j++) {
			agree += (floor->low[j] > floor->low[i]) -
				 (floor->low[j] < floor->low[i]);
			pairs++;
		}
	}
	return agree / pairs;
}

/* How far the rises are from those of a straight line, as a share of their
 * mean; what the steps of the metric make of it is taken off. */
static double spread_of(const struct floor *floor, double resolution)
{
	size_t last = floor->count - 1, i;
	double slope = rise_of(floor) / (floor->at[last] - floor->at[0]);
	double squares = 0;

	for (i = 1; i <= last; i++) {
		double from = floor->low[i] - floor->low[i - 1] -
			      slope * (floor->at[i] - floor->at[i - 1]);

		squares += from * from;
	}
	squares /= (double)last;
	return sqrt(fmax(squares - resolution * resolution / 6, 0)) *
	       (double)last / rise_of(floor);
}

static double fall_of(const struct floor *floor)
{
	double top = floor->low[0], fall = 0;
	size_t i;

	for (i = 1; i < floor->count; i++) {
		top = fmax(top, floor->low[i]);
		fall = fmax(fall, top - floor->low[i]);
	}
	return fall;
}

/* What the two largest rises leave, and the share of blocks that rise. */
static void sum_rises(const struct floor *floor, double *without_two,
		      double *share)
{
	double first = 0, second = 0;
	size_t rises = 0, i;

	for (i = 1; i < floor->count; i++) {
		double rise = floor->low[i] - floor->low[i - 1];

		rises += rise > 0;
		second = fmax(second, fmin(rise, first));
		first = fmax(first, rise);
	}
	*without_two = rise_of(floor) - first - second;
	*share = (double)rises / (double)(floor->count - 1);
}

/* What else could make such growth (noise, one step, a warm-up), or none. */
static enum tm_reason find_objection(const struct tm_rule_input *input,
				     const struct floor *floor, double fall)
{
	size_t last = floor->count - 1;
	double growth = rise_of(floor);
	double until_third = floor->low[last / 3];
	double until_two = floor->low[last - last / 3];
	double without_two, share;

	sum_rises(floor, &without_two, &share);
	if (growth < input->opts->least ||
	    (fall > 0 &&
	     growth < input->span * input->opts->resolution / DRIFT))
		return TM_REASON_TOO_LITTLE;
	if (growth <= fall)
		return TM_REASON_FALLS_AS_MUCH;
	if (without_two <= .15 * growth)
		return TM_REASON_ONE_OR_TWO_STEPS;
	if (share < .4)
		return TM_REASON_RISES_SELDOM;
	if (floor->low[last] - until_two <= .1 * growth)
		return TM_REASON_ENDS;
	if (until_two - until_third <= .05 * growth)
		return TM_REASON_PAUSES;
	if (input->opts->metric_class != TM_CLASS_EXACT &&
	    growth < RETENTION_BYTES &&
	    spread_of(floor, input->opts->resolution) > STRAIGHT_MAX)
		return TM_REASON_KEEPS_PAGES;
	return TM_REASON_NONE;
}

/* --- the ways to find a floor that rises ---------------------------------- */

/* Take what a way found, if it is the first to find growth or finds more. */
static void keep_better(struct tm_evidence *out, double score, double threshold,
			const struct tm_shapes *shapes,
			enum tm_reason objection)
{
	int grows = score >= threshold && objection == TM_REASON_NONE;

	if (out->grows || (!grows && score < out->score))
		return;
	out->score = score;
	out->grows = grows;
	out->objection = score >= threshold ? objection : TM_REASON_NONE;
	out->curve = grows ? shapes->growing.curve : shapes->bounded.curve;
	out->knot = grows ? shapes->growing.knot : 0;
}

static void score_both(struct tm_evidence *out,
		       const struct tm_rule_input *input,
		       const struct tm_blocks *blocks)
{
	struct floor floor = {blocks->low_at, blocks->low, blocks->count};
	double fall = tm_series_drawdown(input->points, input->count);
	double threshold = threshold_of_line(input);
	struct tm_shapes shapes;
	double score = tm_shape_score(input, blocks, &shapes);

	keep_better(
		out, score, threshold, &shapes,
		find_objection(input, &floor, fmax(fall, 3 * fall_of(&floor))));
}

static void score_minima(struct tm_evidence *out,
			 const struct tm_rule_input *input,
			 const struct tm_blocks *blocks)
{
	struct floor floor = {blocks->low_at, blocks->low, blocks->count};
	double fall = tm_series_drawdown(input->points, input->count);
	struct tm_shapes shapes;
	enum tm_reason objection;

	/* A floor of one sample a block is none. */
	if (input->count < 4 * blocks->count)
		return;
	tm_shapes_fit(&shapes, blocks->low_at, blocks->low, blocks->count,
		      input->opts->resolution);
	objection = find_objection(
		input, &floor, fmax(FLOOR_SHARE * fall, 3 * fall_of(&floor)));
	if (objection == TM_REASON_NONE && order_of(&floor) < ORDER_MIN)
		objection = TM_REASON_UNEVEN_FLOOR;
	keep_better(out, shapes.bounded.criterion - shapes.growing.criterion,
		    threshold_of(input, THRESHOLD_FLOOR), &shapes, objection);
}

/* The lowest points between rises and falls of at least `swing`; at most
 * TM_BLOCKS_MAX of them, or 0 when there are more. */
static size_t find_troughs(const struct tm_rule_input *input, double swing,
			   double *at, double *low)
{
	const struct tm_point *points = input->points;
	double top = points[0].y, bottom = points[0].y;
	size_t count = 0, bottom_at = 0, i;
	int falling = 0;

	for (i = 1; i < input->count; i++) {
		double y = points[i].y;

		if (!falling) {
			top = fmax(top, y);
			if (top - y < swing)
				continue;
			falling = 1;
			bottom = y;
			bottom_at = i;
		} else if (y < bottom) {
			bottom = y;
			bottom_at = i;
		} else if (y - bottom >= swing) {
			if (count == TM_BLOCKS_MAX)
				return 0;
			at[count] = (points[bottom_at].x - points[0].x) /
				    input->span;
			low[count++] = bottom;
			falling = 0;
			top = y;
		}
	}
	return count;
}

static void score_troughs(struct tm_evidence *out,
			  const struct tm_rule_input *input)
{
	double fall = tm_series_drawdown(input->points, input->count);
	double at[TM_BLOCKS_MAX], low[TM_BLOCKS_MAX], step = 0;
	struct floor floor = {at, low, 0};
	struct tm_shapes shapes;
	enum tm_reason objection;
	size_t i;

	floor.count = find_troughs(input, .4 * fall, at, low);
	if (floor.count < 5 || fall <= 0)
		return;
	/* A trough is seen only as exactly as the samples are close. */
	for (i = 1; i < input->count; i++)
		step += fmax(input->points[i].y - input->points[i - 1].y, 0);
	step /= (double)input->count;
	tm_shapes_fit(&shapes, at, low, floor.count,
		      fmax(input->opts->resolution, step));
	objection = find_objection(input, &floor,
				   fmax(3 * step, 3 * fall_of(&floor)));
	if (objection == TM_REASON_NONE && order_of(&floor) < .9)
		objection = TM_REASON_UNEVEN_TROUGHS;
	keep_better(out, shapes.bounded.criterion - shapes.growing.criterion,
		    threshold_of(input, 0) - 2, &shapes, objection);
}

/* --- a line between steps ------------------------------------------------- */

struct jump {
	size_t at;
	double height; /* more than the line would have risen meanwhile */
};

static double rise_to(const struct tm_rule_input *input, size_t i)
{
	return input->points[i].y - input->points[i - 1].y;
}

static double gap_to(const struct tm_rule_input *input, size_t i)
{
	return input->points[i].x - input->points[i - 1].x;
}

/* The highest rises from a sample to the next above those of the whole run's
 * mean slope, highest first; their number. */
static size_t find_highest(const struct tm_rule_input *input,
			   struct jump *jumps)
{
	double slope =
		(input->points[input->count - 1].y - input->points[0].y) /
		input->span;
	size_t count = 0, i, j;

	for (j = 0; j < JUMPS_MAX; j++)
		jumps[j] = (struct jump){0};
	for (i = 1; i < input->count; i++) {
		struct jump rise = {i, rise_to(input, i) -
					       slope * gap_to(input, i)};

		for (j = 0; j < JUMPS_MAX; j++) {
			struct jump kept = jumps[j];

			if (rise.height <= kept.height)
				continue;
			jumps[j] = rise;
			rise = kept;
		}
	}
	while (count < JUMPS_MAX && jumps[count].height > 0)
		count++;
	return count;
}

/* Those that stand out from how much it rises otherwise.  Returns how many. */
static size_t find_jumps(const struct tm_rule_input *input, struct jump *jumps)
{
	double rest = input->points[input->count - 1].y - input->points[0].y;
	double span = input->span;
	size_t highest = find_highest(input, jumps), count = 0, j;

	for (j = 0; j < highest; j++) {
		rest -= rise_to(input, jumps[j].at);
		span -= gap_to(input, jumps[j].at);
	}
	for (j = 0; j < highest && rest > 0; j++) {
		double line = rest / span * gap_to(input, jumps[j].at);
		double least = fmax((JUMP_MIN - 1) * line,
				    JUMP_STEPS * input->opts->resolution);

		jumps[j].height = rise_to(input, jumps[j].at) - line;
		if (jumps[j].height > least)
			jumps[count++] = jumps[j];
	}
	return count;
}

/* Move what comes after each jump up (1) or down (-1) by its height. */
static void shift(const struct tm_rule_input *input, const struct jump *jumps,
		  size_t count, double direction)
{
	size_t i, j;

	for (j = 0; j < count; j++) {
		for (i = jumps[j].at; i < input->count; i++)
			input->points[i].y += direction * jumps[j].height;
	}
}

/* What the line between the jumps says, which have been taken away. */
static void score_rest(struct tm_evidence *out,
		       const struct tm_rule_input *input, size_t jumps)
{
	struct tm_blocks blocks;
	struct floor floor = {blocks.low_at, blocks.low, 0};
	double fall = tm_series_drawdown(input->points, input->count);
	double threshold = threshold_of_line(input), score;
	struct tm_evidence line = {.grows = 0};
	struct tm_shapes shapes;

	/* Blocks of very few samples are too uneven to show a straight line. */
	tm_blocks_make(&blocks, input->points, input->count,
		       input->count < 5 * TM_BLOCKS_MAX ? TM_BLOCKS_MAX / 2
							: TM_BLOCKS_MAX);
	floor.count = blocks.count;
	if (find_objection(input, &floor, fmax(fall, 3 * fall_of(&floor))) ||
	    spread_of(&floor, input->opts->resolution) > STRAIGHT_MAX)
		return;
	/* Each jump is a place and a height that were chosen to fit. */
	score = tm_shape_score(input, &blocks, &shapes) -
		(double)jumps * log((double)blocks.count);
	keep_better(out, score, threshold, &shapes, TM_REASON_NONE);
	if (!out->grows)
		return;
	out->knot = 0;
	/* Whether the steps go on is not known: the interval holds the slope
	 * with them, but what is sure is the line. */
	tm_shape_slope(&line, input, &blocks);
	out->slope = line.slope;
	out->low = fmin(out->low, line.low);
	out->high = fmax(out->high, line.high);
}

static void score_between_jumps(struct tm_evidence *out,
				const struct tm_rule_input *input)
{
	struct jump jumps[JUMPS_MAX];
	size_t count = find_jumps(input, jumps);

	if (out->grows || count == 0 || input->whole_count < SAMPLES_SHORT)
		return;
	shift(input, jumps, count, -1);
	score_rest(out, input, count);
	shift(input, jumps, count, 1);
}

/* --- rare steps ----------------------------------------------------------- */

struct stairs {
	size_t count;
	double least;
	double most;
	double sum;
	double centre; /* mean of their times, from 0 to 1 */
	double first;
	double last;
	double gap; /* longest time without one */
};

/* Leave in `spare` the lowest y from each sample on: what was never given back
 * later. */
static void set_never_given_back(const struct tm_rule_input *input)
{
	double low = INFINITY;
	size_t i;

	for (i = input->count; i-- > 0;) {
		low = fmin(low, input->points[i].y);
		input->points[i].spare = low;
	}
}

/* Steps lower than `noise` are none. */
static void find_stairs(const struct tm_rule_input *input, double noise,
			struct stairs *out)
{
	double least = fmax(input->opts->resolution, noise);
	const struct tm_point *points = input->points;
	double last = 0;
	size_t i;

	*out = (struct stairs){.least = INFINITY};
	set_never_given_back(input);
	for (i = 1; i < input->count; i++) {
		double height = points[i].spare - points[i - 1].spare;
		double at = (points[i].x - points[0].x) / input->span;

		if (height < least)
			continue;
		if (out->count++ == 0)
			out->first = at;
		out->least = fmin(out->least, height);
		out->most = fmax(out->most, height);
		out->sum += height;
		out->centre += at;
		out->gap = fmax(out->gap, at - last);
		last = at;
	}
	out->last = last;
	out->gap = fmax(out->gap, 1 - last);
	if (out->count > 0)
		out->centre /= (double)out->count;
}

/*
 * Losses that come independently of each other are spread over the whole run.
 * What fills a cache, or sets a new record now and then, comes less and
 * less often; what noise leaves over comes at the end.  A step counts when it is
 * higher than `share` of the largest fall.
 */
static int has_stairs(const struct tm_rule_input *input, double share)
{
	double fall = tm_series_drawdown(input->points, input->count);
	struct stairs stairs;
	double rise;

	if (input->opts->metric_class != TM_CLASS_EXACT ||
	    input->whole_count < SAMPLES_SHORT)
		return 0;
	find_stairs(input, share * fall, &stairs);
	rise = input->points[input->count - 1].spare - input->points[0].spare;
	return (double)stairs.count >= STEPS_MIN + input->penalty &&
	       stairs.count <= input->count / 3 && rise >= input->opts->least &&
	       stairs.most <= 3 * stairs.least && stairs.centre > .42 &&
	       stairs.centre < .62 && stairs.gap < .35 && stairs.last > .8 &&
	       stairs.first < .25 && stairs.sum > .8 * rise && fall < rise / 2;
}

/* --- a container that grows by a factor ----------------------------------- */

struct growth_step {
	double at; /* iterations */
	double height;
};

/* The highest steps of the whole run, oldest first, with `least` as the lowest
 * that counts; 0 when there are more than `max`. */
static size_t find_steps(const struct tm_rule_input *input, double least,
			 struct growth_step *steps, size_t max)
{
	const struct tm_point *points = input->whole;
	size_t count = 0, i;

	for (i = 1; i < input->whole_count; i++) {
		double height = points[i].spare - points[i - 1].spare;

		if (height < least)
			continue;
		if (count == max)
			return 0;
		steps[count].at = points[i].x;
		steps[count++].height = height;
	}
	return count;
}

static double highest_step(const struct tm_rule_input *input)
{
	double high = 0, low = INFINITY;
	size_t i;

	for (i = input->whole_count; i-- > 0;) {
		low = fmin(low, input->whole[i].y);
		input->whole[i].spare = low;
		if (i + 1 < input->whole_count)
			high = fmax(high, input->whole[i + 1].spare - low);
	}
	return high;
}

/*
 * A container that grows by a factor when it is full does so at times that grow
 * by the same factor, and each step is higher than the one before by it.  The
 * last step must not be so old that the next one is overdue.
 */
static int has_doubling(const struct tm_rule_input *input)
{
	struct growth_step steps[STEPS_MAX];
	double high, fall, now, ratio = 1;
	size_t count, i;

	if (input->opts->metric_class != TM_CLASS_EXACT ||
	    input->whole_count < 32)
		return 0;
	high = highest_step(input);
	fall = tm_series_drawdown(input->points, input->count);
	if (high < fmax(2 * fall, 32 * input->opts->resolution))
		return 0;
	count = find_steps(input, fmax(high / 20, fall), steps, STEPS_MAX);
	if (count < DOUBLINGS_MIN)
		return 0;
	for (i = count - DOUBLINGS_MIN + 1; i < count; i++) {
		double later = steps[i].at / steps[i - 1].at;
		double higher = steps[i].height / steps[i - 1].height;

		if (!(later > 1.2 && later < 2.7 && higher > 1.25 &&
		      higher < 2.7 && higher / later > .65 &&
		      higher / later < 1.5))
			return 0;
		ratio = fmax(ratio, later);
	}
	now = input->whole[input->whole_count - 1].x;
	return now < 1.3 * ratio * steps[count - 1].at;
}

/* --- the rule ------------------------------------------------------------- */

/* Growth that begins late, or changes its pace, is as fast as it is at the end:
 * measure it from one block after its beginning on. */
static void measure_late(struct tm_evidence *out,
			 const struct tm_rule_input *input)
{
	struct tm_rule_input late = *input;
	double from = input->points[0].x + (out->knot + .06) * input->span;
	double whole = out->slope;
	struct tm_blocks blocks;

	while (late.count > SAMPLES_SHORT && late.points[0].x < from) {
		late.points++;
		late.count--;
	}
	late.span = late.points[late.count - 1].x - late.points[0].x;
	tm_blocks_make(&blocks, late.points, late.count, TM_BLOCKS_MAX / 2);
	tm_shape_slope(out, &late, &blocks);
	if (out->slope > 1.05 * whole)
		out->curve = TM_CURVE_LATE;
}

void tm_rule_floor(struct tm_evidence *out, const struct tm_rule_input *input)
{
	struct tm_blocks blocks;

	tm_blocks_make(&blocks, input->points, input->count, TM_BLOCKS_MAX);
	tm_shape_slope(out, input, &blocks);
	out->score = -INFINITY;
	score_both(out, input, &blocks);
	score_minima(out, input, &blocks);
	tm_blocks_make(&blocks, input->points, input->count, TM_BLOCKS_MAX / 2);
	score_minima(out, input, &blocks);
	score_troughs(out, input);
	score_between_jumps(out, input);
	if (out->grows && out->knot > 0)
		measure_late(out, input);
	/* Growth that is known already must be very like stairs to be one. */
	if (out->grows ? out->curve == TM_CURVE_LINEAR && has_stairs(input, 1)
		       : has_stairs(input, 0)) {
		out->grows = 1;
		out->curve = TM_CURVE_STAIRS;
	}
	if (!out->grows && has_doubling(input)) {
		out->grows = 1;
		out->curve = TM_CURVE_DOUBLING;
	}
}
