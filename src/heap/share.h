/*
 * share.h - how much of a run's time its questions may take.
 *
 * Purpose:   say whether the program may be stopped once more.
 * Ownership: plain memory of the caller; zeroed but for `most` and `rate`.
 * Units:     nanoseconds of tm_clock_ns(); shares from 0 to 1.
 * Errors:    none.
 *
 * From the first question on all of them together take no more than `most` of the
 * time.  A short run needs more than that, and how long a run will be is not known
 * before its end: t seconds may always have 1 + rate ln(1 + 10 t) questions, of
 * which rate ln 2 fall into the last half of a run of any length.  With a rate of
 * 20 those are 48 in one second, 79 in 5 and 129 in a minute.  Where they are slow
 * they end at sqrt(t / 2) seconds beyond the share: 1.6 s of 5.
 */
#ifndef TM_HEAP_SHARE_H
#define TM_HEAP_SHARE_H

#include <stdint.h>

struct tm_share {
	double most;
	double rate;
	uint64_t count;
	uint64_t first_ns; /* when the first one began */
	uint64_t spent_ns;
};

/* Whether one may begin now. */
int tm_share_allows(const struct tm_share *share, uint64_t now_ns);

/* One took from `from_ns` to `to_ns`. */
void tm_share_spend(struct tm_share *share, uint64_t from_ns, uint64_t to_ns);

/* It begins anew, as if none had been. */
void tm_share_restart(struct tm_share *share);

#endif
