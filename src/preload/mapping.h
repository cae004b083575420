/*
 * mapping.h - the file of this process, mapped.
 *
 * Purpose:   make it where tidemark waits for it, and a new one in a child.
 * Ownership: tidemark's are the files; nothing of them is open but the mapping,
 *            so a program that closes every descriptor closes none of ours.
 * Units:     bytes.
 * Errors:    none are reported: a program that cannot be counted runs all the same.
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
 * kernel empties in a forked child: however it was forked, the child
 * finds NULL here and counts nothing in its parent's file.
 */
extern union tm_mapping {
	struct {
		struct tm_area *area;
		/* What `asked` + 1 is while there is nothing to be done but to
		 * count: never 0, so that one comparison shows a question, a
		 * fork, and that there is no area yet. */
		_Atomic uint32_t quiet;
	};
	char page[TM_MAPPING_PAGE];
} tm_mapping;

/* `asked` of the area; of a dummy before that is there. */
extern _Atomic uint32_t *tm_mapping_asked;

static inline int tm_mapping_is_quiet(void)
{
	return atomic_load_explicit(tm_mapping_asked, memory_order_relaxed) +
		       1 ==
	       atomic_load_explicit(&tm_mapping.quiet, memory_order_relaxed);
}

/* The question `asked` is dealt with. */
static inline void tm_mapping_set_quiet(uint32_t asked)
{
	atomic_store_explicit(&tm_mapping.quiet, asked + 1,
			      memory_order_relaxed);
}

/* Settings, from the environment: the folder, and the mean between samples. */
struct tm_mapping_settings {
	char folder[3072];
	uint64_t sampling_bytes;
	int has_scripts; /* an interpreter reports its stacks */
	int bypassed;
};

/* Map a new file; 0 when that failed.  tm_mapping.area is not set yet. */
int tm_mapping_open(const struct tm_mapping_settings *settings);

/* How much of the area there is room for: the rest is never touched. */
size_t tm_mapping_bytes(void);

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
