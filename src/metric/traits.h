/*
 * traits.h - what is known about each metric.
 *
 * Purpose:   the table of metric.h as constants: how a metric behaves when
 *            nothing grows, what it counts, where it is read, and where it is
 *            shown.
 * Ownership: constants.
 * Units:     in `unit`.
 * Errors:    none: each metric has all traits.
 */
#ifndef TM_METRIC_TRAITS_H
#define TM_METRIC_TRAITS_H

#include <stddef.h>

#include "metric/metric.h"
#include "stats/kind.h"

/* What kind of number it is; the first three are bytes. */
enum tm_nature {
	TM_NATURE_EXACT,    /* bytes, counted exactly */
	TM_NATURE_RESIDENT, /* bytes in pages, which come and go in steps */
	TM_NATURE_PEAK,	    /* bytes in pages, and never falls */
	TM_NATURE_COUNT,    /* objects, counted exactly */
	TM_NATURE_HANDLE    /* objects of the kernel, of which there are few */
};

/* Where it is read.  What comes from one source is present or absent
 * together. */
enum tm_source {
	TM_SOURCE_RUSAGE, /* getrusage, which asks for its own process */
	TM_SOURCE_STATUS, /* /proc/PID/status */
	TM_SOURCE_TREE,	  /* the same; not where a program samples itself */
	TM_SOURCE_SMAPS,  /* /proc/PID/smaps_rollup: checkpoints only */
	TM_SOURCE_CGROUP, /* the control group's files */
	TM_SOURCE_DESCRIPTORS, /* /proc/PID/fd: before Linux 6.2 checkpoints */
	TM_SOURCE_MAPPINGS,    /* /proc/PID/maps: checkpoints only */
	TM_SOURCE_COUNTERS,    /* the preloaded library's count of malloc */
	TM_SOURCE_ALLOCATOR,   /* what the allocator says of itself */
	TM_SOURCE_PROGRAM,     /* the program reports it in its marks */
	TM_SOURCE_HEAP,	       /* the program's runtime reports it */
	TM_SOURCE_COUNT
};

/* Where it stands beside others, as a set. */
enum tm_use {
	TM_USE_NONE = 0,
	TM_USE_PICTURE = 1, /* a curve of its role may be drawn of it */
	TM_USE_COMPARE = 2, /* its growth in two sets of runs is compared */
	TM_USE_END = 4	    /* its fall shows that a program clears up */
};

struct tm_trait {
	int rank;	  /* the lowest explains a failure first */
	int is_judged;	  /* 0: only when it is given a budget by name */
	const char *unit; /* in the plural */
	enum tm_nature nature;
	enum tm_role role;
	enum tm_metric finer; /* of the same memory; itself: there is none */
	enum tm_source source;
	unsigned int uses;	/* of enum tm_use */
	const char *layer;	/* its key in `tidemark why`, or NULL */
	const char *layer_text; /* "resident memory (RSS)" */
	int is_main_layer;	/* shown even when it does not grow */
	const char *leak;	/* of a handle: why its growth is a leak */
};

const struct tm_trait *tm_trait_of(enum tm_metric metric);

/* All metrics by their rank. */
void tm_trait_by_rank(enum tm_metric out[TM_METRIC_COUNT]);

/* Those with all of `uses`, by their rank; returns how many. */
size_t tm_trait_with_uses(enum tm_metric out[TM_METRIC_COUNT],
			  unsigned int uses);

/* The metrics that a picture of these roles may show: all of the first role,
 * in the order of the table, before those of the next.  Returns how many. */
#define TM_ROLES_MAX 3

struct tm_roles {
	size_t count;
	enum tm_role role[TM_ROLES_MAX];
};

size_t tm_trait_pictures(enum tm_metric out[TM_METRIC_COUNT],
			 const struct tm_roles *roles);

/* Whether a budget in bytes means it. */
int tm_trait_is_bytes(enum tm_metric metric);

/* Whether it counts objects of the kernel: each of them counts, and a few more
 * of them are growth already. */
int tm_trait_is_handle(enum tm_metric metric);

/* Whether it is counted exactly, to the byte or to the object. */
int tm_trait_is_exact(enum tm_metric metric);

/* How to decide about it: its class's defaults, its unit and step, and the
 * budget that it has as long as no other is given. */
struct tm_decide_opts tm_trait_decide_opts(enum tm_metric metric);

#endif
