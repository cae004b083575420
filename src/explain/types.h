/*
 * types.h - the types of objects that grow in number.
 *
 * Purpose:   find the types whose live objects increase with each iteration,
 *            from the censuses of its runtime or from what it counted itself.
 * Ownership: names are the run's.
 * Units:     objects, bytes; for one of the run's unit.
 * Errors:    none: a type with too few censuses is not listed.
 */
#ifndef TM_EXPLAIN_TYPES_H
#define TM_EXPLAIN_TYPES_H

#include "results/run.h"

#define TM_WHY_TYPES_MAX 32

struct tm_why_type {
	const char *name;
	double rate;	  /* objects more */
	int has_interval; /* else it was counted, not estimated */
	double low;	  /* of the 95 % interval */
	double high;
	int has_bytes;
	double bytes;	      /* more */
	double uncollectable; /* of the objects; 0: not known of any */
};

struct tm_why_types {
	struct tm_why_type type[TM_WHY_TYPES_MAX]; /* most growth first */
	size_t count;
	size_t growing; /* also those for which there was no room */
};

void tm_why_types_find(struct tm_why_types *out, const struct tm_run *run);

#endif
