/*
 * leak.h - a leak on purpose, of a known size.
 *
 * Purpose:   prove in place that a gate would fire: on this machine, with this
 *            allocator, at this noise.
 * Ownership: the blocks come from malloc and not from the lab's allocator
 *            handle, whose own check for lost blocks stays as sharp as it is.
 *            They hang on a list until the lab closes, so that a leak checker
 *            finds nothing either: what grows is the live heap.
 * Units:     bytes an iteration as requested; an allocator rounds each block
 *            up to its size class.
 * Errors:    TM_ENOMEM.
 */
#ifndef TM_LAB_PROGRAM_LEAK_H
#define TM_LAB_PROGRAM_LEAK_H

#include <stdint.h>

#include "util/err.h"

struct tm_leak_block;

/* A leak starts as a struct of zeros. */
struct tm_leak {
	struct tm_leak_block *newest;
	uint64_t owed; /* bytes too few for a block of their own so far */
};

/* Lose `bytes` more: at once, or with later ones when they are too few to hold
 * the list's pointer. */
TM_CHECK enum tm_rc tm_leak_grow(struct tm_leak *leak, uint64_t bytes,
				 struct tm_err *err);
void tm_leak_release(struct tm_leak *leak);

#endif
