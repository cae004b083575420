/*
 * watch.h - what tidemark reads of the program from outside.
 *
 * Purpose:   the probe, the counters of the preloaded library, the samples that
 *            are collected, and the memory of a program that is silent.
 * Ownership: writes session->watch; what tm_watch_open() opens is given back by
 *            tm_watch_close().
 * Units:     bytes.
 * Errors:    a program that cannot be probed is measured by its marks alone; a
 *            note of its run says what is missing.
 */
#ifndef TM_RUN_WATCH_H
#define TM_RUN_WATCH_H

#include "run/session.h"

/* Before the program is started. */
void tm_watch_prepare(struct tm_session *session);

/* The program runs and the source of its marks is chosen. */
void tm_watch_open(struct tm_session *session);
void tm_watch_close(struct tm_session *session);

/* Whether it is time to check on the program though no mark came; the next
 * time is set. */
int tm_watch_is_due(struct tm_session *session);

/* Read the resident bytes of the program and all that it started; returns 0
 * when it cannot be probed. */
int tm_watch_read_memory(struct tm_session *session, uint64_t *out);

/* The newest sample, which is no longer new then; NULL: there is none yet. */
const struct tm_sample *tm_watch_take_sample(struct tm_session *session);

/* The same, and it stays new. */
const struct tm_sample *tm_watch_last_sample(const struct tm_session *session);

/* The program has ended, or was let go: complete its run. */
TM_CHECK enum tm_rc tm_watch_finish(struct tm_session *session,
				    struct tm_err *err);

/* What the preloaded library counted: the run's sites and notes. */
void tm_watch_describe(struct tm_session *session);

#endif
