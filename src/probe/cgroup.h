/*
 * cgroup.h - what the kernel charges to a process's control group.
 *
 * Purpose:   the memory of the group that a process is in, for both versions of
 *            control groups and for the two side by side.
 * Ownership: tm_cgroup_open() opens a file that tm_cgroup_close() closes.
 * Units:     bytes.
 * Errors:    TM_ESYSTEM when there is no such group to be read; the text is
 *            short enough for a metric's reason.
 * Source:    cgroups(7); the kernel's cgroup-v2.rst (memory.current) and
 *            cgroup-v1/memory.rst (usage_in_bytes).
 *
 * The group is that of the time of opening.  It is shared with all other
 * processes in it, usually tidemark itself, and holds the page cache of the files
 * that they read: it does not measure one program.
 */
#ifndef TM_PROBE_CGROUP_H
#define TM_PROBE_CGROUP_H

#include <stdint.h>
#include <sys/types.h>

#include "util/err.h"

struct tm_cgroup {
	int version;	/* 1 or 2 */
	int current_fd; /* kept open: it is read with every sample */
};

/* The group of `pid`, 0 for this process.  Not open: current_fd is -1. */
TM_CHECK enum tm_rc tm_cgroup_open(struct tm_cgroup *cgroup, pid_t pid,
				   struct tm_err *err);

/* The same below `root` instead of "/": root/proc/PID/cgroup,
 * root/proc/self/mountinfo and root/MOUNT-POINT are read. */
TM_CHECK enum tm_rc tm_cgroup_open_below(struct tm_cgroup *cgroup,
					 const char *root, pid_t pid,
					 struct tm_err *err);

/* Closing what is closed already is allowed. */
void tm_cgroup_close(struct tm_cgroup *cgroup);

/* Sets *out and returns 1, or returns 0 when the kernel does not report it: a
 * group that is not open, or gone. */
int tm_cgroup_current(const struct tm_cgroup *cgroup, uint64_t *out);

#endif
