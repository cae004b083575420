#include "preload/thread.h"

#include <pthread.h>

#include "preload/mapping.h"

#define OWN_SLOTS (TM_AREA_SLOTS - 1)
#define SHARED	  OWN_SLOTS

__thread struct tm_thread tm_thread;

static pthread_key_t key;
static int has_key;

/* Whether a thread that lives has the slot. */
static _Atomic int taken[OWN_SLOTS];

/* --- slots ---------------------------------------------------------------- */

/* The destructor of an ending thread hands its slot on; what the thread still
 * frees after that is counted in the shared slot. */
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

void tm_thread_claim(struct tm_thread *self)
{
	self->state = TM_THREAD_SHARED;
	self->slot = has_key ? claim(tm_mapping.area) : NULL;
}

void tm_thread_keep(struct tm_thread *self)
{
	if (!self->slot)
		return;
	self->state = TM_THREAD_OWN;
	if (pthread_setspecific(key, self) != 0)
		hand_on(self);
}

struct tm_area_slot *tm_thread_slot(const struct tm_thread *self)
{
	return self->slot ? self->slot : &tm_mapping.area->slot[SHARED];
}

void tm_thread_forked(void)
{
	struct tm_area_slot *own = tm_thread.slot;
	struct tm_area *area = tm_mapping_get();
	size_t i;

	for (i = 0; i < OWN_SLOTS; i++)
		atomic_store(&taken[i], own == &area->slot[i]);
}

/* --- before the area is there --------------------------------------------- */

struct tm_area_slot tm_thread_early;

void tm_thread_take_early(void)
{
	struct tm_area_slot *slot = &tm_mapping.area->slot[SHARED];
	const struct tm_area_slot *early = &tm_thread_early;

	atomic_fetch_add(&slot->allocated_bytes, early->allocated_bytes);
	atomic_fetch_add(&slot->freed_bytes, early->freed_bytes);
	atomic_fetch_add(&slot->allocated_blocks, early->allocated_blocks);
	atomic_fetch_add(&slot->freed_blocks, early->freed_blocks);
}
