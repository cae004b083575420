#include "gate/trait.h"

#include <string.h>

/* X(metric, judged, class, role, finer, unit).  That a program publishes more
 * is no growth of memory; memory that the kernel may take back, and address
 * space without memory behind it, are not either. */
#define TRAITS(X)                                                              \
	X(maxrss_bytes, 1, PEAK, PEAK, hwm_bytes, "bytes")                     \
	X(hwm_bytes, 1, PEAK, PEAK, rss_bytes, "bytes")                        \
	X(rss_bytes, 1, RESIDENT, RESIDENT, rss_bytes, "bytes")                \
	X(pss_bytes, 1, RESIDENT, RESIDENT, rss_bytes, "bytes")                \
	X(uss_bytes, 1, RESIDENT, RESIDENT, rss_bytes, "bytes")                \
	X(swap_bytes, 1, RESIDENT, RESIDENT, swap_bytes, "bytes")              \
	X(lazyfree_bytes, 0, RESIDENT, RESIDENT, lazyfree_bytes, "bytes")      \
	X(cgroup_bytes, 0, RESIDENT, RESIDENT, rss_bytes, "bytes")             \
	X(net_bytes, 1, EXACT, HEAP, net_bytes, "bytes")                       \
	X(net_blocks, 1, EXACT, HEAP, net_bytes, "blocks")                     \
	X(allocated_bytes, 1, EXACT, HEAP, allocated_bytes, "bytes")           \
	X(active_bytes, 1, RESIDENT, RESIDENT, rss_bytes, "bytes")             \
	X(resident_bytes, 1, RESIDENT, RESIDENT, rss_bytes, "bytes")           \
	X(retained_bytes, 0, RESIDENT, RESIDENT, retained_bytes, "bytes")      \
	X(processes, 1, EXACT, HANDLE, processes, "processes")                 \
	X(threads, 1, EXACT, HANDLE, threads, "threads")                       \
	X(descriptors, 1, EXACT, HANDLE, descriptors, "descriptors")           \
	X(mappings, 1, EXACT, HANDLE, mappings, "mappings")                    \
	X(live_objects, 1, EXACT, OBJECTS, live_bytes, "objects")              \
	X(live_bytes, 1, EXACT, OBJECTS, live_bytes, "bytes")                  \
	X(garbage, 1, EXACT, GARBAGE, live_bytes, "objects")                   \
	X(table_entries, 1, EXACT, ENTRIES, table_bytes, "entries")            \
	X(table_bytes, 1, EXACT, ENTRIES, table_bytes, "bytes")                \
	X(published, 0, EXACT, HANDLE, published, "messages")

static const struct tm_trait traits[TM_METRIC_COUNT] = {
#define TRAIT(name, judged, class_, role, finer, unit)                         \
	[TM_METRIC_##name] = {judged, TM_CLASS_##class_, TM_ROLE_##role,       \
			      TM_METRIC_##finer, unit},
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
