/*
 * session.h - the state of one measurement.
 *
 * Purpose:   what the files of src/run share while tm_measure() runs.  Each
 *            part is written by one file and read by the others.
 * Ownership: tm_measure() owns the session; the others borrow it for a call.
 * Units:     nanoseconds since the program was started, bytes.
 * Errors:    what goes wrong while a program is measured becomes an outcome or
 *            a note of its run.
 *
 * Includes and calls go one way: measure.c calls program, watch, sources,
 * pause, stop and outcome; pause calls stop; all of them use this file.
 */
#ifndef TM_RUN_SESSION_H
#define TM_RUN_SESSION_H

#include "marks/pattern.h"
#include "marks/schedule.h"
#include "heap/heap.h"
#include "probe/preload.h"
#include "results/run.h"
#include "run/collector.h"
#include "run/measure_opts.h"
#include "run/usage.h"
#include "subprocess/oom.h"
#include "subprocess/orphans.h"
#include "subprocess/passthrough.h"

#define TM_NS_PER_MS 1000000u

/* The program itself.  Written by program.c. */
struct tm_session_program {
	struct tm_child child;
	int pid_fd; /* readable when it has ended; -1: not available */
	int reaped; /* its process number is free again */
	struct tm_orphans orphans;
	struct tm_oom oom;
	struct tm_usage usage;
};

/* What is seen of it.  Written by watch.c. */
struct tm_session_watch {
	struct tm_probe probe;
	int has_probe;
	struct tm_preload preload;
	int has_preload;
	struct tm_heap heap;
	int has_heap;
	struct tm_collector collector;
	uint64_t highest_bytes; /* the most that its tree was seen to hold */
	uint64_t check_ns;	/* when to check on it again without a mark */
};

/* A program's stdout or stderr, when it is searched for marks. */
struct tm_session_stream {
	struct tm_passthrough passthrough;
	struct tm_pattern_line line;
};

enum { TM_STREAM_OUT, TM_STREAM_ERR, TM_STREAMS };

/* Where its marks come from.  Written by sources.c. */
struct tm_session_marks {
	enum tm_mark_source source; /* as asked for, or as it must be */
	int signal_fd;
	uint64_t signals;
	uint64_t signalled_ns;	/* when the last one came */
	uint64_t signal_gap_ns; /* the shortest between two */
	struct tm_pattern pattern;
	struct tm_session_stream *streams; /* TM_STREAMS of them, or NULL */
	int drain_reads;
	struct tm_schedule schedule;
	int knows_libraries;	 /* those of the process are recorded */
	uint64_t answered;	 /* acknowledgements that were written */
	uint64_t unread_answers; /* acknowledgements that were not read */
};

/* Ctrl-Z.  Written by pause.c. */
struct tm_session_pause {
	int fd; /* readable when it was typed; -1: not handled here */
	uint64_t total_ns;
};

/* How it is made to end.  Written by stop.c. */
struct tm_session_ending {
	uint64_t term_ns; /* when to send SIGTERM after SIGINT; 0: never */
	uint64_t kill_ns; /* when to send SIGKILL after SIGTERM; 0: never */
	int stopped;	  /* the outcome is decided, it is only dying */
	int detached;	  /* an attached process is left running */
};

struct tm_session {
	const struct tm_measure_opts *opts;
	struct tm_run *run;
	uint64_t started_ns; /* of the clock */
	uint64_t flush_ns;   /* when to write the trace again; measure.c */
	struct tm_session_program program;
	struct tm_session_watch watch;
	struct tm_session_marks marks;
	struct tm_session_pause pause;
	struct tm_session_ending ending;
};

/* Nothing is open yet, and time starts now. */
void tm_session_init(struct tm_session *session, struct tm_run *run,
		     const struct tm_measure_opts *opts);

uint64_t tm_session_elapsed_ns(const struct tm_session *session);

#endif
