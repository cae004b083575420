/*
 * collector.h - the cycle collector, as the runtime's own parts use it.
 *
 * Purpose:   find and clear unreachable cycles, generation by generation
 *            (collector.c says how).
 * Ownership: the collector owns nothing but the references on the garbage list.
 * Errors:    none: a collection needs no memory; failures of finalizers go to
 *            tm_runtime_fail().
 * Source:    CPython 2.7.18 and 3.11 Modules/gcmodule.c; the phases carry its
 *            names.  One differs: CPython copies each count in a first pass
 *            over the objects (update_refs) and subtracts from the copies in a
 *            second.  Here the references from inside are counted up from 0
 *            and compared with the real count, which saves the first pass;
 *            the cost of a collection is its memory traffic.
 */
#ifndef TM_LAB_RUNTIME_COLLECTOR_H
#define TM_LAB_RUNTIME_COLLECTOR_H

#include "lab/runtime/links.h"
#include "lab/runtime/runtime.h"

#ifndef TM_GC_STRESS
#define TM_GC_STRESS 0 /* 1: collect at every allocation, to find errors */
#endif

/* The youngest generation is over its threshold: collect, unless that is off or
 * a collection is running. */
void tm_collector_consider(struct tm_runtime *runtime);

/* Count an object that is about to be made, and collect if a threshold is
 * exceeded. */
static inline void tm_collector_before_new(struct tm_runtime *runtime)
{
	struct tm_generation *youngest = &runtime->generations[0];

	if (++youngest->count > youngest->threshold || TM_GC_STRESS)
		tm_collector_consider(runtime);
}

/* Put a new (or resurrected) object on the youngest generation's list. */
static inline void tm_collector_track(struct tm_runtime *runtime,
				      struct tm_object *self)
{
	self->generation = 0;
	tm_link_append(&runtime->generations[0].objects, &self->link);
}

/* Count an object that has been freed. */
static inline void tm_collector_after_free(struct tm_runtime *runtime)
{
	struct tm_generation *youngest = &runtime->generations[0];

	if (youngest->count > 0)
		youngest->count--;
}

/* Release every reference that `self` holds (object.c). */
void tm_object_clear(struct tm_runtime *runtime, struct tm_object *self);

#endif
