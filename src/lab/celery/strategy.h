/*
 * strategy.h - the ways in which an AsyncResult can hold its callback.
 *
 * Purpose:   Celery 4.2.2 as released, and each change to it that was measured.
 *            A strategy only says how the objects are built; what leaks follows
 *            from the graph.
 * Ownership: a constant table.
 * Errors:    NULL for an unknown name or number.
 * Source:    celery/result.py of 4.2.2 and 4.3.0; results/reference/LAWS.md.
 */
#ifndef TM_LAB_CELERY_STRATEGY_H
#define TM_LAB_CELERY_STRATEGY_H

#include <stddef.h>

#include "lab/promise/promise.h"

struct tm_strategy {
	const char *name;
	const char *summary;
	int has_callback;	    /* on_ready = promise(self._on_fulfilled) */
	enum tm_hold callback_hold; /* how that promise holds it */
	enum tm_hold group_hold;    /* how GroupResult's promises hold theirs */
	int has_finalizer;	    /* AsyncResult.__del__ */
	int joins_on_ready; /* GroupResult._on_ready reads each result: 4.2.2 */
	int can_discard;    /* AsyncResult.discard() empties the tables */
};

/* The strategy of that name (- and _ are the same), or NULL. */
const struct tm_strategy *tm_strategy_find(const char *name);

/* All of them, in the order in which they are shown; NULL past the end.  The
 * index is also the colour of a strategy's curves: add new ones at the end. */
const struct tm_strategy *tm_strategy_at(size_t index);
size_t tm_strategy_index(const struct tm_strategy *strategy);

#endif
