/*
 * proc_args.h - read the arguments of a process that tidemark did not start.
 *
 * Purpose:   its arguments, its environment, its links in /proc.
 * Ownership: in the functions.
 * Errors:    NULL or 0 when it may not be read, or has ended.
 */
#ifndef TM_SUBPROCESS_PROC_ARGS_H
#define TM_SUBPROCESS_PROC_ARGS_H

#include <stddef.h>
#include <sys/types.h>

/* The strings in /proc/PID/NAME ("cmdline", "environ"), ended by NULL; one free()
 * releases them. */
char **tm_process_strings(pid_t pid, const char *name);

/* Where the link /proc/PID/NAME points; 0 when it cannot be read. */
int tm_process_link(pid_t pid, const char *name, char *out, size_t size);

#endif
