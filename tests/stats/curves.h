/*
 * curves.h - series of known shape, for the tests of the decider.
 *
 * Ownership: the caller's array is filled.
 * Units:     iterations and bytes.
 */
#ifndef TESTS_STATS_CURVES_H
#define TESTS_STATS_CURVES_H

#include "stats/decide.h"

#define SAMPLES 100
#define EVERY	1000

/* What a shape adds up from; whatever is 0 is left out. */
struct shape {
	double level;
	double slope; /* an iteration */
	double noise; /* uniform, this wide */
	double saw;   /* height of its teeth */
	double tooth; /* their length in samples */
	double step;  /* once, at half of the run */
	double rare;  /* every seventh sample */
	double late;  /* slope from 40 % of the run on */
	double warm;  /* what it settles at, within a tenth of the run */
	int doubling; /* an array of 8 bytes an iteration */
};

void shape_fill(struct tm_point *points, size_t count,
		const struct shape *shape);

/* The decision on SAMPLES samples of an exact metric. */
struct tm_decision shape_decide(const struct shape *shape);

#endif
