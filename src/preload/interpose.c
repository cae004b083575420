/*
 * The entry points of malloc, each counted at both ends by what the allocator
 * says that the block holds, so that the sums agree to the byte.
 *
 * glibc's and jemalloc's own functions do not call one another by these names,
 * so nothing is counted twice; reallocarray(), which would, is made of realloc.
 */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "preload/count.h"
#include "preload/interposed.h"

void *tm_count_ask_block(void *block)
{
	return tm_count_add_block(&tm_thread, block,
				  tm_allocator.usable_size(block));
}

TM_INTERPOSED void *malloc(size_t size)
{
	void *block = tm_allocator.malloc(size);

	return tm_likely(block) ? tm_count_allocated(block) : NULL;
}

TM_INTERPOSED void *calloc(size_t count, size_t size)
{
	void *block = tm_allocator.calloc(count, size);

	return tm_likely(block) ? tm_count_allocated(block) : NULL;
}

/* A block that is remembered, or may be, or is not the allocator's. */
static void free_special(void *block) __attribute__((noinline, cold));

static void free_special(void *block)
{
	if (tm_allocator_stored(block))
		return;
	tm_count_freed(&tm_thread, tm_allocator_size(block));
	tm_sample_drop(block);
	tm_allocator.free(block);
}

/* The block is NULL, or the thread has no slot, or there is something to do
 * first: all that is not usual. */
static void free_unusual(void *block) __attribute__((noinline));

static void free_unusual(void *block)
{
	if (!block)
		return;
	if (tm_unlikely(tm_sampled_blocks_may_have(block))) {
		free_special(block);
		return;
	}
	tm_count_freed(&tm_thread, tm_allocator_size(block));
	tm_allocator.free(block);
}

TM_INTERPOSED void free(void *block)
{
	struct tm_area_slot *slot = tm_thread.slot;

	if (tm_unlikely(!block || !slot || !tm_allocator_has_size(block) ||
			!tm_mapping_is_quiet() ||
			tm_sampled_blocks_may_have(block))) {
		free_unusual(block);
		return;
	}
	tm_count_add(&slot->freed_bytes,
		     tm_allocator_header_size(tm_allocator_header(block)));
	tm_count_add(&slot->freed_blocks, 1);
	tm_allocator.free(block);
}

/* The block is out of the samples before anybody else can get its address, and
 * back among them when the call failed. */
static void *reallocate(struct tm_thread *self, void *block, size_t size)
{
	size_t before = tm_allocator_size(block);
	struct tm_sampled_block sampled = {0};
	void *moved;

	if (tm_unlikely(tm_sampled_blocks_may_have(block)))
		sampled = tm_sampled_blocks_remove(block);
	moved = tm_allocator.realloc(block, size);
	if (moved || size == 0) {
		tm_sample_freed(sampled);
		tm_count_freed(self, before);
	} else {
		tm_sample_restore(block, sampled);
	}
	if (moved)
		tm_count_allocated(moved);
	return moved;
}

TM_INTERPOSED void *realloc(void *block, size_t size)
{
	if (!block)
		return malloc(size);
	if (tm_unlikely(tm_allocator_stored(block)))
		return tm_allocator_move(block, size);
	return reallocate(&tm_thread, block, size);
}

TM_INTERPOSED void *reallocarray(void *block, size_t count, size_t size)
{
	size_t whole;

	if (__builtin_mul_overflow(count, size, &whole)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(block, whole);
}

TM_INTERPOSED int posix_memalign(void **out, size_t alignment, size_t size)
{
	int result = tm_allocator.posix_memalign(out, alignment, size);

	if (result == 0 && *out)
		tm_count_allocated(*out);
	return result;
}

TM_INTERPOSED void *memalign(size_t alignment, size_t size)
{
	void *block = tm_allocator.memalign(alignment, size);

	return tm_likely(block) ? tm_count_allocated(block) : NULL;
}

TM_INTERPOSED void *aligned_alloc(size_t alignment, size_t size)
{
	void *block = tm_allocator.aligned_alloc(alignment, size);

	return tm_likely(block) ? tm_count_allocated(block) : NULL;
}

TM_INTERPOSED void *valloc(size_t size)
{
	void *block = tm_allocator.valloc(size);

	return tm_likely(block) ? tm_count_allocated(block) : NULL;
}

TM_INTERPOSED void *pvalloc(size_t size)
{
	void *block = tm_allocator.pvalloc(size);

	return tm_likely(block) ? tm_count_allocated(block) : NULL;
}
