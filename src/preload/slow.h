/*
 * slow.h - count a block when the fast path of count.h cannot.
 *
 * Purpose:   what is rare is done here, before the block is counted: before
 *            the area is there, only counting; a new thread gets a slot,
 *            and a forked child its file; the allocator's figures are read
 *            when tidemark has asked for them.  Also the threads that have no
 *            slot of their own count here, always.
 * Ownership: blocks belong to the program.
 * Units:     bytes, blocks.
 * Errors:    none.
 * Threads:   any.  Counters are added to atomically, as a slot may be shared.
 */
#ifndef TM_PRELOAD_SLOW_H
#define TM_PRELOAD_SLOW_H

#include <stddef.h>

#include "preload/thread.h"

/* `block` was just allocated by this thread.  Returns `block`. */
void *tm_slow_allocated(void *block);

/* A block of `size` bytes was freed, or is about to be. */
void tm_slow_freed(struct tm_thread *self, size_t size);

#endif
