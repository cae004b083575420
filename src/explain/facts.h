/*
 * facts.h - the layers of a run's memory, judged, and what follows.
 *
 * Purpose:   what every form of `tidemark why` shows.
 * Ownership: tm_why_facts_make() fills a struct of the caller that borrows the
 *            run.
 * Units:     slopes for one of the run's unit; the layer's own unit.
 * Errors:    TM_ENOMEM.
 */
#ifndef TM_EXPLAIN_FACTS_H
#define TM_EXPLAIN_FACTS_H

#include "gate/verdict.h"

/* X(key, of a metric or TM_METRIC_COUNT when it is derived, in words) */
#define TM_WHY_LAYERS(X)                                                       \
	X(net, net_bytes, "taken from malloc, not given back")                 \
	X(allocated, allocated_bytes, "handed out by the allocator")           \
	X(live, live_bytes, "objects alive in the runtime")                    \
	X(garbage, garbage, "objects that cannot be collected")                \
	X(tables, table_bytes, "entries of the runtime's tables")              \
	X(kept, COUNT, "free, but kept by the allocator")                      \
	X(outside, COUNT, "resident, but not from malloc")                     \
	X(rss, rss_bytes, "resident memory (RSS)")                             \
	X(uss, uss_bytes, "of that, private (USS)")                            \
	X(swap, swap_bytes, "swapped out")                                     \
	X(lazyfree, lazyfree_bytes, "given back lazily (MADV_FREE)")           \
	X(cgroup, cgroup_bytes, "charged to the control group")                \
	X(processes, processes, "processes")                                   \
	X(threads, threads, "threads")                                         \
	X(descriptors, descriptors, "open descriptors")                        \
	X(mappings, mappings, "memory mappings")

/* clang-format off */
enum tm_why_layer_id {
#define TM_WHY_LAYER(key, metric, words) TM_WHY_##key,
	TM_WHY_LAYERS(TM_WHY_LAYER)
#undef TM_WHY_LAYER
	TM_WHY_LAYER_COUNT
};
/* clang-format on */

struct tm_why_layer {
	const char *key;
	const char *words;
	enum tm_metric metric; /* TM_METRIC_COUNT: from several */
	const char *unit;
	int is_measured;
	int grows;
	struct tm_decision decision;
};

#define TM_WHY_CAUSES_MAX 10
#define TM_WHY_CAUSE_MAX  400

struct tm_why_facts {
	const struct tm_run *run;
	struct tm_verdict verdict;
	struct tm_why_layer layer[TM_WHY_LAYER_COUNT];
	int is_scenario;     /* the program reported a census */
	int is_counted;	     /* from inside: malloc's bytes are known */
	int knows_allocator; /* its own figures are known, too */
	const char *per;     /* "an iteration", "a second" */

	char cause[TM_WHY_CAUSES_MAX][TM_WHY_CAUSE_MAX]; /* sentences */
	size_t cause_count;
	char next[2 * TM_WHY_CAUSE_MAX]; /* a command, or "" */
};

TM_CHECK enum tm_rc tm_why_facts_make(struct tm_why_facts *out,
				      const struct tm_run *run,
				      struct tm_err *err);

/* Whether the verdict is that memory grows, and be it the peak alone; whether
 * resident memory does, within a budget or not. */
int tm_why_memory_fails(const struct tm_why_facts *facts);
int tm_why_memory_grows(const struct tm_why_facts *facts);

/* Fill in the causes and the next command from the layers. */
void tm_why_conclude(struct tm_why_facts *facts);

#endif
