/*
 * figures.h - what a collected runtime says of its own heap.
 *
 * Purpose:   the figures of one heap at one moment, its objects by type, and
 *            where they were allocated.
 * Ownership: figures are values.  A census owns its rows and their names;
 *            tm_heap_census_release() frees them.
 * Units:     bytes, objects, nanoseconds.
 * Errors:    what is not known has no bit in `known`; it is never 0 instead.
 */
#ifndef TM_HEAP_FIGURES_H
#define TM_HEAP_FIGURES_H

#include <stddef.h>
#include <stdint.h>

#include "heap/heap_sites.h"
#include "util/err.h"

/*
 * name, what it is.  The names are the keys of the agents' protocol (agents.h).
 *
 *   live_*         after a full collection, and only then
 *   uncollectable  of the objects: unreachable, but kept (CPython's gc.garbage)
 *   used           what the heap holds now, garbage included
 *   committed      what the heap has from the kernel, resident or not
 *   resident       of that, what is in memory
 *   collections    full ones since the start, those not asked for included
 *   pause          how long the program was stopped for this answer
 */
#define TM_HEAP_FIGURES(X)                                                     \
	X(live_bytes)                                                          \
	X(live_objects)                                                        \
	X(uncollectable)                                                       \
	X(used_bytes)                                                          \
	X(committed_bytes)                                                     \
	X(resident_bytes)                                                      \
	X(collections)                                                         \
	X(pause_ns)

/* clang-format loses count of the indent behind directives. */
/* clang-format off */
enum tm_heap_figure {
#define TM_HEAP_FIGURE_ID(name) TM_HEAP_##name,
	TM_HEAP_FIGURES(TM_HEAP_FIGURE_ID)
#undef TM_HEAP_FIGURE_ID
	TM_HEAP_FIGURE_COUNT
};
/* clang-format on */

struct tm_heap_figures {
	uint32_t known; /* bit n: figure n is known */
	uint64_t value[TM_HEAP_FIGURE_COUNT];
};

static inline int tm_heap_has(const struct tm_heap_figures *figures,
			      enum tm_heap_figure figure)
{
	return (int)(figures->known >> figure & 1u);
}

static inline void tm_heap_set(struct tm_heap_figures *figures,
			       enum tm_heap_figure figure, uint64_t value)
{
	figures->known |= 1u << figure;
	figures->value[figure] = value;
}

/* "live_bytes", and the other way round (TM_HEAP_FIGURE_COUNT: no such). */
const char *tm_heap_figure_name(enum tm_heap_figure figure);
enum tm_heap_figure tm_heap_figure_find(const char *name, size_t length);

/* Add `more` to a sum, which it becomes when it `is_first`.  What one does not
 * know, the sum does not; its pause is the longest. */
void tm_heap_figures_add(struct tm_heap_figures *sum,
			 const struct tm_heap_figures *more, int is_first);

/* --- objects by type ------------------------------------------------------ */

/* Types that a census keeps. */
#define TM_HEAP_TYPES_MAX 4096

struct tm_heap_type {
	char *name; /* as the language writes it, without control characters */
	uint64_t objects;
	uint64_t bytes;
	uint64_t uncollectable;
	int has_bytes;
};

struct tm_heap_census {
	struct tm_heap_type *types; /* by name, each once */
	size_t count;
	int is_cut; /* there were more types than are kept */
	struct tm_heap_sites sites;
};

/* Add a type with the figures of `type`, whose own name is not read, or add to
 * the one of that name.  Names longer than 200 bytes are cut. */
TM_CHECK enum tm_rc tm_heap_census_add(struct tm_heap_census *census,
				       const char *name,
				       const struct tm_heap_type *type,
				       struct tm_err *err);

/* The type of that name, as it is kept; NULL: there is none. */
const struct tm_heap_type *tm_heap_census_find(
	const struct tm_heap_census *census, const char *name);
void tm_heap_census_release(struct tm_heap_census *census);

#endif
