/*
 * shell.h - arguments as a shell reads them.
 *
 * Purpose:   commands that are suggested can be pasted as they stand.
 * Ownership: plain memory of the caller.
 * Units:     bytes.
 * Errors:    0 when the text has no room for it.
 */
#ifndef TM_UTIL_SHELL_H
#define TM_UTIL_SHELL_H

#include <stddef.h>

/* Append `word` to the text in `out`, behind a space unless that is empty, in
 * quotes where a shell would change it.  Bytes that a terminal would obey, and a
 * newline, are written as octal numbers for printf, which any POSIX shell runs:
 * "$(printf 'a\012b')".  0 when it has no room, or ends in a newline, which the
 * shell would drop from that: `out` is as it was then. */
int tm_shell_add(char *out, size_t size, const char *word);

/* The same of a path, which a program does not take for an option: "./-x". */
int tm_shell_add_path(char *out, size_t size, const char *path);

#endif
