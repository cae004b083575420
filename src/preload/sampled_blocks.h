/*
 * sampled_blocks.h - the sampled blocks that have not been freed.
 *
 * Purpose:   free() must find out of every block whether it was sampled.  One
 *            byte of a small table says no for nearly all that were not.
 * Ownership: private to the process; a forked child has its own copy, as it has
 *            of the blocks.
 * Units:     bytes.
 * Errors:    0 when the table is full.
 * Threads:   no locks.  A block is added by the thread that allocated it and
 *            removed by the thread that frees it, before the allocator frees
 *            it; so an address is never in the table twice.
 */
#ifndef TM_PRELOAD_SAMPLED_BLOCKS_H
#define TM_PRELOAD_SAMPLED_BLOCKS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define TM_SAMPLED_BLOCKS_FILTER 65536

/* How many sampled blocks have this hash; at 255 it stays. */
extern _Atomic uint8_t tm_sampled_blocks_filter[TM_SAMPLED_BLOCKS_FILTER];

/* Neighbours in memory are neighbours in the filter, so that it is in the cache
 * of a program that frees in order.  The bits above a MiB are folded in. */
static inline size_t tm_sampled_blocks_hash(const void *block)
{
	uintptr_t at = (uintptr_t)block;

	return (at >> 4 ^ at >> 20) & (TM_SAMPLED_BLOCKS_FILTER - 1);
}

static inline int tm_sampled_blocks_may_have(const void *block)
{
	return atomic_load_explicit(
		       &tm_sampled_blocks_filter[tm_sampled_blocks_hash(block)],
		       memory_order_relaxed) != 0;
}

/* From now on the filter says "maybe" for `block`. */
void tm_sampled_blocks_suspect(const void *block);

/* What a sampled block stands for; `weight` 0: the block is not sampled. */
struct tm_sampled_block {
	uint64_t weight;
	uint32_t site;
};

/* `mean` is the distance of samples in bytes: blocks that are near each other
 * get entries near each other.  Called once, before the first block is added
 * and before the program has threads: an entry is found where `mean` puts it. */
void tm_sampled_blocks_start(uint64_t mean);

/* Make resident all memory that the table ever uses; returns its bytes. */
size_t tm_sampled_blocks_populate(void);

/* 0 when there is no room. */
int tm_sampled_blocks_add(const void *block, struct tm_sampled_block entry);

struct tm_sampled_block tm_sampled_blocks_remove(const void *block);

/* How many times the free room has halved: 0 while less than half of the
 * entries are used, 1 below three quarters, and so on. */
unsigned int tm_sampled_blocks_halvings(void);

#endif
