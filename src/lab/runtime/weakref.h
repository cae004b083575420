/*
 * weakref.h - weak references, plain and keyed.
 *
 * Purpose:   refer to an object without keeping it alive, and get a call when
 *            it dies.
 * Ownership: a weak reference is an object of its own.  The referent has a list
 *            of its weak references; neither side holds a counted reference
 *            to the other.
 * Errors:    NULL when memory is short.  It is a programming error to refer
 *            weakly to a type that has no such list (an assertion).
 * Source:    CPython Objects/weakrefobject.c, Lib/weakref.py (KeyedRef).
 */
#ifndef TM_LAB_RUNTIME_WEAKREF_H
#define TM_LAB_RUNTIME_WEAKREF_H

#include "lab/runtime/object.h"
#include "util/id.h"

struct tm_weakref;

/* Called once, when the referent has died.  `self` is alive during the call. */
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

extern const struct tm_type tm_weakref_type;
extern const struct tm_type tm_keyed_weakref_type;

TM_CHECK struct tm_weakref *tm_weakref_new(struct tm_runtime *runtime,
					   struct tm_object *referent,
					   tm_weakref_callback *callback,
					   void *context);

TM_CHECK struct tm_keyed_weakref *tm_keyed_weakref_new(
	struct tm_runtime *runtime, struct tm_object *referent,
	const struct tm_id *key, tm_weakref_callback *callback, void *context);

/* For types that begin with a struct tm_weakref: their constructor, and their
 * `release` hook. */
TM_CHECK void *tm_weakref_new_of_type(struct tm_runtime *runtime,
				      const struct tm_type *type,
				      struct tm_object *referent,
				      tm_weakref_callback *callback,
				      void *context);
void tm_weakref_release(struct tm_runtime *runtime, struct tm_object *object);

/* The referent, borrowed; NULL once its count has reached zero. */
static inline struct tm_object *tm_weakref_referent(
	const struct tm_weakref *weakref)
{
	struct tm_object *referent = weakref->referent;

	return referent && referent->refcount > 0 ? referent : NULL;
}

/* The list of weak references to `object`; NULL when its type has none. */
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
