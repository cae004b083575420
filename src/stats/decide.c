/*
 * How a series becomes a decision
 *
 * The points of one metric are cleaned first (series.c): invalid values are left
 * out and counted, iterations are sorted, duplicates dropped.  A series with
 * fewer than SAMPLES_MIN points, or too many invalid ones, is inconclusive before
 * any rule runs.
 *
 * The first fifth (TM_WARM_UP) is warm-up.  A rule (rules.h) examines the rest
 * and returns evidence: whether it grows, which curve fits best, the slope with a
 * 95 % interval, or the check that rejected apparent growth.  The tool uses the
 * floor rule (floor_rule.c); bench/corpus compares the others with it.
 *
 * Growth is thus a positive finding.  So is flatness: the second half of the
 * run must rule out a slope above the budget (measure_late), or the decision is
 * inconclusive.  A flat series under a smaller budget can therefore
 * be inconclusive, while growth does not depend on the budget at all: the
 * budget only turns it into pass or fail, by the interval and not the slope.
 *
 * Testing the same program several times (--extend; each time is a "look") gives
 * several chances of a false alarm, so every threshold in nats is raised by the
 * logarithm of their number.
 */

#include "stats/decide.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "stats/rules.h"
#include "util/amount.h"

/* With fewer samples there is no decision, no judgement, only a provisional one. */
#define SAMPLES_MIN   5
#define SAMPLES_JUDGE 10
#define SAMPLES_GATE  50
#define LATE_BLOCKS   8
#define LATE_MIN      3	 /* samples of the second half */
#define LATE_JUDGE    5	 /* of it to judge by */
#define LATE_SPAN     .5 /* of it that they must cover */
#define SPOILT_MAX    .1 /* share of samples that may be invalid */
#define ROUNDING      1e-9

struct tm_decide_opts tm_decide_defaults(enum tm_metric_class metric_class)
{
	struct tm_decide_opts opts = {
		.metric_class = metric_class,
		.rule = TM_RULE_FLOOR,
		.resolution = 16,
		.least = 64,
		.budget = 16,
		.unit = "bytes",
		.look = 1,
		.looks_max = 1,
	};

	if (metric_class != TM_CLASS_EXACT) {
		opts.resolution = metric_class == TM_CLASS_PEAK ? 131072 : 4096;
		opts.least = TM_MIB;
		opts.budget = 64;
	}
	return opts;
}

/* The options, with defaults for those that were not given. */
static struct tm_decide_opts complete(const struct tm_decide_opts *given)
{
	struct tm_decide_opts opts = *given;
	struct tm_decide_opts defaults =
		tm_decide_defaults(given->metric_class);

	if (!(opts.resolution > 0))
		opts.resolution = defaults.resolution;
	if (!(opts.least > 0))
		opts.least = defaults.least;
	if (!(opts.budget >= 0))
		opts.budget = defaults.budget;
	if (!opts.unit)
		opts.unit = "";
	if (!opts.per)
		opts.per = "per iteration";
	if (opts.looks_max == 0)
		opts.looks_max = 1;
	return opts;
}

static void set_input(struct tm_rule_input *input, struct tm_point *points,
		      size_t count, const struct tm_decide_opts *opts)
{
	double from =
		points[0].x + TM_WARM_UP * (points[count - 1].x - points[0].x);
	size_t skipped = 0;

	while (skipped + 2 < count && points[skipped].x < from)
		skipped++;
	input->whole = points;
	input->whole_count = count;
	input->points = points + skipped;
	input->count = count - skipped;
	input->span = points[count - 1].x - points[skipped].x;
	input->penalty = log((double)opts->looks_max);
	input->opts = opts;
}

/* Growth an iteration in the second half of the run, by the medians of its
 * blocks: the 95 % interval of their slope.  Without limits where its samples are
 * few, or close together: what came between is not known. */
struct late {
	double low;
	double high;
	double most; /* `high`, or the medians' whole range if that is more; of
		      * memory that falls, how far one rises above an earlier */
};

static void measure_late(struct late *out, const struct tm_rule_input *input)
{
	const struct tm_point *last = &input->whole[input->whole_count - 1];
	double middle = (input->whole[0].x + last->x) / 2;
	struct tm_point *points = input->whole;
	double span, slope, error, lowest, highest, rise = 0;
	struct tm_blocks blocks;
	int is_of_few = input->whole_count < SAMPLES_JUDGE;
	size_t count, i;

	*out = (struct late){-INFINITY, INFINITY, INFINITY};
	while (points->x < middle)
		points++;
	count = (size_t)(last - points) + 1;
	span = last->x - points->x;
	if (count < (is_of_few ? LATE_MIN : LATE_JUDGE) ||
	    !(span >= LATE_SPAN * (last->x - middle)))
		return;
	tm_blocks_make(&blocks, points, count, LATE_BLOCKS);
	tm_line_fit(blocks.median_at, blocks.median, blocks.count, &slope,
		    &error);
	lowest = highest = blocks.median[0];
	for (i = 1; i < blocks.count; i++) {
		lowest = fmin(lowest, blocks.median[i]);
		highest = fmax(highest, blocks.median[i]);
		rise = fmax(rise, blocks.median[i] - lowest);
	}
	error *= tm_student_975((double)blocks.count - 2);
	out->low = (slope - error) / span;
	out->high = (slope + error) / span;
	if (slope + error >= 0)
		rise = highest - lowest;
	out->most = fmax(slope + error, rise) / span;
}

/*
 * A curve that does not grow more than its budget may still be a slow leak.  It
 * is bounded only where its second half is shown to rise by less than half of
 * what the whole run does on average, thus at a third of the first half's rate
 * or less.  TM_REASON_STILL_RISES is said where the second half is shown to
 * rise, and the rise is more than whatever was given back.
 */
static enum tm_reason find_late_rise(enum tm_curve curve,
				     const struct tm_evidence *evidence,
				     const struct late *late,
				     const struct tm_rule_input *input)
{
	const struct tm_point *first = input->whole;
	const struct tm_point *last = &first[input->whole_count - 1];
	double rise = last->spare - first->spare;
	int rises = late->low > 0 && evidence->has_slope && evidence->low > 0;

	if (curve == TM_CURVE_BOUNDED) {
		if (late->high <= rise / (last->x - first->x) / 2)
			return TM_REASON_NONE;
		return rises ? TM_REASON_STILL_RISES : TM_REASON_MAY_RISE;
	}
	if (curve == TM_CURVE_FLAT && rises &&
	    rise > tm_series_drawdown(input->points, input->count))
		return TM_REASON_STILL_RISES;
	return TM_REASON_NONE;
}

int tm_decision_is_of_few(const struct tm_decision *decision)
{
	return decision->note.used < SAMPLES_JUDGE;
}

enum tm_growth tm_decision_growth(const struct tm_decision *decision)
{
	if (decision->growth == TM_GROWTH_FLAT &&
	    decision->judgement == TM_JUDGEMENT_INCONCLUSIVE)
		return TM_GROWTH_INCONCLUSIVE;
	return decision->growth;
}

const char *tm_decision_word(const struct tm_decision *decision)
{
	int rises = decision->growth == TM_GROWTH_GROWS ||
		    (decision->growth == TM_GROWTH_FLAT &&
		     decision->reason_key == TM_REASON_STILL_RISES);

	return rises && decision->judgement == TM_JUDGEMENT_PASS
		       ? "grows within budget"
		       : tm_growth_name(tm_decision_growth(decision));
}

void tm_decision_interval(char out[TM_INTERVAL_MAX],
			  const struct tm_decision *decision, const char *unit)
{
	char late[TM_AMOUNT_MAX];

	tm_interval_format(out, decision->low, decision->high, unit);
	if (decision->growth != TM_GROWTH_FLAT ||
	    decision->judgement != TM_JUDGEMENT_PASS ||
	    decision->high <= decision->budget * (1 + ROUNDING))
		return;
	tm_amount_format(late, decision->late, unit);
	snprintf(out, TM_INTERVAL_MAX, "2nd half <= %s", late);
}

enum tm_curve tm_decision_curve(const struct tm_decision *decision)
{
	if (decision->curve == TM_CURVE_FLAT &&
	    tm_decision_growth(decision) == TM_GROWTH_INCONCLUSIVE)
		return TM_CURVE_UNKNOWN;
	return decision->curve;
}

static void judge(struct tm_decision *out)
{
	if (tm_decision_is_of_few(out))
		out->judgement = TM_JUDGEMENT_INCONCLUSIVE;
	else if (out->growth == TM_GROWTH_FLAT)
		out->judgement = TM_JUDGEMENT_PASS;
	else if (out->growth != TM_GROWTH_GROWS || !out->has_slope)
		out->judgement = TM_JUDGEMENT_INCONCLUSIVE;
	else if (out->low > out->budget)
		out->judgement = TM_JUDGEMENT_FAIL;
	else if (out->high <= out->budget)
		out->judgement = TM_JUDGEMENT_PASS;
}

/* Samples that rise as a rule, and a rate that may be one of falling: that is not
 * known to be growth.  A doubling container, which rises in few steps, is. */
static int may_fall(const struct tm_decision *decision)
{
	return decision->growth == TM_GROWTH_GROWS &&
	       decision->judgement == TM_JUDGEMENT_INCONCLUSIVE &&
	       decision->curve == TM_CURVE_LINEAR && decision->low < 0;
}

/* --- the reason ------------------------------------------------------------- */

static enum tm_reason reason_of_curve(enum tm_curve curve)
{
	switch (curve) {
	case TM_CURVE_LATE:
		return TM_REASON_LATE;
	case TM_CURVE_STAIRS:
		return TM_REASON_RARE_STEPS;
	case TM_CURVE_DOUBLING:
		return TM_REASON_DOUBLES;
	case TM_CURVE_BOUNDED:
		return TM_REASON_SETTLES;
	case TM_CURVE_STEP:
		return TM_REASON_FEW_STEPS;
	case TM_CURVE_SAW_TOOTH:
		return TM_REASON_FALLS_BACK;
	case TM_CURVE_FLAT:
		return TM_REASON_NOISE;
	case TM_CURVE_LINEAR:
	case TM_CURVE_UNKNOWN:
		break;
	}
	return TM_REASON_STEADY;
}

static enum tm_reason choose_reason(const struct tm_decision *out,
				    const struct tm_evidence *evidence,
				    enum tm_reason rise)
{
	if (out->growth == TM_GROWTH_INCONCLUSIVE &&
	    evidence->objection != TM_REASON_NONE)
		return evidence->objection;
	if (rise != TM_REASON_NONE)
		return rise;
	if (out->growth == TM_GROWTH_FLAT &&
	    (out->curve == TM_CURVE_UNKNOWN ||
	     (out->has_slope && out->high < 0 && out->late <= 0)))
		return TM_REASON_NO_GROWTH;
	return reason_of_curve(out->curve);
}

/* Why growth is not judged: the samples are few, or the budget is near. */
static void add_doubt(struct tm_decision *out, const char *unit)
{
	size_t used = strlen(out->reason), room = sizeof(out->reason) - used;
	char samples[TM_AMOUNT_MAX], budget[TM_AMOUNT_MAX];

	tm_amount_format(samples, (double)out->note.used, "samples");
	tm_amount_format(budget, out->budget, unit);
	if (tm_decision_is_of_few(out))
		snprintf(out->reason + used, room,
			 "; %s, at least %d are needed to judge it", samples,
			 SAMPLES_JUDGE);
	else if (out->judgement == TM_JUDGEMENT_INCONCLUSIVE)
		snprintf(out->reason + used, room,
			 "; too near its budget of %s to judge%s", budget,
			 out->provisional ? " by few samples" : "");
	else if (out->provisional)
		snprintf(out->reason + used, room, "; few samples");
}

/* The reason as a sentence; `late` is the most that the second half may grow
 * by. */
static void write_reason(struct tm_decision *out,
			 const struct tm_decide_opts *opts, double late)
{
	const char *text = tm_reason_text(out->reason_key);
	char slope[TM_AMOUNT_MAX], interval[TM_INTERVAL_MAX];
	char most[TM_AMOUNT_MAX];

	tm_amount_format(slope, out->slope, opts->unit);
	tm_interval_format(interval, out->low, out->high, opts->unit);
	tm_amount_format(most, late, opts->unit);
	if (out->growth == TM_GROWTH_GROWS) {
		snprintf(out->reason, sizeof(out->reason),
			 "grows %s %s (%s), %s", slope, opts->per, interval,
			 text);
		add_doubt(out, opts->unit);
	} else if (out->growth == TM_GROWTH_FLAT && tm_decision_is_of_few(out))
		snprintf(out->reason, sizeof(out->reason),
			 "inconclusive: only %zu samples; at least %d "
			 "are needed to call it flat",
			 out->note.used, SAMPLES_JUDGE);
	else if (out->growth == TM_GROWTH_FLAT &&
		 out->reason_key == TM_REASON_STILL_RISES)
		snprintf(out->reason, sizeof(out->reason),
			 "grows at most %s %s in the second half; %s", most,
			 opts->per, text);
	else if (out->growth == TM_GROWTH_FLAT)
		snprintf(out->reason, sizeof(out->reason),
			 "flat: at most %s %s in the second half; %s", most,
			 opts->per, text);
	else if (isinf(late))
		snprintf(out->reason, sizeof(out->reason),
			 "inconclusive: growth of any size cannot be ruled "
			 "out; %s",
			 text);
	else
		snprintf(out->reason, sizeof(out->reason),
			 "inconclusive: growth of up to %s %s in the second "
			 "half cannot be ruled out; %s",
			 most, opts->per,
			 out->reason_key == TM_REASON_SETTLES
				 ? "it may level off, like a warm-up or a cache"
				 : text);
}

/* --- the decision --------------------------------------------------------- */

static void apply_rule(struct tm_decision *out,
		       const struct tm_rule_input *input)
{
	struct tm_evidence evidence = {.curve = TM_CURVE_UNKNOWN};
	enum tm_reason rise = TM_REASON_NONE;
	struct late late;

	switch (input->opts->rule) {
	case TM_RULE_SHAPE:
		tm_rule_shape(&evidence, input);
		break;
	case TM_RULE_LINE:
		tm_rule_line(&evidence, input);
		break;
	case TM_RULE_FLOOR:
		tm_rule_floor(&evidence, input);
		break;
	}
	measure_late(&late, input);
	out->late = late.most;
	out->curve = evidence.grows ? evidence.curve : tm_plateau_curve(input);
	if (!evidence.grows)
		rise = find_late_rise(out->curve, &evidence, &late, input);
	if (rise != TM_REASON_NONE)
		out->curve = TM_CURVE_UNKNOWN;
	out->score = evidence.score;
	out->has_slope = evidence.has_slope;
	out->slope = evidence.slope;
	out->low = evidence.low;
	out->high = evidence.high;
	if (evidence.grows)
		out->growth = TM_GROWTH_GROWS;
	else if (late.most <= out->budget)
		out->growth = TM_GROWTH_FLAT;
	judge(out);
	if (may_fall(out)) {
		out->growth = TM_GROWTH_INCONCLUSIVE;
		evidence.objection = TM_REASON_BELOW_ZERO;
	}
	out->reason_key = choose_reason(out, &evidence, rise);
	write_reason(out, input->opts, late.most);
}

/* Why the samples cannot be judged, or none. */
static enum tm_reason find_lack(const struct tm_series_note *note,
				size_t spoilt)
{
	if (note->given == 0)
		return TM_REASON_NO_SAMPLES;
	if ((double)spoilt > SPOILT_MAX * (double)note->given)
		return TM_REASON_SPOILT;
	if (note->used < SAMPLES_MIN)
		return TM_REASON_TOO_FEW;
	return TM_REASON_NONE;
}

/* Whether the samples can be judged; if not, the reason says why. */
static int can_be_judged(struct tm_decision *out)
{
	const struct tm_series_note *note = &out->note;
	size_t spoilt = note->not_finite + note->negative + note->too_large;
	char samples[TM_AMOUNT_MAX];

	tm_amount_format(samples, (double)note->used, "samples");
	out->reason_key = find_lack(note, spoilt);
	if (out->reason_key == TM_REASON_NO_SAMPLES)
		snprintf(out->reason, sizeof(out->reason),
			 "inconclusive: there are no samples");
	else if (out->reason_key == TM_REASON_SPOILT)
		snprintf(out->reason, sizeof(out->reason),
			 "inconclusive: %zu of %zu samples are invalid "
			 "(not a number, negative, or a wrapped counter)",
			 spoilt, note->given);
	else if (out->reason_key == TM_REASON_TOO_FEW)
		snprintf(out->reason, sizeof(out->reason),
			 "inconclusive: %s; at least %d are needed, "
			 "%d for a gate",
			 samples, SAMPLES_MIN, SAMPLES_GATE);
	return out->reason_key == TM_REASON_NONE;
}

void tm_decide(struct tm_decision *out, struct tm_point *points, size_t count,
	       const struct tm_decide_opts *given)
{
	struct tm_decide_opts opts = complete(given);
	struct tm_rule_input input;

	memset(out, 0, sizeof(*out));
	out->budget = opts.budget;
	out->late = INFINITY;
	count = tm_series_clean(points, count, &out->note);
	out->provisional = count < SAMPLES_GATE;
	if (can_be_judged(out)) {
		set_input(&input, points, count, &opts);
		apply_rule(out, &input);
	}
	out->extend = out->judgement == TM_JUDGEMENT_INCONCLUSIVE &&
		      opts.look < opts.looks_max;
}

/* --- names ---------------------------------------------------------------- */

const char *tm_growth_name(enum tm_growth growth)
{
	static const char *const names[] = {"inconclusive", "flat", "grows"};

	return names[growth];
}

const char *tm_judgement_name(enum tm_judgement judgement)
{
	static const char *const names[] = {"inconclusive", "pass", "fail"};

	return names[judgement];
}
