/*
 * populate.h - make memory resident before it is used.
 *
 * Purpose:   pages that the library touched one by one would look like growth
 *            of the program, so all of them are made resident at once.
 * Ownership: the memory is the caller's.
 * Units:     bytes.
 * Errors:    none: what cannot be made resident is so when it is used.
 */
#ifndef TM_PRELOAD_POPULATE_H
#define TM_PRELOAD_POPULATE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * Make the pages of `memory` resident, with their content.  Returns `size`.
 * One system call (Linux 5.14) replaces a fault for each page: on a virtual
 * machine, where a fault is slow, that is most of what sampling costs a short
 * program.
 */
static inline size_t tm_populate(void *memory, size_t size)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t from = (uintptr_t)memory & ~(page - 1);
	volatile char *byte = memory;
	size_t at;

#ifdef MADV_POPULATE_WRITE
	if (madvise((void *)from, (uintptr_t)memory + size - from,
		    MADV_POPULATE_WRITE) == 0)
		return size;
#endif
	/* Another thread may be using the memory: what it writes must stay. */
	for (at = 0; at < size; at += page)
		__atomic_fetch_add(&byte[at], 0, __ATOMIC_RELAXED);
	return size;
}

#endif
