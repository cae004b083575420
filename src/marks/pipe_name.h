/*
 * pipe_name.h - tell a pipe of tidemark from what else has its number.
 *
 * Purpose:   a variable reaches every process below a measured program, a
 *            descriptor does not: Python and Node close it when they start a
 *            program, which then opens a file of its own under that number.
 *            Beside each number stands the name of the pipe, and a program
 *            that finds another one there leaves it alone.
 * Ownership: a name is written to the caller's array.
 * Errors:    a descriptor that is closed, or no pipe, has no name.
 * Source:    pipe(7): Linux shows a pipe as `pipe:[INODE]` in /proc/PID/fd.
 */
#ifndef TM_MARKS_PIPE_NAME_H
#define TM_MARKS_PIPE_NAME_H

#define TM_PIPE_NAME_MAX 32

/* The name as readlink() finds it in /proc/self/fd; 0 when `fd` has none. */
int tm_pipe_name(char name[TM_PIPE_NAME_MAX], int fd);

/* Whether the environment's `variable` names the pipe that `fd` is. */
int tm_pipe_is_named(int fd, const char *variable);

#endif
