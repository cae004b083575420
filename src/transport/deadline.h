/*
 * deadline.h - how much of a time limit is left.
 *
 * Units: a deadline is a moment of tm_clock_ns(); what is left is in
 *        milliseconds, rounded up, so that 0 means it is past.
 */
#ifndef TM_TRANSPORT_DEADLINE_H
#define TM_TRANSPORT_DEADLINE_H

#include <stdint.h>

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

#endif
