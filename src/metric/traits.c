#include "metric/traits.h"

#include <string.h>

/*
 * Of the kernel's objects a process has dozens, not millions, and a limit of
 * some hundreds.  One in 200 iterations is a leak: 16 bytes would buy 200 times
 * as many.  Less than 4 is what starting up late, or a step or two, comes to.
 */
#define HANDLE_BUDGET .005
#define HANDLE_LEAST  4

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
	X(allocated_bytes, 1, EXACT, HEAP, net_bytes, "bytes")                 \
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

int tm_trait_is_handle(enum tm_metric metric)
{
	return traits[metric].role == TM_ROLE_HANDLE;
}

struct tm_decide_opts tm_trait_decide_opts(enum tm_metric metric)
{
	struct tm_decide_opts opts =
		tm_decide_defaults(traits[metric].metric_class);

	opts.unit = traits[metric].unit;
	if (!tm_trait_is_bytes(metric))
		opts.resolution = 1;
	if (tm_trait_is_handle(metric)) {
		opts.least = HANDLE_LEAST;
		opts.budget = HANDLE_BUDGET;
	}
	return opts;
}
