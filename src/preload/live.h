/*
 * live.h - the sampled blocks that have not been freed.
 *
 * Purpose:   free() must find out for every block whether it is a sample.  A
 *            byte of a small table says no for nearly all that are none.
 * Ownership: private to the process; a forked child has its copy, as it has of
 *            the blocks.
 * Threads:   no locks.  A block is added by the thread that got it and removed
 *            by the thread that frees it, before the allocator is told; so one
 *            address is never at two places at one time.
 */
#ifndef TM_PRELOAD_LIVE_H
#define TM_PRELOAD_LIVE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define TM_LIVE_FILTER_SIZE 65536

/* How many samples have an address with this hash, no more than 255. */
extern _Atomic uint8_t tm_live_filter[TM_LIVE_FILTER_SIZE];

/* Neighbours in memory are neighbours in the filter, so that a program that
 * frees in order has it in its cache; what is above a MiB is folded in. */
static inline size_t tm_live_hash(const void *block)
{
	uintptr_t at = (uintptr_t)block;

	return (at >> 4 ^ at >> 20) & (TM_LIVE_FILTER_SIZE - 1);
}

static inline int tm_live_may_have(const void *block)
{
	return atomic_load_explicit(&tm_live_filter[tm_live_hash(block)],
				    memory_order_relaxed) != 0;
}

/* From here on the filter says "maybe" of `block`. */
void tm_live_suspect(const void *block);

/* What a sample stands for; `weight` 0: there is none. */
struct tm_live_entry {
	uint64_t weight;
	uint32_t site;
};

/* `mean` is how far samples are apart: near ones have entries near each other.
 * The bytes that this makes present, which are all that are ever used. */
size_t tm_live_start(uint64_t mean);

/* 0 when there is no room. */
int tm_live_add(const void *block, struct tm_live_entry entry);

struct tm_live_entry tm_live_remove(const void *block);

/* How often the room that is left has been halved: 0 below one half of all
 * entries, 1 below three quarters, and so on. */
unsigned int tm_live_halvings(void);

#endif
