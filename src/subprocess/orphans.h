/*
 * orphans.h - adopt processes whose parent has ended.
 *
 * Purpose:   become the parent of every process whose own parent in the
 *            program's tree has ended, so that it stays in the tree: it is
 *            measured, waited for, and ended with what tidemark stops.
 * Ownership: one at a time, between open and close; afterwards orphans go where
 *            they went before.
 * Units:     bytes.
 * Errors:    where the kernel does not support it, orphans are not seen.
 * Source:    prctl(2), PR_SET_CHILD_SUBREAPER; as systemd --user and tini.
 *
 * Processes that are still running when the program ends by itself are not
 * stopped (one may be a service that it was meant to start); the run notes them.  When tidemark
 * stopped the program, everything left of it is killed.
 */
#ifndef TM_SUBPROCESS_ORPHANS_H
#define TM_SUBPROCESS_ORPHANS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define TM_ORPHANS_KNOWN 64

struct tm_orphans {
	int adopts;		       /* orphans come here */
	int was_adopting;	       /* before */
	pid_t known[TM_ORPHANS_KNOWN]; /* children of before: not the program's
					*/
	size_t known_count;
	uint64_t reaped;
	uint64_t largest_bytes; /* the highest peak of those */
};

void tm_orphans_open(struct tm_orphans *orphans);
void tm_orphans_close(struct tm_orphans *orphans);

/* Wait for those that have ended, but not for `program`. */
void tm_orphans_reap(struct tm_orphans *orphans, pid_t program);

/* The program is reaped: how many live on, and what some of them are called
 * ("sleep, pid 7; redis-server, pid 9"). */
size_t tm_orphans_left(const struct tm_orphans *orphans, char *names,
		       size_t size);

/* Kill them, and those that they leave behind. */
void tm_orphans_kill(struct tm_orphans *orphans);

#endif
