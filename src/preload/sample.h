/*
 * sample.h - which blocks are samples, and what becomes of them.
 *
 * Purpose:   find out which stacks allocate what is not freed, at the price of
 *            one block in many: a block of s bytes is a sample with the
 *            probability 1 - exp(-s / mean), whatever the pattern of the
 *            program's allocations, and stands for s divided by it.
 * Units:     bytes as the allocator says that the block holds.
 * Threads:   no locks.  A block is added by the thread that allocates it and
 *            removed by the one that frees it, which is never at one time.
 */
#ifndef TM_PRELOAD_SAMPLE_H
#define TM_PRELOAD_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

struct tm_thread;

/* What a sampled block stands for; weight 0: it is none. */
struct tm_sample_entry {
	uint64_t weight;
	uint32_t site;
};

static inline void tm_sample_start(char **environment)
{
	(void)environment;
}

static inline void tm_sample_forked(void)
{
}

void tm_sample_join(struct tm_thread *self);

static inline int tm_sample_may_have(const void *block)
{
	(void)block;
	return 0;
}

static inline void tm_sample_take(struct tm_thread *self, void *block,
				  size_t size, uint64_t allocated)
{
	(void)self;
	(void)block;
	(void)size;
	(void)allocated;
}

static inline void tm_sample_drop(const void *block)
{
	(void)block;
}

static inline struct tm_sample_entry tm_sample_remove(const void *block)
{
	struct tm_sample_entry none = {0};

	(void)block;
	return none;
}

static inline void tm_sample_freed(struct tm_sample_entry entry)
{
	(void)entry;
}

static inline void tm_sample_restore(const void *block,
				     struct tm_sample_entry entry)
{
	(void)block;
	(void)entry;
}

#endif
