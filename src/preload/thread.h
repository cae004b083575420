/*
 * thread.h - the slots that threads count in.
 *
 * Purpose:   a thread has a slot of the area to itself, so that counting is an
 *            addition.  The last slot is shared by the threads that found no
 *            free one and by threads that are ending; it is added to
 *            atomically.
 * Ownership: a slot is the thread's until it ends, then the next thread's.
 * Units:     bytes, blocks, nanoseconds.
 * Errors:    none: without a free slot a thread counts in the last one.
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
	struct tm_area_slot *slot; /* NULL: slow.h counts */
	/* There is something to do when the slot's allocated bytes reach this:
	 * the next sample, or what comes before it.  One comparison shows it. */
	uint64_t stop_at;
	enum tm_thread_state state;
	volatile int busy; /* this thread is inside the library already */

	uint64_t slow_allocations; /* that slow.c counted */
	uint64_t slow_frees;
	uint64_t allocated; /* of a thread without a slot: its own bytes */

	/* sample.c's */
	uint64_t sample_at; /* where the next sample is due */
	uint64_t random;
	uint64_t mean; /* what the gap was drawn from */
	uint64_t accounted_ns;
	int64_t saved_ns; /* time that samples may take */
	int64_t saved_before_ns;
	uint32_t window_samples;
};

extern __thread struct tm_thread tm_thread
	__attribute__((tls_model("initial-exec")));

/* Once, before the first claim.  0 when the end of a thread cannot be noticed:
 * then all share one slot. */
int tm_thread_start(void);

/* In a forked child: the other threads are not there. */
void tm_thread_forked(void);

/* A new thread gets a slot of its own, or shares the last one. */
void tm_thread_claim(struct tm_thread *self);

/* From now on the end of the thread gives its slot back.  May allocate. */
void tm_thread_keep(struct tm_thread *self);

/* Where a thread counts whose slot has been claimed: its own or the shared. */
struct tm_area_slot *tm_thread_slot(const struct tm_thread *self);

/* What is counted before the area is there, and its transfer into the new
 * area. */
extern struct tm_area_slot tm_thread_early;
void tm_thread_take_early(void);

#endif
