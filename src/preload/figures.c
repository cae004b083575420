#include "preload/figures.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <string.h>

#include "preload/allocator.h"
#include "preload/mapping.h"
#include "preload/stack.h"

static _Atomic int answering;

static enum tm_area_allocator kind;
static struct mallinfo2 (*ask_mallinfo2)(void);
static int (*ask_mallctl)(const char *name, void *old, size_t *old_size,
			  void *new, size_t new_size);

static void start_glibc(void)
{
	void *found = dlsym(RTLD_NEXT, "mallinfo2"); /* glibc >= 2.33 */

	if (!found)
		return;
	memcpy(&ask_mallinfo2, &found, sizeof(found));
	kind = TM_AREA_ALLOCATOR_GLIBC;
}

/* A jemalloc that was built without statistics says so by an error. */
static void start_jemalloc(void)
{
	void *found = dlsym(RTLD_DEFAULT, "mallctl");
	size_t value, size = sizeof(value);

	if (!found || !tm_allocator_has(found))
		return;
	memcpy(&ask_mallctl, &found, sizeof(found));
	if (ask_mallctl("stats.allocated", &value, &size, NULL, 0) == 0)
		kind = TM_AREA_ALLOCATOR_JEMALLOC;
}

void tm_figures_start(struct tm_area *area)
{
	if (tm_allocator_is_glibc())
		start_glibc();
	else
		start_jemalloc();
	atomic_store(&area->figures.allocator, kind);
}

void tm_figures_forked(struct tm_area *area)
{
	atomic_store(&answering, 0);
	if (atomic_load(&area->figures.sequence) & 1)
		atomic_fetch_add(&area->figures.sequence, 1);
}

static void answer_glibc(struct tm_area_figures *figures)
{
	struct mallinfo2 info = ask_mallinfo2();

	atomic_store(&figures->allocated_bytes, info.uordblks + info.hblkhd);
	atomic_store(&figures->held_bytes, info.arena + info.hblkhd);
}

static size_t jemalloc_figure(const char *name)
{
	size_t value = 0, size = sizeof(value);

	if (ask_mallctl(name, &value, &size, NULL, 0) != 0)
		return 0;
	return value;
}

/* 4096 is jemalloc's MALLCTL_ARENAS_ALL. */
static void answer_jemalloc(struct tm_area_figures *figures)
{
	uint64_t epoch = 1;
	size_t allocated, cached;

	/* The statistics are a copy, made when "epoch" is written. */
	ask_mallctl("epoch", NULL, NULL, &epoch, sizeof(epoch));
	allocated = jemalloc_figure("stats.allocated");
	cached = jemalloc_figure("stats.arenas.4096.tcache_bytes");
	atomic_store(&figures->allocated_bytes,
		     cached < allocated ? allocated - cached : allocated);
	atomic_store(&figures->active_bytes, jemalloc_figure("stats.active"));
	atomic_store(&figures->resident_bytes,
		     jemalloc_figure("stats.resident"));
	atomic_store(&figures->retained_bytes,
		     jemalloc_figure("stats.retained"));
}

static void answer(struct tm_area_figures *figures, uint32_t asked)
{
	atomic_fetch_add(&figures->sequence, 1);
	if (kind == TM_AREA_ALLOCATOR_GLIBC)
		answer_glibc(figures);
	else if (kind == TM_AREA_ALLOCATOR_JEMALLOC)
		answer_jemalloc(figures);
	atomic_fetch_add(&figures->sequence, 1);
	atomic_store(&figures->answered, asked);
	tm_mapping_set_quiet(asked);
}

void tm_figures_answer(struct tm_thread *self)
{
	struct tm_area *area = tm_mapping.area;
	int saved_errno = errno;
	int nobody = 0;

	if (!area || self->busy || tm_mapping_is_quiet() ||
	    tm_stack_may_be_handler() ||
	    !atomic_compare_exchange_strong(&answering, &nobody, 1))
		return;
	self->busy = 1;
	answer(&area->figures, atomic_load(&area->figures.asked));
	self->busy = 0;
	atomic_store(&answering, 0);
	errno = saved_errno;
}
