/*
 * decide.h - does one metric of a run grow, how fast, and is it over budget?
 *
 * Purpose:   an answer for a machine: grows, flat or inconclusive, with the
 *            slope, its interval, the shape and a reason in words.
 * Ownership: the caller lends an array of points.  It is sorted, compacted and
 *            used as working space; nothing else is allocated or kept.
 * Units:     x in iterations, y in the metric's unit (bytes, objects), slopes
 *            in that unit an iteration.
 * Errors:    none: whatever the points hold, there is a decision.  What cannot
 *            be judged is inconclusive and says why; it is never flat.
 * Threads:   none inside; the same points give the same decision, bit by bit.
 * Source:    a comparison of bounded with growing shapes by an information
 *            criterion; results/corpus.md has what it finds and what it misses.
 */
#ifndef TM_STATS_DECIDE_H
#define TM_STATS_DECIDE_H

#include "stats/reason.h"
#include "stats/series.h"

/*
 * A run's warm-up: its first fifth says nothing about growth.  It is the same
 * for every slope, for sampled allocation sites and for what progress shows.
 * Only two places leave out something else: the history of one process
 * (probe/history.h) leaves out a third of its life, as a process is watched
 * from its very start, when it loads its program; and the end of a run is
 * trimmed (run/trim.c) by the same fifth, but of the samples.
 */
#define TM_WARM_UP_PART 5
#define TM_WARM_UP	(1.0 / TM_WARM_UP_PART)

enum tm_growth { TM_GROWTH_INCONCLUSIVE, TM_GROWTH_FLAT, TM_GROWTH_GROWS };

enum tm_curve {
	TM_CURVE_UNKNOWN,
	TM_CURVE_FLAT,
	TM_CURVE_LINEAR,
	TM_CURVE_LATE,	   /* flat, then linear */
	TM_CURVE_STAIRS,   /* rare steps of the same height */
	TM_CURVE_DOUBLING, /* a container that doubles */
	TM_CURVE_BOUNDED,  /* warm-up, or a cache that fills */
	TM_CURVE_STEP,	   /* one step, or two, and no more */
	TM_CURVE_SAW_TOOTH /* rises and falls back */
};

/* Against a budget. */
enum tm_judgement {
	TM_JUDGEMENT_INCONCLUSIVE,
	TM_JUDGEMENT_PASS,
	TM_JUDGEMENT_FAIL
};

/* How a metric behaves when nothing grows. */
enum tm_metric_class {
	TM_CLASS_EXACT,	   /* allocated bytes, objects, entries */
	TM_CLASS_RESIDENT, /* pages: RSS, PSS, USS, active, resident */
	TM_CLASS_PEAK	   /* never falls, moves in big steps: maxrss, hwm */
};

/* The rules that can be compared; TM_RULE_TIDE is the one to use. */
enum tm_rule {
	TM_RULE_TIDE,  /* the study's comparison on the floor, and more */
	TM_RULE_STUDY, /* the study's rule */
	TM_RULE_HAC    /* a straight line, with errors that allow for
			* correlation */
};

struct tm_decide_opts {
	enum tm_metric_class metric_class;
	enum tm_rule rule;
	double resolution; /* smallest step of the metric; 0: of its class */
	double least;	   /* growth below this is none; 0: of its class */
	double budget;	   /* an iteration; negative: of its class */
	const char *unit;  /* for the reason: "bytes", "objects"; may be NULL */
	const char *per;   /* for the reason; NULL: "per iteration" */
	unsigned int look; /* this is look 1, 2, ... */
	unsigned int looks_max; /* of so many at most; 0: one */
};

#define TM_REASON_MAX 240

struct tm_decision {
	enum tm_growth growth;
	enum tm_curve curve;
	enum tm_judgement judgement;
	int provisional; /* too few samples to gate by */
	int extend;	 /* a longer run may answer, and a look is left */

	int has_slope;
	double slope;
	double low; /* of the 95 % interval */
	double high;

	double score;  /* evidence for growth, in the rule's own unit */
	double budget; /* what it was judged by */
	struct tm_series_note note;
	enum tm_reason reason_key;
	char reason[TM_REASON_MAX]; /* the same as a sentence */
};

/* The defaults for a class: its step, the least growth that counts, and a
 * budget of 16 bytes an iteration (exact) or 64. */
struct tm_decide_opts tm_decide_defaults(enum tm_metric_class metric_class);

/* Decide about points[0 .. count - 1], whose `x` and `y` the caller has set. */
void tm_decide(struct tm_decision *out, struct tm_point *points, size_t count,
	       const struct tm_decide_opts *opts);

const char *tm_growth_name(enum tm_growth growth);
const char *tm_curve_name(enum tm_curve curve);
const char *tm_judgement_name(enum tm_judgement judgement);

#endif
