/* What vine 1.1.4 and 1.3.0 do when something fails, or is cancelled. */
#include <criterion/criterion.h>

#include "teller.h"

static struct stage stage;

/* --- errors --------------------------------------------------------------- */

Test(error, of_a_listener_ends_the_call_and_drops_the_rest)
{
	struct tm_promise *promise;
	struct tm_object *raised;
	struct teller *raiser;

	stage_open(&stage);
	promise = promise_of(&stage, NULL);
	raiser = raiser_new(&stage, 'x', "first");
	add_listeners(&stage, promise, "ab");
	then(&stage, promise, raiser);
	add_listeners(&stage, promise, "c");
	raised = call(&stage, promise, NULL);
	cr_assert_eq(raised, raiser->error);
	cr_assert_str_eq(stage.said, "abx");
	cr_assert(promise->ready);
	cr_assert_not(promise->failed);
	drop(&stage, raised);
	cr_assert_null(call(&stage, promise, NULL));
	cr_assert_str_eq(stage.said, "abx", "'c' was dropped");
	drop(&stage, raiser);
	drop(&stage, promise);
	stage_close(&stage);
}

Test(error, of_the_only_listener_is_raised_and_drops_it)
{
	struct tm_promise *promise;
	struct tm_object *raised;
	struct teller *raiser;

	stage_open(&stage);
	promise = promise_of(&stage, NULL);
	raiser = raiser_new(&stage, 'x', "only");
	then(&stage, promise, raiser);
	raised = call(&stage, promise, NULL);
	cr_assert_eq(raised, raiser->error);
	cr_assert_null(promise->listener);
	drop(&stage, raised);
	drop(&stage, raiser);
	drop(&stage, promise);
	stage_close(&stage);
}

Test(error, of_the_function_fails_the_promise_and_is_raised)
{
	struct tm_promise *promise, *listener;
	struct tm_object *raised;
	struct teller *raiser;

	stage_open(&stage);
	raiser = raiser_new(&stage, 'x', "from the function");
	promise = promise_of(&stage, raiser);
	listener = promise_of(&stage, NULL);
	then(&stage, promise, listener);
	raised = call(&stage, promise, NULL);
	cr_assert_eq(raised, raiser->error);
	cr_assert(promise->failed);
	cr_assert_not(promise->ready);
	cr_assert_eq(promise->more->reason, raiser->error);
	cr_assert(listener->failed, "the listeners fail with it");
	drop(&stage, raised);
	drop(&stage, listener);
	drop(&stage, promise);
	drop(&stage, raiser);
	stage_close(&stage);
}

static void set_on_error(struct tm_promise *promise, struct teller *teller)
{
	cr_assert_eq(tm_promise_set_on_error(stage.runtime, promise,
					     &teller->object),
		     TM_OK);
}

Test(error, is_passed_to_on_error_instead)
{
	struct tm_promise *promise;
	struct teller *raiser, *told;
	struct tm_object *own;

	stage_open(&stage);
	own = exception_of(&stage, "own argument");
	raiser = raiser_new(&stage, 'x', "reason");
	told = teller_new(&stage, 'e');
	promise = promise_of(&stage, raiser);
	cr_assert_eq(tm_promise_set_args(
			     stage.runtime, promise,
			     &(struct tm_args){.count = 1, .item = {own}}),
		     TM_OK);
	set_on_error(promise, told);
	cr_assert_null(call(&stage, promise, NULL));
	cr_assert_str_eq(stage.said, "xe");
	cr_assert_eq(stage.last.count, 2);
	cr_assert_eq(stage.last.item[0], own);
	cr_assert_eq(stage.last.item[1], raiser->error);
	drop(&stage, promise);
	drop(&stage, told);
	drop(&stage, raiser);
	drop(&stage, own);
	stage_close(&stage);
}

/* --- throw ---------------------------------------------------------------- */

Test(throw, is_raised_by_default)
{
	struct tm_return outcome;
	struct tm_promise *promise;
	struct tm_object *reason, *raised;

	stage_open(&stage);
	reason = exception_of(&stage, "reason");
	promise = promise_of(&stage, NULL);
	raised = throw_at(&stage, promise, reason);
	cr_assert_eq(raised, reason);
	drop(&stage, raised);
	cr_assert_eq(
		tm_promise_throw(stage.runtime, promise, reason, 0, &outcome),
		TM_OK);
	cr_assert_null(outcome.error);
	cr_assert(promise->failed);
	drop(&stage, promise);
	drop(&stage, reason);
	stage_close(&stage);
}

/* The listeners' own listeners are not called: throw1. */
Test(throw, reaches_the_listeners_and_no_further)
{
	struct tm_promise *promise, *listener[3], *further;
	struct tm_object *reason;
	struct teller *told;
	int i;

	stage_open(&stage);
	reason = exception_of(&stage, "reason");
	told = teller_new(&stage, 'e');
	promise = promise_of(&stage, NULL);
	further = promise_of(&stage, NULL);
	for (i = 0; i < 3; i++) {
		listener[i] = promise_of(&stage, NULL);
		set_on_error(listener[i], told);
		then(&stage, promise, listener[i]);
	}
	then(&stage, listener[0], further);
	drop(&stage, throw_at(&stage, promise, reason));
	cr_assert_str_eq(stage.said, "eee");
	cr_assert_eq(stage.last.item[0], reason);
	cr_assert_not(further->failed);
	for (i = 0; i < 3; i++) {
		cr_assert(listener[i]->failed);
		drop(&stage, listener[i]);
	}
	drop(&stage, further);
	drop(&stage, promise);
	drop(&stage, told);
	drop(&stage, reason);
	stage_close(&stage);
}

Test(throw1, tells_on_error_and_no_listener)
{
	struct tm_promise *promise, *listener;
	struct tm_return outcome;
	struct tm_object *reason;
	struct teller *told;

	stage_open(&stage);
	reason = exception_of(&stage, "reason");
	told = teller_new(&stage, 'e');
	promise = promise_of(&stage, NULL);
	listener = promise_of(&stage, NULL);
	then(&stage, promise, listener);
	set_on_error(promise, told);
	cr_assert_eq(
		tm_promise_throw1(stage.runtime, promise, reason, &outcome),
		TM_OK);
	cr_assert_null(outcome.error);
	cr_assert_str_eq(stage.said, "e");
	cr_assert_not(listener->failed);
	drop(&stage, listener);
	drop(&stage, promise);
	drop(&stage, told);
	drop(&stage, reason);
	stage_close(&stage);
}

/* What a listener's on_error raises is replaced by the reason itself, unless
 * the promise has an on_error of its own. */
Test(throw, raises_its_reason_whatever_a_listener_raises)
{
	struct tm_promise *promise, *listener;
	struct tm_object *reason, *raised;
	struct teller *raiser;

	stage_open(&stage);
	reason = exception_of(&stage, "reason");
	raiser = raiser_new(&stage, 'x', "from on_error");
	promise = promise_of(&stage, NULL);
	listener = promise_of(&stage, NULL);
	set_on_error(listener, raiser);
	then(&stage, promise, listener);
	raised = throw_at(&stage, promise, reason);
	cr_assert_eq(raised, reason);
	cr_assert_str_eq(stage.said, "x");
	drop(&stage, raised);
	drop(&stage, listener);
	drop(&stage, promise);
	drop(&stage, raiser);
	drop(&stage, reason);
	stage_close(&stage);
}

Test(throw, then_on_a_failed_promise_fails_the_callback)
{
	struct tm_promise *promise, *callback;
	struct tm_return outcome;
	struct tm_object *reason;
	struct teller *told;

	stage_open(&stage);
	reason = exception_of(&stage, "reason");
	told = teller_new(&stage, 'e');
	promise = promise_of(&stage, NULL);
	drop(&stage, throw_at(&stage, promise, reason));

	/* Without a listener it is raised, and the callback is not kept. */
	callback = promise_of(&stage, NULL);
	cr_assert_eq(tm_promise_then(stage.runtime, promise, &callback->object,
				     NULL, &outcome),
		     TM_OK);
	cr_assert_eq(outcome.error, reason);
	cr_assert_null(outcome.value);
	cr_assert_null(promise->listener);
	tm_return_release(stage.runtime, &outcome);
	cr_assert(callback->failed);

	/* A plain callable takes its on_error along. */
	cr_assert_eq(tm_promise_then(stage.runtime, promise, &told->object,
				     &told->object, &outcome),
		     TM_OK);
	cr_assert_null(outcome.error);
	cr_assert_str_eq(stage.said, "e");
	tm_return_release(stage.runtime, &outcome);
	drop(&stage, callback);
	drop(&stage, promise);
	drop(&stage, told);
	drop(&stage, reason);
	stage_close(&stage);
}

/* --- cancel --------------------------------------------------------------- */

Test(cancel, silences_the_promise_its_listeners_and_its_on_error)
{
	struct tm_promise *promise, *one, *two, *on_error, *late;
	struct tm_object *reason;
	struct teller *a;

	stage_open(&stage);
	reason = exception_of(&stage, "reason");
	a = teller_new(&stage, 'a');
	promise = promise_of(&stage, a);
	one = promise_of(&stage, NULL);
	two = promise_of(&stage, NULL);
	late = promise_of(&stage, NULL);
	on_error = promise_of(&stage, NULL);
	then(&stage, promise, one);
	then(&stage, promise, two);
	cr_assert_eq(tm_promise_set_on_error(stage.runtime, promise,
					     &on_error->object),
		     TM_OK);
	tm_promise_cancel(stage.runtime, promise);
	cr_assert(one->cancelled && two->cancelled && on_error->cancelled);
	cr_assert_eq(one->object.refcount, 1, "the listeners are let go");
	cr_assert_null(call(&stage, promise, NULL));
	cr_assert_null(throw_at(&stage, promise, reason));
	cr_assert_str_eq(stage.said, "");
	cr_assert_not(promise->ready || promise->failed);
	then(&stage, promise, late);
	cr_assert(late->cancelled);
	drop(&stage, one);
	drop(&stage, two);
	drop(&stage, late);
	drop(&stage, on_error);
	drop(&stage, promise);
	drop(&stage, a);
	drop(&stage, reason);
	stage_close(&stage);
}

Test(cancel, of_a_promise_with_one_listener)
{
	struct tm_promise *promise, *one;

	stage_open(&stage);
	promise = promise_of(&stage, NULL);
	one = promise_of(&stage, NULL);
	then(&stage, promise, one);
	tm_promise_cancel(stage.runtime, promise);
	cr_assert(one->cancelled);
	drop(&stage, one);
	drop(&stage, promise);
	stage_close(&stage);
}
