#include "preload/slow.h"

#include <errno.h>

#include "preload/allocator.h"
#include "preload/figures.h"
#include "preload/mapping.h"
#include "preload/process.h"
#include "preload/sample.h"

/* A slot of the thread's own is written by no other thread, so that adding
 * atomically is merely slow. */
static void add(struct tm_area_slot *slot, int is_free, size_t size)
{
	atomic_fetch_add(is_free ? &slot->freed_bytes : &slot->allocated_bytes,
			 size);
	atomic_fetch_add(
		is_free ? &slot->freed_blocks : &slot->allocated_blocks, 1);
}

/* pthread_setspecific(), called by the last of these, may allocate: by then the
 * slot and the distance to the next sample are in place. */
static void join(struct tm_thread *self)
{
	tm_thread_claim(self);
	tm_sample_join(self);
	tm_thread_keep(self);
}

/* The slot to count in; NULL when nothing is counted.  On the way a new thread
 * gets a slot, and a forked child its file. */
static struct tm_area_slot *find_slot(struct tm_thread *self)
{
	enum tm_process_phase phase = tm_process_phase();
	int saved_errno;

	if (phase == TM_PROCESS_UNCOUNTED)
		return NULL;
	if (phase == TM_PROCESS_EARLY)
		return &tm_thread_early;
	saved_errno = errno;
	if (!tm_mapping.area)
		tm_process_forked();
	if (tm_mapping.area && self->state == TM_THREAD_NEW)
		join(self);
	errno = saved_errno;
	return tm_mapping.area ? tm_thread_slot(self) : NULL;
}

/* This thread asks an allocator for a size. */
static __thread int is_asking;

/* The first time tcmalloc allocates itself, by operator new, which comes back
 * here; this first time is before the thread has a slot, and so is never missed. */
static size_t ask_size(void *block)
{
	size_t size;

	is_asking = 1;
	size = tm_allocator_size(block);
	is_asking = 0;
	return size;
}

void *tm_slow_allocated(void *block)
{
	struct tm_thread *self = &tm_thread;
	struct tm_area_slot *slot;
	size_t size;

	if (is_asking)
		return block;
	size = ask_size(block);
	slot = find_slot(self);
	self->slow_allocations++;
	if (!slot)
		return block;
	add(slot, 0, size);
	if (slot == &tm_thread_early)
		return block;
	tm_figures_answer(self);
	self->allocated += size;
	if (tm_sample_allocated(self) >= self->stop_at)
		return tm_sample_take(block, size);
	return block;
}

void tm_slow_freed(struct tm_thread *self, size_t size)
{
	struct tm_area_slot *slot = find_slot(self);

	self->slow_frees++;
	if (!slot)
		return;
	add(slot, 1, size);
	if (slot != &tm_thread_early)
		tm_figures_answer(self);
}
