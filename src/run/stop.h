/*
 * stop.h - limits and interrupts: when and how the program is stopped.
 *
 * Purpose:   the memory limit, the time limit, Ctrl-C; SIGINT, SIGTERM and
 *            SIGKILL in turn, with a grace between them.
 * Ownership: writes session->ending.
 * Units:     bytes, nanoseconds of tm_clock_ns().
 * Errors:    why it was stopped becomes the run's outcome.
 *
 * A process that tidemark attached to is never signalled: it is let go.
 */
#ifndef TM_RUN_STOP_H
#define TM_RUN_STOP_H

#include "run/session.h"

/* The measurement failed: kill the program. */
void tm_stop_failed(struct tm_session *session, const char *why);

/* Send `signal`, and after the grace a stronger one. */
void tm_stop_gently(struct tm_session *session, int signal);

void tm_stop_check_memory(struct tm_session *session, uint64_t rss_bytes);
void tm_stop_check_time(struct tm_session *session);
void tm_stop_check_interrupt(struct tm_session *session);

/* When one of these checks is due; UINT64_MAX: never. */
uint64_t tm_stop_due_ns(const struct tm_session *session);

#endif
