/*
 * sample.h - which blocks are sampled, and what becomes of them.
 *
 * Purpose:   find out which stacks allocate what is not freed, at the price of
 *            one block in many.  The estimate, its error and how the mean
 *            adapts are explained at the head of sample.c.
 * Ownership: blocks belong to the program.
 * Units:     bytes as the allocator says that the block holds.
 * Errors:    a sample without room for its site or its block is lost, and
 *            counted in the area.
 * Threads:   no locks.
 */
#ifndef TM_PRELOAD_SAMPLE_H
#define TM_PRELOAD_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "preload/sampled_blocks.h"

struct tm_thread;

/* Once; `seed` 0: a new one, else the same samples in each run. */
void tm_sample_start(uint64_t seed);

/* In a forked child, which goes on with its parent's samples. */
void tm_sample_forked(void);

/* A thread begins to count in its slot. */
void tm_sample_join(struct tm_thread *self);

/* The thread has come to its `stop_at`: `block` of `size` bytes is a sample, unless
 * there is only something to check.  What is returned is `block`. */
void *tm_sample_take(void *block, size_t size) __attribute__((noinline, cold));

/* What the thread has allocated, as `stop_at` counts it. */
uint64_t tm_sample_allocated(const struct tm_thread *self);

/* `block` is about to be freed. */
void tm_sample_drop(const void *block) __attribute__((noinline, cold));

/* The same in two steps, or back again. */
void tm_sample_freed(struct tm_sampled_block entry);
void tm_sample_restore(const void *block, struct tm_sampled_block entry);

#endif
