/*
 * stack.h - the calls that led here.
 *
 * Purpose:   return addresses, found without a lock and without a system call,
 *            so that it can be done inside malloc.  How, and what cannot be
 *            followed, stands at the head of unwind.c.
 * Ownership: the caller's array.
 * Errors:    a caller that cannot be found ends the stack.
 * Threads:   any, and in signal handlers and forked children.  The rule of an
 *            address that one thread has found is used by all.
 * Source:    the unwind tables (.eh_frame) that compilers write for C++'s
 *            exceptions, as the DWARF standard, section 6.4, and the Linux
 *            Standard Base describe them; found by _dl_find_object() of glibc
 *            2.35.  libunwind reads the same tables, as quickly when it knows
 *            an address, but takes locks when it does not; libgcc's unwinder
 *            takes none and needs sixty times as long.
 */
#ifndef TM_PRELOAD_STACK_H
#define TM_PRELOAD_STACK_H

#include <stddef.h>
#include <stdint.h>

/* Once, in the main thread. */
void tm_stack_start(void);

/* Up to `max` return addresses, innermost first, of functions that are not this
 * library's.  Not inlined: it reads its own frame. */
uint32_t tm_stack_take(uint64_t *frames, uint32_t max)
	__attribute__((noinline));

/* Whether this may be the handler of a signal: it runs on a stack that is not
 * known, or its callers lead to a signal, or they cannot be followed. */
int tm_stack_may_be_handler(void) __attribute__((noinline));

/* Make its tables resident.  Returns their bytes, all that are ever used. */
size_t tm_stack_populate(void);

/* Forget what is known about addresses: a library has gone. */
void tm_stack_forget(void);

#endif
