/*
 * collector.h - the cycle collector, as the runtime's own parts use it.
 *
 * Purpose:   find and clear unreachable cycles, generation by generation.
 * Ownership: the collector owns nothing but what it puts on the garbage list.
 * Source:    CPython 2.7.18 and 3.11 Modules/gcmodule.c; the phases carry its
 *            names.  One differs: CPython copies each count in a first pass
 * over the objects (update_refs) and subtracts from the copies in a second.
 * Here the references from inside are counted up from 0 and compared with the
 * real count, which spares the first pass; memory traffic is what a collection
 * costs.
 */
#ifndef TM_RUNTIME_COLLECTOR_H
#define TM_RUNTIME_COLLECTOR_H

#include "runtime/object.h"

/* Count an object that is about to be made, and collect when the thresholds
 * say so. */
void tm_collector_before_new(struct tm_runtime *runtime);

/* Put a new (or resurrected) object on the youngest generation's list. */
void tm_collector_track(struct tm_runtime *runtime, struct tm_object *self);

/* Count an object that has been freed. */
void tm_collector_after_free(struct tm_runtime *runtime);

/* Give back every reference that `self` holds (object.c). */
void tm_object_clear(struct tm_runtime *runtime, struct tm_object *self);

#endif
