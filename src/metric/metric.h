/*
 * metric.h - the table of what a sample can hold.
 *
 * Purpose:   one row for each metric that holds all that the tool knows about
 *            it; every list of metrics follows from this table.
 * Ownership: plain values; names are constants.
 * Units:     in the name: _bytes, _ns; the rest are counts.
 * Errors:    a metric that could not be measured is absent from the sample's
 *            `present` set.  It is never 0 instead.
 * Source:    mimalloc's single list of statistics.
 */
#ifndef TM_METRIC_METRIC_H
#define TM_METRIC_METRIC_H

#include <stdint.h>

/*
 * Adding a metric is adding a row here, and reading it where its source is
 * read (src/probe).  Enumeration, columns, keys, budgets, verdicts, layers,
 * pictures and tables follow from the row.  A row without one of its fields
 * does not compile.  The order of the rows is that of the columns.
 *
 *   name, what it is,
 *   rank, judged, unit, nature, role, finer,
 *   source, uses,
 *   layer, leak
 *
 * as struct tm_trait has them (traits.h):
 *
 *   rank    of several that grow, the one with the lowest explains a failure:
 *           what the program holds before what the kernel gave it
 *   judged  JUDGED; or NOT_JUDGED: only when it is given a budget by name, as
 *           its growth is not growth of memory that the program needs, or is
 *           growth of another that is judged
 *   unit    what is counted, in the plural
 *   nature  EXACT, RESIDENT, PEAK, COUNT or HANDLE (enum tm_nature)
 *   role    what its growth says of the kind of leak (enum tm_role)
 *   finer   a metric of the same memory that is read more finely or more
 *           often: where that is decided, this one need not be; itself when
 *           there is none
 *   source  where it is read (enum tm_source)
 *   uses    PICTURE, COMPARE, END, joined with |; or NONE (enum tm_use)
 *   layer   in `tidemark why`: LAYER(key, text), which is shown when it grows,
 *           MAIN_LAYER(key, text), which always is, or NO_LAYER
 *   leak    of a handle: why its growth is a leak, for a verdict; else NULL
 */
/* clang-format off */
#define TM_METRICS(X)							\
	X(maxrss_bytes, "peak resident memory by getrusage",		\
	  160, JUDGED, "bytes", PEAK, PEAK, hwm_bytes,			\
	  RUSAGE, PICTURE,						\
	  NO_LAYER, NULL)						\
	X(hwm_bytes, "high-water mark of resident memory; of a tree a floor", \
	  150, JUDGED, "bytes", PEAK, PEAK, rss_bytes,			\
	  STATUS, PICTURE,						\
	  NO_LAYER, NULL)						\
	X(rss_bytes, "resident memory; shared pages once for each process", \
	  90, JUDGED, "bytes", RESIDENT, RESIDENT, rss_bytes,		\
	  STATUS, PICTURE | COMPARE | END,				\
	  MAIN_LAYER("rss", "resident memory (RSS)"), NULL)		\
	X(pss_bytes, "proportional share of resident memory, checkpoints", \
	  110, JUDGED, "bytes", RESIDENT, RESIDENT, rss_bytes,		\
	  SMAPS, NONE,							\
	  NO_LAYER, NULL)						\
	X(uss_bytes, "private resident memory, checkpoints",		\
	  100, JUDGED, "bytes", RESIDENT, RESIDENT, rss_bytes,		\
	  SMAPS, NONE,							\
	  LAYER("uss", "of that, private (USS)"), NULL)			\
	X(swap_bytes, "memory that was swapped out, VmSwap",		\
	  120, JUDGED, "bytes", RESIDENT, RESIDENT, swap_bytes,		\
	  TREE, NONE,							\
	  LAYER("swap", "swapped out"), NULL)				\
	X(shm_bytes, "resident memory that can be shared: shm, tmpfs",	\
	  95, NOT_JUDGED, "bytes", RESIDENT, RESIDENT, shm_bytes,	\
	  TREE, NONE,							\
	  LAYER("shm", "of that, shared (shm, tmpfs)"), NULL)	\
	X(lazyfree_bytes, "released with MADV_FREE, but still resident",	\
	  210, NOT_JUDGED, "bytes", RESIDENT, RESIDENT, lazyfree_bytes,	\
	  SMAPS, NONE,							\
	  LAYER("lazyfree", "released lazily (MADV_FREE)"), NULL)	\
	X(cgroup_bytes,							\
	  "memory charged to the control group, other programs included",	\
	  230, NOT_JUDGED, "bytes", RESIDENT, RESIDENT, rss_bytes,	\
	  CGROUP, NONE,							\
	  LAYER("cgroup", "control group, all its programs"), NULL)	\
	X(net_bytes, "bytes allocated by malloc and the like and not freed", \
	  10, JUDGED, "bytes", EXACT, HEAP, net_bytes,			\
	  COUNTERS, COMPARE | END,					\
	  MAIN_LAYER("net", "allocated with malloc, not freed"), NULL)	\
	X(net_blocks, "blocks allocated by malloc and the like, not freed", \
	  80, JUDGED, "blocks", COUNT, HEAP, net_bytes,			\
	  COUNTERS, NONE,						\
	  NO_LAYER, NULL)						\
	X(allocated_bytes, "bytes that the program has from the allocator", \
	  20, JUDGED, "bytes", EXACT, HEAP, net_bytes,			\
	  ALLOCATOR, PICTURE | COMPARE,					\
	  MAIN_LAYER("allocated", "handed out by the allocator"), NULL)	\
	X(active_bytes, "bytes in the allocator's active pages",	\
	  130, JUDGED, "bytes", RESIDENT, RESIDENT, rss_bytes,		\
	  ALLOCATOR, NONE,						\
	  NO_LAYER, NULL)						\
	X(resident_bytes, "bytes that the allocator holds in memory",	\
	  140, JUDGED, "bytes", RESIDENT, RESIDENT, rss_bytes,		\
	  ALLOCATOR, NONE,						\
	  NO_LAYER, NULL)						\
	X(retained_bytes, "address space that the allocator keeps for reuse", \
	  220, NOT_JUDGED, "bytes", RESIDENT, RESIDENT, retained_bytes,	\
	  ALLOCATOR, NONE,						\
	  NO_LAYER, NULL)						\
	X(processes, "processes of the program's tree",			\
	  170, JUDGED, "processes", HANDLE, HANDLE, processes,		\
	  TREE, NONE,							\
	  LAYER("processes", "processes"),				\
	  "process leak: the number of processes keeps growing")			\
	X(threads, "threads of the program's tree",			\
	  180, JUDGED, "threads", HANDLE, HANDLE, threads,		\
	  TREE, NONE,							\
	  LAYER("threads", "threads"), "thread leak: the number of threads keeps growing") \
	X(descriptors, "open file descriptors",				\
	  190, JUDGED, "descriptors", HANDLE, HANDLE, descriptors,	\
	  DESCRIPTORS, NONE,						\
	  LAYER("descriptors", "open descriptors"),			\
	  "descriptor leak: open descriptors keep accumulating")		\
	X(mappings, "memory mappings, checkpoints",			\
	  200, JUDGED, "mappings", HANDLE, MAPPING, mappings,		\
	  MAPPINGS, NONE,						\
	  LAYER("mappings", "memory mappings"),				\
	  "mapping leak: the number of mappings keeps growing")		\
	X(live_objects, "objects alive in the runtime",			\
	  60, JUDGED, "objects", COUNT, OBJECTS, live_bytes,		\
	  PROGRAM, COMPARE,						\
	  NO_LAYER, NULL)						\
	X(live_bytes, "bytes of the objects alive in the runtime",	\
	  30, JUDGED, "bytes", EXACT, OBJECTS, live_bytes,		\
	  PROGRAM, PICTURE | COMPARE,					\
	  MAIN_LAYER("live", "objects alive in the runtime"), NULL)	\
	X(garbage, "objects that the collector found uncollectable",	\
	  50, JUDGED, "objects", COUNT, GARBAGE, live_bytes,		\
	  PROGRAM, COMPARE,						\
	  LAYER("garbage", "objects that cannot be collected"), NULL)	\
	X(table_entries, "entries in the pending and channel tables",	\
	  70, JUDGED, "entries", COUNT, ENTRIES, table_bytes,		\
	  PROGRAM, COMPARE,						\
	  NO_LAYER, NULL)						\
	X(table_bytes, "bytes of the pending and channel tables",	\
	  40, JUDGED, "bytes", EXACT, ENTRIES, table_bytes,		\
	  PROGRAM, NONE,						\
	  LAYER("tables", "entries of the runtime's tables"), NULL)	\
	X(native_bytes, "resident memory outside the runtime's heap",	\
	  92, JUDGED, "bytes", RESIDENT, RESIDENT, net_bytes,		\
	  HEAP, NONE,							\
	  LAYER("native", "resident outside the heap"), NULL)		\
	X(heap_used_bytes, "bytes in the runtime's heap, garbage included", \
	  242, NOT_JUDGED, "bytes", RESIDENT, RESIDENT, heap_used_bytes, \
	  HEAP, NONE,							\
	  NO_LAYER, NULL)						\
	X(heap_committed_bytes, "bytes that the runtime's heap has taken from the kernel", \
	  244, NOT_JUDGED, "bytes", RESIDENT, RESIDENT, heap_committed_bytes, \
	  HEAP, NONE,							\
	  LAYER("heap", "heap of the runtime, used or not"), NULL)	\
	X(published, "messages handed to the broker",			\
	  240, NOT_JUDGED, "messages", HANDLE, HANDLE, published,	\
	  PROGRAM, NONE,						\
	  NO_LAYER, NULL)
/* clang-format on */

/* clang-format loses count of the indent behind directives. */
/* clang-format off */
enum tm_metric {
#define TM_METRIC_ID(name, ...) TM_METRIC_##name,
	TM_METRICS(TM_METRIC_ID)
#undef TM_METRIC_ID
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

_Static_assert(TM_METRIC_COUNT <= 32, "`present` needs a bit for each metric");

/* "maxrss_bytes" for TM_METRIC_maxrss_bytes, and the other way round
 * (TM_METRIC_COUNT for an unknown name). */
const char *tm_metric_name(enum tm_metric metric);
const char *tm_metric_text(enum tm_metric metric);

/* Whether the name is a word in the plural, such as "threads": they grow, where
 * rss_bytes, a name, grows. */
int tm_metric_is_plural(enum tm_metric metric);
enum tm_metric tm_metric_find(const char *name);

/* The same, and as people type it: "rss" for rss_bytes. */
enum tm_metric tm_metric_find_short(const char *name);

/* "maxrss, hwm, rss, ...": all names, as short as they may be typed. */
#define TM_METRIC_LIST_MAX 512
void tm_metric_list(char out[TM_METRIC_LIST_MAX]);

static inline int tm_sample_has(const struct tm_sample *sample,
				enum tm_metric metric)
{
	return (int)(sample->present >> metric & 1u);
}

static inline void tm_sample_set(struct tm_sample *sample,
				 enum tm_metric metric, uint64_t value)
{
	sample->present |= 1u << metric;
	sample->value[metric] = value;
}

/* It was not measured after all. */
static inline void tm_sample_unset(struct tm_sample *sample,
				   enum tm_metric metric)
{
	sample->present &= ~(1u << metric);
	sample->value[metric] = 0;
}

#endif
