/*
 * welch.h - the difference of two means, with the interval it may lie in.
 *
 * Purpose:   compare the growth of two builds that were run several times each,
 *            without supposing that both vary alike.
 * Ownership: arrays are borrowed.
 * Units:     those of the values.
 * Errors:    0 where there is no interval.
 * Source:    B. L. Welch's t interval (1947), with Satterthwaite's degrees of
 *            freedom, rounded down where there are few.
 */
#ifndef TM_STATS_WELCH_H
#define TM_STATS_WELCH_H

#include <stddef.h>

struct tm_difference {
	double first; /* means */
	double second;
	double difference; /* second - first */
	double low;	   /* of the 95 % interval */
	double high;
};

/* 0 when one side has fewer than two values, or one that is not finite. */
int tm_welch(struct tm_difference *out, const double *first, size_t first_count,
	     const double *second, size_t second_count);

#endif
