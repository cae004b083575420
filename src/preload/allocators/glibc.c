/*
 * glibc's malloc, by mallinfo2().  It counts what its threads keep in their
 * caches (tcache) as in use, and locks each arena while it counts.
 */
#include <dlfcn.h>
#include <malloc.h>
#include <string.h>

#include "preload/allocators/hooks.h"

static struct mallinfo2 (*ask)(void);

static int start(void)
{
	void *found = dlsym(RTLD_NEXT, "mallinfo2"); /* glibc >= 2.33 */

	memcpy(&ask, &found, sizeof(found));
	return found != NULL;
}

/* What it has from the kernel is arenas and blocks that were mapped alone; the
 * latter are all in use. */
static void read_figures(uint64_t value[TM_FIGURE_COUNT])
{
	struct mallinfo2 info = ask();

	value[TM_FIGURE_ALLOCATED] = info.uordblks + info.hblkhd;
	value[TM_FIGURE_RETAINED] =
		info.arena > info.uordblks ? info.arena - info.uordblks : 0;
}

const struct tm_allocator_hooks tm_allocator_glibc = {
	.start = start,
	.read = read_figures,
};
