/*
 * series.h - one metric's samples, prepared for a decision.
 *
 * Purpose:   sort, compact and summarise points, in place.
 * Ownership: every function works on the caller's array.
 * Units:     x in iterations; y in the metric's unit.
 * Errors:    invalid points are left out and counted.
 */
#ifndef TM_STATS_SERIES_H
#define TM_STATS_SERIES_H

#include <stddef.h>

#define TM_BLOCKS_MAX 16

struct tm_point {
	double x;
	double y;
	double spare; /* working space; need not be set */
};

/* What was wrong with the points that were given. */
struct tm_series_note {
	size_t given;
	size_t used;
	size_t not_finite; /* left out: NaN or infinite */
	size_t negative;   /* left out: below zero */
	size_t too_large;  /* left out: 2^62 and above, a wrapped counter */
	size_t duplicated; /* left out: a repeated iteration */
	size_t reordered;  /* moved to their place */
};

/*
 * Contiguous blocks with equal numbers of samples.  Samples may be unevenly
 * spaced, so each value has its own position, from 0 to 1: with one position for
 * a block, a straight line would seem bent.
 */
struct tm_blocks {
	size_t count;
	double low[TM_BLOCKS_MAX];
	double low_at[TM_BLOCKS_MAX]; /* of the earliest of several */
	double median[TM_BLOCKS_MAX];
	double median_at[TM_BLOCKS_MAX]; /* the median of the positions */
};

/* Leave out invalid points, sort by iteration, keep one point per iteration (the
 * lowest); returns how many are left.  The order in which points are
 * given makes no difference to the result. */
size_t tm_series_clean(struct tm_point *points, size_t count,
		       struct tm_series_note *note);

/* The largest fall from a value to a later one; 0 when there is none. */
double tm_series_drawdown(const struct tm_point *points, size_t count);

/* The point with the lowest y, the earliest of several. */
const struct tm_point *tm_series_low(const struct tm_point *points,
				     size_t count);

/* The median of y; uses `spare`. */
double tm_series_median(struct tm_point *points, size_t count);

/* Split into at most `blocks_max` blocks; uses `spare`. */
void tm_blocks_make(struct tm_blocks *out, struct tm_point *points,
		    size_t count, size_t blocks_max);

#endif
