/*
 * method.h - functions, and methods bound to an object.
 *
 * Purpose:   what `self.method` evaluates to: a new object at each access,
 *            which holds its self strongly.
 * Ownership: functions are constant tables; a bound method is an object.
 * Errors:    NULL when memory is short.
 * Source:    CPython Objects/classobject.c (instancemethod, method).
 */
#ifndef TM_LAB_RUNTIME_METHOD_H
#define TM_LAB_RUNTIME_METHOD_H

#include "lab/runtime/object.h"

struct tm_function {
	const char *name;
	enum tm_rc (*call)(struct tm_runtime *runtime, struct tm_object *self,
			   const struct tm_args *args,
			   struct tm_return *outcome);
};

struct tm_bound_method {
	struct tm_object object;
	struct tm_object *self;
	const struct tm_function *function;
	struct tm_weakref *weakrefs;
};

extern const struct tm_type tm_bound_method_type;

TM_CHECK struct tm_bound_method *tm_bound_method_new(
	struct tm_runtime *runtime, struct tm_object *self,
	const struct tm_function *function);

#endif
