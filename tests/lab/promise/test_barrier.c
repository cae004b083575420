/* What vine 1.1.4 and 1.3.0 do, synchronization.py. */
#include <criterion/criterion.h>

#include "teller.h"

static struct stage stage;

static struct tm_barrier *barrier_of(uint32_t size)
{
	struct tm_barrier *self = tm_barrier_new(stage.runtime, size);
	struct tm_return outcome;
	struct teller *told;

	cr_assert_not_null(self);
	told = teller_new(&stage, 'b');
	cr_assert_eq(tm_barrier_then(stage.runtime, self, &told->object, NULL,
				     &outcome),
		     TM_OK);
	tm_return_release(stage.runtime, &outcome);
	drop(&stage, told);
	return self;
}

static void arrive(struct tm_barrier *barrier)
{
	struct tm_return outcome;

	cr_assert_eq(tm_barrier_call(stage.runtime, barrier, &outcome), TM_OK);
	cr_assert_null(outcome.error);
	cr_assert_null(outcome.value);
}

static void finalize(struct tm_barrier *barrier)
{
	struct tm_return outcome;

	cr_assert_eq(tm_barrier_finalize(stage.runtime, barrier, &outcome),
		     TM_OK);
	cr_assert_null(outcome.error);
}

static void add(struct tm_barrier *barrier, struct tm_promise *promise,
		struct tm_return *outcome)
{
	cr_assert_eq(tm_barrier_add(stage.runtime, barrier, promise, outcome),
		     TM_OK);
}

Test(barrier, is_fulfilled_by_the_last_of_its_members)
{
	struct tm_barrier *barrier;

	stage_open(&stage);
	barrier = barrier_of(3);
	arrive(barrier);
	arrive(barrier);
	cr_assert_str_eq(stage.said, "");
	cr_assert_not(barrier->ready);
	arrive(barrier);
	cr_assert_str_eq(stage.said, "b");
	cr_assert(barrier->ready);
	cr_assert_eq(stage.last.count, 0);
	arrive(barrier);
	cr_assert_str_eq(stage.said, "b", "once");
	drop(&stage, barrier);
	stage_close(&stage);
}

Test(barrier, that_is_open_waits_until_it_is_finalized)
{
	struct tm_barrier *barrier;

	stage_open(&stage);
	barrier = barrier_of(0);
	barrier->size = 2;
	arrive(barrier);
	arrive(barrier);
	cr_assert_str_eq(stage.said, "");
	finalize(barrier);
	cr_assert_str_eq(stage.said, "b");
	finalize(barrier);
	cr_assert_str_eq(stage.said, "b");
	drop(&stage, barrier);
	stage_close(&stage);
}

Test(barrier, finalized_early_waits_for_its_members)
{
	struct tm_barrier *barrier;

	stage_open(&stage);
	barrier = barrier_of(0);
	barrier->size = 2;
	arrive(barrier);
	finalize(barrier);
	cr_assert_str_eq(stage.said, "");
	arrive(barrier);
	cr_assert_str_eq(stage.said, "b");
	drop(&stage, barrier);
	stage_close(&stage);
}

Test(barrier, without_members_is_fulfilled_when_finalized)
{
	struct tm_barrier *barrier;

	stage_open(&stage);
	barrier = barrier_of(0);
	finalize(barrier);
	cr_assert_str_eq(stage.said, "b");
	drop(&stage, barrier);
	stage_close(&stage);
}

Test(barrier, counts_the_members_that_are_added)
{
	struct tm_promise *one, *two;
	struct tm_barrier *barrier;
	struct tm_return outcome;

	stage_open(&stage);
	barrier = barrier_of(0);
	one = promise_of(&stage, NULL);
	two = promise_of(&stage, NULL);
	add(barrier, one, &outcome);
	tm_return_release(stage.runtime, &outcome);
	add(barrier, two, &outcome);
	tm_return_release(stage.runtime, &outcome);
	cr_assert_eq(barrier->size, 2);
	finalize(barrier);
	cr_assert_null(call(&stage, one, &barrier->object));
	cr_assert_str_eq(stage.said, "");
	cr_assert_null(call(&stage, two, NULL));
	cr_assert_str_eq(stage.said, "b");
	cr_assert_eq(stage.last.count, 0, "values are not passed on");
	drop(&stage, one);
	drop(&stage, two);
	drop(&stage, barrier);
	stage_close(&stage);
}

Test(barrier, that_is_full_raises_when_one_is_added)
{
	struct tm_barrier *barrier;
	struct tm_promise *late;
	struct tm_return outcome;

	stage_open(&stage);
	barrier = barrier_of(1);
	late = promise_of(&stage, NULL);
	arrive(barrier);
	add(barrier, late, &outcome);
	cr_assert_not_null(outcome.error);
	cr_assert_str_eq(((struct tm_exception *)outcome.error)->text,
			 "Cannot add promise to full barrier");
	cr_assert_eq(barrier->size, 1);
	cr_assert_null(late->listener);
	tm_return_release(stage.runtime, &outcome);
	drop(&stage, late);
	drop(&stage, barrier);
	stage_close(&stage);
}

Test(barrier, that_is_cancelled_stays_silent)
{
	struct tm_promise *listener, *late;
	struct tm_barrier *barrier;
	struct tm_return outcome;
	struct tm_object *reason;

	stage_open(&stage);
	barrier = barrier_of(1);
	reason = exception_of(&stage, "reason");
	listener = promise_of(&stage, NULL);
	late = promise_of(&stage, NULL);
	then(&stage, (struct tm_promise *)barrier->promise, listener);
	tm_barrier_cancel(stage.runtime, barrier);
	cr_assert(listener->cancelled);
	arrive(barrier);
	cr_assert_eq(barrier->value, 0);
	add(barrier, late, &outcome);
	cr_assert_null(outcome.error);
	cr_assert_null(late->listener);
	cr_assert_eq(tm_barrier_throw(stage.runtime, barrier, reason, &outcome),
		     TM_OK);
	cr_assert_null(outcome.error);
	cr_assert_str_eq(stage.said, "");
	drop(&stage, late);
	drop(&stage, listener);
	drop(&stage, reason);
	drop(&stage, barrier);
	stage_close(&stage);
}

/* A failing member fails the barrier's promise, and is raised. */
Test(barrier, fails_with_its_member)
{
	struct tm_promise *member, *listener;
	struct tm_barrier *barrier;
	struct tm_return outcome;
	struct tm_object *reason, *raised;

	stage_open(&stage);
	reason = exception_of(&stage, "reason");
	barrier = barrier_of(0);
	member = promise_of(&stage, NULL);
	listener = promise_of(&stage, NULL);
	then(&stage, (struct tm_promise *)barrier->promise, listener);
	add(barrier, member, &outcome);
	tm_return_release(stage.runtime, &outcome);
	raised = throw_at(&stage, member, reason);
	cr_assert_eq(raised, reason);
	cr_assert(((struct tm_promise *)barrier->promise)->failed);
	cr_assert(listener->failed);
	cr_assert_not(barrier->ready);
	cr_assert_str_eq(stage.said, "");
	drop(&stage, raised);
	drop(&stage, member);
	drop(&stage, listener);
	drop(&stage, barrier);
	drop(&stage, reason);
	stage_close(&stage);
}

Test(barrier, that_is_fulfilled_calls_late_listeners_at_once)
{
	struct tm_barrier *barrier;
	struct teller *late;

	stage_open(&stage);
	barrier = barrier_of(1);
	late = teller_new(&stage, 'l');
	arrive(barrier);
	then(&stage, (struct tm_promise *)barrier->promise, late);
	cr_assert_str_eq(stage.said, "bl");
	drop(&stage, late);
	drop(&stage, barrier);
	stage_close(&stage);
}

/* Members hold the barrier, not the other way round. */
Test(barrier, holds_no_member)
{
	struct tm_promise *member;
	struct tm_barrier *barrier;
	struct tm_return outcome;

	stage_open(&stage);
	barrier = barrier_of(0);
	member = promise_of(&stage, NULL);
	add(barrier, member, &outcome);
	tm_return_release(stage.runtime, &outcome);
	cr_assert_eq(member->object.refcount, 1);
	cr_assert_eq(barrier->object.refcount, 2);
	drop(&stage, barrier);
	drop(&stage, member);
	stage_close(&stage);
}

Test(barrier, says_when_memory_is_short)
{
	struct tm_barrier *barrier = NULL;
	uint64_t n;

	stage_open(&stage);
	for (n = 0; !barrier; n++) {
		cr_assert_lt(n, 10);
		stage.alloc.fail_after = n;
		barrier = tm_barrier_new(stage.runtime, 1);
		stage.alloc.fail_after = UINT64_MAX;
		cr_assert_eq(stage.runtime->live_objects, barrier ? 2 : 0);
	}
	drop(&stage, barrier);
	stage_close(&stage);
}
