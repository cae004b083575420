#include "util/alloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void tm_alloc_init(struct tm_alloc *alloc)
{
	alloc->live_bytes = 0;
	alloc->live_blocks = 0;
	alloc->fail_after = UINT64_MAX;
}

int tm_alloc_may_succeed(struct tm_alloc *alloc)
{
	if (alloc->fail_after == UINT64_MAX)
		return 1;
	if (alloc->fail_after == 0)
		return 0;
	alloc->fail_after--;
	return 1;
}

static void *count_in(struct tm_alloc *alloc, void *block, size_t size)
{
	if (!block)
		return NULL;
	alloc->live_bytes += size;
	alloc->live_blocks++;
	return block;
}

void *tm_calloc(struct tm_alloc *alloc, size_t count, size_t size)
{
	assert(count > 0 && size > 0 && count <= SIZE_MAX / size);
	if (!tm_alloc_may_succeed(alloc))
		return NULL;
	return count_in(alloc, calloc(count, size), count * size);
}

void *tm_realloc(struct tm_alloc *alloc, void *block, size_t old_size,
		 size_t size)
{
	void *moved;

	if (!block)
		return tm_malloc(alloc, size);
	assert(size > 0 && alloc->live_bytes >= old_size);
	if (!tm_alloc_may_succeed(alloc))
		return NULL;
	moved = realloc(block, size);
	if (!moved)
		return NULL;
	alloc->live_bytes += size;
	alloc->live_bytes -= old_size;
	return moved;
}

char *tm_strdup(struct tm_alloc *alloc, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = tm_malloc(alloc, size);

	if (copy)
		memcpy(copy, text, size);
	return copy;
}

void tm_strfree(struct tm_alloc *alloc, char *text)
{
	if (text)
		tm_free(alloc, text, strlen(text) + 1);
}
