#include "teller.h"

#include <criterion/criterion.h>
#include <string.h>

static enum tm_rc tell(struct tm_runtime *runtime, struct tm_object *object,
		       const struct tm_args *args, struct tm_return *outcome)
{
	struct teller *self = (struct teller *)object;
	struct stage *stage = self->stage;

	(void)runtime;
	stage->said[stage->calls++] = self->letter;
	stage->last = *args;
	if (self->error)
		outcome->error = tm_ref(self->error);
	else
		outcome->value = tm_ref(self->answer);
	return TM_OK;
}

static const size_t references[] = {
	offsetof(struct teller, answer),
	offsetof(struct teller, error),
};

const struct tm_type teller_type = {
	.name = "teller",
	.size = sizeof(struct teller),
	.reference_count = 2,
	.references = references,
	.weakrefs = offsetof(struct teller, weakrefs),
	.call = tell,
};

void stage_open(struct stage *stage)
{
	memset(stage, 0, sizeof(*stage));
	tm_alloc_init(&stage->alloc);
	stage->runtime = tm_runtime_new(&stage->alloc, TM_RULES_LEGACY);
	cr_assert_not_null(stage->runtime);
}

void stage_close(struct stage *stage)
{
	cr_assert_eq(stage->runtime->live_objects, 0);
	tm_runtime_free(stage->runtime);
	cr_assert_eq(stage->alloc.live_bytes, 0);
}

struct teller *teller_new(struct stage *stage, char letter)
{
	struct teller *self = tm_object_new(stage->runtime, &teller_type);

	cr_assert_not_null(self);
	self->stage = stage;
	self->letter = letter;
	return self;
}

struct teller *raiser_new(struct stage *stage, char letter, const char *text)
{
	struct teller *self = teller_new(stage, letter);

	self->error = exception_of(stage, text);
	return self;
}

struct tm_promise *promise_of(struct stage *stage, void *function)
{
	struct tm_promise *self =
		tm_promise_new(stage->runtime, function, TM_HOLD_STRONG);

	cr_assert_not_null(self);
	return self;
}

struct tm_object *exception_of(struct stage *stage, const char *text)
{
	struct tm_exception *self = tm_exception_new(stage->runtime, text);

	cr_assert_not_null(self);
	return &self->object;
}

void then(struct stage *stage, struct tm_promise *promise, void *callback)
{
	struct tm_return outcome;

	cr_assert_eq(tm_promise_then(stage->runtime, promise, callback, NULL,
				     &outcome),
		     TM_OK);
	cr_assert_null(outcome.error);
	tm_return_release(stage->runtime, &outcome);
}

void add_listeners(struct stage *stage, struct tm_promise *promise,
		   const char *letters)
{
	for (; *letters; letters++) {
		struct teller *teller = teller_new(stage, *letters);

		then(stage, promise, teller);
		drop(stage, teller);
	}
}

struct tm_object *call(struct stage *stage, struct tm_promise *promise,
		       void *argument)
{
	struct tm_args args = {.count = argument ? 1 : 0, .item = {argument}};
	struct tm_return outcome;

	cr_assert_eq(tm_promise_call(stage->runtime, promise, &args, &outcome),
		     TM_OK);
	tm_unref(stage->runtime, outcome.value);
	return outcome.error;
}

struct tm_object *throw_at(struct stage *stage, struct tm_promise *promise,
			   void *reason)
{
	struct tm_return outcome;

	cr_assert_eq(
		tm_promise_throw(stage->runtime, promise, reason, 1, &outcome),
		TM_OK);
	cr_assert_null(outcome.value);
	return outcome.error;
}

void drop(struct stage *stage, void *object)
{
	tm_unref(stage->runtime, object);
}
