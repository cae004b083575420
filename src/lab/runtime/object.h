/*
 * object.h - reference-counted objects, as CPython has them.
 *
 * Purpose:   what every object of the model is made of: a header, a type, and
 *            counted references to other objects.
 * Ownership: a function named _new returns a reference that the caller owns; a
 *            function that takes an object borrows it.  tm_ref() adds a
 *            reference, tm_unref() releases one; releasing the last one
 *            releases the object at once.
 * Units:     sizes in bytes.
 * Errors:    constructors return NULL when memory is short.
 * Threads:   a runtime and its objects belong to one thread.
 *
 * object, collector, weakref and runtime include each other in a circle, and
 * that is their nature, as in CPython: making an object may start a collection,
 * a collection releases objects, and an object that is released clears the weak
 * references to it, whose callbacks release and make objects.  Taken apart,
 * each would need a hook for every call of the others.
 *
 * Source:    CPython 2.7 and 3.11, Include/object.h, Objects/typeobject.c
 *            subtype_dealloc, and the trash can of Objects/object.c.
 */
#ifndef TM_LAB_RUNTIME_OBJECT_H
#define TM_LAB_RUNTIME_OBJECT_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

struct tm_object;
struct tm_runtime;
struct tm_weakref;

/* A node of a generation's list, or of the list of objects being released. */
struct tm_link {
	struct tm_link *next;
	struct tm_link *prev;
};

struct tm_object {
	struct tm_link link; /* must be first */
	const struct tm_type *type;
	uint32_t refcount;
	int32_t gc_refs : 29;	 /* the collector's; 0 between collections */
	uint32_t generation : 2; /* 0 to 2; 3 is a mark of the collector */
	uint32_t finalized : 1;	 /* pep442: the finalizer has run */
};

/* Called with each object that another one refers to. */
typedef void tm_visit(struct tm_object *child, void *context);

/* The arguments of a call; borrowed by the callee. */
#define TM_ARGS_MAX 4
struct tm_args {
	size_t count;
	struct tm_object *item[TM_ARGS_MAX]; /* NULL stands for None */
};

/* How a call ended: at most one of value and error is set, and the caller owns
 * it.  No value and no error is None. */
struct tm_return {
	struct tm_object *value;
	struct tm_object *error;
};

/*
 * Types are constant tables.  The references that every instance has are listed
 * by offset, which saves the collector a call for each; `traverse` and `clear`
 * are for those whose number varies.  Hooks may be NULL.
 */
struct tm_type {
	const char *name; /* as the census prints it */
	size_t size;
	size_t reference_count;
	const size_t *references; /* offsets of `struct tm_object *` members */
	size_t weakrefs; /* offset of the `struct tm_weakref *` that begins the
			  * list of weak references to the object; 0: there
			  * can be none */

	/* Offset of a pointer that is NULL while traverse, clear and release
	 * have nothing to do: they are not called then.  0: always call. */
	size_t optional;

	/* Visit the references that `references` does not list. */
	void (*traverse)(struct tm_object *self, tm_visit *visit,
			 void *context);

	/* Release those references.  Afterwards traverse visits none. */
	void (*clear)(struct tm_runtime *runtime, struct tm_object *self);

	/* Free memory that is not objects; the last call with `self`. */
	void (*release)(struct tm_runtime *runtime, struct tm_object *self);

	/* The finalizer (__del__).  It may store `self` somewhere, which
	 * resurrects it. */
	void (*finalize)(struct tm_runtime *runtime, struct tm_object *self);

	/* Call the object; NULL when it is not callable. */
	enum tm_rc (*call)(struct tm_runtime *runtime, struct tm_object *self,
			   const struct tm_args *args,
			   struct tm_return *outcome);
};

/* A new zero-filled object with one reference, tracked by the collector.
 * Automatic collection happens here, before the object exists. */
TM_CHECK void *tm_object_new(struct tm_runtime *runtime,
			     const struct tm_type *type);

/* Add a reference to `object`; NULL is allowed. */
static inline void *tm_ref(void *object)
{
	struct tm_object *self = object;

	if (self)
		self->refcount++;
	return object;
}

/* Release an object whose count has reached zero; only tm_unref() calls it. */
void tm_object_release(struct tm_runtime *runtime, struct tm_object *object);

/* Release a reference; NULL is allowed. */
static inline void tm_unref(struct tm_runtime *runtime, void *object)
{
	struct tm_object *self = object;

	if (!self)
		return;
	assert(self->refcount > 0);
	if (--self->refcount == 0)
		tm_object_release(runtime, self);
}

/* Call `callable`.  TM_OK means that the call took place, even if it raised an
 * exception of the model (outcome->error); any other code means that memory ran
 * short or a transport failed, and the loop must stop. */
TM_CHECK enum tm_rc tm_call(struct tm_runtime *runtime,
			    struct tm_object *callable,
			    const struct tm_args *args,
			    struct tm_return *outcome);

/* Release what a call returned. */
static inline void tm_return_release(struct tm_runtime *runtime,
				     struct tm_return *outcome)
{
	tm_unref(runtime, outcome->value);
	tm_unref(runtime, outcome->error);
	outcome->value = NULL;
	outcome->error = NULL;
}

#endif
