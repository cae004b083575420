/*
 * python_walk.h - all objects of CPython that can be reached, each once.
 *
 * Purpose:   those that its collector tracks, and those that they refer to:
 *            str, bytes and int are not tracked, nor are tuples of such.
 * Ownership: memory is mapped for the time of the walk, so that the program's
 *            malloc and the objects' number stay as they are.
 * Units:     objects, bytes, nanoseconds: those of the limit are of the
 *            processor, which other programs may have meanwhile.
 * Errors:    a walk that takes longer than its time, or finds no memory, has
 *            no figures.
 * Threads:   one that holds the interpreter's lock, which the walk never lets
 *            go: no code of the program runs meanwhile, so that each object
 *            that was seen is there until the end.
 */
#ifndef TM_PRELOAD_PYTHON_WALK_H
#define TM_PRELOAD_PYTHON_WALK_H

#include "preload/python_types.h"

enum tm_python_walk_end {
	TM_PYTHON_WALKED,
	TM_PYTHON_TOO_MANY,  /* more than its time allows */
	TM_PYTHON_NOT_WALKED /* no memory, or Python refused */
};

/* Once, with the interpreter's lock.  `gc` is that module.  0 when it failed. */
int tm_python_walk_start(struct tm_python_object *gc);

/* Add all objects to `types`, which is open and empty, in at most `limit_ns`. */
enum tm_python_walk_end tm_python_walk(struct tm_python_types *types,
				       uint64_t limit_ns);

uint64_t tm_python_walk_clock(void);

#endif
