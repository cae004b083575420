/*
 * protocol.h - the lines that a measured program writes to TIDEMARK_FD.
 *
 * Purpose:   one mechanism between a scenario (or any program) and tidemark.
 *            The environment variable TIDEMARK_FD names an open descriptor,
 *            and TIDEMARK_PIPE says which pipe it is; without them, or where
 *            the descriptor is another one, a program runs as if tidemark did
 *            not exist.
 * Ownership: a line that was read borrows from the text that was given.
 * Units:     as metric.h.
 * Errors:    a line that cannot be read is reported with its number and
 *            skipped; a program that dies in the middle of a line loses only
 *            that line.
 *
 *   mark N                      N iterations are done; tidemark samples from
 *                               outside
 *   mark                        one more iteration is done, in any of the
 *                               program's processes
 *   sample N NS name=value ...  the same, measured by the program itself at NS
 *                               nanoseconds after its loop began; a metric that
 *                               is left out is absent
 *   absent name reason...       once, before the first sample
 *   report JSON                 once, at the end: one line of what only the
 *                               program knows (see docs/formats.md)
 *   error text...               why the program gives up, one line; tidemark
 *                               shows it
 */
#ifndef TM_MARKS_PROTOCOL_H
#define TM_MARKS_PROTOCOL_H

#include "metric/metric.h"
#include "util/err.h"

/* docs/formats.md describes it.  Later versions add lines, which older readers
 * note and skip. */
#define TM_MARKS_VERSION 1

#define TM_MARK_FD_VARIABLE   "TIDEMARK_FD"
#define TM_MARK_PIPE_VARIABLE "TIDEMARK_PIPE" /* its name: pipe_name.h */
#define TM_SAMPLE_LINE_MAX    2048

/* Write the `sample` line, newline included, to `line`; returns its length.
 * Nothing is allocated. */
size_t tm_protocol_format_sample(char line[TM_SAMPLE_LINE_MAX],
				 const struct tm_sample *sample);

enum tm_line_type {
	TM_LINE_MARK,
	TM_LINE_SAMPLE,
	TM_LINE_ABSENT,
	TM_LINE_REPORT,
	TM_LINE_ERROR
};

struct tm_line {
	enum tm_line_type type;
	uint64_t iteration;    /* mark: its number, unless it is_next */
	int is_next;	       /* mark: one more than the one before */
	enum tm_metric metric; /* absent */
	const char *text;      /* absent, report, error: the rest of the line */
	struct tm_sample sample; /* sample; not set for other types */
};

/* Read one line (no newline, NUL-terminated).  `out->text` borrows from it.
 * Only the fields of its type are set. */
TM_CHECK enum tm_rc tm_protocol_parse(struct tm_line *out, const char *line,
				      struct tm_err *err);

#endif
