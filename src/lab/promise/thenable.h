/*
 * thenable.h - what a promise can do to its listeners.
 *
 * Purpose:   fail or cancel a listener, which may be a promise or a barrier.
 * Ownership: as promise.h.
 * Errors:    as promise.h.
 * Source:    vine's Thenable, vine/abstract.py.
 *
 * promise, barrier and thenable include each other in a circle, and that is
 * their nature, as in vine: a promise that fails tells its listeners, one of
 * which may be a barrier; the barrier fulfils or fails a promise of its own,
 * which tells its listeners in turn.  A table of hooks in struct tm_type would
 * hide the circle from the compiler and leave it in the calls.
 */
#ifndef TM_LAB_PROMISE_THENABLE_H
#define TM_LAB_PROMISE_THENABLE_H

#include "lab/runtime/object.h"

int tm_is_thenable(const struct tm_object *object);

TM_CHECK enum tm_rc tm_thenable_throw(struct tm_runtime *runtime,
				      struct tm_object *self,
				      struct tm_object *reason,
				      struct tm_return *outcome);
TM_CHECK enum tm_rc tm_thenable_throw1(struct tm_runtime *runtime,
				       struct tm_object *self,
				       struct tm_object *reason,
				       struct tm_return *outcome);
void tm_thenable_cancel(struct tm_runtime *runtime, struct tm_object *self);

#endif
