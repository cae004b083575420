/*
 * jemalloc, by mallctl().  What waits in the caches of threads is taken off
 * what it calls allocated.
 */
#include "preload/allocators/jemalloc.h"

#include <dlfcn.h>
#include <string.h>

#include "preload/allocators/hooks.h"

static int (*ask)(const char *name, void *old, size_t *old_size, void *new,
		  size_t new_size);

/* A jemalloc that was built without statistics says so by an error. */
static int start(void)
{
	void *found = dlsym(RTLD_DEFAULT, "mallctl");
	size_t value, size = sizeof(value);

	memcpy(&ask, &found, sizeof(found));
	return found && ask(TM_JEMALLOC_ALLOCATED, &value, &size, NULL, 0) == 0;
}

static size_t figure(const char *name)
{
	size_t value = 0, size = sizeof(value);

	return ask(name, &value, &size, NULL, 0) == 0 ? value : 0;
}

static void read_figures(uint64_t value[TM_FIGURE_COUNT])
{
	uint64_t epoch = 1;
	size_t allocated, cached;

	ask(TM_JEMALLOC_EPOCH, NULL, NULL, &epoch, sizeof(epoch));
	allocated = figure(TM_JEMALLOC_ALLOCATED);
	cached = figure(TM_JEMALLOC_CACHED);
	value[TM_FIGURE_ALLOCATED] =
		cached < allocated ? allocated - cached : allocated;
	value[TM_FIGURE_ACTIVE] = figure(TM_JEMALLOC_ACTIVE);
	value[TM_FIGURE_RESIDENT] = figure(TM_JEMALLOC_RESIDENT);
	value[TM_FIGURE_RETAINED] = figure(TM_JEMALLOC_RETAINED);
}

const struct tm_allocator_hooks tm_allocator_jemalloc = {
	.start = start,
	.read = read_figures,
};
