#include "lab/celery/result.h"

#include "lab/runtime/exception.h"

static enum tm_rc no_memory(struct tm_err *err)
{
	return tm_fail(err, TM_ENOMEM, "no memory for a result");
}

/* --- AsyncResult ---------------------------------------------------------- */

static void release_async_result(struct tm_runtime *runtime,
				 struct tm_object *object)
{
	tm_meta_free(runtime->alloc, ((struct tm_async_result *)object)->cache);
}

/* __del__: cancel pending operations.  It asks the tables by id, so another
 * result of the same task loses its entry too. */
static void finalize_async_result(struct tm_runtime *runtime,
				  struct tm_object *object)
{
	struct tm_async_result *self = (struct tm_async_result *)object;
	struct tm_err err;

	if (tm_consumer_remove_pending(&self->app->consumer, &self->id, &err) !=
	    TM_OK)
		tm_runtime_fail(runtime, &err);
}

static const size_t async_result_references[] = {
	offsetof(struct tm_async_result, on_ready),
	offsetof(struct tm_async_result, parent),
};

#define TM_ASYNC_RESULT_TYPE                                                   \
	.name = "AsyncResult", .size = sizeof(struct tm_async_result),         \
	.reference_count = sizeof(async_result_references) /                   \
			   sizeof(async_result_references[0]),                 \
	.references = async_result_references,                                 \
	.weakrefs = offsetof(struct tm_async_result, weakrefs),                \
	.optional = offsetof(struct tm_async_result, cache),                   \
	.release = release_async_result

static const struct tm_type async_result_type = {TM_ASYNC_RESULT_TYPE};

static const struct tm_type async_result_with_finalizer_type = {
	TM_ASYNC_RESULT_TYPE,
	.finalize = finalize_async_result,
};

int tm_is_async_result(const struct tm_object *object)
{
	return object->type == &async_result_type ||
	       object->type == &async_result_with_finalizer_type;
}

/* _on_fulfilled(self, result): the callback on which all of this turns.  It
 * returns what it was given, which its promise then keeps as its value. */
static enum tm_rc on_fulfilled(struct tm_runtime *runtime,
			       struct tm_object *object,
			       const struct tm_args *args,
			       struct tm_return *outcome)
{
	struct tm_async_result *self = (struct tm_async_result *)object;
	struct tm_err err;
	enum tm_rc rc;

	if (!self->is_fired_counted)
		self->app->callbacks.fired++;
	self->is_fired_counted = 1;
	rc = tm_consumer_remove_pending(&self->app->consumer, &self->id, &err);
	if (rc != TM_OK) {
		tm_runtime_fail(runtime, &err);
		return rc;
	}
	outcome->value = tm_ref(args->item[0]);
	return TM_OK;
}

static const struct tm_function on_fulfilled_function = {
	.name = "_on_fulfilled",
	.call = on_fulfilled,
};

static struct tm_promise *new_on_ready(struct tm_app *app,
				       struct tm_async_result *self)
{
	if (!app->strategy->has_callback)
		return tm_promise_new(app->runtime, NULL, TM_HOLD_STRONG);
	return tm_promise_new_of_method(app->runtime, &self->object,
					&on_fulfilled_function,
					app->strategy->callback_hold);
}

enum tm_rc tm_async_result_new(struct tm_async_result **out, struct tm_app *app,
			       const struct tm_id *id, struct tm_err *err)
{
	const struct tm_type *type = app->strategy->has_finalizer
					     ? &async_result_with_finalizer_type
					     : &async_result_type;
	struct tm_async_result *self = tm_object_new(app->runtime, type);
	struct tm_promise *on_ready;

	*out = NULL;
	if (!self)
		return no_memory(err);
	self->app = app;
	self->id = *id;
	on_ready = new_on_ready(app, self);
	if (!on_ready) {
		tm_unref(app->runtime, self);
		return no_memory(err);
	}
	self->on_ready = &on_ready->object;
	*out = self;
	return TM_OK;
}

void tm_async_result_set_parent(struct tm_async_result *self,
				struct tm_object *parent)
{
	struct tm_object *old = self->parent;

	self->parent = tm_ref(parent);
	tm_unref(self->app->runtime, old);
}

/* What a callback raised ends the loop: no task of the lab is meant to fail. */
static enum tm_rc raised(struct tm_app *app, struct tm_return *outcome,
			 struct tm_err *err)
{
	enum tm_rc rc = TM_OK;

	if (outcome->error)
		rc = tm_fail(err, TM_EUNAVAILABLE, "a callback raised: %s",
			     ((struct tm_exception *)outcome->error)->text);
	tm_return_release(app->runtime, outcome);
	return rc;
}

/* The code that a promise or a barrier answered, with words for it. */
static enum tm_rc finish_call(struct tm_app *app, enum tm_rc rc,
			      struct tm_return *outcome, struct tm_err *err)
{
	enum tm_rc failed;

	if (rc == TM_OK)
		return raised(app, outcome, err);
	tm_return_release(app->runtime, outcome);
	failed = tm_app_check(app, err);
	return failed != TM_OK ? failed : no_memory(err);
}

enum tm_rc tm_async_result_add_pending(struct tm_async_result *self, int weak,
				       struct tm_err *err)
{
	struct tm_consumer *consumer = &self->app->consumer;
	struct tm_meta *kept = tm_consumer_buffer_take(consumer, &self->id);
	enum tm_rc rc;

	if (!kept)
		return tm_consumer_add_pending(consumer, &self->id,
					       &self->object, weak, err);
	rc = tm_async_result_set(self, kept, err);
	tm_meta_free(self->app->alloc, kept);
	return rc;
}

enum tm_rc tm_async_result_then(struct tm_async_result *self,
				struct tm_object *callback, int weak,
				struct tm_err *err)
{
	struct tm_return outcome = {NULL, NULL};
	enum tm_rc rc = tm_async_result_add_pending(self, weak, err);

	if (rc != TM_OK)
		return rc;
	rc = tm_promise_then(self->app->runtime,
			     (struct tm_promise *)self->on_ready, callback,
			     NULL, &outcome);
	return finish_call(self->app, rc, &outcome, err);
}

enum tm_rc tm_async_result_set(struct tm_async_result *self,
			       const struct tm_meta *meta, struct tm_err *err)
{
	struct tm_app *app = self->app;
	struct tm_args args = {.count = 1, .item = {&self->object}};
	struct tm_return outcome = {NULL, NULL};
	struct tm_meta *cache;
	enum tm_rc rc;

	if (meta->state == TM_STATE_PENDING)
		return TM_OK;
	cache = tm_meta_copy(app->alloc, meta);
	if (!cache)
		return no_memory(err);
	tm_meta_free(app->alloc, self->cache);
	self->cache = cache;
	if (!self->is_ready_counted)
		app->callbacks.expected++;
	self->is_ready_counted = 1;

	/* on_ready(self): the promise's value will be the result itself. */
	tm_ref(self);
	rc = tm_promise_call(app->runtime, (struct tm_promise *)self->on_ready,
			     &args, &outcome);
	rc = finish_call(app, rc, &outcome, err);
	tm_unref(app->runtime, self);
	return rc;
}

/* --- GroupResult ---------------------------------------------------------- */

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
			       struct tm_object *const *results, size_t count,
			       struct tm_err *err)
{
	size_t i;

	if (count == 0)
		return TM_OK;
	self->results =
		tm_malloc(self->app->alloc, count * sizeof(*self->results));
	if (!self->results)
		return no_memory(err);
	self->result_count = count;
	for (i = 0; i < count; i++)
		self->results[i] = tm_ref(results[i]);
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

/* barrier(results): each member shall call it. */
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
	return finish_call(app, rc, &outcome, err);
}

enum tm_rc tm_group_result_new(struct tm_group_result **out, struct tm_app *app,
			       const struct tm_id *id,
			       struct tm_object *const *results, size_t count,
			       struct tm_barrier *ready_barrier,
			       struct tm_err *err)
{
	struct tm_group_result *self =
		tm_object_new(app->runtime, &group_result_type);
	enum tm_rc rc;

	*out = NULL;
	if (!self)
		return no_memory(err);
	self->app = app;
	self->id = *id;
	rc = copy_results(self, results, count, err);
	if (rc == TM_OK)
		rc = make_on_ready(self, err);
	if (rc == TM_OK && ready_barrier)
		self->on_full = tm_ref(ready_barrier);
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
