/*
 * sources.h - where marks come from: lines, output, signals, time.
 *
 * Purpose:   open what a source needs, read what it says, and take a sample of
 *            the program for it.
 * Ownership: writes session->marks; what tm_sources_open() opens is given back
 *            by tm_sources_close().
 * Units:     nanoseconds since the program was started.
 * Errors:    TM_EUSAGE for a source that this program cannot have.  While it
 *            runs only memory can be short; what to do then is the caller's.
 *
 * Nothing here shows progress or stops the program: the caller learns from the
 * returned enum what happened.
 */
#ifndef TM_RUN_SOURCES_H
#define TM_RUN_SOURCES_H

#include <poll.h>

#include "run/session.h"

/* Before the program is started: what its marks need.  `child` is completed. */
TM_CHECK enum tm_rc tm_sources_open(struct tm_session *session,
				    struct tm_child_opts *child,
				    struct tm_err *err);
/* The program has its ends of pipes and terminals. */
void tm_sources_started(struct tm_session *session);
void tm_sources_close(struct tm_session *session);

/* Fill in what to wait for; returns how many, TM_SOURCES_MAX at most. */
#define TM_SOURCES_MAX 4
size_t tm_sources_wait(const struct tm_session *session, struct pollfd *waits);

/* When something is due without any event; UINT64_MAX: never. */
uint64_t tm_sources_due_ns(const struct tm_session *session);

enum tm_sources_news {
	TM_SOURCES_NOTHING,
	TM_SOURCES_SAMPLED, /* tm_watch_take_sample() has it */
	TM_SOURCES_BLOCKED, /* output waits for its reader */
	TM_SOURCES_FAILED   /* `err` says why */
};

/* Read what there is, and sample the program when that is due. */
TM_CHECK enum tm_sources_news tm_sources_read(struct tm_session *session,
					      struct tm_err *err);

/* Acknowledge the lines that were read. */
void tm_sources_acknowledge(struct tm_session *session);

/* The terminal may have another size by now. */
void tm_sources_resize(struct tm_session *session);

/*
 * The program has ended: read what it left in the pipes, and pass all of its
 * output on.  TM_SOURCES_BLOCKED: wait for what tm_sources_wait_reader() fills
 * in, TM_STREAMS of them, and call it again.
 */
TM_CHECK enum tm_sources_news tm_sources_drain(struct tm_session *session,
					       struct tm_err *err);
void tm_sources_wait_reader(const struct tm_session *session,
			    struct pollfd waits[TM_STREAMS]);

/* All was read: an unfinished line is the last one. */
TM_CHECK enum tm_rc tm_sources_end(struct tm_session *session,
				   struct tm_err *err);

/* How the samples were taken: the run's `sampling` and notes. */
void tm_sources_describe(struct tm_session *session);

#endif
