/*
 * curve.h - the shapes that a series can have.
 *
 * Purpose:   one list of curves and their names, for the fits, the rules and
 *            the decision.
 * Ownership: constants.
 * Errors:    none.
 */
#ifndef TM_STATS_CURVE_H
#define TM_STATS_CURVE_H

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

const char *tm_curve_name(enum tm_curve curve);

#endif
