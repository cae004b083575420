/*
 * thread.h - what each thread counts in.
 *
 * Purpose:   a thread has a slot of the area to itself, so that counting is an
 *            addition; the last slot is for threads beyond those, for threads
 *            that are ending, and is added to atomically.
 * Ownership: a slot is the thread's until it ends, then the next thread's.
 * Threads:   no locks: slots are claimed by compare-and-swap.
 */
#ifndef TM_PRELOAD_THREAD_H
#define TM_PRELOAD_THREAD_H

#include <stddef.h>
#include <stdint.h>

#include "preload/area.h"

enum tm_thread_state {
	TM_THREAD_NEW,
	TM_THREAD_OWN,	 /* has a slot */
	TM_THREAD_SHARED /* counts in the last slot */
};

struct tm_thread {
	struct tm_area_slot *slot; /* NULL: count the slow way */
	/* The next sample is due when so many bytes have been allocated here;
	 * as in the slot, so that one comparison shows it. */
	uint64_t sample_at;
	enum tm_thread_state state;
	volatile int busy; /* in our own slow work: do none inside it */

	uint64_t slow_allocations; /* how often it was counted the slow way */
	uint64_t slow_frees;
	uint64_t allocated; /* of a thread without a slot: its own bytes */

	/* sample.c's */
	uint64_t random;
	uint64_t mean; /* what the gap was drawn from */
	uint64_t accounted_ns;
	int64_t saved_ns; /* time that samples may take */
	int64_t saved_before_ns;
	uint32_t window_samples;
};

extern __thread struct tm_thread tm_thread
	__attribute__((tls_model("initial-exec")));

/* Once, before the first claim.  0 when threads cannot be followed: then all
 * share one slot. */
int tm_thread_start(void);

/* In a forked child: the other threads are not there. */
void tm_thread_forked(void);

/* Count where the fast way is not open: before the area is there, in a new
 * thread, in one without a slot, or after a fork. */
/* Into the new area: what was counted before it was there. */
void tm_thread_take_early(void);
uint64_t tm_thread_early_blocks(void);

void *tm_thread_allocated(void *block);
void tm_thread_freed(struct tm_thread *self, size_t size);

#endif
