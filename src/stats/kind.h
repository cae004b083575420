/*
 * kind.h - what kind of memory growth the decisions on a run's metrics make.
 *
 * Purpose:   name the cause that all metrics together point to.
 * Ownership: the caller lends the findings and their decisions.
 * Errors:    none: what cannot be named is TM_KIND_UNKNOWN and says why.
 */
#ifndef TM_STATS_KIND_H
#define TM_STATS_KIND_H

#include "stats/decide.h"

/* What a metric counts, whatever it is called. */
enum tm_role {
	TM_ROLE_HEAP,	  /* bytes that the program has from the allocator */
	TM_ROLE_OBJECTS,  /* objects of the runtime, or their bytes */
	TM_ROLE_GARBAGE,  /* objects that cannot be collected */
	TM_ROLE_ENTRIES,  /* entries of tables, or their bytes */
	TM_ROLE_RESIDENT, /* RSS, PSS, USS, active, resident */
	TM_ROLE_PEAK,	  /* maxrss, hwm */
	TM_ROLE_HANDLE	  /* descriptors and other things of the kernel */
};

enum tm_kind {
	TM_KIND_UNKNOWN,
	TM_KIND_NONE,	   /* nothing grows */
	TM_KIND_HEAP,	   /* live-heap leak */
	TM_KIND_CYCLES,	   /* uncollectable cycles: garbage grows */
	TM_KIND_TABLE,	   /* retained by a table: its entries grow */
	TM_KIND_RETENTION, /* RSS grows and live bytes do not: fragmentation,
			    * or the allocator or a mapping keeps pages */
	TM_KIND_BOUNDED,   /* a warm-up, or a cache */
	TM_KIND_STEP,	   /* once, and no more */
	TM_KIND_HANDLE	   /* a leak in the kernel */
};

/* X(constant, key, what the sentence says) */
#define TM_KIND_REASONS(X)                                                     \
	X(NO_METRIC, "no-metric", "no metric could be judged")                 \
	X(CYCLES, "cycles",                                                    \
	  "cycles that the collector may not free grow in number")             \
	X(TABLE, "table", "a table holds ever more entries")                   \
	X(OBJECTS, "objects", "ever more objects stay alive")                  \
	X(HEAP, "heap", "the program holds ever more of what it allocated")    \
	X(HANDLES, "handles", "ever more of the kernel's objects stay open")   \
	X(NOT_HELD, "not-held",                                                \
	  "resident memory grows and what the program holds does not")         \
	X(NOT_ASKED, "not-asked",                                              \
	  "resident memory grows; the allocator was not asked why")            \
	X(STEP, "step", "it rose in a step, and no more")                      \
	X(SETTLED, "settled", "it rose and settled, as a warm-up or a cache")  \
	X(NOTHING, "nothing", "nothing grows")                                 \
	X(UNEVEN, "uneven", "it is too uneven to be called flat")

/* clang-format off */
enum tm_kind_reason {
#define TM_KIND_REASON_ROW(constant, key, text) TM_KIND_REASON_##constant,
	TM_KIND_REASONS(TM_KIND_REASON_ROW)
#undef TM_KIND_REASON_ROW
};
/* clang-format on */

struct tm_finding {
	enum tm_role role;
	const struct tm_decision *decision;
};

struct tm_diagnosis {
	enum tm_kind kind;
	const struct tm_finding *evidence; /* the finding that told, or NULL */
	enum tm_kind_reason reason;
};

/* Where several handles grow, the one that comes first in `findings` is the
 * cause of the others. */
void tm_diagnose(struct tm_diagnosis *out, const struct tm_finding *findings,
		 size_t count);

const char *tm_kind_name(enum tm_kind kind);

/* "settled", and "it rose and settled, as a warm-up or a cache". */
const char *tm_kind_reason_name(enum tm_kind_reason reason);
const char *tm_kind_reason_text(enum tm_kind_reason reason);

#endif
