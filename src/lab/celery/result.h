/*
 * result.h - AsyncResult and GroupResult.
 *
 * Purpose:   what calling a task, a group or a chord returns; the objects that
 *            leak.
 * Ownership: both are objects of the app's runtime; _new gives a reference.  A
 *            group result holds its members, a chord's body result its parent.
 * Units:     times in milliseconds.
 * Errors:    an enum tm_rc for memory and transports; TM_ETIMEOUT when a result
 *            does not come in time; TM_EUNAVAILABLE when the task failed, with
 *            what it raised.
 * Source:    celery/result.py and celery/backends/async.py, 4.2.2 and 4.3.0.
 */
#ifndef TM_LAB_CELERY_RESULT_H
#define TM_LAB_CELERY_RESULT_H

#include "lab/celery/app.h"
#include "lab/promise/barrier.h"

struct tm_async_result {
	struct tm_object object;
	struct tm_object *on_ready; /* struct tm_promise */
	struct tm_object *parent;
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

int tm_is_async_result(const struct tm_object *object);
int tm_is_group_result(const struct tm_object *object);

TM_CHECK enum tm_rc tm_async_result_new(struct tm_async_result **out,
					struct tm_app *app,
					const struct tm_id *id,
					struct tm_err *err);

/* A group of `count` results (borrowed).  Without a `ready_barrier` it makes
 * one and subscribes to every result, as group.freeze() does. */
TM_CHECK enum tm_rc tm_group_result_new(
	struct tm_group_result **out, struct tm_app *app,
	const struct tm_id *id, struct tm_object *const *results, size_t count,
	struct tm_barrier *ready_barrier, struct tm_err *err);

/* add_pending_result(): take the result that came before anybody asked, or
 * remember, weakly or strongly, who waits for it. */
TM_CHECK enum tm_rc tm_async_result_add_pending(struct tm_async_result *self,
						int weak, struct tm_err *err);

/* Call `callback` when the result is ready; until then it is pending, in the
 * weak table or the strong one. */
TM_CHECK enum tm_rc tm_async_result_then(struct tm_async_result *self,
					 struct tm_object *callback, int weak,
					 struct tm_err *err);

/* The chord's body result knows the group it waits for. */
void tm_async_result_set_parent(struct tm_async_result *self,
				struct tm_object *parent);

/* Wait for the result, and read it: *out is its text, borrowed from `self`. */
TM_CHECK enum tm_rc tm_async_result_get(struct tm_async_result *self,
					uint32_t timeout_ms, const char **out,
					struct tm_err *err);

/* Wait until every member is ready; a failed one fails the group. */
TM_CHECK enum tm_rc tm_group_result_get(struct tm_group_result *self,
					uint32_t timeout_ms,
					struct tm_err *err);

/*
 * The explicit mend: take this result, and those it depends on, out of the
 * pending tables, unsubscribe from their channels, and read the replies until
 * none of them is in a table any more.
 */
TM_CHECK enum tm_rc tm_result_discard(struct tm_object *result,
				      uint32_t timeout_ms, struct tm_err *err);

/* _maybe_set_cache(): a result has come; TM_OK when it is not final. */
TM_CHECK enum tm_rc tm_async_result_set(struct tm_async_result *self,
					const struct tm_meta *meta,
					struct tm_err *err);

#endif
