#include "lab/promise/promise.h"

#include <string.h>

#include "lab/promise/thenable.h"
#include "lab/runtime/runtime.h"
#include "lab/runtime/weakref.h"

static struct tm_promise_more *more_of(struct tm_runtime *runtime,
				       struct tm_promise *self)
{
	if (!self->more)
		self->more = tm_calloc(runtime->alloc, 1, sizeof(*self->more));
	return self->more;
}

static void visit_args(const struct tm_args *args, tm_visit *visit,
		       void *context)
{
	size_t i;

	for (i = 0; i < args->count; i++) {
		if (args->item[i])
			visit(args->item[i], context);
	}
}

static void traverse(struct tm_object *object, tm_visit *visit, void *context)
{
	const struct tm_promise_more *more =
		((struct tm_promise *)object)->more;
	size_t i;

	if (!more)
		return;
	visit_args(&more->args, visit, context);
	visit_args(&more->value, visit, context);
	if (more->reason)
		visit(more->reason, context);
	if (more->on_error)
		visit(more->on_error, context);
	for (i = 0; i < more->listener_count; i++)
		visit(more->listeners[i], context);
}

static void clear_args(struct tm_runtime *runtime, struct tm_args *args)
{
	while (args->count > 0) {
		struct tm_object *item = args->item[--args->count];

		tm_unref(runtime, item);
	}
}

/* Detach the listeners from the promise before they are released. */
static void drop_listeners(struct tm_runtime *runtime, struct tm_promise *self)
{
	struct tm_object *listener = self->listener;
	struct tm_promise_more *more = self->more;

	self->listener = NULL;
	tm_unref(runtime, listener);
	while (more && more->listener_count > 0) {
		listener = more->listeners[--more->listener_count];
		tm_unref(runtime, listener);
	}
}

static void drop_on_error(struct tm_runtime *runtime, struct tm_promise *self)
{
	struct tm_object *on_error;

	if (!self->more)
		return;
	on_error = self->more->on_error;
	self->more->on_error = NULL;
	tm_unref(runtime, on_error);
}

static void clear(struct tm_runtime *runtime, struct tm_object *object)
{
	struct tm_promise *self = (struct tm_promise *)object;
	struct tm_object *reason;

	if (!self->more)
		return;
	clear_args(runtime, &self->more->args);
	clear_args(runtime, &self->more->value);
	reason = self->more->reason;
	self->more->reason = NULL;
	tm_unref(runtime, reason);
	drop_on_error(runtime, self);
	drop_listeners(runtime, self);
}

static void release(struct tm_runtime *runtime, struct tm_object *object)
{
	struct tm_promise_more *more = ((struct tm_promise *)object)->more;

	if (!more)
		return;
	tm_free(runtime->alloc, more->listeners,
		more->listener_capacity * sizeof(*more->listeners));
	tm_free(runtime->alloc, more, sizeof(*more));
}

static enum tm_rc call(struct tm_runtime *runtime, struct tm_object *object,
		       const struct tm_args *args, struct tm_return *outcome)
{
	return tm_promise_call(runtime, (struct tm_promise *)object, args,
			       outcome);
}

static const size_t references[] = {
	offsetof(struct tm_promise, function),
	offsetof(struct tm_promise, listener),
};

const struct tm_type tm_promise_type = {
	.name = "promise",
	.size = sizeof(struct tm_promise),
	.reference_count = sizeof(references) / sizeof(references[0]),
	.references = references,
	.optional = offsetof(struct tm_promise, more),
	.traverse = traverse,
	.clear = clear,
	.release = release,
	.call = call,
};

/* The reference to `function` that the promise keeps; NULL without memory. */
static struct tm_object *hold_function(struct tm_runtime *runtime,
				       struct tm_object *function,
				       enum tm_hold hold)
{
	if (hold == TM_HOLD_STRONG)
		return tm_ref(function);
	if (hold == TM_HOLD_WEAK_METHOD &&
	    function->type == &tm_bound_method_type) {
		struct tm_weak_method *method = tm_weak_method_new(
			runtime, (struct tm_bound_method *)function);

		return method ? &method->weakref.object : NULL;
	}
	return (struct tm_object *)tm_weakref_new(runtime, function, NULL,
						  NULL);
}

struct tm_promise *tm_promise_new(struct tm_runtime *runtime,
				  struct tm_object *function, enum tm_hold hold)
{
	struct tm_promise *self = tm_object_new(runtime, &tm_promise_type);

	if (!self || !function)
		return self;
	self->weak = hold != TM_HOLD_STRONG;
	self->function = hold_function(runtime, function, hold);
	if (!self->function) {
		tm_unref(runtime, self);
		return NULL;
	}
	return self;
}

struct tm_promise *tm_promise_new_of_method(struct tm_runtime *runtime,
					    struct tm_object *object,
					    const struct tm_function *function,
					    enum tm_hold hold)
{
	struct tm_bound_method *method =
		tm_bound_method_new(runtime, object, function);
	struct tm_promise *self;

	if (!method)
		return NULL;
	self = tm_promise_new(runtime, &method->object, hold);
	tm_unref(runtime, method);
	return self;
}

static void copy_args(struct tm_args *to, const struct tm_args *from)
{
	size_t i;

	*to = *from;
	for (i = 0; i < to->count; i++)
		tm_ref(to->item[i]);
}

enum tm_rc tm_promise_set_args(struct tm_runtime *runtime,
			       struct tm_promise *self,
			       const struct tm_args *args)
{
	struct tm_promise_more *more = more_of(runtime, self);

	if (!more)
		return TM_ENOMEM;
	clear_args(runtime, &more->args);
	copy_args(&more->args, args);
	return TM_OK;
}

enum tm_rc tm_promise_set_on_error(struct tm_runtime *runtime,
				   struct tm_promise *self,
				   struct tm_object *on_error)
{
	struct tm_promise_more *more = more_of(runtime, self);

	if (!more)
		return TM_ENOMEM;
	drop_on_error(runtime, self);
	more->on_error = tm_ref(on_error);
	return TM_OK;
}

/* The promise's own arguments, followed by those of the call. */
static void join_args(struct tm_args *out, const struct tm_promise *self,
		      const struct tm_args *args)
{
	size_t i;

	out->count = 0;
	if (self->more)
		*out = self->more->args;
	assert(out->count + args->count <= TM_ARGS_MAX);
	for (i = 0; i < args->count; i++)
		out->item[out->count++] = args->item[i];
}

static enum tm_rc store_value(struct tm_runtime *runtime,
			      struct tm_promise *self,
			      const struct tm_args *value)
{
	struct tm_promise_more *more = more_of(runtime, self);
	struct tm_args old;

	if (!more)
		return TM_ENOMEM;
	old = more->value;
	copy_args(&more->value, value);
	clear_args(runtime, &old);
	return TM_OK;
}

/* Take the first of many listeners; the caller owns it. */
static struct tm_object *pop_listener(struct tm_promise_more *more)
{
	struct tm_object *first = more->listeners[0];

	more->listener_count--;
	memmove(more->listeners, more->listeners + 1,
		more->listener_count * sizeof(*more->listeners));
	return first;
}

/* Call the listeners in order; the first exception ends it and drops the rest,
 * as `finally` does in vine. */
static enum tm_rc call_listeners(struct tm_runtime *runtime,
				 struct tm_promise *self,
				 const struct tm_args *value,
				 struct tm_return *outcome)
{
	struct tm_promise_more *more = self->more;
	enum tm_rc rc = TM_OK;

	if (self->listener) {
		struct tm_object *listener = tm_ref(self->listener);

		rc = tm_call(runtime, listener, value, outcome);
		tm_unref(runtime, listener);
	}
	while (!self->listener && rc == TM_OK && !outcome->error && more &&
	       more->listener_count > 0) {
		struct tm_object *listener = pop_listener(more);

		tm_return_release(runtime, outcome);
		rc = tm_call(runtime, listener, value, outcome);
		tm_unref(runtime, listener);
	}
	drop_listeners(runtime, self);
	tm_unref(runtime, outcome->value);
	outcome->value = NULL;
	return rc;
}

/* The function that the promise stands for now, with a reference, or NULL. */
static enum tm_rc live_function(struct tm_runtime *runtime,
				struct tm_promise *self, struct tm_object **out)
{
	*out = NULL;
	if (self->weak && self->function)
		return tm_weakref_get(runtime, self->function, out);
	*out = tm_ref(self->function);
	return TM_OK;
}

/* The result of calling a promise's function. */
struct evaluation {
	struct tm_args value; /* the call's arguments, then the listeners' */
	struct tm_object *returned; /* owned; what `value` holds */
	int threw;
};

/* Call `function` with out->value; throw what it raises. */
static enum tm_rc evaluate(struct evaluation *out, struct tm_runtime *runtime,
			   struct tm_promise *self, struct tm_object *function,
			   struct tm_return *outcome)
{
	struct tm_return result;
	enum tm_rc rc = tm_call(runtime, function, &out->value, &result);

	out->threw = rc == TM_OK && result.error != NULL;
	if (out->threw) {
		rc = tm_promise_throw(runtime, self, result.error, 1, outcome);
		tm_unref(runtime, result.error);
		return rc;
	}
	out->value.count = 0;
	if (self->ignore_result) {
		tm_unref(runtime, result.value);
		return rc;
	}
	out->returned = result.value;
	out->value.count = 1;
	out->value.item[0] = result.value;
	return rc;
}

enum tm_rc tm_promise_call(struct tm_runtime *runtime, struct tm_promise *self,
			   const struct tm_args *args,
			   struct tm_return *outcome)
{
	struct evaluation call = {.returned = NULL};
	struct tm_object *function;
	enum tm_rc rc;

	outcome->value = NULL;
	outcome->error = NULL;
	if (self->cancelled)
		return TM_OK;
	join_args(&call.value, self, args);
	rc = live_function(runtime, self, &function);
	if (rc != TM_OK)
		return rc;
	if (function) {
		rc = evaluate(&call, runtime, self, function, outcome);
		tm_unref(runtime, function);
		if (rc != TM_OK || call.threw)
			return rc;
	}
	if (!function || !self->ignore_result)
		rc = store_value(runtime, self, &call.value);
	if (rc == TM_OK) {
		self->ready = 1;
		rc = call_listeners(runtime, self, &call.value, outcome);
	}
	if (rc == TM_OK && !outcome->error)
		outcome->value = call.returned;
	else
		tm_unref(runtime, call.returned);
	return rc;
}

/* One listener is stored directly; a second one turns it into a list. */
static enum tm_rc add_listener(struct tm_runtime *runtime,
			       struct tm_promise *self,
			       struct tm_object *callback)
{
	struct tm_promise_more *more = self->more;
	size_t capacity;

	if (!self->listener && (!more || more->listener_count == 0)) {
		self->listener = tm_ref(callback);
		return TM_OK;
	}
	more = more_of(runtime, self);
	if (!more)
		return TM_ENOMEM;
	capacity = more->listener_capacity;
	if (more->listener_count + 1 >= capacity) {
		size_t wider = capacity ? capacity * 2 : 4;
		struct tm_object **listeners =
			tm_realloc(runtime->alloc, more->listeners,
				   capacity * sizeof(*listeners),
				   wider * sizeof(*listeners));

		if (!listeners)
			return TM_ENOMEM;
		more->listeners = listeners;
		more->listener_capacity = wider;
	}
	if (self->listener)
		more->listeners[more->listener_count++] = self->listener;
	self->listener = NULL;
	more->listeners[more->listener_count++] = tm_ref(callback);
	return TM_OK;
}

/* `callback` itself if it can be thrown into, else a promise that wraps it. */
static struct tm_object *as_thenable(struct tm_runtime *runtime,
				     struct tm_object *callback,
				     struct tm_object *on_error)
{
	struct tm_promise *promise;

	if (tm_is_thenable(callback))
		return tm_ref(callback);
	promise = tm_promise_new(runtime, callback, TM_HOLD_STRONG);
	if (promise && on_error &&
	    tm_promise_set_on_error(runtime, promise, on_error) != TM_OK) {
		tm_unref(runtime, promise);
		return NULL;
	}
	return (struct tm_object *)promise;
}

enum tm_rc tm_promise_then(struct tm_runtime *runtime, struct tm_promise *self,
			   struct tm_object *callback,
			   struct tm_object *on_error,
			   struct tm_return *outcome)
{
	struct tm_object *thenable = as_thenable(runtime, callback, on_error);
	enum tm_rc rc = TM_OK;

	outcome->value = NULL;
	outcome->error = NULL;
	if (!thenable)
		return TM_ENOMEM;
	if (self->cancelled) {
		tm_thenable_cancel(runtime, thenable);
		outcome->value = thenable;
		return TM_OK;
	}
	if (self->failed)
		rc = tm_thenable_throw(runtime, thenable, self->more->reason,
				       outcome);
	else if (self->ready)
		rc = tm_call(runtime, thenable,
			     self->more ? &self->more->value
					: &(struct tm_args){.count = 0},
			     outcome);
	/* vine keeps the callback also when it has just been called. */
	if (rc == TM_OK && !outcome->error)
		rc = add_listener(runtime, self, thenable);
	tm_unref(runtime, outcome->value);
	outcome->value = NULL;
	if (rc == TM_OK && !outcome->error)
		outcome->value = thenable;
	else
		tm_unref(runtime, thenable);
	return rc;
}

enum tm_rc tm_promise_throw1(struct tm_runtime *runtime,
			     struct tm_promise *self, struct tm_object *reason,
			     struct tm_return *outcome)
{
	struct tm_promise_more *more = more_of(runtime, self);
	struct tm_object *on_error;
	struct tm_args args;
	enum tm_rc rc;

	outcome->value = NULL;
	outcome->error = NULL;
	if (self->cancelled)
		return TM_OK;
	if (!more)
		return TM_ENOMEM;
	self->failed = 1;
	tm_ref(reason);
	tm_unref(runtime, more->reason);
	more->reason = reason;
	if (!more->on_error)
		return TM_OK;
	join_args(&args, self, &(struct tm_args){.count = 1, .item = {reason}});
	on_error = tm_ref(more->on_error);
	rc = tm_call(runtime, on_error, &args, outcome);
	tm_unref(runtime, on_error);
	tm_unref(runtime, outcome->value);
	outcome->value = NULL;
	return rc;
}

static enum tm_rc throw_to_listeners(struct tm_runtime *runtime,
				     struct tm_promise *self,
				     struct tm_object *reason,
				     struct tm_return *outcome)
{
	struct tm_promise_more *more = self->more;
	enum tm_rc rc = TM_OK;

	if (self->listener) {
		struct tm_object *listener = tm_ref(self->listener);

		rc = tm_thenable_throw1(runtime, listener, reason, outcome);
		tm_unref(runtime, listener);
	}
	while (!self->listener && rc == TM_OK && !outcome->error &&
	       more->listener_count > 0) {
		struct tm_object *listener = pop_listener(more);

		rc = tm_thenable_throw1(runtime, listener, reason, outcome);
		tm_unref(runtime, listener);
	}
	drop_listeners(runtime, self);
	return rc;
}

enum tm_rc tm_promise_throw(struct tm_runtime *runtime, struct tm_promise *self,
			    struct tm_object *reason, int propagate,
			    struct tm_return *outcome)
{
	enum tm_rc rc;

	outcome->value = NULL;
	outcome->error = NULL;
	if (self->cancelled)
		return TM_OK;
	rc = tm_promise_throw1(runtime, self, reason, outcome);
	if (rc == TM_OK && !outcome->error)
		rc = throw_to_listeners(runtime, self, reason, outcome);
	if (rc == TM_OK && propagate && !self->more->on_error) {
		/* It replaces what the listeners raised, as `finally` does. */
		tm_unref(runtime, outcome->error);
		outcome->error = tm_ref(reason);
	}
	return rc;
}

void tm_promise_cancel(struct tm_runtime *runtime, struct tm_promise *self)
{
	struct tm_promise_more *more = self->more;
	size_t i;

	self->cancelled = 1;
	if (self->listener)
		tm_thenable_cancel(runtime, self->listener);
	for (i = 0; more && i < more->listener_count; i++)
		tm_thenable_cancel(runtime, more->listeners[i]);
	if (more && more->on_error && tm_is_thenable(more->on_error))
		tm_thenable_cancel(runtime, more->on_error);
	drop_listeners(runtime, self);
	drop_on_error(runtime, self);
}
