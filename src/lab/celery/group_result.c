#include "lab/celery/group_result.h"

#include "lab/celery/async_result.h"
#include "lab/celery/waiting.h"

static enum tm_rc no_memory(struct tm_err *err)
{
	return tm_fail(err, TM_ENOMEM, "no memory for a group result");
}

static void traverse_group_result(struct tm_object *object, tm_visit *visit,
				  void *context)
{
	struct tm_group_result *self = (struct tm_group_result *)object;
	size_t i;

	for (i = 0; i < self->result_count; i++) {
		if (self->results[i])
			visit(self->results[i], context);
	}
}

/* From the last to the first, as CPython empties a list. */
static void clear_group_result(struct tm_runtime *runtime,
			       struct tm_object *object)
{
	struct tm_group_result *self = (struct tm_group_result *)object;
	size_t i;

	for (i = self->result_count; i-- > 0;) {
		struct tm_object *result = self->results[i];

		self->results[i] = NULL;
		tm_unref(runtime, result);
	}
}

static void release_group_result(struct tm_runtime *runtime,
				 struct tm_object *object)
{
	struct tm_group_result *self = (struct tm_group_result *)object;

	tm_free(runtime->alloc, self->results,
		self->result_count * sizeof(*self->results));
}

static const size_t group_result_references[] = {
	offsetof(struct tm_group_result, on_ready),
	offsetof(struct tm_group_result, on_full),
};

static const struct tm_type group_result_type = {
	.name = "GroupResult",
	.size = sizeof(struct tm_group_result),
	.reference_count = sizeof(group_result_references) /
			   sizeof(group_result_references[0]),
	.references = group_result_references,
	.weakrefs = offsetof(struct tm_group_result, weakrefs),
	.traverse = traverse_group_result,
	.clear = clear_group_result,
	.release = release_group_result,
};

int tm_is_group_result(const struct tm_object *object)
{
	return object->type == &group_result_type;
}

/* [r.get() for r in self.results]: every member is ready by now. */
static enum tm_rc join_results(struct tm_group_result *self, struct tm_err *err)
{
	size_t i;

	for (i = 0; i < self->result_count; i++) {
		const char *text;
		enum tm_rc rc = tm_async_result_get(
			(struct tm_async_result *)self->results[i], 0, &text,
			err);

		if (rc != TM_OK)
			return rc;
	}
	return TM_OK;
}

/* _on_ready(self): the last member has called the barrier. */
static enum tm_rc on_group_ready(struct tm_runtime *runtime,
				 struct tm_object *object,
				 const struct tm_args *args,
				 struct tm_return *outcome)
{
	struct tm_group_result *self = (struct tm_group_result *)object;
	struct tm_app *app = self->app;
	struct tm_err err;
	enum tm_rc rc;

	(void)args;
	rc = tm_consumer_remove_pending(&app->consumer, &self->id, &err);
	if (rc == TM_OK && app->strategy->joins_on_ready)
		rc = join_results(self, &err);
	if (rc != TM_OK) {
		tm_runtime_fail(runtime, &err);
		return rc;
	}
	rc = tm_promise_call(runtime, (struct tm_promise *)self->on_ready,
			     &(struct tm_args){.count = 0}, outcome);
	/* _on_ready() itself returns None. */
	tm_unref(runtime, outcome->value);
	outcome->value = NULL;
	return rc;
}

static const struct tm_function on_group_ready_function = {
	.name = "_on_ready",
	.call = on_group_ready,
};

static enum tm_rc copy_results(struct tm_group_result *self,
			       const struct tm_group_members *members,
			       struct tm_err *err)
{
	size_t count = members->count;
	size_t i;

	if (count == 0)
		return TM_OK;
	self->results =
		tm_malloc(self->app->alloc, count * sizeof(*self->results));
	if (!self->results)
		return no_memory(err);
	self->result_count = count;
	for (i = 0; i < count; i++)
		self->results[i] = tm_ref(members->results[i]);
	return TM_OK;
}

/* self.on_ready = promise(args=(self,)) */
static enum tm_rc make_on_ready(struct tm_group_result *self,
				struct tm_err *err)
{
	struct tm_runtime *runtime = self->app->runtime;
	struct tm_args args = {.count = 1, .item = {&self->object}};
	struct tm_promise *on_ready =
		tm_promise_new(runtime, NULL, TM_HOLD_STRONG);

	if (!on_ready)
		return no_memory(err);
	self->on_ready = &on_ready->object;
	if (tm_promise_set_args(runtime, on_ready, &args) != TM_OK)
		return no_memory(err);
	return TM_OK;
}

/* barrier(results): each member calls it when it is ready. */
static enum tm_rc make_barrier(struct tm_group_result *self, struct tm_err *err)
{
	struct tm_barrier *barrier = tm_barrier_new(
		self->app->runtime, (uint32_t)self->result_count);
	size_t i;

	if (!barrier)
		return no_memory(err);
	self->on_full = &barrier->object;
	for (i = 0; i < self->result_count; i++) {
		enum tm_rc rc = tm_async_result_then(
			(struct tm_async_result *)self->results[i],
			&barrier->object, 0, err);

		if (rc != TM_OK)
			return rc;
	}
	return TM_OK;
}

/* self._on_full.then(promise(self._on_ready)) */
static enum tm_rc listen_to_barrier(struct tm_group_result *self,
				    struct tm_err *err)
{
	struct tm_app *app = self->app;
	struct tm_return outcome = {NULL, NULL};
	struct tm_promise *promise = tm_promise_new_of_method(
		app->runtime, &self->object, &on_group_ready_function,
		app->strategy->group_hold);
	enum tm_rc rc;

	if (!promise)
		return no_memory(err);
	rc = tm_barrier_then(app->runtime, (struct tm_barrier *)self->on_full,
			     &promise->object, NULL, &outcome);
	tm_unref(app->runtime, promise);
	return tm_app_finish_call(app, rc, &outcome, err);
}

enum tm_rc tm_group_result_new(struct tm_group_result **out, struct tm_app *app,
			       const struct tm_group_members *members,
			       struct tm_err *err)
{
	struct tm_group_result *self =
		tm_object_new(app->runtime, &group_result_type);
	enum tm_rc rc;

	*out = NULL;
	if (!self)
		return no_memory(err);
	self->app = app;
	self->id = members->id;
	rc = copy_results(self, members, err);
	if (rc == TM_OK)
		rc = make_on_ready(self, err);
	if (rc == TM_OK && members->ready_barrier)
		self->on_full = tm_ref(members->ready_barrier);
	else if (rc == TM_OK)
		rc = make_barrier(self, err);
	if (rc == TM_OK)
		rc = listen_to_barrier(self, err);
	if (rc != TM_OK) {
		tm_unref(app->runtime, self);
		return rc;
	}
	*out = self;
	return TM_OK;
}

/* --- get() ---------------------------------------------------------------- */

/* get_many(), one round: set the members that the store has already. */
static enum tm_rc check_store(struct tm_group_result *self, struct tm_err *err)
{
	struct tm_app *app = self->app;
	size_t i;

	for (i = 0; i < self->result_count; i++) {
		struct tm_async_result *member =
			(struct tm_async_result *)self->results[i];
		struct tm_meta *meta;
		enum tm_rc rc;

		tm_buf_clear(&app->payload);
		rc = tm_backend_get(app->backend, &member->id, &app->payload,
				    err);
		if (rc != TM_OK)
			return rc;
		if (app->payload.length == 0)
			continue;
		rc = tm_meta_parse(&meta, app->alloc, app->payload.bytes,
				   app->payload.length, err);
		if (rc != TM_OK)
			return rc;
		rc = tm_waiting_on_meta(app, meta, err);
		tm_meta_free(app->alloc, meta);
		if (rc != TM_OK)
			return rc;
	}
	return TM_OK;
}

/* join_native() raises what the first failed member raised. */
static enum tm_rc first_failure(const struct tm_group_result *self,
				struct tm_err *err)
{
	size_t i;

	for (i = 0; i < self->result_count; i++) {
		const struct tm_meta *meta =
			((struct tm_async_result *)self->results[i])->cache;

		if (meta && meta->state == TM_STATE_FAILURE)
			return tm_fail(err, TM_EUNAVAILABLE,
				       "a task failed: %s", meta->result);
	}
	return TM_OK;
}

enum tm_rc tm_group_result_get(struct tm_group_result *self,
			       uint32_t timeout_ms, struct tm_err *err)
{
	enum tm_rc rc = check_store(self, err);

	if (rc != TM_OK)
		return rc;
	rc = tm_waiting_until(self->app, (struct tm_promise *)self->on_ready,
			      NULL, timeout_ms, err);
	return rc == TM_OK ? first_failure(self, err) : rc;
}
