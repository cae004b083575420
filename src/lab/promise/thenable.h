/*
 * thenable.h - what promises and barriers can both be told as listeners.
 *
 * Purpose:   a promise does not care which of the two waits for it.
 * Source:    vine's Thenable.
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
