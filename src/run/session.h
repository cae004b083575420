/*
 * session.h - one measurement, while it lasts.
 *
 * Purpose:   what the parts of tm_measure() share: the process that is
 *            measured, where its marks come from, and how it is to end.
 * Ownership: tm_measure() owns it; the others borrow it for a call.
 * Units:     nanoseconds since the program was started, bytes.
 * Errors:    what goes wrong while a program is measured becomes an outcome or
 *            a note of its run.
 */
#ifndef TM_RUN_SESSION_H
#define TM_RUN_SESSION_H

#include "probe/preload.h"
#include "run/collector.h"
#include "run/measure.h"
#include "subprocess/oom.h"
#include "subprocess/orphans.h"
#include "subprocess/passthrough.h"
#include "marks/pattern.h"
#include "marks/schedule.h"
#include "run/usage.h"

#define TM_NS_PER_MS 1000000u

/* A program's stdout or stderr, when marks are looked for in it. */
struct tm_session_stream {
	struct tm_passthrough passthrough;
	struct tm_pattern_line line;
};

enum { TM_STREAM_OUT, TM_STREAM_ERR, TM_STREAMS };

struct tm_session {
	const struct tm_measure_opts *opts;
	struct tm_run *run;
	uint64_t started_ns; /* of the clock */

	/* The process. */
	struct tm_child child;
	int pid_fd; /* readable when it has ended; -1: cannot be had */
	struct tm_orphans orphans;
	struct tm_oom oom;
	struct tm_usage usage;

	/* What is seen of it. */
	struct tm_probe probe;
	int has_probe;
	struct tm_preload preload;
	int has_preload;
	struct tm_collector collector;
	uint64_t seen_bytes; /* the most, of all its tree */
	uint64_t guarded_ns; /* when its memory was last looked at */
	uint64_t guard_again_ns;

	/* Where its marks come from. */
	enum tm_mark_source source; /* as asked for, or as it must be */
	int signal_fd;
	sigset_t signals_before;
	uint64_t signals;
	uint64_t signalled_ns;	/* when the last one came */
	uint64_t signal_gap_ns; /* the shortest between two */
	struct tm_pattern pattern;
	struct tm_session_stream *streams; /* TM_STREAMS of them, or NULL */
	struct tm_schedule schedule;
	int knows_libraries;	 /* the process was asked for them */
	uint64_t unread_answers; /* nobody took them */
	uint64_t answered;

	/* Ctrl-Z. */
	int pause_fd; /* readable when it was typed; -1: it is not ours */
	int reaped;   /* the program is gone, and its number free */
	uint64_t paused_ns;

	/* How it ends. */
	uint64_t term_ns; /* when SIGINT has had its time; 0: never */
	uint64_t kill_ns; /* when SIGTERM has; 0: never */
	int sent_kill;	  /* by us */
	int stopped;	  /* the outcome is decided, it is only dying */
	int detached;	  /* a process that is not ours is let go */
};

uint64_t tm_session_elapsed_ns(const struct tm_session *session);

/* Whether the program still runs, as tm_child_poll() says. */
enum tm_child_state tm_session_poll(const struct tm_session *session,
				    int *status);

/* --- sources.c: where marks come from --- */

/* Before the program is started: what its marks need.  `child` is completed. */
TM_CHECK enum tm_rc tm_sources_open(struct tm_session *session,
				    struct tm_child_opts *child,
				    struct tm_err *err);
/* The program has its ends of pipes and terminals. */
void tm_sources_started(struct tm_session *session);
void tm_sources_close(struct tm_session *session);

/* Fill in what to wait for; how many there are, TM_SOURCES_MAX at most. */
#define TM_SOURCES_MAX 4
size_t tm_sources_wait(const struct tm_session *session, struct pollfd *waits);

/* When something is due without any event; UINT64_MAX: never. */
uint64_t tm_sources_due_ns(const struct tm_session *session);

/* Read what there is, look at the program for it, answer. */
void tm_sources_read(struct tm_session *session);

/* The program has ended: read what it left in the pipes, and let all of its
 * output go on. */
void tm_sources_drain(struct tm_session *session);

/* How the samples were taken, in the run's `sampling` and notes. */
void tm_sources_describe(struct tm_session *session);

/* --- stop.c: limits and interrupts --- */

void tm_stop_at_once(struct tm_session *session);
void tm_stop_check_memory(struct tm_session *session, uint64_t rss_bytes);
void tm_stop_check_time(struct tm_session *session);
void tm_stop_check_interrupt(struct tm_session *session);
uint64_t tm_stop_due_ns(const struct tm_session *session);

/* `signal`, and after the grace a stronger one. */
void tm_stop_gently(struct tm_session *session, int signal);

/* --- pause.c: Ctrl-Z stops tidemark and the program, and fg both --- */

/* Between the two Ctrl-Z does not stop tidemark alone. */
void tm_pause_open(struct tm_session *session);
void tm_pause_close(struct tm_session *session);

/* Typed to tidemark: the program is stopped too, and what is shown put away. */
void tm_pause_check_typed(struct tm_session *session);

/* Typed to the program that has the terminal: tidemark stops too.  A program
 * that waits for a terminal that it cannot have is ended. */
void tm_pause_check_program(struct tm_session *session);

/* How long it was, in the run's notes. */
void tm_pause_describe(struct tm_session *session);

/* --- ending.c: how it ended --- */

/* The program has ended and is reaped, or was let go. */
void tm_ending_set(struct tm_session *session, enum tm_child_state state,
		   int status);

/* What it left running: noted, or killed with what tidemark stopped. */
void tm_ending_mind_orphans(struct tm_session *session);

#endif
