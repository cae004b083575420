/*
 * trace.h - what tidemark itself saw and decided, a line an event.
 *
 * Purpose:   show why a sample is as it is: TIDEMARK_TRACE=FILE writes
 *            what tidemark was told, measured, skipped and decided.  Events and
 *            their keys are listed in docs/trace.md.
 * Ownership: one trace for the whole process, the only variable of tidemark
 *            that is not a constant: every layer may add to it, and passing it
 *            through all of them would serve nothing else (as git's trace2).
 * Units:     in the keys.
 * Errors:    a file that cannot be opened is TM_EUSAGE.  When it cannot be
 *            written any more, tracing stops and tm_trace_close() says so.
 * Threads:   for one thread.
 *
 * When it is off, an event costs the test of one pointer.  When it is on, an
 * event is formatted into a buffer: nothing is allocated, and the file is
 * written when the buffer is full, at tm_trace_flush() and at the end.
 */
#ifndef TM_UTIL_TRACE_H
#define TM_UTIL_TRACE_H

#include <stdint.h>

#include "util/err.h"

#define TM_TRACE_VARIABLE "TIDEMARK_TRACE"

struct tm_trace;
extern struct tm_trace *tm_trace_file; /* NULL: off */

/* tm_trace("mark", "iteration=%d", 5): the keys are formatted as by printf.
 * Arguments are evaluated only when tracing is on. */
#define tm_trace(...)                                                          \
	do {                                                                   \
		if (tm_trace_file)                                             \
			tm_trace_write(__VA_ARGS__);                           \
	} while (0)

void tm_trace_write(const char *event, const char *format, ...) TM_PRINTF(2, 3);

/* A copy of `text` in `out` that may stand between double quotes.  Returns
 * `out`. */
#define TM_TRACE_TEXT_MAX 368
const char *tm_trace_text(char out[TM_TRACE_TEXT_MAX], const char *text);

/* " key=value" in `out`, or nothing where the value is absent.  Returns `out`.
 */
#define TM_TRACE_COUNT_MAX 64
const char *tm_trace_count(char out[TM_TRACE_COUNT_MAX], const char *key,
			   int is_there, uint64_t value);

/* Append to the file at `path`. */
TM_CHECK enum tm_rc tm_trace_open(const char *path, struct tm_err *err);

/* TM_ESYSTEM when the file could not be written.  Nothing happens when it is
 * off. */
TM_CHECK enum tm_rc tm_trace_close(struct tm_err *err);

/* From here on times count from `start_ns` of tm_clock_ns(). */
void tm_trace_set_start(uint64_t start_ns);

/* Write what is buffered. */
void tm_trace_flush(void);

#endif
