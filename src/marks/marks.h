/*
 * marks.h - where a program's marks come from.
 *
 * Purpose:   what an iteration is, for a program that was not written for
 *            tidemark.
 * Ownership: the text is borrowed for the run.
 * Units:     milliseconds.
 * Errors:    TM_EUSAGE for a regular expression that cannot be read.
 */
#ifndef TM_MARKS_MARKS_H
#define TM_MARKS_MARKS_H

#include <stdint.h>

enum tm_mark_source {
	/* Lines on TIDEMARK_FD; until the first of them, time. */
	TM_MARKS_AUTO,
	TM_MARKS_FD,
	/* A match in what the program prints; its first group is the
	 * iteration, without a group matches are counted. */
	TM_MARKS_REGEX,
	/* A signal that the program sends to TIDEMARK_PID, counted. */
	TM_MARKS_SIGNAL,
	/* Time alone: the run's unit is the second. */
	TM_MARKS_TIME
};

struct tm_mark_opts {
	enum tm_mark_source source;
	const char *regex; /* POSIX extended; TM_MARKS_REGEX */
	int signal;	   /* TM_MARKS_SIGNAL */
	uint64_t every_ms; /* between two samples by time; 0: a default */
	uint64_t seed;	   /* of the schedule's jitter; 0: one of its own */
	int acknowledge;   /* answer each line of TIDEMARK_FD on
			    * TIDEMARK_ACK_FD with one byte, after the sample
			    */
};

#define TM_MARKS_EVERY_MS 100

/* "auto", "fd", "regex", "signal", "time". */
const char *tm_mark_source_name(enum tm_mark_source source);

/* Whether a signal can be a mark: not one that ends or stops tidemark, nor one
 * that reports a crash. */
int tm_mark_signal_is_free(int signal);

#define TM_MARK_ACK_VARIABLE	  "TIDEMARK_ACK_FD"
#define TM_MARK_ACK_PIPE_VARIABLE "TIDEMARK_ACK_PIPE"
#define TM_MARK_PID_VARIABLE	  "TIDEMARK_PID"

#endif
