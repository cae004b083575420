/*
 * figures.h - what the allocator says of itself, when tidemark asks.
 *
 * Purpose:   mallinfo2() and mallctl() answer only inside their own process;
 *            the program's next call of malloc or free asks them on its way.
 * Units:     glibc counts what its threads keep in their caches (tcache) as in
 *            use; jemalloc's caches are subtracted.
 * Threads:   one thread answers, the others go on.  The allocator's own locks
 *            are taken, as by any malloc, but never in a signal's handler,
 *            which may have interrupted it, and never with a lock of ours.
 */
#ifndef TM_PRELOAD_FIGURES_H
#define TM_PRELOAD_FIGURES_H

#include "preload/area.h"
#include "preload/thread.h"

/* Find out which allocator it is; once. */
void tm_figures_start(struct tm_area *area);

/* In a forked child: whoever was answering is not there. */
void tm_figures_forked(struct tm_area *area);

/* Answer, if there is a question and it can be answered here: not in a signal's
 * handler, which may have interrupted the allocator. */
void tm_figures_answer(struct tm_thread *self);

#endif
