/*
 * promise.h - promises of a value, or of the value of a call.
 *
 * Purpose:   what AsyncResult and GroupResult hang their callbacks on.
 * Ownership: a promise is an object; it holds its function (strongly or
 *            weakly), its arguments, its value and its listeners. What is
 *            passed in is borrowed.
 * Errors:    constructors NULL, the rest an enum tm_rc, when memory is short.
 *            An exception that a callback raises travels in struct tm_return,
 *            as it would up the stack in Python.
 * Source:    vine 1.1.4 and 1.3.0, vine/promises.py.
 */
#ifndef TM_LAB_PROMISE_PROMISE_H
#define TM_LAB_PROMISE_PROMISE_H

#include "lab/runtime/method.h"
#include "lab/runtime/object.h"

/* How a promise holds its function. */
enum tm_hold {
	TM_HOLD_STRONG,
	TM_HOLD_WEAKREF,    /* vine 1.1.4, weak=True: a plain weak reference.
			     * One to a bound method is dead at once. */
	TM_HOLD_WEAK_METHOD /* vine 1.3.0, weak=True: WeakMethod */
};

/* What few promises need; allocated on demand. */
struct tm_promise_more {
	struct tm_args args;
	struct tm_args value;
	struct tm_object *reason;
	struct tm_object *on_error;
	struct tm_object *
		*listeners; /* in order, when there is more than one */
	size_t listener_count;
	size_t listener_capacity;
};

struct tm_promise {
	struct tm_object object;
	struct tm_object *function; /* callable, a weak reference, or NULL */
	struct tm_object *listener; /* the only listener */
	struct tm_promise_more *more;
	uint8_t weak; /* `function` is a weak reference */
	uint8_t ready;
	uint8_t failed;
	uint8_t cancelled;
	uint8_t ignore_result;
};

extern const struct tm_type tm_promise_type;

/* A promise to call `function` (NULL: a promise of a value). */
TM_CHECK struct tm_promise *tm_promise_new(struct tm_runtime *runtime,
					   struct tm_object *function,
					   enum tm_hold hold);

/* promise(self.function): a new bound method, which lives on only if the promise
 * holds it strongly. */
TM_CHECK struct tm_promise *tm_promise_new_of_method(
	struct tm_runtime *runtime, struct tm_object *self,
	const struct tm_function *function, enum tm_hold hold);

/* Arguments that go before those of the call. */
TM_CHECK enum tm_rc tm_promise_set_args(struct tm_runtime *runtime,
					struct tm_promise *self,
					const struct tm_args *args);

/* Called on a failure, which is then not raised. */
TM_CHECK enum tm_rc tm_promise_set_on_error(struct tm_runtime *runtime,
					    struct tm_promise *self,
					    struct tm_object *on_error);

/* Fulfil: call the function with the arguments, then each listener with its
 * value (with the arguments if there is no function or it is dead). */
TM_CHECK enum tm_rc tm_promise_call(struct tm_runtime *runtime,
				    struct tm_promise *self,
				    const struct tm_args *args,
				    struct tm_return *outcome);

/* Call `callback` once the promise is fulfilled (at once, if it is).  A
 * callable that is neither promise nor barrier is wrapped in a promise.
 * outcome->value is the callback, so that calls can be chained. */
TM_CHECK enum tm_rc tm_promise_then(struct tm_runtime *runtime,
				    struct tm_promise *self,
				    struct tm_object *callback,
				    struct tm_object *on_error,
				    struct tm_return *outcome);

/* Fail with `reason`: call on_error and fail the listeners.  Without an on_error the
 * reason is raised (outcome->error), if `propagate`. */
TM_CHECK enum tm_rc tm_promise_throw(struct tm_runtime *runtime,
				     struct tm_promise *self,
				     struct tm_object *reason, int propagate,
				     struct tm_return *outcome);

/* Fail with `reason`, but not the listeners. */
TM_CHECK enum tm_rc tm_promise_throw1(struct tm_runtime *runtime,
				      struct tm_promise *self,
				      struct tm_object *reason,
				      struct tm_return *outcome);

/* Call nothing from now on; the listeners are cancelled too. */
void tm_promise_cancel(struct tm_runtime *runtime, struct tm_promise *self);

#endif
