/*
 * runtime.h - the heap of one lab: its objects, its collector, its garbage.
 *
 * Purpose:   CPython's memory management under the rules of a chosen version.
 * Ownership: tm_runtime_new() gives the caller the runtime; tm_runtime_free()
 *            takes it back with every object that is still alive.  The
 *            allocator is borrowed and must outlive the runtime.
 * Units:     thresholds in objects (generation 0) and in collections (1, 2), as
 *            gc.set_threshold().
 * Errors:    NULL when memory is short.
 * Threads:   none inside; one runtime per thread.
 * Source:    CPython 2.7.18 and 3.11 Modules/gcmodule.c.
 */
#ifndef TM_LAB_RUNTIME_RUNTIME_H
#define TM_LAB_RUNTIME_RUNTIME_H

#include "lab/runtime/object.h"
#include "util/alloc.h"

#define TM_GENERATIONS 3

enum tm_rules {
	TM_RULES_LEGACY, /* CPython 2.7: finalizers make a cycle uncollectable
			  */
	TM_RULES_PEP442, /* 3.4 and later: finalize once, then clear */
	TM_RULES_OFF	 /* the collector never runs, even when asked */
};

/* "legacy", "pep442", "off", NULL: by rules. */
extern const char *const tm_rules_names[];
const char *tm_rules_name(enum tm_rules rules);

struct tm_generation {
	struct tm_link objects;
	uint32_t threshold;
	uint32_t count;
};

struct tm_collector_stats {
	uint64_t collections[TM_GENERATIONS];
	uint64_t collected;	/* objects that collections released */
	uint64_t uncollectable; /* objects put on the garbage list */
};

struct tm_runtime {
	struct tm_alloc *alloc; /* borrowed */
	enum tm_rules rules;
	int automatic;	/* 0: only tm_runtime_collect() collects */
	int collecting; /* a collection is running */

	struct tm_generation generations[TM_GENERATIONS];
	uint64_t long_lived_total;   /* survivors of the last full collection */
	uint64_t long_lived_pending; /* reached generation 2 since then */

	struct tm_object **garbage; /* owned references */
	size_t garbage_count;
	size_t garbage_capacity;

	uint64_t live_objects;
	uint64_t live_bytes;
	struct tm_collector_stats stats;

	/* Objects at refcount zero, to be released after the current one: a
	 * chain of a million is released in a loop, not by recursion. */
	int releasing;
	struct tm_link *release_stack;

	/* The first failure in a place that cannot return one (a finalizer, a
	 * weak reference's callback); rc is TM_OK while there is none. */
	struct tm_err failure;
};

TM_CHECK struct tm_runtime *tm_runtime_new(struct tm_alloc *alloc,
					   enum tm_rules rules);

/* Free every object, without running finalizers, and the runtime.  NULL is
 * allowed. */
void tm_runtime_free(struct tm_runtime *runtime);

/* A full collection, as gc.collect(): how many objects it released or put on
 * the garbage list.  Under TM_RULES_OFF it does nothing and returns 0. */
uint64_t tm_runtime_collect(struct tm_runtime *runtime);

/* gc.disable() and gc.enable(). */
void tm_runtime_set_automatic(struct tm_runtime *runtime, int automatic);

/* Remember a failure that cannot be returned; the first one stays. */
void tm_runtime_fail(struct tm_runtime *runtime, const struct tm_err *err);

#endif
