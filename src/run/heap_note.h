/*
 * heap_note.h - notes about the runtimes that were entered.
 *
 * Purpose:   note in the run what was done to the program so that its runtime
 *            reports of its heap, and what that cost.
 * Ownership: all is borrowed.
 * Errors:    none.
 */
#ifndef TM_RUN_HEAP_NOTE_H
#define TM_RUN_HEAP_NOTE_H

#include "heap/heap.h"
#include "results/run.h"
#include "run/preload_setup.h"

/* `setup` is NULL where nothing was preloaded. */
void tm_heap_note(struct tm_run *run, const struct tm_heap *heap,
		  const struct tm_preload_setup *setup);

#endif
