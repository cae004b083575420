/*
 * lines.h - split what a program writes to TIDEMARK_FD into lines.
 *
 * Purpose:   collect bytes, cut wherever a pipe cuts them, until a line is
 *            complete.
 * Ownership: tm_lines_init() gives the caller the contents of the struct, to be
 *            given back with tm_lines_release(); the context is borrowed.
 * Units:     bytes.
 * Errors:    TM_ENOMEM.  A line that cannot be a line of text is handed on as a
 *            problem.
 */
#ifndef TM_MARKS_LINES_H
#define TM_MARKS_LINES_H

#include <stddef.h>

#include "util/buf.h"
#include "util/err.h"

/* Called with each complete line, without its newline; `line` is NULL when it
 * is not text, and `problem` then says why. */
typedef enum tm_rc tm_line_found(void *context, const char *line,
				 const char *problem, struct tm_err *err);

struct tm_lines {
	struct tm_alloc alloc;
	struct tm_buf partial; /* a line whose end is still to come */
	int overlong;	       /* skipping to the end of a line */
	size_t count;	       /* complete lines, the current one included */
	tm_line_found *found;
	void *context;
};

void tm_lines_init(struct tm_lines *lines, tm_line_found *found, void *context);
void tm_lines_release(struct tm_lines *lines);

/* Returns what `found` returns, if that is not TM_OK. */
TM_CHECK enum tm_rc tm_lines_feed(struct tm_lines *lines, const char *bytes,
				  size_t length, struct tm_err *err);

/* Whether a line was begun and not completed. */
int tm_lines_is_cut(const struct tm_lines *lines);

#endif
