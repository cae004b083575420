/*
 * deadline.h - how much of a time limit is left, and waiting for a while.
 *
 * Purpose:   one time limit over several calls that each wait for a part of it.
 * Ownership: plain values.
 * Units:     a deadline is a moment of tm_clock_ns(); what is left is in
 *            milliseconds, rounded up, so that 0 means it is past.
 * Errors:    none.
 */
#ifndef TM_LAB_TRANSPORT_DEADLINE_H
#define TM_LAB_TRANSPORT_DEADLINE_H

#include <stdint.h>
#include <time.h>

#include "util/clock.h"

static inline uint64_t tm_deadline_in(uint32_t ms)
{
	return tm_clock_ns() + (uint64_t)ms * 1000000u;
}

static inline uint32_t tm_deadline_left_ms(uint64_t deadline)
{
	uint64_t now = tm_clock_ns();

	return now < deadline ? (uint32_t)((deadline - now + 999999) / 1000000)
			      : 0;
}

/* A signal ends it early: its handler may want the loop to end. */
static inline void tm_pause(uint32_t ms)
{
	struct timespec left = {.tv_sec = ms / 1000,
				.tv_nsec = ms % 1000 * 1000000L};

	nanosleep(&left, NULL);
}

#endif
