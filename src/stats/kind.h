/*
 * kind.h - what kind of growth the decisions on a run's metrics amount to.
 *
 * Purpose:   name the cause that the metrics together point to.
 * Ownership: the caller lends the findings and their decisions.
 * Errors:    none: a cause that cannot be named is TM_KIND_UNKNOWN, with the
 *            reason.
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
	TM_ROLE_KEPT,	  /* free bytes that the allocator keeps */
	TM_ROLE_OUTSIDE,  /* resident bytes that are not the allocator's */
	TM_ROLE_SHARED,	  /* resident bytes that can be shared */
	TM_ROLE_HANDLE,	  /* descriptors and other kernel objects */
	TM_ROLE_MAPPING	  /* mappings, which memory takes as it grows */
};

/*
 * X(constant, name)
 *
 * TABLE: its entries grow.  RETENTION: RSS grows and live bytes do not, by
 * fragmentation, or the allocator keeps free pages.  OUTSIDE: RSS grows outside
 * the allocator, the program maps memory itself.  SHARED: what grows of RSS can
 * be shared with other processes.  BOUNDED: a warm-up, or a cache.
 * STEP: rose once and stayed level.  HANDLE: a leak in the kernel.
 */
#define TM_KINDS(X)                                                            \
	X(UNKNOWN, "unknown")                                                  \
	X(NONE, "none")                                                        \
	X(HEAP, "live-heap leak")                                              \
	X(CYCLES, "uncollectable cycles")                                      \
	X(TABLE, "retained by a table")                                        \
	X(RETENTION, "allocator retention")                                    \
	X(OUTSIDE, "memory outside malloc")                                    \
	X(SHARED, "shared memory")                                             \
	X(BOUNDED, "bounded")                                                  \
	X(STEP, "one-off step")                                                \
	X(HANDLE, "kernel handles")

/* clang-format off */
enum tm_kind {
#define TM_KIND_ROW(constant, name) TM_KIND_##constant,
	TM_KINDS(TM_KIND_ROW)
#undef TM_KIND_ROW
};
/* clang-format on */

/* Of all growth, for the rest not to matter. */
#define TM_KIND_NEARLY_ALL .9

/* X(constant, key, what the sentence says) */
#define TM_KIND_REASONS(X)                                                     \
	X(NO_METRIC, "no-metric", "no metric could be judged")                 \
	X(CYCLES, "cycles",                                                    \
	  "the number of uncollectable cycles keeps growing")                  \
	X(TABLE, "table", "a table keeps gaining entries")                     \
	X(OBJECTS, "objects", "live objects keep accumulating")                \
	X(HEAP, "heap", "memory allocated and not freed keeps growing")        \
	X(HANDLES, "handles", "open kernel objects keep accumulating")         \
	X(NOT_HELD, "not-held",                                                \
	  "resident memory grows, allocated memory does not")                  \
	X(OUTSIDE, "outside",                                                  \
	  "resident memory that is not from malloc keeps growing")             \
	X(SHARED, "shared",                                                    \
	  "resident memory that is shared (shm, tmpfs) keeps growing")         \
	X(HEAP_OPEN, "heap-open",                                              \
	  "resident memory grows; whether allocated memory does is not known") \
	X(NOT_ASKED, "not-asked",                                              \
	  "resident memory grows; allocations were not measured")              \
	X(STEP, "step", "it rose once and stayed level")                       \
	X(SETTLED, "settled",                                                  \
	  "it rose and levelled off, like a warm-up or a cache")               \
	X(STILL_RISES, "still-rises",                                          \
	  "it does not level off, and grows less than its budget")             \
	X(MAY_RISE, "may-rise",                                                \
	  "it rose, and may still grow by less than its budget")               \
	X(NOTHING, "nothing", "no growth")                                     \
	X(TOO_FEW, "too-few", "there are too few samples")                     \
	X(UNEVEN, "uneven", "growth is neither shown nor ruled out")

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
	const struct tm_finding
		*evidence; /* the finding it rests on, or NULL */
	enum tm_kind_reason reason;
	/* Of resident memory alone, where allocated memory is not known to
	 * grow, whatever else does: RETENTION, OUTSIDE or UNKNOWN. */
	enum tm_kind resident;
	/* Resident memory over its budget, nearly all of whose growth lies
	 * outside an allocated memory that grows as well; else NULL. */
	const struct tm_finding *bulk;
};

/* Where several handles grow, the one that comes first in `findings` is the
 * cause of the others. */
void tm_diagnose(struct tm_diagnosis *out, const struct tm_finding *findings,
		 size_t count);

const char *tm_kind_name(enum tm_kind kind);

/* "settled", and "it rose and levelled off, like a warm-up or a cache". */
const char *tm_kind_reason_name(enum tm_kind_reason reason);
const char *tm_kind_reason_text(enum tm_kind_reason reason);

#endif
