/*
 * err.h - how a fallible function says what went wrong.
 *
 * Purpose:   one must-use return code, and one caller-supplied place for the
 *            sentence that the person at the terminal will read.
 * Ownership: a struct tm_err is plain memory of the caller; nothing in it is
 *            allocated, so a failure to allocate can be reported too.
 *            A sentence that is too long loses its middle.
 * Errors:    the layer that knows the cause writes the message, upper layers pass it on.
 * Source:    git's strbuf *err, libgit2's negative return codes.
 */
#ifndef TM_UTIL_ERR_H
#define TM_UTIL_ERR_H

#include <stdarg.h>
#include <stddef.h>

#define TM_CHECK __attribute__((warn_unused_result))
#define TM_PRINTF(format_at, first_at)                                         \
	__attribute__((format(printf, format_at, first_at)))

enum tm_rc {
	TM_OK = 0,
	TM_ENOMEM = -1,	 /* an allocation failed */
	TM_EUSAGE = -2,	 /* the user's flag, URL or file cannot be used */
	TM_ESYSTEM = -3, /* a call to the operating system failed */
	TM_EUNAVAILABLE =
		-4,	  /* a server is gone, refuses or breaks the protocol */
	TM_ETIMEOUT = -5, /* nothing came within the time allowed */
	TM_EINTERNAL = -6 /* a defect in tidemark itself */
};

/* The exit codes of every program of the project. */
enum tm_exit {
	TM_EXIT_PASS = 0,
	TM_EXIT_GROWS = 1,
	TM_EXIT_USAGE = 2,
	TM_EXIT_UNMEASURED = 3,
	TM_EXIT_DEFECT = 4
};

struct tm_err {
	enum tm_rc rc;
	char text[400]; /* one line, no newline at its end, no control character
			 */
};

/*
 * Store `rc` and the formatted sentence in `err` (NULL is allowed) and return
 * `rc`, so that a failing function can end in `return tm_fail(...)`.  Control
 * characters of what is quoted become '?'.
 */
enum tm_rc tm_fail(struct tm_err *err, enum tm_rc rc, const char *format, ...)
	TM_PRINTF(3, 4);

/* As tm_fail(), with the text of `saved_errno` appended after a colon. */
enum tm_rc tm_fail_errno(struct tm_err *err, int saved_errno,
			 const char *format, ...) TM_PRINTF(3, 4);

/* The exit code a program ends with after failing with `rc`. */
enum tm_exit tm_rc_exit(enum tm_rc rc);

#endif
