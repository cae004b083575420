/*
 * waiting.h - AsyncResult.get(), and the waiting that a group shares.
 *
 * Purpose:   read the result store, then read events until the promise is
 *            fulfilled.
 * Ownership: what is read is borrowed from the result.
 * Units:     times in milliseconds.
 * Errors:    an enum tm_rc for memory and transports; TM_ETIMEOUT when a result
 *            does not come in time; TM_EUNAVAILABLE when the task failed, with
 *            the text of its exception.
 * Source:    celery/backends/async.py (Drainer, BaseResultConsumer),
 *            celery/result.py (AsyncResult.get), 4.2.2.
 */
#ifndef TM_LAB_CELERY_WAITING_H
#define TM_LAB_CELERY_WAITING_H

#include "lab/celery/result.h"
#include "lab/promise/promise.h"

/* Wait for the result, and read it: *out is its text, borrowed from `self`. */
TM_CHECK enum tm_rc tm_async_result_get(struct tm_async_result *self,
					uint32_t timeout_ms, const char **out,
					struct tm_err *err);

/* on_state_change(): set the pending result that `meta` is for, or buffer it.
 */
TM_CHECK enum tm_rc tm_waiting_on_meta(void *app, const struct tm_meta *meta,
				       struct tm_err *err);

/* drain_events_until(): read events until `promise` is ready, calling
 * `on_interval` (may be NULL) after each. */
TM_CHECK enum tm_rc tm_waiting_until(struct tm_app *app,
				     struct tm_promise *promise,
				     struct tm_promise *on_interval,
				     uint32_t timeout_ms, struct tm_err *err);

#endif
