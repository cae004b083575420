/*
 * present.h - have memory there before it is needed.
 *
 * Purpose:   what the library used little by little would look like growth of
 *            the program: all of it is made present at one time.
 */
#ifndef TM_PRELOAD_PRESENT_H
#define TM_PRELOAD_PRESENT_H

#include <stddef.h>
#include <unistd.h>

/* Write to each page, what is there already.  The bytes. */
static inline size_t tm_present(volatile void *memory, size_t size)
{
	volatile char *byte = memory;
	size_t page = (size_t)sysconf(_SC_PAGESIZE), at;

	for (at = 0; at < size; at += page)
		byte[at] = byte[at];
	return size;
}

#endif
