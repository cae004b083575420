/*
 * poisson.h - the distance to the next sample, and what a sample stands for.
 *
 * Purpose:   points are thrown on the bytes that a program allocates, `mean`
 *            bytes apart on average and independent of each other (a Poisson
 *            process), so that no pattern of allocations can avoid them.  It
 *            uses no libm, which the program may not have loaded.
 * Ownership: plain values.
 * Units:     bytes.
 * Errors:    none.
 * Source:    the sampling of tcmalloc and jemalloc; sample.c derives it.
 */
#ifndef TM_PRELOAD_POISSON_H
#define TM_PRELOAD_POISSON_H

#include <stdint.h>

/* The next pseudo-random number (SplitMix64). */
uint64_t tm_poisson_random(uint64_t *state);

/* The bytes to the next point: exponentially distributed, at least 1. */
uint64_t tm_poisson_gap(uint64_t *state, uint64_t mean);

/* What a sampled block of `size` bytes stands for: size / (1 - exp(-size /
 * mean)), the size over the probability that a point fell on it. */
uint64_t tm_poisson_weight(uint64_t size, uint64_t mean);

#endif
