#include "lab/runtime/object.h"

#include <string.h>

#include "lab/runtime/collector.h"
#include "lab/runtime/links.h"
#include "lab/runtime/runtime.h"
#include "lab/runtime/weakref.h"

void *tm_object_new(struct tm_runtime *runtime, const struct tm_type *type)
{
	struct tm_object *self;

	tm_collector_before_new(runtime);
	self = tm_malloc(runtime->alloc, type->size);
	if (!self)
		return NULL;
	memset(self, 0, type->size);
	self->type = type;
	self->refcount = 1;
	runtime->live_objects++;
	runtime->live_bytes += type->size;
	tm_collector_track(runtime, self);
	return self;
}

enum tm_rc tm_call(struct tm_runtime *runtime, struct tm_object *callable,
		   const struct tm_args *args, struct tm_return *outcome)
{
	assert(callable->type->call);
	outcome->value = NULL;
	outcome->error = NULL;
	return callable->type->call(runtime, callable, args, outcome);
}

void tm_object_clear(struct tm_runtime *runtime, struct tm_object *self)
{
	const struct tm_type *type = self->type;
	size_t i;

	for (i = 0; i < type->reference_count; i++) {
		struct tm_object **slot = tm_object_slot(self, i);
		struct tm_object *child = *slot;

		/* Cleared first: code that the release runs may read it. */
		*slot = NULL;
		tm_unref(runtime, child);
	}
	if (type->clear && tm_object_has_more(self))
		type->clear(runtime, self);
}

/* Save the state of the release loop while code of the model runs: what that
 * code releases is released before the loop goes on. */
static struct tm_link *suspend_release(struct tm_runtime *runtime)
{
	struct tm_link *waiting = runtime->release_stack;

	runtime->release_stack = NULL;
	runtime->releasing = 0;
	return waiting;
}

static void resume_release(struct tm_runtime *runtime, struct tm_link *waiting)
{
	runtime->releasing = 1;
	runtime->release_stack = waiting;
}

/* Run the finalizer with a temporary reference.  Returns 1 when it resurrected
 * the object. */
static int finalize(struct tm_runtime *runtime, struct tm_object *self)
{
	struct tm_link *waiting;

	if (runtime->rules == TM_RULES_PEP442) {
		if (self->finalized)
			return 0;
		self->finalized = 1;
	}
	self->refcount = 1;
	waiting = suspend_release(runtime);
	self->type->finalize(runtime, self);
	resume_release(runtime, waiting);
	if (--self->refcount == 0)
		return 0;
	tm_collector_track(runtime, self);
	return 1;
}

static void drop_weakrefs(struct tm_runtime *runtime, struct tm_object *self)
{
	struct tm_link *waiting = suspend_release(runtime);

	tm_weakref_drop_all(runtime, self);
	resume_release(runtime, waiting);
}

/* Free one object.  2.7 clears weak references before it calls __del__, 3.4
 * and later after it. */
static inline void dispose(struct tm_runtime *runtime, struct tm_object *self)
{
	const struct tm_type *type = self->type;

	if (type->finalize) {
		if (runtime->rules != TM_RULES_PEP442 &&
		    tm_weakref_has_any(self))
			drop_weakrefs(runtime, self);
		if (finalize(runtime, self))
			return;
	}
	if (tm_weakref_has_any(self))
		drop_weakrefs(runtime, self);
	tm_object_clear(runtime, self);
	if (type->release && tm_object_has_more(self))
		type->release(runtime, self);
	tm_collector_after_free(runtime);
	runtime->live_objects--;
	runtime->live_bytes -= type->size;
	tm_free(runtime->alloc, self, type->size);
}

void tm_object_release(struct tm_runtime *runtime, struct tm_object *object)
{
	tm_link_remove(&object->link);
	object->link.next = runtime->release_stack;
	runtime->release_stack = &object->link;
	if (runtime->releasing)
		return;
	runtime->releasing = 1;
	while (runtime->release_stack) {
		struct tm_link *link = runtime->release_stack;

		runtime->release_stack = link->next;
		dispose(runtime, tm_object_of(link));
	}
	runtime->releasing = 0;
}
