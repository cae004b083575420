/*
 * interposed.h - the functions that the library defines in place of others.
 *
 * Purpose:   a program that loads the library calls these instead of libc's,
 *            libstdc++'s or its allocator's.  Each one calls the next
 *            definition and returns what that returns.  All else is hidden.
 * Ownership: as the functions that are replaced.
 * Errors:    as the functions that are replaced.
 *
 *   interpose.c   malloc calloc realloc reallocarray free posix_memalign
 *                 memalign aligned_alloc valloc pvalloc
 *   operators.c   operator new and delete, in all their forms
 *   process.c     dlclose _exit _Exit
 *   python.c      write
 *   python_agent.c  read
 */
#ifndef TM_PRELOAD_INTERPOSED_H
#define TM_PRELOAD_INTERPOSED_H

#include <stddef.h> /* macros alone are not a translation unit */

#define TM_INTERPOSED __attribute__((visibility("default")))

#endif
