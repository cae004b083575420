/*
 * proc_args.h - what /proc says of a process that somebody else started.
 *
 * Purpose:   its words, its variables, its files.
 * Ownership: in the functions.
 * Errors:    nothing when it may not be asked, or is gone.
 */
#ifndef TM_SUBPROCESS_PROC_ARGS_H
#define TM_SUBPROCESS_PROC_ARGS_H

#include <stddef.h>
#include <sys/types.h>

/* The words in /proc/PID/NAME, ended by NULL; one free() gives all back. */
char **tm_process_words(pid_t pid, const char *name);

/* Where the link /proc/PID/NAME points; 0 when it cannot be told. */
int tm_process_link(pid_t pid, const char *name, char *out, size_t size);

#endif
