/*
 * slope.h - the straight line through points, by ordinary least squares.
 *
 * Purpose:   growth per iteration, without an array: points are added one by
 *            one and only their sums are kept.
 * Ownership: a struct tm_slope is a plain value.
 * Units:     the slope is in units of y per unit of x.
 * Errors:    when the points do not determine a slope, 0 is returned and no slope
 *            is stored.
 * Source:    B. P. Welford's running sums (1962), which stay exact where sums
 *            of squares of large byte counts would cancel.
 */
#ifndef TM_STATS_SLOPE_H
#define TM_STATS_SLOPE_H

#include <stddef.h>

struct tm_slope {
	size_t count;
	double mean_x;
	double mean_y;
	double sum_xx; /* of squared distances of x from its mean */
	double sum_xy; /* of products of both distances */
};

/* A struct of zeros, `(struct tm_slope){0}`, has no points yet. */
void tm_slope_add(struct tm_slope *slope, double x, double y);

/* Store the slope in `out` and return 1; return 0 and leave `out` alone when
 * there are fewer than two points, or all of them have the same x. */
int tm_slope_get(const struct tm_slope *slope, double *out);

#endif
