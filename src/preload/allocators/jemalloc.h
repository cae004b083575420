/*
 * jemalloc.h - jemalloc's control functions and the names of its figures.
 *
 * Purpose:   the preloaded library asks for them, and src/probe in a program
 *            that samples itself.
 * Ownership: constants.
 * Units:     bytes.
 * Errors:    none.
 * Source:    mallctl(3).  4096 is MALLCTL_ARENAS_ALL.
 */
#ifndef TM_PRELOAD_ALLOCATORS_JEMALLOC_H
#define TM_PRELOAD_ALLOCATORS_JEMALLOC_H

#include <stddef.h>

/* Those of a jemalloc that this program is linked with: weak, so that a program
 * without it links too and sees NULL. */
extern int mallctl(const char *name, void *old_value, size_t *old_size,
		   void *new_value, size_t new_size) __attribute__((weak));
extern int mallctlnametomib(const char *name, size_t *mib, size_t *length)
	__attribute__((weak));
extern int mallctlbymib(const size_t *mib, size_t length, void *old_value,
			size_t *old_size, void *new_value, size_t new_size)
	__attribute__((weak));

/* The statistics are a copy, made when this is written. */
#define TM_JEMALLOC_EPOCH "epoch"

#define TM_JEMALLOC_ALLOCATED "stats.allocated"
#define TM_JEMALLOC_ACTIVE    "stats.active"
#define TM_JEMALLOC_RESIDENT  "stats.resident"
#define TM_JEMALLOC_RETAINED  "stats.retained"

/* Free, but kept in the caches of threads; among those allocated. */
#define TM_JEMALLOC_CACHED "stats.arenas.4096.tcache_bytes"

#endif
