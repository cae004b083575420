/*
 * allocator.h - the allocator that the program would have without us.
 *
 * Purpose:   each entry point of the next allocator in the program's scope:
 *            glibc's, or jemalloc's or another one that is linked or preloaded.
 * Ownership: none; the pointers stay valid for the life of the process.
 * Units:     bytes.
 * Errors:    an entry point that the allocator lacks is made of its memalign().
 * Threads:   found by the first caller, written by all with the same values.
 *            What dlsym() itself allocates meanwhile comes out of a small
 *            static store, which is never given back.
 */
#ifndef TM_PRELOAD_ALLOCATOR_H
#define TM_PRELOAD_ALLOCATOR_H

#include <stddef.h>
#include <stdint.h>

#include "preload/allocators/table.h"

#define tm_likely(condition)   __builtin_expect(!!(condition), 1)
#define tm_unlikely(condition) __builtin_expect(!!(condition), 0)

struct tm_allocator {
	void *(*malloc)(size_t size);
	void *(*calloc)(size_t count, size_t size);
	void *(*realloc)(void *block, size_t size);
	void (*free)(void *block);
	void *(*memalign)(size_t alignment, size_t size);
	int (*posix_memalign)(void **out, size_t alignment, size_t size);
	void *(*aligned_alloc)(size_t alignment, size_t size);
	void *(*valloc)(size_t size);
	void *(*pvalloc)(size_t size);
	size_t (*usable_size)(void *block);

	/* A block's size stands before it as glibc's malloc writes it, which
	 * was tried: no call is needed to read it. */
	int has_glibc_header;
};

extern struct tm_allocator tm_allocator;

/* Find the next allocator; nothing is done twice. */
void tm_allocator_find(void);

/* Whether sizes can be asked of the one that allocates: not when its
 * malloc_usable_size() is another allocator's. */
int tm_allocator_is_sized(void);

/* Which of the allocators of allocators/table.h it is. */
enum tm_allocator_id tm_allocator_recognise(void);

/* Whether `function` belongs to the same library as the next malloc. */
int tm_allocator_has(const void *function);

/* Make of its own memalign() what the allocator does not have. */
void tm_allocator_replace_foreign(void);

/* Try whether blocks have glibc's header, and remember. */
void tm_allocator_try_header(void);

#define TM_ALLOCATOR_STORE_BYTES 32768
extern char tm_allocator_store[TM_ALLOCATOR_STORE_BYTES];

/* Whether `block` is of the static store: then it must not be freed. */
static inline int tm_allocator_stored(const void *block)
{
	return (uintptr_t)block - (uintptr_t)tm_allocator_store <
	       TM_ALLOCATOR_STORE_BYTES;
}

/* What realloc() does with a block of the store. */
void *tm_allocator_move(void *block, size_t size);

#define TM_CHUNK_IS_MAPPED ((size_t)2)
#define TM_CHUNK_FLAGS	   ((size_t)7)

/* glibc's chunk: the size, with three flags in its low bits, stands right
 * before the block, which may use the first word of the chunk after it.
 * Unchanged since glibc 2.0. */
static inline size_t tm_allocator_header(const void *block)
{
	return ((const size_t *)block)[-1];
}

static inline size_t tm_allocator_header_size(size_t header)
{
	return (header & ~TM_CHUNK_FLAGS) - sizeof(size_t);
}

/* Whether the header says the size.  A block that was mapped alone is rare, and
 * its size is asked for. */
static inline int tm_allocator_has_size(const void *block)
{
	return tm_allocator.has_glibc_header &&
	       !(tm_allocator_header(block) & TM_CHUNK_IS_MAPPED);
}

/* The bytes of `block` that the program may use. */
static inline size_t tm_allocator_size(void *block)
{
	if (tm_likely(tm_allocator_has_size(block)))
		return tm_allocator_header_size(tm_allocator_header(block));
	return tm_allocator.usable_size(block);
}

#endif
