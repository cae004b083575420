/*
 * usage.h - what a program and its measurement used.
 *
 * Purpose:   processor time and peaks as the kernel adds them up at the end,
 *            which also sees children that no sample saw.
 * Ownership: plain memory of the caller.
 * Units:     bytes, seconds.
 * Errors:    what is not known stays so.
 * Source:    wait4(2): of the program and of all that it waited for.  Its
 *            ru_maxrss is the highest peak of one process, and a process
 *            inherits that of its parent: the program that of
 *            tidemark, so a value that is not higher proves nothing.
 */
#ifndef TM_RUN_USAGE_H
#define TM_RUN_USAGE_H

#include <stdint.h>
#include <sys/resource.h>

#include "results/usage.h"

struct tm_usage {
	struct rusage own; /* of tidemark, when the program was started */
	struct rusage program;
	int has_program;
};

/* Before the program is started. */
void tm_usage_open(struct tm_usage *usage);

/* The highest peak of one process of the program's; `orphans_bytes` is that of
 * those that another process waited for.  0 when it is not known. */
uint64_t tm_usage_largest_bytes(const struct tm_usage *usage,
				uint64_t orphans_bytes);

/* The program has ended: what a run keeps of it. */
void tm_usage_fill(const struct tm_usage *usage, uint64_t largest_bytes,
		   struct tm_run_usage *out);

#endif
