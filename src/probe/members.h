/*
 * members.h - the processes that descend from one.
 *
 * Purpose:   find a program's processes, and keep each once it was found: an
 *            orphan stays in the tree that it came from.
 * Ownership: tm_members_open() gives the caller the struct's contents;
 *            tm_members_close() gives them back.  Nothing is allocated between.
 * Units:     bytes, nanoseconds of tm_clock_ns().
 * Errors:    as process.h; a table that is full sets `overflowed`.
 * Source:    proc(5): PID/task/TID/children, PID/status and, where the kernel
 *            was built without CONFIG_PROC_CHILDREN, a scan of all of /proc.
 *            loadavg's last field is the last process number that was given
 *            out: while it stands still nothing new can have been started, and
 *            when it has moved a little only those numbers are read.
 *
 * A process that is born and orphaned between two samples is not found, unless
 * this process is the reaper of orphans (PR_SET_CHILD_SUBREAPER).
 */
#ifndef TM_PROBE_MEMBERS_H
#define TM_PROBE_MEMBERS_H

#include "probe/history.h"
#include "probe/process.h"
#include "util/err.h"

/* That live at once. */
#define TM_MEMBERS_MAX 512

/* A power of two, twice as many. */
#define TM_MEMBERS_SLOTS 1024

struct tm_member {
	struct tm_process process;
	struct tm_process_status status; /* as it was read last */
	enum tm_process_read read;	 /* how that went */
	int counted;	  /* no longer a copy about to become another */
	uint64_t samples; /* in which it had memory */
	uint64_t found_ns;
	uint64_t first_rss_bytes;
	uint64_t last_rss_bytes;
	uint64_t hwm_bytes;
	struct tm_history history; /* of the samples */
	uint64_t children_faults;  /* at the last checkpoint */
	uint64_t new_faults;	   /* at this one */
	int children_ended;	   /* lately, of those that were found */
};

struct tm_members {
	pid_t root;
	struct tm_member *member; /* in no order */
	size_t count;
	uint16_t slot[TM_MEMBERS_SLOTS]; /* index + 1 by hash; 0: free */
	uint64_t found;			 /* ever */
	int overflowed; /* there are more than the table holds */
	int open_errno; /* why one could not be read; 0: all could */

	pid_t self;
	int adopts; /* orphans become children of this process */
	uint64_t root_started_ticks;
	size_t files;	  /* that are open */
	size_t files_max; /* that may be kept open */
	int proc_fd;
	int loadavg_fd; /* -1: it cannot be relied on */
	int tells_children;
	long older; /* last process number, two searches ago */
	long newer; /* and at the last search */
	uint64_t searches;
	uint64_t numbers_given; /* process numbers given out meanwhile */
};

/* `root` must be a process with memory: TM_EUSAGE says what it is instead. */
TM_CHECK enum tm_rc tm_members_open(struct tm_members *members, pid_t root,
				    struct tm_err *err);
void tm_members_close(struct tm_members *members);

/* Find what has been started since the last search. */
void tm_members_search(struct tm_members *members);

/* The member with that number, or NULL. */
struct tm_member *tm_members_find(const struct tm_members *members, pid_t pid);

/* Take out all that are TM_PROCESS_GONE. */
void tm_members_remove_gone(struct tm_members *members);

/* Whether it counts: not while it is a copy of its parent, between fork and
 * exec, whose memory is the parent's. */
int tm_member_settle(struct tm_members *members, struct tm_member *member,
		     uint64_t now_ns);

#endif
