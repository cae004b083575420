/*
 * shapes.h - how well bounded and growing shapes explain a few blocks.
 *
 * Purpose:   the evidence: fit every shape by least squares, charge for its
 *            parameters, and compare the best of either kind.
 * Ownership: plain values; at most TM_BLOCKS_MAX blocks.
 * Units:     x from 0 to 1; the criterion is in nats.
 * Errors:    none.
 */
#ifndef TM_STATS_SHAPES_H
#define TM_STATS_SHAPES_H

#include <stddef.h>

#include "stats/curve.h"
#include "stats/series.h"

struct tm_fit {
	enum tm_curve curve;
	double criterion; /* smaller is better */
	double slope;	  /* at the end, in y a whole width of x */
	double knot;	  /* where the slope at the end begins; 0: at once */
};

struct tm_shapes {
	struct tm_fit bounded;
	struct tm_fit growing; /* criterion infinite when none rises */
};

/* Fit y at x.  Differences below `resolution` are the metric's own steps. */
void tm_shapes_fit(struct tm_shapes *out, const double *x, const double *y,
		   size_t count, double resolution);

/* The slope of the line through y at x, and the standard error it has when
 * residuals follow each other as an AR(1); `parameters` have been fitted. */
void tm_line_fit(const double *x, const double *y, size_t count, double *slope,
		 double *error);

/* Student's t: the 97.5 % quantile. */
double tm_student_975(double degrees);

#endif
