#include "preload/thread.h"

#include <errno.h>
#include <pthread.h>

#include "preload/allocator.h"
#include "preload/count.h"
#include "preload/mapping.h"
#include "preload/process.h"
#include "preload/sample.h"

#define OWN_SLOTS (TM_AREA_SLOTS - 1)
#define SHARED	  OWN_SLOTS

__thread struct tm_thread tm_thread;

static pthread_key_t key;
static int has_key;

/* Whether a thread that lives has the slot. */
static _Atomic int taken[OWN_SLOTS];

/* --- slots ---------------------------------------------------------------- */

/* It is the thread's destructor that hands a slot on, and whatever the thread
 * still frees after that is counted in the shared one. */
static void hand_on(void *value)
{
	struct tm_thread *self = value;
	struct tm_area *area = tm_mapping_get();
	struct tm_area_slot *slot = self->slot;

	if (slot)
		self->allocated = slot->allocated_bytes;
	self->slot = NULL;
	self->state = TM_THREAD_SHARED;
	if (slot)
		atomic_store_explicit(&taken[slot - area->slot], 0,
				      memory_order_release);
}

int tm_thread_start(void)
{
	has_key = pthread_key_create(&key, hand_on) == 0;
	return has_key;
}

static void raise_used(struct tm_area *area, uint32_t slots)
{
	uint32_t used = atomic_load(&area->slots_used);

	while (used < slots &&
	       !atomic_compare_exchange_weak(&area->slots_used, &used, slots))
		;
}

static struct tm_area_slot *claim(struct tm_area *area)
{
	int nobody;
	uint32_t i;

	for (i = 0; i < OWN_SLOTS; i++) {
		nobody = 0;
		if (!atomic_compare_exchange_strong_explicit(
			    &taken[i], &nobody, 1, memory_order_acquire,
			    memory_order_relaxed))
			continue;
		/* The shared one, which is the last, is always used. */
		raise_used(area, i + 2);
		return &area->slot[i];
	}
	return NULL;
}

/* pthread_setspecific() may allocate; then it finds the slot in place. */
static void join(struct tm_thread *self)
{
	self->state = TM_THREAD_SHARED;
	self->slot = has_key ? claim(tm_mapping.area) : NULL;
	tm_sample_join(self);
	if (!self->slot)
		return;
	self->state = TM_THREAD_OWN;
	if (pthread_setspecific(key, self) != 0)
		hand_on(self);
}

void tm_thread_forked(void)
{
	struct tm_area_slot *own = tm_thread.slot;
	struct tm_area *area = tm_mapping_get();
	size_t i;

	for (i = 0; i < OWN_SLOTS; i++)
		atomic_store(&taken[i], own == &area->slot[i]);
}

/* --- counting the slow way ------------------------------------------------ */

/* Before the area is there: the sums that it starts with. */
static struct tm_area_slot early;

static void add_shared(struct tm_area_slot *slot, int is_free, size_t size)
{
	atomic_fetch_add(is_free ? &slot->freed_bytes : &slot->allocated_bytes,
			 size);
	atomic_fetch_add(
		is_free ? &slot->freed_blocks : &slot->allocated_blocks, 1);
}

uint64_t tm_thread_early_blocks(void)
{
	return early.allocated_blocks;
}

void tm_thread_take_early(void)
{
	struct tm_area_slot *slot = &tm_mapping.area->slot[SHARED];

	atomic_fetch_add(&slot->allocated_bytes, early.allocated_bytes);
	atomic_fetch_add(&slot->freed_bytes, early.freed_bytes);
	atomic_fetch_add(&slot->allocated_blocks, early.allocated_blocks);
	atomic_fetch_add(&slot->freed_blocks, early.freed_blocks);
}

/* The slot to count in, NULL when nothing is counted.  On the way a new thread
 * gets a slot, and a forked child a file. */
static struct tm_area_slot *find(struct tm_thread *self)
{
	enum tm_process_phase phase = tm_process_phase();
	int saved_errno;

	if (phase == TM_PROCESS_UNCOUNTED)
		return NULL;
	if (phase == TM_PROCESS_EARLY)
		return &early;
	saved_errno = errno;
	if (!tm_mapping.area)
		tm_process_forked();
	if (tm_mapping.area && self->state == TM_THREAD_NEW)
		join(self);
	errno = saved_errno;
	if (!tm_mapping.area)
		return NULL;
	return self->slot ? self->slot : &tm_mapping.area->slot[SHARED];
}

void *tm_thread_allocated(void *block)
{
	struct tm_thread *self = &tm_thread;
	struct tm_area_slot *slot = find(self);
	size_t size;

	self->slow_allocations++;
	if (!slot)
		return block;
	size = tm_allocator_size(block);
	/* A slot of its own is only written by this thread, so that adding
	 * atomically is no more than slow. */
	add_shared(slot, 0, size);
	if (slot == &early)
		return block;
	tm_figures_answer(self);
	self->allocated += size;
	if (tm_sample_allocated(self) >= self->sample_at)
		return tm_sample_take(block, size);
	return block;
}

void tm_thread_freed(struct tm_thread *self, size_t size)
{
	struct tm_area_slot *slot = find(self);

	self->slow_frees++;
	if (!slot)
		return;
	add_shared(slot, 1, size);
	if (slot != &early)
		tm_figures_answer(self);
}
