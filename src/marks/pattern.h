/*
 * pattern.h - marks in what a program prints.
 *
 * Purpose:   split a stream into lines and find in each the iteration that it
 *            tells: the expression's first group, or, of an expression without
 *            a group, how many lines have matched.
 * Ownership: tm_pattern_open() gives the caller the contents of the struct, to
 *            be given back with tm_pattern_close(); a stream borrows nothing.
 * Units:     bytes.
 * Errors:    TM_EUSAGE for an expression that cannot be read.  Bytes are never
 *            an error: a NUL is a character as any other, a group that is not
 *            a whole number is counted.
 *
 * A line ends in \n or, as progress bars have it, in \r.  One that is longer
 * than a buffer is matched up to there.
 */
#ifndef TM_MARKS_PATTERN_H
#define TM_MARKS_PATTERN_H

#include <regex.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

#define TM_PATTERN_LINE_MAX 16384

/* Called with each mark that is found. */
typedef enum tm_rc tm_pattern_found(void *context, uint64_t iteration,
				    struct tm_err *err);

struct tm_pattern {
	regex_t regex;
	int has_group;
	uint64_t matches;
	uint64_t not_numbers;	 /* whose group is not a whole number */
	char not_number[24];	 /* the first of them */
	uint64_t overlong_lines; /* longer than a buffer */
	tm_pattern_found *found;
	void *context; /* of `found` */
};

/* One stream of two, as each has its own half-finished line. */
struct tm_pattern_line {
	size_t length;
	int overlong;
	int after_return; /* the line before ended in \r: a \n is its own */
	char bytes[TM_PATTERN_LINE_MAX];
};

/* `found` is called with `context` for each mark. */
TM_CHECK enum tm_rc tm_pattern_open(struct tm_pattern *pattern,
				    const char *expression,
				    tm_pattern_found *found, void *context,
				    struct tm_err *err);
void tm_pattern_close(struct tm_pattern *pattern);

/* More bytes of a stream; returns what `found` returns. */
TM_CHECK enum tm_rc tm_pattern_feed(struct tm_pattern *pattern,
				    struct tm_pattern_line *line,
				    const char *bytes, size_t length,
				    struct tm_err *err);

/* The stream has ended: what follows its last newline is a line too. */
TM_CHECK enum tm_rc tm_pattern_end(struct tm_pattern *pattern,
				   struct tm_pattern_line *line,
				   struct tm_err *err);

#endif
