/*
 * sampled.h - growth of what was estimated by sampling, with its error.
 *
 * Purpose:   tell sites that grow from those that seem to by chance.
 * Ownership: arrays are borrowed.
 * Units:     bytes; x in iterations.
 * Errors:    0 when there are too few readings to compare.
 * Source:    an allocation of s bytes is sampled with the probability
 *            p = 1 - exp(-s / mean) and counts as s / p.  By Horvitz and
 *            Thompson such a count of n samples of weight w has the variance
 *            n (1 - p) w^2.  Only what differs between two times adds to the
 *            error: what lived at both is the same sample.  To that comes half of
 *            a block at either end.
 */
#ifndef TM_STATS_SAMPLED_H
#define TM_STATS_SAMPLED_H

#include <stddef.h>

struct tm_sampled_series {
	const double *x; /* rising */
	const double *allocated;
	const double *freed;
	size_t count;
	double samples;	      /* that make up the last `allocated` */
	double samples_bytes; /* what those counted as */
	double mean_bytes;    /* between two samples */
};

struct tm_sampled_growth {
	double first_x; /* middle of the first third after the warm-up */
	double last_x;	/* of the last third */
	double first;	/* bytes that lived then, on average */
	double middle;
	double last;
	double growth; /* last - first */
	double error;  /* standard error of it */
	int is_known;  /* but for `last`, which is what lived at the end else */
	int grows;     /* by more than three standard errors */
	int has_stopped; /* but no longer in the last third */
};

/* Returns whether it is known; *out is set all the same. */
int tm_sampled_growth(struct tm_sampled_growth *out,
		      const struct tm_sampled_series *series);

/* As qsort() wants it: those that grow first, then by their growth; where that is
 * not known, by what lived at the end. */
int tm_sampled_order(const struct tm_sampled_growth *a,
		     const struct tm_sampled_growth *b);

/* The part of the readings that the third `third` (0, 1, 2) covers: from *from
 * on, *count of them. */
void tm_sampled_third(const double *x, size_t x_count, int third, size_t *from,
		      size_t *count);

#endif
