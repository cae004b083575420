/*
 * table.h - the allocators that tidemark knows, one row each.
 *
 * Purpose:   what the preloaded library and the programs that read its areas
 *            both need to know of an allocator.  How it is asked, which only
 *            the library needs, is in the hooks of its file here (hooks.h).
 * Ownership: constants.
 * Units:     bytes.
 * Errors:    none.
 * Source:    mimalloc's single list of statistics, as metric/metric.h.
 */
#ifndef TM_PRELOAD_ALLOCATORS_TABLE_H
#define TM_PRELOAD_ALLOCATORS_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Figures that an allocator may report of itself, in bytes. */
enum tm_figure {
	TM_FIGURE_ALLOCATED, /* what the program has of it */
	TM_FIGURE_ACTIVE,    /* pages that hold some of that */
	TM_FIGURE_RESIDENT,  /* its memory that is resident, or may be */
	TM_FIGURE_RETAINED,  /* what it keeps for reuse */
	TM_FIGURE_COUNT
};

#define TM_FIGURE_BIT(figure) (1u << (figure))

/* Figures as bits, in the table. */
#define TM_FIGURES_NONE	    0u
#define TM_FIGURES_RESIDENT TM_FIGURE_BIT(TM_FIGURE_RESIDENT)
#define TM_FIGURES_ALLOCATED_RETAINED                                          \
	(TM_FIGURE_BIT(TM_FIGURE_ALLOCATED) | TM_FIGURE_BIT(TM_FIGURE_RETAINED))
#define TM_FIGURES_ALL (TM_FIGURE_BIT(TM_FIGURE_COUNT) - 1)

/* Where the size of a block is read. */
enum tm_size_source {
	TM_SIZE_CALL,  /* by malloc_usable_size() */
	TM_SIZE_HEADER /* in the word before the block, as glibc writes it */
};

#define TM_VARIABLES(...)                                                      \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}
#define TM_VARIABLES_MAX 3

/*
 * X(ID, hooks, name, library, symbol, figures, size, variables, lacks, mute,
 *   advice)
 *
 *   ID         its number in an area is TM_ALLOCATOR_ID: new rows come last
 *   hooks      tm_allocator_HOOKS are its hooks; `none`: it is not asked
 *   name       as a run's environment has it; baselines compare it
 *   library    how the name of its library's file begins
 *   symbol     a function that only it has, in the library of its malloc
 *   figures    those it reports when it can be asked
 *   size       where the size of a block is read
 *   variables  of the environment that configure it; a star matches any ending
 *   lacks      why a figure that is not among `figures` is absent
 *   mute       why none is there, when its hook start() fails
 *   advice     what makes it return free memory, after "try"
 *
 * The first row is what a program has that brings no other.
 */
#define TM_ALLOCATORS(X)                                                       \
	X(GLIBC, glibc, "libc", "libc.so", "gnu_get_libc_version",             \
	  TM_FIGURES_ALLOCATED_RETAINED, TM_SIZE_HEADER,                       \
	  TM_VARIABLES("MALLOC_*", "GLIBC_TUNABLES"),                          \
	  "glibc's malloc does not report it",                                 \
	  "this glibc has no mallinfo2(): it is older than 2.33",              \
	  "MALLOC_ARENA_MAX=2 and malloc_trim(0)")                             \
	X(JEMALLOC, jemalloc, "jemalloc", "libjemalloc", "mallctl",            \
	  TM_FIGURES_ALL, TM_SIZE_CALL, TM_VARIABLES("JEMALLOC_*", "_RJEM_*"), \
	  "jemalloc does not report it",                                       \
	  "this jemalloc was built without statistics",                        \
	  "MALLOC_CONF=dirty_decay_ms:0,muzzy_decay_ms:0")                     \
	X(TCMALLOC, none, "tcmalloc", "libtcmalloc", "tc_version",             \
	  TM_FIGURES_NONE, TM_SIZE_CALL, TM_VARIABLES("TCMALLOC_*"),           \
	  "tidemark does not read tcmalloc's figures", "",                     \
	  "TCMALLOC_RELEASE_RATE=10")                                          \
	X(MIMALLOC, mimalloc, "mimalloc", "libmimalloc", "mi_version",         \
	  TM_FIGURES_RESIDENT, TM_SIZE_CALL, TM_VARIABLES("MIMALLOC_*"),       \
	  "mimalloc does not report it",                                       \
	  "this mimalloc has no mi_process_info()",                            \
	  "MIMALLOC_PURGE_DELAY=0 and mi_collect(true)")

enum tm_allocator_id {
	TM_ALLOCATOR_UNKNOWN,
#define X(id, ...) TM_ALLOCATOR_##id,
	TM_ALLOCATORS(X)
#undef X
		TM_ALLOCATOR_COUNT
};

struct tm_allocator_row {
	const char *name;
	const char *library;
	const char *symbol;
	uint32_t figures;
	enum tm_size_source size;
	const char *variables[TM_VARIABLES_MAX];
	const char *lacks;
	const char *mute;
	const char *advice;
};

/* The row of `id`; that of UNKNOWN for a number that is none. */
static inline const struct tm_allocator_row *tm_allocator_row(uint32_t id)
{
	static const struct tm_allocator_row rows[TM_ALLOCATOR_COUNT] = {
		[TM_ALLOCATOR_UNKNOWN] =
			{.name = "unknown",
			 .lacks = "tidemark does not know the program's "
				  "allocator"},
#define X(id, hooks, ...) [TM_ALLOCATOR_##id] = {__VA_ARGS__},
		TM_ALLOCATORS(X)
#undef X
	};

	return &rows[id < TM_ALLOCATOR_COUNT ? id : TM_ALLOCATOR_UNKNOWN];
}

/* The row of the allocator of that name, as a run's environment has it; that of
 * UNKNOWN for another name or NULL. */
static inline const struct tm_allocator_row *tm_allocator_named(
	const char *name)
{
	uint32_t id = TM_ALLOCATOR_COUNT - 1;

	while (id > TM_ALLOCATOR_UNKNOWN &&
	       (!name || strcmp(name, tm_allocator_row(id)->name) != 0))
		id--;
	return tm_allocator_row(id);
}

/* Why an allocator that reported `known` figures did not report `figure`. */
static inline const char *tm_allocator_reason(uint32_t id, uint32_t known,
					      enum tm_figure figure)
{
	const struct tm_allocator_row *row = tm_allocator_row(id);

	if (row->figures & ~known & TM_FIGURE_BIT(figure))
		return row->mute;
	return row->lacks;
}

#endif
