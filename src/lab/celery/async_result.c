#include "lab/celery/async_result.h"

static enum tm_rc no_memory(struct tm_err *err)
{
	return tm_fail(err, TM_ENOMEM, "no memory for a result");
}

static void release_async_result(struct tm_runtime *runtime,
				 struct tm_object *object)
{
	tm_meta_free(runtime->alloc, ((struct tm_async_result *)object)->cache);
}

/* __del__: cancel pending operations.  The tables are keyed by id, so another
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

/* _on_fulfilled(self, result): the callback that must run to empty the tables.
 * It returns its argument, which its promise keeps as its value. */
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
	return tm_app_finish_call(self->app, rc, &outcome, err);
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
	rc = tm_app_finish_call(app, rc, &outcome, err);
	tm_unref(app->runtime, self);
	return rc;
}
