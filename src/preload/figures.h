/*
 * figures.h - what the allocator says of itself, when tidemark asks.
 *
 * Purpose:   mallinfo2() and mallctl() answer only inside their own process;
 *            the program's next call of malloc or free asks them on its way.
 * Units:     glibc counts what its threads keep in their caches (tcache) as in
 *            use; jemalloc's caches are subtracted.
 * Threads:   one thread answers, the others go on.  The allocator's own locks
 *            are taken, as by any malloc, never inside another call of it and
 *            never with a lock of ours.
 */
#ifndef TM_PRELOAD_FIGURES_H
#define TM_PRELOAD_FIGURES_H

#include "preload/area.h"
#include "preload/thread.h"

/* The last question that was answered here. */
extern _Atomic uint32_t tm_figures_answered;

/* Find out which allocator it is; once. */
void tm_figures_start(struct tm_area *area);

static inline int tm_figures_asked(struct tm_area *area)
{
	return atomic_load_explicit(&area->figures.asked,
				    memory_order_relaxed) !=
	       atomic_load_explicit(&tm_figures_answered, memory_order_relaxed);
}

/* In a forked child: whoever was answering is not there. */
void tm_figures_forked(struct tm_area *area);

void tm_figures_answer(struct tm_thread *self, struct tm_area *area);

#endif
