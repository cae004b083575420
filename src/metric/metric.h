/*
 * metric.h - the list of what a sample can hold.
 *
 * Purpose:   one list that yields the enumeration, the column names of
 *            samples.csv, the keys of the JSON export and the words that the
 *            marks protocol uses.
 * Units:     in the name: _bytes, _ns; the rest are counts.
 * Errors:    a metric that could not be measured is absent from the sample's
 *            `present` set.  It is never 0 instead.
 * Source:    mimalloc's single list of statistics.
 */
#ifndef TM_METRIC_METRIC_H
#define TM_METRIC_METRIC_H

#include <stdint.h>

/* X(name, what it is) */
#define TM_METRICS(X)                                                          \
	X(maxrss_bytes, "peak resident memory by getrusage")                   \
	X(hwm_bytes, "high-water mark of resident memory; of a tree a floor")  \
	X(rss_bytes, "resident memory; shared pages once for each process")    \
	X(pss_bytes, "proportional share of resident memory, checkpoints")     \
	X(uss_bytes, "private resident memory, checkpoints")                   \
	X(swap_bytes, "memory that was swapped out, VmSwap")                   \
	X(lazyfree_bytes, "resident but given back with MADV_FREE")            \
	X(cgroup_bytes,                                                        \
	  "memory charged to the control group, others included")              \
	X(net_bytes, "bytes taken by malloc and its kin and not given back")   \
	X(net_blocks, "blocks taken by malloc and its kin, not given back")    \
	X(allocated_bytes, "bytes that the program has from the allocator")    \
	X(active_bytes, "bytes in the allocator's active pages")               \
	X(resident_bytes, "bytes that the allocator holds in memory")          \
	X(retained_bytes, "address space that the allocator keeps for reuse")  \
	X(processes, "processes of the program's tree")                        \
	X(threads, "threads of the program's tree")                            \
	X(descriptors, "open file descriptors")                                \
	X(mappings, "memory mappings, checkpoints")                            \
	X(live_objects, "objects alive in the runtime")                        \
	X(live_bytes, "bytes of the objects alive in the runtime")             \
	X(garbage, "objects that the collector found uncollectable")           \
	X(table_entries, "entries in the pending and channel tables")          \
	X(table_bytes, "bytes of the pending and channel tables")              \
	X(published, "messages handed to the broker")

/* clang-format loses count of the indent behind directives. */
/* clang-format off */
enum tm_metric {
#define TM_METRIC_NAME(name, text) TM_METRIC_##name,
	TM_METRICS(TM_METRIC_NAME)
#undef TM_METRIC_NAME
	TM_METRIC_COUNT
};
/* clang-format on */

struct tm_sample {
	uint64_t iteration;  /* iterations finished when it was taken; in a run
			      * by time, milliseconds (struct tm_run, unit) */
	uint64_t elapsed_ns; /* since the loop began */
	uint32_t present;    /* bit n: metric n was measured */
	uint64_t value[TM_METRIC_COUNT];
};

/* "maxrss_bytes" for TM_METRIC_maxrss_bytes, and the other way round
 * (TM_METRIC_COUNT for an unknown name). */
const char *tm_metric_name(enum tm_metric metric);
const char *tm_metric_text(enum tm_metric metric);
enum tm_metric tm_metric_find(const char *name);

static inline int tm_sample_has(const struct tm_sample *sample,
				enum tm_metric metric)
{
	return (sample->present >> metric) & 1u;
}

static inline void tm_sample_set(struct tm_sample *sample,
				 enum tm_metric metric, uint64_t value)
{
	sample->present |= 1u << metric;
	sample->value[metric] = value;
}

#endif
