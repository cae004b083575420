/*
 * mapping.h - the file of this process, mapped.
 *
 * Purpose:   make it where tidemark waits for it, and a new one in a child.
 * Ownership: tidemark's are the files; nothing of them is open but the mapping,
 *            so a program that closes every descriptor closes none of ours.
 * Errors:    none are told: a program that cannot be counted runs as it would.
 * Threads:   tm_mapping_renew() is for the only thread of a forked child.
 */
#ifndef TM_PRELOAD_MAPPING_H
#define TM_PRELOAD_MAPPING_H

#include <stddef.h>

#include "preload/area.h"

#ifdef __x86_64__
#define TM_MAPPING_PAGE 4096
#else
#define TM_MAPPING_PAGE 65536 /* the largest that Linux uses */
#endif

/*
 * The area, or NULL when there is none.  It is in a page of its own that the
 * kernel empties in a forked child: whoever forks, and by whatever call, its
 * child finds NULL here and counts nothing in its parent's file.
 */
extern union tm_mapping {
	struct tm_area *area;
	char page[TM_MAPPING_PAGE];
} tm_mapping;

/* Settings, from the environment: the folder, and the mean between samples. */
struct tm_mapping_settings {
	char folder[3072];
	uint64_t sampling_bytes;
	int bypassed;
};

/* Map a new file; 0 when that failed.  tm_mapping.area is not set yet. */
int tm_mapping_open(const struct tm_mapping_settings *settings);

/* What tm_mapping_open() mapped. */
struct tm_area *tm_mapping_get(void);

/* From here on everything counts in it. */
void tm_mapping_publish(void);

/* In the parent, just before a fork: keep the counters of this moment. */
void tm_mapping_before_fork(void);
void tm_mapping_after_fork(void);

/* In a forked child: a file of its own at the same address.  0 when that
 * failed: then what is there is not shared with anybody. */
int tm_mapping_renew(void);

/* At an orderly end: note it, and give back what was not used. */
void tm_mapping_finish(void);

#endif
