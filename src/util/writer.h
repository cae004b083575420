/*
 * writer.h - text that is appended until memory runs out.
 *
 * Purpose:   code that writes a long text checks once, at its end: the first
 *            failure sticks, and nothing is added after it.
 * Ownership: a writer borrows its buffer.
 * Errors:    TM_ENOMEM in `rc`; tm_writer_close() turns it into a message.
 */
#ifndef TM_UTIL_WRITER_H
#define TM_UTIL_WRITER_H

#include "util/buf.h"

struct tm_writer {
	struct tm_buf *out;
	enum tm_rc rc;
	int colour;   /* escape sequences for a terminal may be written */
	size_t width; /* columns to wrap at; 0: do not wrap */
};

void tm_writer_put(struct tm_writer *writer, const char *text);
void tm_writer_put_bytes(struct tm_writer *writer, const char *bytes,
			 size_t length);
void tm_writer_put_blanks(struct tm_writer *writer, size_t count);
void tm_writer_printf(struct tm_writer *writer, const char *format, ...)
	TM_PRINTF(2, 3);

/* `text` in a colour ("\033[31m"), where colour may be written. */
void tm_writer_put_coloured(struct tm_writer *writer, const char *colour,
			    const char *text);

/* TM_OK, or the first failure: "no memory for `what`". */
TM_CHECK enum tm_rc tm_writer_close(const struct tm_writer *writer,
				    const char *what, struct tm_err *err);

#endif
