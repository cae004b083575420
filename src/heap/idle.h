/*
 * idle.h - whether a process waits for something.
 *
 * Purpose:   a program that waits in a system call may not be able to reply
 *            before that has returned; do not wait for it that long.
 * Ownership: nothing is kept.
 * Units:     the kernel's ticks of processor time, a hundredth of a second.
 * Errors:    a process that cannot be read counts as one that works.
 * Source:    /proc/PID/stat, proc(5).
 */
#ifndef TM_HEAP_IDLE_H
#define TM_HEAP_IDLE_H

#include <stdint.h>
#include <sys/types.h>

struct tm_idle {
	uint64_t ticks; /* that all its threads have used so far */
	int is_asleep;	/* its first thread, in a wait that a signal ends */
};

void tm_idle_read(struct tm_idle *idle, pid_t pid);

/* Whether it slept both times, and used no processor time between. */
int tm_idle_is_since(const struct tm_idle *now, const struct tm_idle *then);

#endif
