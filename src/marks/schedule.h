/*
 * schedule.h - when samples by time are due.
 *
 * Purpose:   a fixed rate for as long as a program runs, at moments that no
 *            periodic program keeps step with.
 * Ownership: plain memory of the caller.
 * Units:     nanoseconds since the program was started.
 * Errors:    none; a sample whose time is over when it is asked for is left
 *            out and counted, as it would only stand where the next one does.
 * Source:    sample n is due at (n + u) intervals, u uniform in +-0.2: each one
 *            stays near its own place, so that the rate is exact in the long
 *            run; additive random sampling would drift.  Exactly periodic
 *            samples of a saw-tooth of nearly the same period show a slope that
 *            is none.
 */
#ifndef TM_MARKS_SCHEDULE_H
#define TM_MARKS_SCHEDULE_H

#include <stdint.h>

#define TM_SCHEDULE_JITTER 0.2 /* of an interval, each way */

struct tm_schedule {
	uint64_t interval_ns;
	uint64_t seed;
	uint64_t state;	 /* of the random numbers */
	uint64_t number; /* of the sample that is due next */
	uint64_t due_ns;
	uint64_t late; /* samples that were left out */
};

/* The first sample is due at once. */
void tm_schedule_init(struct tm_schedule *schedule, uint64_t interval_ns,
		      uint64_t seed);

/* Whether a sample is due at `now_ns`; the next one is then set. */
int tm_schedule_take(struct tm_schedule *schedule, uint64_t now_ns);

#endif
