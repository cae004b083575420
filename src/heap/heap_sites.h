/*
 * heap_sites.h - where the live objects of collected heaps were allocated.
 *
 * Purpose:   the stacks that a runtime sampled, and for each what was allocated
 *            and given back since the sampling began.
 * Ownership: the struct owns its list and the stacks; release frees them.
 * Units:     bytes, estimated from samples.
 * Errors:    TM_ENOMEM.
 */
#ifndef TM_HEAP_HEAP_SITES_H
#define TM_HEAP_HEAP_SITES_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

#define TM_HEAP_SITES_MAX 2048

struct tm_heap_site {
	char *stack; /* frames, innermost first, each ended by a newline; as the
		      * language writes them, without control characters */
	uint64_t samples;
	uint64_t allocated_bytes;
	uint64_t freed_bytes;
};

struct tm_heap_sites {
	uint64_t sampling_bytes;   /* mean distance; 0: nothing was sampled */
	struct tm_heap_site *list; /* by stack, each once */
	size_t count;
	size_t capacity;
	uint64_t left_out; /* more than are kept */
};

/* Add a site with the figures of `site`, whose own stack is not read, or add to
 * the one of that stack: frames with a tab between two. */
TM_CHECK enum tm_rc tm_heap_sites_add(struct tm_heap_sites *sites,
				      const char *frames,
				      const struct tm_heap_site *site,
				      struct tm_err *err);

/* The site of that stack, as it is kept; NULL: there is none. */
const struct tm_heap_site *tm_heap_sites_find(const struct tm_heap_sites *sites,
					      const char *stack);
void tm_heap_sites_release(struct tm_heap_sites *sites);

#endif
