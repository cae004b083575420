/*
 * figures.h - the allocator's own figures, written when tidemark asks.
 *
 * Purpose:   mallinfo2(), mallctl() and the like work only inside their own
 *            process; the program's next call of malloc or free calls them on
 *            its way.  What they are is in preload/allocators.
 * Ownership: the figures are part of the area.
 * Units:     bytes.
 * Errors:    an allocator that cannot be asked has no figures.
 * Threads:   one thread asks the allocator, the others go on.  The allocator's
 *            own locks are taken, as by any malloc, but never in a signal's
 *            handler, which may have interrupted it, and never with a lock of
 *            ours.
 */
#ifndef TM_PRELOAD_FIGURES_H
#define TM_PRELOAD_FIGURES_H

#include "preload/area.h"
#include "preload/thread.h"

/* Find out which allocator it is, and whether it can be asked; once. */
void tm_figures_start(struct tm_area *area);

/* In a forked child: a thread that was at it is not there. */
void tm_figures_forked(struct tm_area *area);

/* Write the figures, when tidemark has asked for them and this is not the
 * handler of a signal. */
void tm_figures_answer(struct tm_thread *self);

#endif
