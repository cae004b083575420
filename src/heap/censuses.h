/*
 * censuses.h - the censuses of a run, spread over its time.
 *
 * Purpose:   say when the next census is due, and keep those that were taken.
 * Ownership: tm_censuses_add() takes over the census; release frees all.
 * Units:     nanoseconds since the start; positions are what samples count by,
 *            iterations or milliseconds.
 * Errors:    none.
 *
 * A run's length is not known before its end.  Censuses are a sixteenth of the
 * time that has passed apart, so that about eleven fall into the last half of
 * any run; when there is no more room, every second one is given up.
 */
#ifndef TM_HEAP_CENSUSES_H
#define TM_HEAP_CENSUSES_H

#include "heap/figures.h"

#define TM_CENSUSES_MAX 64

struct tm_census_moment {
	uint64_t position;
	struct tm_heap_census census;
};

/* Zeroed memory holds none. */
struct tm_censuses {
	uint64_t due_ns;
	struct tm_census_moment moment[TM_CENSUSES_MAX];
	size_t count;
};

int tm_censuses_is_due(const struct tm_censuses *censuses, uint64_t elapsed_ns);

/* One was tried; the next is due later. */
void tm_censuses_set_due(struct tm_censuses *censuses, uint64_t elapsed_ns);

/* The census is empty afterwards; one that is not behind the last is left out. */
void tm_censuses_add(struct tm_censuses *censuses, uint64_t position,
		     struct tm_heap_census *census);

/* The last one was taken at a later position than was thought. */
void tm_censuses_move_last(struct tm_censuses *censuses, uint64_t position);

void tm_censuses_drop_last(struct tm_censuses *censuses);

/* Those behind `position`. */
void tm_censuses_drop_after(struct tm_censuses *censuses, uint64_t position);

void tm_censuses_release(struct tm_censuses *censuses);

#endif
