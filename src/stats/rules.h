/*
 * rules.h - the rules that decide about growth, behind one interface.
 *
 * Purpose:   decide.c prepares the samples and judges the budget; a rule says
 *            whether what is left grows, and how fast.
 * Ownership: a rule borrows everything for the call.
 */
#ifndef TM_STATS_RULES_H
#define TM_STATS_RULES_H

#include "stats/options.h"
#include "stats/reason.h"
#include "stats/series.h"
#include "stats/shapes.h"

struct tm_case {
	struct tm_point *whole; /* all samples, sorted */
	size_t whole_count;
	struct tm_point *points; /* those after the warm-up */
	size_t count;
	double span;	/* iterations from points[0] to the last one */
	double penalty; /* to add to a threshold in nats, for several looks */
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
	double knot; /* from 0 to 1: where growth begins, when it is late */
	enum tm_reason objection; /* why it does not grow though it seems to */
};

void tm_rule_study(struct tm_evidence *out, const struct tm_case *task);
void tm_rule_hac(struct tm_evidence *out, const struct tm_case *task);
void tm_rule_tide(struct tm_evidence *out, const struct tm_case *task);

/* The study's parts, which others build on: the slope with the interval that
 * covers that of block minima and of block medians, and whether an exact
 * metric doubles. */
void tm_study_interval(struct tm_evidence *out, const struct tm_case *task,
		       const struct tm_blocks *blocks);
int tm_study_doubles(const struct tm_case *task);

/* Evidence for growth in the blocks: how much worse the best bounded shape is
 * than the best growing one, for the less convinced of minima and medians. */
double tm_study_compare(const struct tm_case *task,
			const struct tm_blocks *blocks, struct tm_shapes *out);

/* What a metric that does not grow does over the whole run, warm-up included:
 * flat, bounded, step or saw-tooth. */
enum tm_curve tm_settled_curve(const struct tm_case *task);

#endif
