#include "lab/runtime/runtime.h"

#include <string.h>

#include "lab/runtime/links.h"

const char *const tm_rules_names[] = {
	[TM_RULES_LEGACY] = "legacy",
	[TM_RULES_PEP442] = "pep442",
	[TM_RULES_OFF] = "off",
	NULL,
};

const char *tm_rules_name(enum tm_rules rules)
{
	return tm_rules_names[rules];
}

struct tm_runtime *tm_runtime_new(struct tm_alloc *alloc, enum tm_rules rules)
{
	static const uint32_t thresholds[TM_GENERATIONS] = {700, 10, 10};
	struct tm_runtime *runtime = tm_calloc(alloc, 1, sizeof(*runtime));
	unsigned int i;

	if (!runtime)
		return NULL;
	runtime->alloc = alloc;
	runtime->rules = rules;
	runtime->automatic = 1;
	for (i = 0; i < TM_GENERATIONS; i++) {
		tm_link_init(&runtime->generations[i].objects);
		runtime->generations[i].threshold = thresholds[i];
	}
	return runtime;
}

/* Do `step` to every object. */
static void for_each_object(struct tm_runtime *runtime,
			    void (*step)(struct tm_runtime *runtime,
					 struct tm_object *self))
{
	unsigned int i;

	for (i = 0; i < TM_GENERATIONS; i++) {
		struct tm_link *list = &runtime->generations[i].objects;
		struct tm_link *link = list->next;

		while (link != list) {
			struct tm_object *self = tm_object_of(link);

			link = link->next;
			step(runtime, self);
		}
	}
}

static void release_memory(struct tm_runtime *runtime, struct tm_object *self)
{
	if (self->type->release)
		self->type->release(runtime, self);
}

static void free_object(struct tm_runtime *runtime, struct tm_object *self)
{
	tm_free(runtime->alloc, self, self->type->size);
}

void tm_runtime_free(struct tm_runtime *runtime)
{
	if (!runtime)
		return;
	/* A weak reference leaves its referent when it is released, so nothing
	 * is freed before everything is released. */
	for_each_object(runtime, release_memory);
	for_each_object(runtime, free_object);
	tm_free(runtime->alloc, runtime->garbage,
		runtime->garbage_capacity * sizeof(*runtime->garbage));
	tm_free(runtime->alloc, runtime, sizeof(*runtime));
}

void tm_runtime_set_automatic(struct tm_runtime *runtime, int automatic)
{
	runtime->automatic = automatic;
}

void tm_runtime_fail(struct tm_runtime *runtime, const struct tm_err *err)
{
	if (runtime->failure.rc == TM_OK)
		runtime->failure = *err;
}
