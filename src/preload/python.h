/*
 * python.h - which Python code is running.
 *
 * Purpose:   CPython's own traceback of the thread, as text: file, line and
 *            function, innermost first.  It says more to a reader than the
 *            interpreter's C functions do.
 * Ownership: the text goes into a buffer of the caller.
 * Errors:    none: without an interpreter there is no text.
 * Threads:   only a thread that holds the interpreter's lock is read, so that
 *            no other thread changes its stack meanwhile.
 * Source:    _Py_DumpTraceback(), which CPython wrote for its crash handler: it
 *            allocates nothing and calls nothing but write().  This library
 *            defines write(), and catches the text without a descriptor.
 */
#ifndef TM_PRELOAD_PYTHON_H
#define TM_PRELOAD_PYTHON_H

#include <stddef.h>

#define TM_PYTHON_STACK_MAX 2048

/* Once, in the constructor, because dlsym() takes the linker's lock.  Returns
 * whether the process has an interpreter. */
int tm_python_start(void);

/* Whole lines in `text`.  Returns their length; 0 when there is no interpreter,
 * or this thread is not in Python code. */
size_t tm_python_stack(char text[TM_PYTHON_STACK_MAX]);

#endif
