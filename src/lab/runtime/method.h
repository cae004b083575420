/*
 * method.h - functions, bound methods, and weak references to methods.
 *
 * Purpose:   what `self.method` evaluates to: a new object at each access,
 *            which holds its self strongly.  A plain weak reference to it is
 *            dead at once; a WeakMethod refers weakly to its self instead.
 * Ownership: functions are constant tables; a bound method and a WeakMethod are
 *            objects.
 * Errors:    NULL or TM_ENOMEM when memory is short.
 * Source:    CPython Objects/classobject.c (instancemethod, method),
 *            Lib/weakref.py (WeakMethod), and the WeakMethod that vine 1.3
 *            ships for 2.7.
 */
#ifndef TM_LAB_RUNTIME_METHOD_H
#define TM_LAB_RUNTIME_METHOD_H

#include "lab/runtime/weakref.h"

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

/* WeakMethod: a weak reference to the method's self, from which the bound
 * method is made again at each use. */
struct tm_weak_method {
	struct tm_weakref weakref;
	const struct tm_function *function;
};

extern const struct tm_type tm_bound_method_type;
extern const struct tm_type tm_weak_method_type;

TM_CHECK struct tm_bound_method *tm_bound_method_new(
	struct tm_runtime *runtime, struct tm_object *self,
	const struct tm_function *function);

/* A weak reference to the self of `method`; `method` itself may die. */
TM_CHECK struct tm_weak_method *tm_weak_method_new(
	struct tm_runtime *runtime, const struct tm_bound_method *method);

/* A new reference to what `weakref` (of any kind) refers to: for a WeakMethod a
 * new bound method.  *out is NULL once the referent is dead. */
TM_CHECK enum tm_rc tm_weakref_get(struct tm_runtime *runtime,
				   struct tm_object *weakref,
				   struct tm_object **out);

#endif
