#include "lab/promise/barrier.h"

#include "lab/runtime/exception.h"

static enum tm_rc call(struct tm_runtime *runtime, struct tm_object *object,
		       const struct tm_args *args, struct tm_return *outcome)
{
	(void)args; /* the members' values are not passed on */
	return tm_barrier_call(runtime, (struct tm_barrier *)object, outcome);
}

static const size_t references[] = {offsetof(struct tm_barrier, promise)};

const struct tm_type tm_barrier_type = {
	.name = "barrier",
	.size = sizeof(struct tm_barrier),
	.reference_count = 1,
	.references = references,
	.call = call,
};

struct tm_barrier *tm_barrier_new(struct tm_runtime *runtime, uint32_t size)
{
	struct tm_barrier *self = tm_object_new(runtime, &tm_barrier_type);
	struct tm_promise *promise;

	if (!self)
		return NULL;
	promise = tm_promise_new(runtime, NULL, TM_HOLD_STRONG);
	if (!promise) {
		tm_unref(runtime, self);
		return NULL;
	}
	self->promise = &promise->object;
	self->size = size;
	self->finalized = size > 0;
	return self;
}

static enum tm_rc fulfil(struct tm_runtime *runtime, struct tm_barrier *self,
			 struct tm_return *outcome)
{
	const struct tm_args none = {.count = 0};
	enum tm_rc rc;

	if (!self->promise)
		return TM_OK; /* the collector has cleared the barrier */
	rc = tm_promise_call(runtime, (struct tm_promise *)self->promise, &none,
			     outcome);
	/* A barrier returns nothing. */
	tm_unref(runtime, outcome->value);
	outcome->value = NULL;
	return rc;
}

enum tm_rc tm_barrier_call(struct tm_runtime *runtime, struct tm_barrier *self,
			   struct tm_return *outcome)
{
	outcome->value = NULL;
	outcome->error = NULL;
	if (self->ready || self->cancelled)
		return TM_OK;
	self->value++;
	if (!self->finalized || self->value < self->size)
		return TM_OK;
	self->ready = 1;
	return fulfil(runtime, self, outcome);
}

enum tm_rc tm_barrier_finalize(struct tm_runtime *runtime,
			       struct tm_barrier *self,
			       struct tm_return *outcome)
{
	int was_finalized = self->finalized;

	outcome->value = NULL;
	outcome->error = NULL;
	self->finalized = 1;
	if (was_finalized || self->value < self->size)
		return TM_OK;
	return fulfil(runtime, self, outcome);
}

enum tm_rc tm_barrier_add(struct tm_runtime *runtime, struct tm_barrier *self,
			  struct tm_promise *promise, struct tm_return *outcome)
{
	enum tm_rc rc;

	outcome->value = NULL;
	outcome->error = NULL;
	if (self->cancelled)
		return TM_OK;
	if (self->ready) {
		outcome->error = (struct tm_object *)tm_exception_new(
			runtime, "Cannot add promise to full barrier");
		return outcome->error ? TM_OK : TM_ENOMEM;
	}
	rc = tm_promise_then(runtime, promise, &self->object, NULL, outcome);
	if (rc == TM_OK && !outcome->error)
		self->size++;
	return rc;
}

enum tm_rc tm_barrier_then(struct tm_runtime *runtime, struct tm_barrier *self,
			   struct tm_object *callback,
			   struct tm_object *on_error,
			   struct tm_return *outcome)
{
	return tm_promise_then(runtime, (struct tm_promise *)self->promise,
			       callback, on_error, outcome);
}

enum tm_rc tm_barrier_throw(struct tm_runtime *runtime, struct tm_barrier *self,
			    struct tm_object *reason, struct tm_return *outcome)
{
	outcome->value = NULL;
	outcome->error = NULL;
	if (self->cancelled)
		return TM_OK;
	return tm_promise_throw(runtime, (struct tm_promise *)self->promise,
				reason, 1, outcome);
}

void tm_barrier_cancel(struct tm_runtime *runtime, struct tm_barrier *self)
{
	self->cancelled = 1;
	tm_promise_cancel(runtime, (struct tm_promise *)self->promise);
}
