/*
 * jvm_process.h - what the kernel shows of a process that runs a JVM.
 *
 * Purpose:   whether it is one, whose it is, and what of its heap is in memory.
 * Ownership: plain memory of the caller.
 * Units:     bytes.
 * Errors:    0 when it cannot be read, or is gone.
 */
#ifndef TM_HEAP_JVM_PROCESS_H
#define TM_HEAP_JVM_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

struct tm_jvm_process {
	pid_t pid;
	pid_t inner_pid; /* in its own namespace */
	uid_t uid;	 /* effective ones */
	gid_t gid;
	int catches_quit; /* SIGQUIT does not end it */
	int has_hotspot;  /* libjvm is loaded */
	int has_openj9;
	char data_path[256]; /* its performance data; "": not shared */
};

/* Read /proc/PID/status, and not the rest. */
int tm_jvm_process_status(struct tm_jvm_process *out, pid_t pid);

/* All of it. */
int tm_jvm_process_read(struct tm_jvm_process *out, pid_t pid);

/* Whether it was started with this text in an argument, or in a variable of its
 * environment, as -Xrs in JAVA_TOOL_OPTIONS. */
int tm_jvm_process_says(pid_t pid, const char *text);

/* What is resident of the mappings that begin from `low` to below `high`, and of
 * those that ZGC makes for its heap.  `found` is how many there were. */
int tm_jvm_process_resident(pid_t pid, uint64_t low, uint64_t high,
			    uint64_t *out, unsigned int *found);

#endif
