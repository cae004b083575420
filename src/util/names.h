/*
 * names.h - find a name in a list that is in order.
 *
 * Purpose:   one search for every list that is kept by name, so that a new
 *            element can be put where it belongs.
 * Ownership: everything is borrowed for the call.
 * Errors:    a name that is not there has a place all the same.
 */
#ifndef TM_UTIL_NAMES_H
#define TM_UTIL_NAMES_H

#include <stddef.h>

/* Where `name` is among `count` elements of `size` bytes, or would have to be put.
 * Each element begins with its name, a char *, and they are in strcmp()'s order. */
size_t tm_names_place(const void *list, size_t count, size_t size,
		      const char *name, int *is_there);

/* Put `element` at its place; the list has room for it. */
void tm_names_insert(void *list, size_t count, size_t size, size_t at,
		     const void *element);

#endif
