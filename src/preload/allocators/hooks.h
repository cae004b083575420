/*
 * hooks.h - how an allocator is asked for its figures, inside its process.
 *
 * Purpose:   one table of hooks for each allocator of table.h that is asked.
 * Ownership: constants.
 * Units:     bytes.
 * Errors:    an allocator that cannot be asked has no figures.
 * Threads:   start() runs once, in the constructor; read() in one thread at a
 *            time, inside a malloc or free of the program.  It may take the
 *            allocator's own locks, as any malloc does.
 */
#ifndef TM_PRELOAD_ALLOCATORS_HOOKS_H
#define TM_PRELOAD_ALLOCATORS_HOOKS_H

#include <stdint.h>

#include "preload/allocators/table.h"

struct tm_allocator_hooks {
	/* Find the functions to ask, with dlsym().  0 when it cannot be asked:
	 * then read() is never called. */
	int (*start)(void);

	/* Set those of `value` that the allocator's row promises; the others
	 * are 0 and stay so.  It must not call malloc or free. */
	void (*read)(uint64_t value[TM_FIGURE_COUNT]);
};

/* Of an allocator that is known by name only: its start() returns 0. */
extern const struct tm_allocator_hooks tm_allocator_none;

/* tm_allocator_HOOKS of each row. */
#define X(id, hooks, ...)                                                      \
	extern const struct tm_allocator_hooks tm_allocator_##hooks;
TM_ALLOCATORS(X)
#undef X

#endif
