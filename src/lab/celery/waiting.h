/*
 * waiting.h - how a producer waits for what it reads.
 *
 * Purpose:   the loop of get(): look into the store, then read events until the
 *            promise is fulfilled.
 * Source:    celery/backends/async.py (Drainer, BaseResultConsumer),
 *            celery/result.py (AsyncResult.get, GroupResult.get), 4.2.2.
 */
#ifndef TM_LAB_CELERY_WAITING_H
#define TM_LAB_CELERY_WAITING_H

#include "lab/celery/result.h"

/* _get_task_meta(): what is known of the task; asks the store when nothing is
 * (state PENDING when it knows nothing either).  Borrowed until the next call.
 */
TM_CHECK enum tm_rc tm_waiting_look(struct tm_async_result *self,
				    const struct tm_meta **out,
				    struct tm_err *err);

/* on_state_change(): hand a result to whoever waits for it, or keep it. */
TM_CHECK enum tm_rc tm_waiting_on_meta(void *app, const struct tm_meta *meta,
				       struct tm_err *err);

/* drain_events_until(): read events until `promise` is ready, calling
 * `on_interval` (NULL: nobody) after each. */
TM_CHECK enum tm_rc tm_waiting_until(struct tm_app *app,
				     struct tm_promise *promise,
				     struct tm_promise *on_interval,
				     uint32_t timeout_ms, struct tm_err *err);

#endif
