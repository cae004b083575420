/*
 * alloc.h - the allocator handle that every allocation of the model goes
 * through.
 *
 * Purpose:   count bytes and blocks exactly, and fail the Nth request in tests.
 * Ownership: a block belongs to the caller until tm_free(); the handle is
 *            borrowed by everything that allocates from it and must outlive it.
 * Units:     bytes as requested, without the allocator's own rounding.
 * Errors:    NULL when memory is short or the test says so.
 * Threads:   one handle per thread, no locks inside.
 * Source:    sized deallocation as in jemalloc's sdallocx: the caller knows the
 *            size, so no header has to remember it.
 */
#ifndef TM_UTIL_ALLOC_H
#define TM_UTIL_ALLOC_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "util/err.h"

struct tm_alloc {
	uint64_t live_bytes;
	uint64_t live_blocks;
	uint64_t fail_after; /* requests that still succeed; UINT64_MAX = all */
};

/* A handle that has handed out nothing and never fails on purpose. */
void tm_alloc_init(struct tm_alloc *alloc);

/* `size` bytes (not 0), uninitialised or zeroed; NULL when memory is short. */
TM_CHECK static inline void *tm_malloc(struct tm_alloc *alloc, size_t size);
TM_CHECK void *tm_calloc(struct tm_alloc *alloc, size_t count, size_t size);

/* Change a block from `old_size` to `size` bytes; on NULL it stays as it was.
 */
TM_CHECK void *tm_realloc(struct tm_alloc *alloc, void *block, size_t old_size,
			  size_t size);

/* Give back a block of exactly `size` bytes.  NULL is allowed. */
static inline void tm_free(struct tm_alloc *alloc, void *block, size_t size);

/* A copy of `text`; give it back with tm_strfree(). */
TM_CHECK char *tm_strdup(struct tm_alloc *alloc, const char *text);
void tm_strfree(struct tm_alloc *alloc, char *text);

/* --- inline: a loop may allocate thirty objects an iteration -------------- */

/* Whether a request may succeed, while some are to fail. */
int tm_alloc_may_succeed(struct tm_alloc *alloc);

/* jemalloc's free() for a caller who knows the size, which spares it a look-up;
 * NULL under another allocator. */
extern void sdallocx(void *block, size_t size, int flags) __attribute__((weak));

static inline void *tm_malloc(struct tm_alloc *alloc, size_t size)
{
	void *block;

	assert(size > 0);
	if (alloc->fail_after != UINT64_MAX && !tm_alloc_may_succeed(alloc))
		return NULL;
	block = malloc(size);
	if (!block)
		return NULL;
	alloc->live_bytes += size;
	alloc->live_blocks++;
	return block;
}

static inline void tm_free(struct tm_alloc *alloc, void *block, size_t size)
{
	if (!block)
		return;
	assert(alloc->live_blocks > 0 && alloc->live_bytes >= size);
	alloc->live_blocks--;
	alloc->live_bytes -= size;
	if (sdallocx)
		sdallocx(block, size, 0);
	else
		free(block);
}

#endif
