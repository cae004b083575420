/*
 * proc_stat.h - what /proc/PID/stat says of a process.
 *
 * Purpose:   one reader of a line whose name may contain anything.
 * Ownership: the text is borrowed for the call.
 * Units:     the kernel's ticks, a hundredth of a second; counts.
 * Errors:    0 for a text that is no such line, or was cut off.
 * Source:    proc(5).
 */
#ifndef TM_UTIL_PROC_STAT_H
#define TM_UTIL_PROC_STAT_H

#include <stdint.h>

/* Flags: the kernel's PF_FORKNOEXEC and PF_KTHREAD. */
#define TM_PROC_STAT_COPIED 0x00000040u
#define TM_PROC_STAT_KERNEL 0x00200000u

struct tm_proc_stat {
	char state; /* 'S': its first thread sleeps, and a signal wakes it */
	uint64_t flags;
	uint64_t children_faults; /* of children that were waited for */
	uint64_t used_ticks;	  /* processor time of all its threads */
	uint64_t started_ticks;	  /* since the machine's start */
};

int tm_proc_stat_read(struct tm_proc_stat *out, const char *text);

#endif
