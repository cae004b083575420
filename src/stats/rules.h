/*
 * rules.h - the rules that decide about growth, behind one interface.
 *
 * Purpose:   decide.c cleans the samples and compares the slope with the
 *            budget; a rule says whether the series grows, and how fast.
 * Ownership: a rule borrows everything for the call.
 * Units:     x in iterations, y in the metric's unit; evidence in nats.
 * Errors:    none: what a rule cannot judge is inconclusive.
 */
#ifndef TM_STATS_RULES_H
#define TM_STATS_RULES_H

#include "stats/options.h"
#include "stats/reason.h"
#include "stats/series.h"
#include "stats/shapes.h"

/* A cleaned series, and the options to judge it by. */
struct tm_rule_input {
	struct tm_point *whole; /* all samples, sorted */
	size_t whole_count;
	struct tm_point *points; /* those after the warm-up */
	size_t count;
	double span;	/* iterations from points[0] to the last one */
	double penalty; /* nats to add to a threshold, for repeated tests */
	const struct tm_decide_opts *opts; /* no zeros left in it */
};

struct tm_evidence {
	int grows;
	enum tm_curve curve; /* the best explanation, also without growth */
	double score;
	int has_slope;
	double slope;
	double low;
	double high;
	double knot;		  /* from 0 to 1: where late growth begins */
	enum tm_reason objection; /* why apparent growth was rejected */
};

void tm_rule_shape(struct tm_evidence *out, const struct tm_rule_input *input);
void tm_rule_line(struct tm_evidence *out, const struct tm_rule_input *input);
void tm_rule_floor(struct tm_evidence *out, const struct tm_rule_input *input);

/* Parts of the shape rule that the floor rule uses too: the slope of the block
 * minima, with an interval that covers both theirs and that of the medians, and
 * whether an exact metric doubles. */
void tm_shape_slope(struct tm_evidence *out, const struct tm_rule_input *input,
		    const struct tm_blocks *blocks);
int tm_shape_doubles(const struct tm_rule_input *input);

/* How much better the best growing shape fits than the best bounded one, in
 * nats: of the block minima or the block medians, whichever is less. */
double tm_shape_score(const struct tm_rule_input *input,
		      const struct tm_blocks *blocks, struct tm_shapes *out);

/* The curve of a metric that does not grow, over the whole run with its
 * warm-up: flat, bounded, step or saw-tooth. */
enum tm_curve tm_plateau_curve(const struct tm_rule_input *input);

#endif
