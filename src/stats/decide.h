/*
 * decide.h - does one metric of a run grow, how fast, and is it over budget?
 *
 * Purpose:   a decision for programs to read: grows, flat or inconclusive, with
 *            the slope, its interval, the shape and a reason for people.
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

#include "stats/curve.h"
#include "stats/options.h"
#include "stats/reason.h"
#include "stats/series.h"
#include "util/amount.h"

enum tm_growth { TM_GROWTH_INCONCLUSIVE, TM_GROWTH_FLAT, TM_GROWTH_GROWS };

/* Against a budget. */
enum tm_judgement {
	TM_JUDGEMENT_INCONCLUSIVE,
	TM_JUDGEMENT_PASS,
	TM_JUDGEMENT_FAIL
};

#define TM_REASON_MAX 240

struct tm_decision {
	enum tm_growth growth;
	enum tm_curve curve;
	enum tm_judgement judgement;
	int provisional; /* too few samples for a gate */
	int extend;	 /* a longer run may decide, and one is left */

	int has_slope;
	double slope;
	double low; /* of the 95 % interval */
	double high;

	/* The most that the second half's medians grow by, which decides what is
	 * flat; infinity where that is not known. */
	double late;

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

/* Whether there are too few samples for any judgement. */
int tm_decision_is_of_few(const struct tm_decision *decision);

/* What people read: flat only where that is enough for a pass, and a shape
 * that means "no growth" only then. */
enum tm_growth tm_decision_growth(const struct tm_decision *decision);
enum tm_curve tm_decision_curve(const struct tm_decision *decision);

/* How it grows, for people: as tm_decision_growth, but "grows within budget" of
 * what passes and grows, or is flat only by its budget and rises to the end. */
const char *tm_decision_word(const struct tm_decision *decision);

/* "31.6 to 32.3 B": the 95 % interval of the slope.  Where that reaches over the
 * budget that a flat metric keeps, "2nd half <= 51.9 B": what decided. */
void tm_decision_interval(char out[TM_INTERVAL_MAX],
			  const struct tm_decision *decision, const char *unit);

const char *tm_growth_name(enum tm_growth growth);
const char *tm_judgement_name(enum tm_judgement judgement);

#endif
