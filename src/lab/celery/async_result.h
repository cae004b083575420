/*
 * async_result.h - AsyncResult: what calling a task or a chord returns.
 *
 * Purpose:   make a result, remember it in the pending tables, set it when the
 *            worker's result comes, and call the listeners.
 * Ownership: an object of the app's runtime; tm_async_result_new() gives a
 *            reference.
 * Errors:    an enum tm_rc for memory and the result store; TM_EUNAVAILABLE when
 *            a callback raised, with its text.
 * Source:    celery/result.py (AsyncResult), celery/backends/async.py
 *            (AsyncBackendMixin.add_pending_result), 4.2.2 and 4.3.0.
 */
#ifndef TM_LAB_CELERY_ASYNC_RESULT_H
#define TM_LAB_CELERY_ASYNC_RESULT_H

#include "lab/celery/result.h"

TM_CHECK enum tm_rc tm_async_result_new(struct tm_async_result **out,
					struct tm_app *app,
					const struct tm_id *id,
					struct tm_err *err);

/* add_pending_result(): set the result if it arrived early and was buffered;
 * otherwise add `self` to the weak pending table or the strong one. */
TM_CHECK enum tm_rc tm_async_result_add_pending(struct tm_async_result *self,
						int weak, struct tm_err *err);

/* Call `callback` when the result is ready; until then it is pending, in the
 * weak table or the strong one. */
TM_CHECK enum tm_rc tm_async_result_then(struct tm_async_result *self,
					 struct tm_object *callback, int weak,
					 struct tm_err *err);

/* A chord's body result refers to the group it waits for. */
void tm_async_result_set_parent(struct tm_async_result *self,
				struct tm_object *parent);

/* _maybe_set_cache(): keep `meta` and fulfil the promise.  A state that is not
 * final changes nothing (TM_OK). */
TM_CHECK enum tm_rc tm_async_result_set(struct tm_async_result *self,
					const struct tm_meta *meta,
					struct tm_err *err);

#endif
