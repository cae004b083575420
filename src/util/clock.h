/*
 * clock.h - one monotonic clock.
 *
 * Purpose:   measure durations; the time of day can be set, this cannot.
 * Ownership: plain values.
 * Units:     nanoseconds since an arbitrary start; never goes back.
 * Errors:    none.
 */
#ifndef TM_UTIL_CLOCK_H
#define TM_UTIL_CLOCK_H

#include <stdint.h>

uint64_t tm_clock_ns(void);

#endif
