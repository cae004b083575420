/*
 * script.h - where an interpreter stands.
 *
 * Purpose:   CPython's own traceback of the thread, as text: file, line and
 *            function, innermost first.  To a person it says more than the
 *            interpreter's C functions do.
 * Threads:   only a thread that holds the interpreter's lock is asked, so that
 *            nobody changes what is read.
 * Source:    _Py_DumpTraceback(), which CPython wrote for its crash handler: it
 *            allocates nothing and calls nothing but write().  That is ours
 *            here: the text is caught on the way, without a descriptor.
 */
#ifndef TM_PRELOAD_SCRIPT_H
#define TM_PRELOAD_SCRIPT_H

#include <stddef.h>

#define TM_SCRIPT_MAX 2048

/* Once, in the constructor: looking for functions takes the linker's lock.
 * Whether there is an interpreter. */
int tm_script_start(void);

/* Whole lines in `text`; their length, 0 when there is no interpreter or it is
 * at nothing of its own. */
size_t tm_script_take(char text[TM_SCRIPT_MAX]);

#endif
