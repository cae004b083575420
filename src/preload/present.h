/*
 * present.h - have memory there before it is needed.
 *
 * Purpose:   what the library used little by little would look like growth of
 *            the program: all of it is made present at one time.
 */
#ifndef TM_PRELOAD_PRESENT_H
#define TM_PRELOAD_PRESENT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * Have every page there that `memory` lies in, with what it holds; the bytes.
 * One call of the kernel (Linux 5.14) instead of a fault for each page: on a
 * virtual machine, where a fault is dear, that is most of what sampling costs
 * a short program.
 */
static inline size_t tm_present(void *memory, size_t size)
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
	for (at = 0; at < size; at += page)
		byte[at] = byte[at];
	return size;
}

#endif
