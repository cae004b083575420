#include "lab/celery/waiting.h"

#include "lab/celery/async_result.h"
#include "lab/runtime/exception.h"
#include "util/clock.h"

/* Celery waits for one second at a time, so that on_interval is called in
 * between. */
#define INTERVAL_MS 1000u

/* After this long without a result the store is read again. */
#define CHECK_AGAIN_MS 2000u

static const struct tm_meta pending_meta = {.state = TM_STATE_PENDING};

/* _get_task_meta(): what is known of the task; reads the store when nothing is
 * (state PENDING when the store has nothing either).  Borrowed until the next
 * call. */
static enum tm_rc get_task_meta(struct tm_async_result *self,
				const struct tm_meta **out, struct tm_err *err)
{
	struct tm_app *app = self->app;
	struct tm_meta *meta;
	enum tm_rc rc;

	*out = &pending_meta;
	if (self->cache) {
		*out = self->cache;
		return TM_OK;
	}
	tm_buf_clear(&app->payload);
	rc = tm_backend_get(app->backend, &self->id, &app->payload, err);
	if (rc != TM_OK || app->payload.length == 0)
		return rc;
	rc = tm_meta_parse(&meta, app->alloc, app->payload.bytes,
			   app->payload.length, err);
	if (rc != TM_OK)
		return rc;
	rc = tm_async_result_set(self, meta, err);
	tm_meta_free(app->alloc, meta);
	if (rc == TM_OK && self->cache)
		*out = self->cache;
	return rc;
}

enum tm_rc tm_waiting_on_meta(void *context, const struct tm_meta *meta,
			      struct tm_err *err)
{
	struct tm_app *app = context;
	struct tm_object *waiting;
	enum tm_rc rc;

	if (meta->state == TM_STATE_PENDING)
		return TM_OK;
	waiting = tm_consumer_find_pending(&app->consumer, &meta->task_id);
	if (waiting)
		rc = tm_async_result_set((struct tm_async_result *)waiting,
					 meta, err);
	else
		rc = tm_consumer_buffer_put(&app->consumer, meta);
	if (rc == TM_ENOMEM)
		return tm_fail(err, rc, "no memory for a result");
	if (rc != TM_OK)
		return rc;
	/* _maybe_cancel_ready_task() */
	return tm_consumer_cancel_for(&app->consumer, &meta->task_id, err);
}

static enum tm_rc call_interval(struct tm_app *app,
				struct tm_promise *on_interval,
				struct tm_err *err)
{
	struct tm_return outcome = {NULL, NULL};
	enum tm_rc rc;

	if (!on_interval)
		return TM_OK;
	rc = tm_promise_call(app->runtime, on_interval,
			     &(struct tm_args){.count = 0}, &outcome);
	if (rc == TM_OK && outcome.error)
		rc = tm_fail(err, TM_EUNAVAILABLE, "a task failed: %s",
			     ((struct tm_exception *)outcome.error)->text);
	else if (rc != TM_OK && tm_app_check(app, err) == TM_OK)
		rc = tm_fail(err, rc, "no memory while waiting for a result");
	tm_return_release(app->runtime, &outcome);
	return rc;
}

/* Milliseconds until `deadline_ns`, at most one interval; 0 when it has
 * passed. */
static uint32_t time_left_ms(uint64_t deadline_ns)
{
	uint64_t now = tm_clock_ns();
	uint64_t left;

	if (now >= deadline_ns)
		return 0;
	left = (deadline_ns - now + 999999u) / 1000000u;
	return left < INTERVAL_MS ? (uint32_t)left : INTERVAL_MS;
}

static enum tm_rc timed_out(uint32_t timeout_ms, struct tm_err *err)
{
	return tm_fail(err, TM_ETIMEOUT,
		       "no result came within %u ms: is a worker running?",
		       timeout_ms);
}

enum tm_rc tm_waiting_until(struct tm_app *app, struct tm_promise *promise,
			    struct tm_promise *on_interval, uint32_t timeout_ms,
			    struct tm_err *err)
{
	uint64_t deadline_ns = tm_clock_ns() + (uint64_t)timeout_ms * 1000000u;

	do {
		uint32_t left_ms = time_left_ms(deadline_ns);
		struct tm_err drain_err;
		enum tm_rc rc = tm_consumer_drain_event(&app->consumer, left_ms,
							tm_waiting_on_meta, app,
							&drain_err);

		if (rc == TM_ETIMEOUT && !promise->ready && left_ms == 0)
			return timed_out(timeout_ms, err);
		if (rc != TM_OK && rc != TM_ETIMEOUT)
			return tm_fail(err, rc, "%s", drain_err.text);
		rc = call_interval(app, on_interval, err);
		if (rc != TM_OK)
			return rc;
	} while (!promise->ready);
	return TM_OK;
}

/* --- AsyncResult.get() ---------------------------------------------------- */

/* maybe_throw(): read the state; if the task failed, fail the promise. */
static enum tm_rc maybe_throw(struct tm_async_result *self,
			      const struct tm_meta **meta,
			      struct tm_return *outcome, struct tm_err *err)
{
	struct tm_runtime *runtime = self->app->runtime;
	struct tm_exception *reason;
	enum tm_rc rc = get_task_meta(self, meta, err);

	if (rc != TM_OK || (*meta)->state != TM_STATE_FAILURE)
		return rc;
	reason = tm_exception_new(runtime, (*meta)->result);
	if (!reason)
		return tm_fail(err, TM_ENOMEM, "no memory for an exception");
	rc = tm_promise_throw(runtime, (struct tm_promise *)self->on_ready,
			      &reason->object, 1, outcome);
	tm_unref(runtime, reason);
	return rc;
}

/* _maybe_reraise_parent_error(): a chord's header may have failed. */
static enum tm_rc throw_parents_failure(struct tm_async_result *self,
					struct tm_return *outcome,
					struct tm_err *err)
{
	struct tm_group_result *parent = (struct tm_group_result *)self->parent;
	size_t i;

	for (i = 0; parent && i < parent->result_count; i++) {
		const struct tm_meta *meta;
		enum tm_rc rc = maybe_throw(
			(struct tm_async_result *)parent->results[i], &meta,
			outcome, err);

		if (rc != TM_OK || outcome->error)
			return rc;
	}
	return TM_OK;
}

static enum tm_rc on_parent_interval(struct tm_runtime *runtime,
				     struct tm_object *object,
				     const struct tm_args *args,
				     struct tm_return *outcome)
{
	struct tm_err err;
	enum tm_rc rc;

	(void)args;
	rc = throw_parents_failure((struct tm_async_result *)object, outcome,
				   &err);
	if (rc != TM_OK)
		tm_runtime_fail(runtime, &err);
	return rc;
}

static const struct tm_function on_parent_interval_function = {
	.name = "_maybe_reraise_parent_error",
	.call = on_parent_interval,
};

/* The exception in `outcome`, if any, as a return code. */
static enum tm_rc task_failed(struct tm_app *app, struct tm_return *outcome,
			      struct tm_err *err)
{
	enum tm_rc rc = TM_OK;

	if (outcome->error)
		rc = tm_fail(err, TM_EUNAVAILABLE, "a task failed: %s",
			     ((struct tm_exception *)outcome->error)->text);
	tm_return_release(app->runtime, outcome);
	return rc;
}

/* The promise that is called while waiting.  A result with a parent checks the
 * parent for a failure, now and once more later. */
static enum tm_rc make_interval(struct tm_async_result *self,
				struct tm_promise **out, struct tm_err *err)
{
	struct tm_app *app = self->app;
	enum tm_hold hold = app->strategy->group_hold;
	struct tm_return outcome = {NULL, NULL};
	struct tm_promise *check;
	enum tm_rc rc;

	*out = tm_promise_new(app->runtime, NULL, TM_HOLD_STRONG);
	if (!*out)
		return tm_fail(err, TM_ENOMEM, "no memory for a promise");
	if (!self->parent)
		return TM_OK;
	check = tm_promise_new_of_method(app->runtime, &self->object,
					 &on_parent_interval_function, hold);
	if (!check)
		return tm_fail(err, TM_ENOMEM, "no memory for a promise");
	rc = throw_parents_failure(self, &outcome, err);
	if (rc == TM_OK)
		rc = task_failed(app, &outcome, err);
	if (rc == TM_OK) {
		rc = tm_promise_then(app->runtime, *out, &check->object, NULL,
				     &outcome);
		if (rc != TM_OK)
			tm_fail(err, rc, "no memory for a promise");
		tm_return_release(app->runtime, &outcome);
	}
	tm_unref(app->runtime, check);
	return rc;
}

/* on_wait_for_pending(): treat what the store has like a message. */
static enum tm_rc check_store(struct tm_async_result *self, struct tm_err *err)
{
	struct tm_app *app = self->app;
	const struct tm_meta *meta;
	struct tm_meta *copy;
	enum tm_rc rc = get_task_meta(self, &meta, err);

	if (rc != TM_OK || meta->state == TM_STATE_PENDING)
		return rc;
	/* Setting the result again would free what `meta` points at. */
	copy = tm_meta_copy(app->alloc, meta);
	if (!copy)
		return tm_fail(err, TM_ENOMEM, "no memory for a result");
	rc = tm_waiting_on_meta(app, copy, err);
	tm_meta_free(app->alloc, copy);
	return rc;
}

/*
 * Wait, and read the store again after a while without a result.  A Redis
 * that the scheduler delayed can read a worker's PUBLISH before a SUBSCRIBE
 * that was sent earlier on another connection; the message is then lost.
 * Celery does not read the store again and waits forever.
 */
static enum tm_rc wait_until_ready(struct tm_async_result *self,
				   struct tm_promise *on_interval,
				   uint32_t timeout_ms, struct tm_err *err)
{
	struct tm_promise *on_ready = (struct tm_promise *)self->on_ready;
	uint32_t left_ms = timeout_ms;
	enum tm_rc rc;

	do {
		uint32_t part_ms =
			left_ms < CHECK_AGAIN_MS ? left_ms : CHECK_AGAIN_MS;
		struct tm_err late;

		left_ms -= part_ms;
		rc = tm_waiting_until(self->app, on_ready, on_interval, part_ms,
				      &late);
		if (rc != TM_OK && rc != TM_ETIMEOUT)
			return tm_fail(err, rc, "%s", late.text);
		if (rc == TM_OK)
			return TM_OK;
		rc = check_store(self, err);
		if (rc != TM_OK)
			return rc;
	} while (!on_ready->ready && left_ms > 0);
	return on_ready->ready ? TM_OK : timed_out(timeout_ms, err);
}

/* add_pending_result() and wait_for_pending() */
static enum tm_rc wait_for(struct tm_async_result *self,
			   struct tm_promise *on_interval, uint32_t timeout_ms,
			   struct tm_err *err)
{
	enum tm_rc rc = tm_async_result_add_pending(self, 0, err);

	if (rc == TM_OK)
		rc = check_store(self, err);
	if (rc != TM_OK)
		return rc;
	return wait_until_ready(self, on_interval, timeout_ms, err);
}

static enum tm_rc read_result(struct tm_async_result *self, const char **out,
			      struct tm_err *err)
{
	struct tm_return outcome = {NULL, NULL};
	const struct tm_meta *meta;
	enum tm_rc rc = maybe_throw(self, &meta, &outcome, err);

	if (rc == TM_OK)
		rc = task_failed(self->app, &outcome, err);
	if (rc == TM_OK)
		*out = meta->result;
	return rc;
}

enum tm_rc tm_async_result_get(struct tm_async_result *self,
			       uint32_t timeout_ms, const char **out,
			       struct tm_err *err)
{
	struct tm_promise *on_interval;
	enum tm_rc rc = make_interval(self, &on_interval, err);

	*out = NULL;
	if (rc == TM_OK && !self->cache)
		rc = wait_for(self, on_interval, timeout_ms, err);
	tm_unref(self->app->runtime, on_interval);
	if (rc != TM_OK)
		return rc;
	return read_result(self, out, err);
}
