/*
 * weakref.h - weak references, plain, keyed, and to bound methods.
 *
 * Purpose:   refer to an object without keeping it alive, and be told when it
 *            dies.
 * Ownership: a weak reference is an object of its own; the referent knows it
 *            but holds no reference to it, nor it to the referent.
 * Errors:    NULL when memory is short.  A referent whose type takes no weak
 *            references is a programmer's error.
 * Source:    CPython Objects/weakrefobject.c, Lib/weakref.py (KeyedRef,
 *            WeakMethod), and the WeakMethod that vine 1.3 ships for 2.7.
 */
#ifndef TM_LAB_RUNTIME_WEAKREF_H
#define TM_LAB_RUNTIME_WEAKREF_H

#include "lab/runtime/method.h"
#include "lab/runtime/object.h"
#include "util/id.h"

struct tm_weakref;

/* Told once, when the referent has died.  `self` is alive during the call. */
typedef void tm_weakref_callback(struct tm_runtime *runtime,
				 struct tm_weakref *self, void *context);

struct tm_weakref {
	struct tm_object object;
	struct tm_object *referent; /* not counted; NULL once it is dead */
	struct tm_weakref *next;    /* the referent's other weak references */
	struct tm_weakref *prev;
	tm_weakref_callback *callback; /* may be NULL */
	void *context;
};

/* KeyedRef: what a table of weak values holds. */
struct tm_keyed_weakref {
	struct tm_weakref weakref;
	struct tm_id key;
};

/* WeakMethod: a weak reference to the method's object, from which the bound
 * method is made afresh at each use. */
struct tm_weak_method {
	struct tm_weakref weakref;
	const struct tm_function *function;
};

extern const struct tm_type tm_weakref_type;
extern const struct tm_type tm_keyed_weakref_type;
extern const struct tm_type tm_weak_method_type;

TM_CHECK struct tm_weakref *tm_weakref_new(struct tm_runtime *runtime,
					   struct tm_object *referent,
					   tm_weakref_callback *callback,
					   void *context);

TM_CHECK struct tm_keyed_weakref *tm_keyed_weakref_new(
	struct tm_runtime *runtime, struct tm_object *referent,
	const struct tm_id *key, tm_weakref_callback *callback, void *context);

/* A weak reference to what `method` is bound to; `method` itself may die. */
TM_CHECK struct tm_weak_method *tm_weak_method_new(
	struct tm_runtime *runtime, const struct tm_bound_method *method);

/* The referent while it is alive, borrowed; one that is about to be released is
 * dead already. */
static inline struct tm_object *tm_weakref_referent(
	const struct tm_weakref *weakref)
{
	struct tm_object *referent = weakref->referent;

	return referent && referent->refcount > 0 ? referent : NULL;
}

/*
 * What a weak reference stands for now: a new reference to the referent, or for
 * a WeakMethod a new bound method; *out is NULL once the referent is dead.
 */
TM_CHECK enum tm_rc tm_weakref_get(struct tm_runtime *runtime,
				   struct tm_object *weakref,
				   struct tm_object **out);

/* The list of weak references to `object`; NULL when its type takes none. */
static inline struct tm_weakref **tm_weakrefs_of(struct tm_object *object)
{
	size_t offset = object->type->weakrefs;

	return offset ? (struct tm_weakref **)(void *)((char *)object + offset)
		      : NULL;
}

static inline int tm_weakref_has_any(struct tm_object *object)
{
	struct tm_weakref **weakrefs = tm_weakrefs_of(object);

	return weakrefs && *weakrefs;
}

/* The referent dies: clear every weak reference to it, then call their
 * callbacks (object.c). */
void tm_weakref_drop_all(struct tm_runtime *runtime,
			 struct tm_object *referent);

/* The collector found `unreachable`: clear the weak references to its objects
 * and call the callbacks of those that are not trash themselves. */
void tm_weakref_handle_unreachable(struct tm_runtime *runtime,
				   struct tm_link *unreachable);

#endif
