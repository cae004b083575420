/*
 * backoff.h - how long to wait before the next attempt to reconnect.
 *
 * Purpose:   one schedule for the broker and the backend: at once, then 50 ms,
 *            doubled each time up to 1.6 s, eight attempts in all (4.8 s).
 * Ownership: a plain value; {0} is a schedule that has not begun.
 * Units:     milliseconds.
 * Errors:    none; the caller gives up after the last attempt.
 * Source:    kombu's retry_over_time().
 */
#ifndef TM_LAB_TRANSPORT_BACKOFF_H
#define TM_LAB_TRANSPORT_BACKOFF_H

#include <stdint.h>

#define TM_BACKOFF_ATTEMPTS 8

struct tm_backoff {
	uint32_t attempts; /* already made */
};

/* The pause before the next attempt, counted as made.  -1: no more of them. */
int32_t tm_backoff_next(struct tm_backoff *backoff);

/* Sleep for tm_backoff_next().  0: no more attempts. */
int tm_backoff_wait(struct tm_backoff *backoff);

#endif
