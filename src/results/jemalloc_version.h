/*
 * jemalloc_version.h - the version of a jemalloc, read in its library's file.
 *
 * Purpose:   says which jemalloc a measured process has, without being linked
 *            with one or asking the process.
 * Ownership: the caller's buffer.
 * Units:     none.
 * Errors:    a file that cannot be read, or has no version, is 0.
 * Source:    jemalloc's "version", which stands in the library as a text:
 *            5.3.0-0-g and the 40 digits of its commit, as git describe says it.
 */
#ifndef TM_RESULTS_JEMALLOC_VERSION_H
#define TM_RESULTS_JEMALLOC_VERSION_H

#include <stddef.h>

/* The longest that is found, with its end. */
#define TM_JEMALLOC_VERSION_SIZE 80

/* Writes to `out` the first version in the file `path`.  Returns 1, or 0. */
int tm_jemalloc_version(const char *path, char out[TM_JEMALLOC_VERSION_SIZE]);

#endif
