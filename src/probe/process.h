/*
 * process.h - one process of a tree, as /proc shows it.
 *
 * Purpose:   read the memory, threads, descriptors and mappings of a process,
 *            and say whether it is there at all.
 * Ownership: tm_process_open() opens descriptors, tm_process_close() closes
 *            them.
 * Units:     bytes, counts.
 * Errors:    enum tm_process_read.
 * Source:    proc(5).
 *
 * All files are opened below the folder /proc/PID that was opened first: that
 * one stays with its process, also when another process gets its number.
 */
#ifndef TM_PROBE_PROCESS_H
#define TM_PROBE_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define TM_PROCESS_NAME_MAX  64
#define TM_PROCESS_FILES_MAX 4 /* that are kept open, with the folder */

enum tm_process_read {
	TM_PROCESS_READ,
	TM_PROCESS_GONE,   /* ended and reaped; no reason is given */
	TM_PROCESS_ZOMBIE, /* ended, not reaped */
	TM_PROCESS_EMPTY,  /* no memory: it is about to end, or the kernel's */
	TM_PROCESS_REFUSED /* it may not be read: errno says why */
};

struct tm_process {
	pid_t pid;
	char name[TM_PROCESS_NAME_MAX]; /* its command, 15 characters of it */
	int folder_fd;
	int statm_fd;	 /* kept open, or -1: opened for each sample */
	int status_fd;	 /* the same */
	int children_fd; /* of its first thread; the same */
};

/* What one read of `status` yields. */
struct tm_process_status {
	pid_t group;  /* its own number, unless it is a thread of another */
	pid_t parent; /* now: an orphan has a new one */
	uint64_t rss_bytes;
	uint64_t hwm_bytes;
	uint64_t swap_bytes;
	int has_shm; /* Linux 4.5 */
	uint64_t shm_bytes;
	uint64_t threads;
};

/* What one read of `stat` yields. */
struct tm_process_stat {
	int copied;		  /* forked, and no other program since */
	int is_kernel;		  /* a thread of the kernel */
	uint64_t started_ticks;	  /* since the machine's start */
	uint64_t children_faults; /* page faults of children waited for */
};

/* What smaps_rollup yields. */
struct tm_process_smaps {
	uint64_t pss_bytes;
	uint64_t uss_bytes;
	uint64_t lazyfree_bytes;
};

/* Open the folder of `pid`; 0 when there is no such process. */
int tm_process_open(struct tm_process *process, pid_t pid);

/* Keep the files that are read at each sample open. */
void tm_process_keep_files(struct tm_process *process);
void tm_process_close(struct tm_process *process);

/* Descriptors that it holds. */
size_t tm_process_files(const struct tm_process *process);

/* The name is read again too: a process may become another program.  The number
 * of its group is set for any that is there. */
enum tm_process_read tm_process_status(struct tm_process *process,
				       struct tm_process_status *out);
enum tm_process_read tm_process_stat(const struct tm_process *process,
				     struct tm_process_stat *out);
enum tm_process_read tm_process_smaps(const struct tm_process *process,
				      struct tm_process_smaps *out);

/* Resident bytes, the cheapest read; 0 when it has none or is gone. */
uint64_t tm_process_rss(const struct tm_process *process, uint64_t page_bytes);

/* Open descriptors.  `counted_at_once`: the size of /proc/PID/fd is their
 * number (Linux 6.2); else the folder is read. */
int tm_process_counts_descriptors_at_once(void);
enum tm_process_read tm_process_descriptors(const struct tm_process *process,
					    int counted_at_once, uint64_t *out);

/* Lines of `maps`. */
enum tm_process_read tm_process_mappings(const struct tm_process *process,
					 uint64_t *out);

/* Call `take` for each child of each thread.  `threads` is how many threads it
 * has: one is read faster.  0 when the kernel does not list them. */
int tm_process_children(const struct tm_process *process, uint64_t threads,
			void (*take)(void *context, pid_t child),
			void *context);

/* Call `take` for every number that names an entry of the folder. */
int tm_process_each_number(int folder_fd,
			   void (*take)(void *context, pid_t number),
			   void *context);

#endif
