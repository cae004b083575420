#include "lab/promise/thenable.h"

#include "lab/promise/barrier.h"
#include "lab/promise/promise.h"

int tm_is_thenable(const struct tm_object *object)
{
	return object->type == &tm_promise_type ||
	       object->type == &tm_barrier_type;
}

enum tm_rc tm_thenable_throw(struct tm_runtime *runtime, struct tm_object *self,
			     struct tm_object *reason,
			     struct tm_return *outcome)
{
	if (self->type == &tm_barrier_type)
		return tm_barrier_throw(runtime, (struct tm_barrier *)self,
					reason, outcome);
	return tm_promise_throw(runtime, (struct tm_promise *)self, reason, 1,
				outcome);
}

enum tm_rc tm_thenable_throw1(struct tm_runtime *runtime,
			      struct tm_object *self, struct tm_object *reason,
			      struct tm_return *outcome)
{
	/* A barrier knows no difference between throw and throw1. */
	if (self->type == &tm_barrier_type)
		return tm_barrier_throw(runtime, (struct tm_barrier *)self,
					reason, outcome);
	return tm_promise_throw1(runtime, (struct tm_promise *)self, reason,
				 outcome);
}

void tm_thenable_cancel(struct tm_runtime *runtime, struct tm_object *self)
{
	if (self->type == &tm_barrier_type)
		tm_barrier_cancel(runtime, (struct tm_barrier *)self);
	else
		tm_promise_cancel(runtime, (struct tm_promise *)self);
}
