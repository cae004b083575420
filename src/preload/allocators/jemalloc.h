/*
 * jemalloc.h - the names of jemalloc's figures, for mallctl().
 *
 * Purpose:   the preloaded library asks for them, and src/probe in a program
 *            that samples itself.
 * Source:    mallctl(3).  4096 is MALLCTL_ARENAS_ALL.
 */
#ifndef TM_PRELOAD_ALLOCATORS_JEMALLOC_H
#define TM_PRELOAD_ALLOCATORS_JEMALLOC_H

#include <stddef.h> /* macros alone are not a translation unit */

/* The statistics are a copy, made when this is written. */
#define TM_JEMALLOC_EPOCH "epoch"

#define TM_JEMALLOC_ALLOCATED "stats.allocated"
#define TM_JEMALLOC_ACTIVE    "stats.active"
#define TM_JEMALLOC_RESIDENT  "stats.resident"
#define TM_JEMALLOC_RETAINED  "stats.retained"

/* Free, but kept in the caches of threads; among those allocated. */
#define TM_JEMALLOC_CACHED "stats.arenas.4096.tcache_bytes"

#define TM_JEMALLOC_VERSION "version"

#endif
