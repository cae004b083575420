/*
 * result.h - the objects that leak: AsyncResult and GroupResult.
 *
 * Purpose:   the two structs, which each other's code reads: a group reads its
 *            members, a chord's body result the group it waits for.
 *            What they do is in async_result.h, waiting.h and group_result.h.
 * Ownership: both are objects of the app's runtime.  A group result holds its
 *            members, a chord's body result its parent.
 * Errors:    none: there are no functions here.
 * Source:    celery/result.py, 4.2.2 and 4.3.0.
 */
#ifndef TM_LAB_CELERY_RESULT_H
#define TM_LAB_CELERY_RESULT_H

#include "lab/celery/app.h"

struct tm_async_result {
	struct tm_object object;
	struct tm_object *on_ready; /* struct tm_promise */
	struct tm_object *parent;   /* struct tm_group_result, or NULL */
	struct tm_weakref *weakrefs;
	struct tm_app *app; /* not counted: the app outlives its results */
	struct tm_id id;
	struct tm_meta *cache;	  /* the result once it is known */
	uint8_t is_ready_counted; /* in callbacks.expected */
	uint8_t is_fired_counted; /* in callbacks.fired */
};

struct tm_group_result {
	struct tm_object object;
	struct tm_object *on_ready; /* promise(args=(self,)): a cycle */
	struct tm_object *on_full;  /* struct tm_barrier */
	struct tm_weakref *weakrefs;
	struct tm_id id;
	struct tm_app *app;
	struct tm_object **results; /* struct tm_async_result, references */
	size_t result_count;
};

#endif
