/*
 * count.h - count a block, as quickly as it can be done.
 *
 * Purpose:   the few instructions that every malloc and free of the program
 *            pays for.  All that is rare is elsewhere.
 * Ownership: blocks belong to the program; nothing is kept of them.
 * Units:     bytes, blocks.
 * Errors:    none.
 * Threads:   nothing is shared: the slot is the thread's own.
 */
#ifndef TM_PRELOAD_COUNT_H
#define TM_PRELOAD_COUNT_H

#include "preload/allocator.h"
#include "preload/mapping.h"
#include "preload/sample.h"
#include "preload/slow.h"
#include "preload/thread.h"

/* One instruction on x86-64, so that a signal's handler cannot come between
 * reading and writing.  No other thread writes, and readers are other processes.
 * ThreadSanitizer does not see what an instruction of ours writes. */
static inline void tm_count_add(_Atomic uint64_t *counter, uint64_t value)
{
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
	__asm__("addq %1, %0" : "+m"(*counter) : "er"(value));
#else
	atomic_store_explicit(
		counter,
		atomic_load_explicit(counter, memory_order_relaxed) + value,
		memory_order_relaxed);
#endif
}

static inline uint64_t tm_count_get(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

/* How many blocks this thread has been counted for. */
static inline uint64_t tm_count_allocations(const struct tm_thread *self)
{
	return self->slot ? tm_count_get(&self->slot->allocated_blocks)
			  : self->slow_allocations;
}

static inline uint64_t tm_count_frees(const struct tm_thread *self)
{
	return self->slot ? tm_count_get(&self->slot->freed_blocks)
			  : self->slow_frees;
}

/* Add `block` to the thread's own slot, and see whether it is a sample. */
static inline void *tm_count_add_block(struct tm_thread *self, void *block,
				       size_t size)
{
	struct tm_area_slot *slot = self->slot;

	tm_count_add(&slot->allocated_bytes, size);
	tm_count_add(&slot->allocated_blocks, 1);
	if (tm_unlikely(tm_count_get(&slot->allocated_bytes) >= self->stop_at))
		return tm_sample_take(block, size);
	return block;
}

/* The same of a block whose size has to be asked for. */
void *tm_count_ask_block(void *block) __attribute__((noinline));

/* `block` was just allocated.  It is what all of these return, so that the rare
 * ways are jumps and the usual one keeps nothing for after a call. */
static inline void *tm_count_allocated(void *block)
{
	struct tm_thread *self = &tm_thread;

	if (tm_unlikely(!self->slot || !tm_mapping_is_quiet()))
		return tm_slow_allocated(block);
	if (tm_unlikely(!tm_allocator_has_size(block)))
		return tm_count_ask_block(block);
	return tm_count_add_block(
		self, block,
		tm_allocator_header_size(tm_allocator_header(block)));
}

/* A block of `size` bytes was freed, or is about to be. */
static inline void tm_count_freed(struct tm_thread *self, size_t size)
{
	struct tm_area_slot *slot = self->slot;

	if (tm_unlikely(!slot || !tm_mapping_is_quiet())) {
		tm_slow_freed(self, size);
		return;
	}
	tm_count_add(&slot->freed_bytes, size);
	tm_count_add(&slot->freed_blocks, 1);
}

#endif
