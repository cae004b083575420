#include "lab/runtime/weakref.h"

#include "lab/runtime/links.h"
#include "lab/runtime/runtime.h"

static void attach(struct tm_weakref *self, struct tm_object *referent)
{
	struct tm_weakref **first = tm_weakrefs_of(referent);

	assert(first);
	self->referent = referent;
	self->next = *first;
	self->prev = NULL;
	if (self->next)
		self->next->prev = self;
	*first = self;
}

static void detach(struct tm_weakref *self)
{
	if (!self->referent)
		return;
	if (self->prev)
		self->prev->next = self->next;
	else
		*tm_weakrefs_of(self->referent) = self->next;
	if (self->next)
		self->next->prev = self->prev;
	self->referent = NULL;
	self->next = NULL;
	self->prev = NULL;
}

void tm_weakref_release(struct tm_runtime *runtime, struct tm_object *object)
{
	(void)runtime;
	detach((struct tm_weakref *)object);
}

const struct tm_type tm_weakref_type = {
	.name = "weakref",
	.size = sizeof(struct tm_weakref),
	.optional = offsetof(struct tm_weakref, referent),
	.release = tm_weakref_release,
};

const struct tm_type tm_keyed_weakref_type = {
	.name = "keyed weakref",
	.size = sizeof(struct tm_keyed_weakref),
	.optional = offsetof(struct tm_weakref, referent),
	.release = tm_weakref_release,
};

void *tm_weakref_new_of_type(struct tm_runtime *runtime,
			     const struct tm_type *type,
			     struct tm_object *referent,
			     tm_weakref_callback *callback, void *context)
{
	struct tm_weakref *self = tm_object_new(runtime, type);

	if (!self)
		return NULL;
	self->callback = callback;
	self->context = context;
	attach(self, referent);
	return self;
}

struct tm_weakref *tm_weakref_new(struct tm_runtime *runtime,
				  struct tm_object *referent,
				  tm_weakref_callback *callback, void *context)
{
	return tm_weakref_new_of_type(runtime, &tm_weakref_type, referent,
				      callback, context);
}

struct tm_keyed_weakref *tm_keyed_weakref_new(struct tm_runtime *runtime,
					      struct tm_object *referent,
					      const struct tm_id *key,
					      tm_weakref_callback *callback,
					      void *context)
{
	struct tm_keyed_weakref *self = tm_weakref_new_of_type(
		runtime, &tm_keyed_weakref_type, referent, callback, context);

	if (self)
		self->key = *key;
	return self;
}

/* Call the callbacks of `chain` (linked by next, each with a reference of its
 * own) and release the references. */
static void call_callbacks(struct tm_runtime *runtime, struct tm_weakref *chain)
{
	while (chain) {
		struct tm_weakref *self = chain;

		chain = self->next;
		self->next = NULL;
		self->callback(runtime, self, self->context);
		tm_unref(runtime, self);
	}
}

/* The weak references whose callbacks are due, in order. */
struct chain {
	struct tm_weakref *first;
	struct tm_weakref **end;
};

/* Clear the weak references to `referent`, the newest first; those that have a
 * callback are appended to `chain`, with a reference.  `skip_trash` leaves out
 * the callbacks of weak references that are unreachable themselves. */
static void clear_all(struct tm_object *referent, int skip_trash,
		      struct chain *chain)
{
	while (tm_weakref_has_any(referent)) {
		struct tm_weakref *self = *tm_weakrefs_of(referent);
		int is_trash =
			self->object.gc_refs == TM_GC_TENTATIVELY_UNREACHABLE;

		detach(self);
		/* A count of zero: it is being released, and its callback must
		 * not bring it back to life. */
		if (!self->callback || self->object.refcount == 0 ||
		    (skip_trash && is_trash))
			continue;
		*chain->end = tm_ref(self);
		chain->end = &self->next;
	}
}

void tm_weakref_drop_all(struct tm_runtime *runtime, struct tm_object *referent)
{
	struct chain chain = {NULL, &chain.first};

	clear_all(referent, 0, &chain);
	call_callbacks(runtime, chain.first);
}

void tm_weakref_handle_unreachable(struct tm_runtime *runtime,
				   struct tm_link *unreachable)
{
	struct chain chain = {NULL, &chain.first};
	struct tm_link *link;

	for (link = unreachable->next; link != unreachable; link = link->next)
		clear_all(tm_object_of(link), 1, &chain);
	call_callbacks(runtime, chain.first);
}
