/*
 * oom.h - whether the out-of-memory killer ended the program.
 *
 * Purpose:   tell an out-of-memory kill from any other SIGKILL, by the counters
 *            that the kernel keeps of such kills.
 * Ownership: plain memory of the caller.
 * Errors:    a counter that cannot be read proves nothing.
 * Source:    memory.events and memory.events.local (control groups v2),
 *            memory.oom_control (v1), and oom_kill in /proc/vmstat, which
 *            counts for the whole machine.
 */
#ifndef TM_SUBPROCESS_OOM_H
#define TM_SUBPROCESS_OOM_H

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

struct tm_oom_counter {
	char path[PATH_MAX]; /* "" when there is none */
	int is_known;
	uint64_t count;
};

struct tm_oom {
	struct tm_oom_counter group; /* of the program's control group */
	struct tm_oom_counter machine;
};

/* Read the counters of process `pid`, which must still be there. */
void tm_oom_open(struct tm_oom *oom, pid_t pid);

/* The same from files below `root` in place of /, for tests. */
void tm_oom_open_below(struct tm_oom *oom, pid_t pid, const char *root);

enum tm_oom_evidence {
	TM_OOM_NONE,
	TM_OOM_MACHINE, /* somewhere on this machine */
	TM_OOM_GROUP	/* in the program's control group */
};

/* Which counter has risen since then. */
enum tm_oom_evidence tm_oom_check(const struct tm_oom *oom);

#endif
