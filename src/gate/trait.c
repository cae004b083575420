#include "gate/trait.h"

#include <string.h>

/* Budgets in bytes are the decider's for the class; a count may grow by one in
 * a hundred iterations. */
#define EXACT	 16
#define RESIDENT 64
#define COUNT	 .01

/* X(metric, use, class, role, finer, unit, budget) */
#define TRAITS(X)                                                              \
	X(maxrss_bytes, GATED, PEAK, PEAK, hwm_bytes, "bytes", RESIDENT)       \
	X(hwm_bytes, GATED, PEAK, PEAK, rss_bytes, "bytes", RESIDENT)          \
	X(rss_bytes, GATED, RESIDENT, RESIDENT, rss_bytes, "bytes", RESIDENT)  \
	X(pss_bytes, GATED, RESIDENT, RESIDENT, rss_bytes, "bytes", RESIDENT)  \
	X(uss_bytes, GATED, RESIDENT, RESIDENT, rss_bytes, "bytes", RESIDENT)  \
	X(lazyfree_bytes, NONE, RESIDENT, RESIDENT, lazyfree_bytes, "bytes",   \
	  RESIDENT)                                                            \
	X(allocated_bytes, GATED, EXACT, HEAP, allocated_bytes, "bytes",       \
	  EXACT)                                                               \
	X(active_bytes, GATED, RESIDENT, RESIDENT, rss_bytes, "bytes",         \
	  RESIDENT)                                                            \
	X(resident_bytes, GATED, RESIDENT, RESIDENT, rss_bytes, "bytes",       \
	  RESIDENT)                                                            \
	X(retained_bytes, NONE, RESIDENT, RESIDENT, retained_bytes, "bytes",   \
	  RESIDENT)                                                            \
	X(live_objects, EVIDENCE, EXACT, OBJECTS, live_objects, "objects",     \
	  COUNT)                                                               \
	X(live_bytes, GATED, EXACT, OBJECTS, live_bytes, "bytes", EXACT)       \
	X(garbage, EVIDENCE, EXACT, GARBAGE, garbage, "objects", COUNT)        \
	X(table_entries, EVIDENCE, EXACT, ENTRIES, table_entries, "entries",   \
	  COUNT)                                                               \
	X(table_bytes, GATED, EXACT, ENTRIES, table_bytes, "bytes", EXACT)     \
	X(published, NONE, EXACT, HANDLE, published, "messages", COUNT)

static const struct tm_trait traits[TM_METRIC_COUNT] = {
#define TRAIT(name, use, class_, role, finer, unit, budget)                    \
	[TM_METRIC_##name] = {TM_USE_##use,   TM_CLASS_##class_,               \
			      TM_ROLE_##role, TM_METRIC_##finer,               \
			      unit,	      budget},
	TRAITS(TRAIT)
#undef TRAIT
};

const struct tm_trait *tm_trait_of(enum tm_metric metric)
{
	return &traits[metric];
}

int tm_trait_is_bytes(enum tm_metric metric)
{
	return strcmp(traits[metric].unit, "bytes") == 0;
}
