/*
 * barrier.h - fulfil one promise after a number of others.
 *
 * Purpose:   a group waits with one: each member's promise calls it once, and
 *            the last call fulfils the barrier's own promise.
 * Ownership: a barrier is an object and holds its promise.  The members hold
 *            the barrier; the barrier does not hold its members.
 * Errors:    as promise.h.
 * Source:    vine 1.1.4 and 1.3.0, vine/synchronization.py.
 */
#ifndef TM_LAB_PROMISE_BARRIER_H
#define TM_LAB_PROMISE_BARRIER_H

#include "lab/promise/promise.h"

struct tm_barrier {
	struct tm_object object;
	struct tm_object *promise; /* struct tm_promise */
	uint32_t value;		   /* members that have called */
	uint32_t size;		   /* members in all */
	uint8_t ready;
	uint8_t cancelled;
	uint8_t finalized; /* no more members can be added */
};

extern const struct tm_type tm_barrier_type;

/* A barrier for `size` members; with 0 it is open until it is finalized. */
TM_CHECK struct tm_barrier *tm_barrier_new(struct tm_runtime *runtime,
					   uint32_t size);

/* Add a member: `promise` will call the barrier. */
TM_CHECK enum tm_rc tm_barrier_add(struct tm_runtime *runtime,
				   struct tm_barrier *self,
				   struct tm_promise *promise,
				   struct tm_return *outcome);

/* One member is ready. */
TM_CHECK enum tm_rc tm_barrier_call(struct tm_runtime *runtime,
				    struct tm_barrier *self,
				    struct tm_return *outcome);

/* No more members can be added: fulfil if all have called. */
TM_CHECK enum tm_rc tm_barrier_finalize(struct tm_runtime *runtime,
					struct tm_barrier *self,
					struct tm_return *outcome);

TM_CHECK enum tm_rc tm_barrier_then(struct tm_runtime *runtime,
				    struct tm_barrier *self,
				    struct tm_object *callback,
				    struct tm_object *on_error,
				    struct tm_return *outcome);
TM_CHECK enum tm_rc tm_barrier_throw(struct tm_runtime *runtime,
				     struct tm_barrier *self,
				     struct tm_object *reason,
				     struct tm_return *outcome);
void tm_barrier_cancel(struct tm_runtime *runtime, struct tm_barrier *self);

#endif
