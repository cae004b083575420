/*
 * sites.h - the stacks that allocate, in the area.
 *
 * Purpose:   one entry a stack, found again by its hash.
 * Ownership: entries are part of the area.
 * Errors:    -1 when the area has no room for one more.
 * Threads:   no locks and no waiting.  An entry is filled in before others can
 *            find it; where two threads meet with the same new stack there are
 *            two entries for it.
 */
#ifndef TM_PRELOAD_SITES_H
#define TM_PRELOAD_SITES_H

#include <stddef.h>
#include <stdint.h>

#include "preload/area.h"

/* A stack as it was found. */
struct tm_sites_stack {
	uint64_t frame[TM_AREA_FRAMES];
	uint32_t depth;
	const char *script;
	size_t script_length;
};

/* Its number, or -1 when there is no room for one more. */
int tm_sites_find(struct tm_area *area, const struct tm_sites_stack *stack);

/* In a forked child: sites that another thread was filling in stay empty. */
void tm_sites_forked(struct tm_area *area);

/* Make its tables resident.  Returns their bytes, all that are ever used. */
size_t tm_sites_start(void);

#endif
