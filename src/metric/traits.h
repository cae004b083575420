/*
 * traits.h - what the gate knows about each metric.
 *
 * Purpose:   one table that says how a metric behaves when nothing grows, what
 *            it counts, and whether its growth is growth of memory.
 * Ownership: constants.
 * Units:     in `unit`.
 */
#ifndef TM_METRIC_TRAITS_H
#define TM_METRIC_TRAITS_H

#include "metric/metric.h"
#include "stats/kind.h"

struct tm_trait {
	int is_judged; /* 0: only when it is given a budget by name */
	enum tm_metric_class metric_class;
	enum tm_role role;
	/* A metric of the same memory that is sampled more finely or more
	 * often: what that answers need not be answered by this.  The metric
	 * itself when there is none. */
	enum tm_metric finer;
	const char *unit;
};

const struct tm_trait *tm_trait_of(enum tm_metric metric);

/* Whether a budget in bytes means it. */
int tm_trait_is_bytes(enum tm_metric metric);

/* Whether it counts objects of the kernel: each of them counts, and a few more
 * of them are growth already. */
int tm_trait_is_handle(enum tm_metric metric);

/* How to decide about it: its class's defaults, its unit and step, and the
 * budget that it has while nobody names another. */
struct tm_decide_opts tm_trait_decide_opts(enum tm_metric metric);

#endif
