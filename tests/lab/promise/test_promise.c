/* What vine 1.1.4 and 1.3.0 do, promises.py. */
#include <criterion/criterion.h>
#include <string.h>

#include "teller.h"

static struct stage stage;

/* --- calls ---------------------------------------------------------------- */

Test(promise, calls_its_function_and_keeps_what_it_returns)
{
	struct tm_promise *promise;
	struct teller *a;

	stage_open(&stage);
	a = teller_new(&stage, 'a');
	a->answer = exception_of(&stage, "some value");
	promise = promise_of(&stage, a);
	cr_assert_null(call(&stage, promise, NULL));
	cr_assert_str_eq(stage.said, "a");
	cr_assert(promise->ready);
	cr_assert_eq(promise->more->value.count, 1);
	cr_assert_eq(promise->more->value.item[0], a->answer);
	drop(&stage, promise);
	drop(&stage, a);
	stage_close(&stage);
}

Test(promise, puts_its_own_arguments_first)
{
	struct tm_object *own, *given;
	struct tm_promise *promise;
	struct teller *a;

	stage_open(&stage);
	own = exception_of(&stage, "own");
	given = exception_of(&stage, "given");
	a = teller_new(&stage, 'a');
	promise = promise_of(&stage, a);
	cr_assert_eq(tm_promise_set_args(
			     stage.runtime, promise,
			     &(struct tm_args){.count = 1, .item = {own}}),
		     TM_OK);
	cr_assert_null(call(&stage, promise, given));
	cr_assert_eq(stage.last.count, 2);
	cr_assert_eq(stage.last.item[0], own);
	cr_assert_eq(stage.last.item[1], given);
	drop(&stage, promise);
	drop(&stage, a);
	drop(&stage, own);
	drop(&stage, given);
	stage_close(&stage);
}

Test(promise, without_a_function_passes_its_arguments_on)
{
	struct tm_object *given;
	struct tm_promise *promise;
	struct teller *a;

	stage_open(&stage);
	given = exception_of(&stage, "given");
	a = teller_new(&stage, 'a');
	promise = promise_of(&stage, NULL);
	then(&stage, promise, a);
	cr_assert_null(call(&stage, promise, given));
	cr_assert_eq(stage.last.count, 1);
	cr_assert_eq(stage.last.item[0], given);
	drop(&stage, promise);
	drop(&stage, a);
	drop(&stage, given);
	stage_close(&stage);
}

Test(promise, gives_listeners_what_its_function_returned)
{
	struct tm_promise *promise;
	struct teller *function, *listener;

	stage_open(&stage);
	function = teller_new(&stage, 'f');
	function->answer = exception_of(&stage, "value");
	listener = teller_new(&stage, 'l');
	promise = promise_of(&stage, function);
	then(&stage, promise, listener);
	cr_assert_null(call(&stage, promise, NULL));
	cr_assert_str_eq(stage.said, "fl");
	cr_assert_eq(stage.last.item[0], function->answer);
	drop(&stage, promise);
	drop(&stage, function);
	drop(&stage, listener);
	stage_close(&stage);
}

Test(promise, that_ignores_its_result_passes_nothing_on)
{
	struct tm_promise *promise;
	struct teller *function, *listener;

	stage_open(&stage);
	function = teller_new(&stage, 'f');
	function->answer = exception_of(&stage, "value");
	listener = teller_new(&stage, 'l');
	promise = promise_of(&stage, function);
	promise->ignore_result = 1;
	then(&stage, promise, listener);
	cr_assert_null(call(&stage, promise, NULL));
	cr_assert_str_eq(stage.said, "fl");
	cr_assert_eq(stage.last.count, 0);
	cr_assert_null(promise->more);
	drop(&stage, promise);
	drop(&stage, function);
	drop(&stage, listener);
	stage_close(&stage);
}

/* --- then ----------------------------------------------------------------- */

Test(then, calls_one_or_many_in_order_and_lets_them_go)
{
	static const char *const crowds[] = {"a", "ab", "abc", "abcdefghijk"};
	size_t i;

	for (i = 0; i < 4; i++) {
		struct tm_promise *promise;

		stage_open(&stage);
		promise = promise_of(&stage, NULL);
		add_listeners(&stage, promise, crowds[i]);
		cr_assert_str_eq(stage.said, "");
		cr_assert_null(call(&stage, promise, NULL));
		cr_assert_str_eq(stage.said, crowds[i]);
		cr_assert_eq(stage.runtime->live_objects, 1);
		drop(&stage, promise);
		stage_close(&stage);
	}
}

Test(then, calls_each_listener_once_although_the_promise_is_called_twice)
{
	struct tm_promise *promise;

	stage_open(&stage);
	promise = promise_of(&stage, NULL);
	add_listeners(&stage, promise, "ab");
	cr_assert_null(call(&stage, promise, NULL));
	cr_assert_null(call(&stage, promise, NULL));
	cr_assert_str_eq(stage.said, "ab");
	drop(&stage, promise);
	stage_close(&stage);
}

/* vine appends the callback also after it has called it: a promise that is
 * ready holds the listeners that came late. */
Test(then, on_a_ready_promise_calls_at_once_and_keeps_the_callback)
{
	struct tm_promise *promise;
	struct tm_object *value;

	stage_open(&stage);
	value = exception_of(&stage, "value");
	promise = promise_of(&stage, NULL);
	cr_assert_null(call(&stage, promise, value));
	add_listeners(&stage, promise, "a");
	cr_assert_str_eq(stage.said, "a");
	cr_assert_eq(stage.last.item[0], value);
	cr_assert_not_null(promise->listener);
	add_listeners(&stage, promise, "b");
	cr_assert_str_eq(stage.said, "ab");
	cr_assert_eq(promise->more->listener_count, 2);
	drop(&stage, promise);
	drop(&stage, value);
	stage_close(&stage);
}

Test(then, returns_the_callback_for_chaining)
{
	struct tm_promise *promise, *next;
	struct tm_return outcome;
	struct teller *a;

	stage_open(&stage);
	promise = promise_of(&stage, NULL);
	next = promise_of(&stage, NULL);
	cr_assert_eq(tm_promise_then(stage.runtime, promise, &next->object,
				     NULL, &outcome),
		     TM_OK);
	cr_assert_eq(outcome.value, &next->object, "a promise as it is");
	tm_return_release(stage.runtime, &outcome);
	a = teller_new(&stage, 'a');
	cr_assert_eq(tm_promise_then(stage.runtime, next, &a->object, NULL,
				     &outcome),
		     TM_OK);
	cr_assert_eq(outcome.value->type, &tm_promise_type,
		     "another callable in a promise");
	cr_assert_null(call(&stage, promise, NULL));
	cr_assert_str_eq(stage.said, "a");
	cr_assert(((struct tm_promise *)outcome.value)->ready);
	tm_return_release(stage.runtime, &outcome);
	drop(&stage, a);
	drop(&stage, next);
	drop(&stage, promise);
	stage_close(&stage);
}

/* --- weak functions ------------------------------------------------------- */

static enum tm_rc tell_method(struct tm_runtime *runtime,
			      struct tm_object *self,
			      const struct tm_args *args,
			      struct tm_return *outcome)
{
	return teller_type.call(runtime, self, args, outcome);
}

static const struct tm_function tell_function = {"tell", tell_method};

static struct tm_promise *promise_of_method(struct teller *self,
					    enum tm_hold hold)
{
	struct tm_promise *promise = tm_promise_new_of_method(
		stage.runtime, &self->object, &tell_function, hold);

	cr_assert_not_null(promise);
	return promise;
}

Test(weak, function_is_called_while_it_lives_and_then_left_out)
{
	struct tm_promise *promise;
	struct tm_object *given;
	struct teller *a, *listener;

	stage_open(&stage);
	given = exception_of(&stage, "given");
	a = teller_new(&stage, 'a');
	listener = teller_new(&stage, 'l');
	promise = tm_promise_new(stage.runtime, &a->object, TM_HOLD_WEAKREF);
	cr_assert_null(call(&stage, promise, NULL));
	cr_assert_str_eq(stage.said, "a");
	drop(&stage, a);
	then(&stage, promise, listener);
	cr_assert_null(call(&stage, promise, given));
	/* Once by then(), as the promise was ready, once by the call. */
	cr_assert_str_eq(stage.said, "all");
	cr_assert_eq(stage.last.item[0], given,
		     "a dead function passes the arguments on");
	drop(&stage, promise);
	drop(&stage, listener);
	drop(&stage, given);
	stage_close(&stage);
}

Test(weak, reference_to_a_bound_method_is_dead_at_once)
{
	struct tm_promise *promise;
	struct teller *a;

	stage_open(&stage);
	a = teller_new(&stage, 'a');
	promise = promise_of_method(a, TM_HOLD_WEAKREF);
	cr_assert_null(call(&stage, promise, NULL));
	cr_assert_str_eq(stage.said, "");
	cr_assert(promise->ready);
	drop(&stage, promise);
	drop(&stage, a);
	stage_close(&stage);
}

Test(weak, method_is_called_while_its_self_lives)
{
	struct tm_promise *promise;
	struct teller *a;

	stage_open(&stage);
	a = teller_new(&stage, 'a');
	promise = promise_of_method(a, TM_HOLD_WEAK_METHOD);
	cr_assert_eq(a->object.refcount, 1);
	cr_assert_null(call(&stage, promise, NULL));
	cr_assert_str_eq(stage.said, "a");
	drop(&stage, a);
	cr_assert_null(call(&stage, promise, NULL));
	cr_assert_str_eq(stage.said, "a");
	drop(&stage, promise);
	stage_close(&stage);
}

Test(weak, strong_method_keeps_its_self)
{
	struct tm_promise *promise;
	struct teller *a;

	stage_open(&stage);
	a = teller_new(&stage, 'a');
	promise = promise_of_method(a, TM_HOLD_STRONG);
	drop(&stage, a);
	cr_assert_null(call(&stage, promise, NULL));
	cr_assert_str_eq(stage.said, "a");
	drop(&stage, promise);
	stage_close(&stage);
}

/* --- cycles --------------------------------------------------------------- */

/* LAWS.md 5.2: fulfilling a promise with the object that holds it makes a
 * cycle of the two, however weakly the promise holds its function. */
Test(promise, keeps_the_value_it_was_called_with)
{
	struct tm_promise *promise;
	struct teller *owner;

	stage_open(&stage);
	owner = teller_new(&stage, 'o');
	promise = promise_of(&stage, NULL);
	owner->answer = &promise->object;
	cr_assert_null(call(&stage, promise, owner));
	drop(&stage, owner);
	cr_assert_eq(stage.runtime->live_objects, 2);
	cr_assert_eq(tm_runtime_collect(stage.runtime), 2);
	stage_close(&stage);
}

/* --- memory short --------------------------------------------------------- */

/* Every step that allocates; the first that fails ends it. */
static enum tm_rc play(struct tm_object *listeners[6], struct teller *function,
		       struct tm_promise **out)
{
	struct tm_args args = {.count = 1, .item = {&function->object}};
	struct tm_return outcome = {NULL, NULL};
	struct tm_promise *promise;
	enum tm_rc rc;
	int i;

	*out = promise = tm_promise_new(stage.runtime, &function->object,
					TM_HOLD_WEAKREF);
	if (!promise)
		return TM_ENOMEM;
	rc = tm_promise_set_args(stage.runtime, promise, &args);
	for (i = 0; rc == TM_OK && i < 6; i++) {
		rc = tm_promise_then(stage.runtime, promise, listeners[i], NULL,
				     &outcome);
		tm_return_release(stage.runtime, &outcome);
	}
	if (rc == TM_OK)
		rc = tm_promise_call(stage.runtime, promise, &args, &outcome);
	tm_return_release(stage.runtime, &outcome);
	return rc;
}

Test(promise, loses_nothing_when_memory_is_short)
{
	struct tm_object *listeners[6];
	enum tm_rc rc = TM_ENOMEM;
	struct teller *function;
	uint64_t n;
	int i;

	stage_open(&stage);
	function = teller_new(&stage, 'f');
	for (i = 0; i < 6; i++)
		listeners[i] = &teller_new(&stage, 'l')->object;
	for (n = 0; rc != TM_OK; n++) {
		struct tm_promise *promise;

		cr_assert_lt(n, 100);
		memset(stage.said, 0, sizeof(stage.said));
		stage.calls = 0;
		stage.alloc.fail_after = n;
		rc = play(listeners, function, &promise);
		stage.alloc.fail_after = UINT64_MAX;
		cr_assert(rc == TM_OK || rc == TM_ENOMEM);
		drop(&stage, promise);
		cr_assert_eq(stage.runtime->live_objects, 7);
	}
	cr_assert_gt(n, 8);
	cr_assert_str_eq(stage.said, "fllllll");
	for (i = 0; i < 6; i++)
		drop(&stage, listeners[i]);
	drop(&stage, function);
	stage_close(&stage);
}
