/*
 * table.h - runs compared, one row each.
 *
 * Purpose:   the same rows as aligned text, Markdown or CSV: growth, bytes,
 *            live objects, garbage and table entries an iteration, callbacks
 *            lost, rate, outcome.
 * Ownership: the runs are borrowed for the call; text is appended to `out`.
 * Units:     in the column titles.
 * Errors:    a value that was not measured is "-" with a footnote that says
 *            why (in CSV an empty field, and the reason in the last column);
 *            it is never 0.  Text and Markdown leave out a column that is
 *            empty in every row; CSV has all, for programs.  TM_ENOMEM when
 *            `out` cannot grow.
 */
#ifndef TM_REPORT_RUNS_TABLE_H
#define TM_REPORT_RUNS_TABLE_H

#include <stddef.h>

#include "results/run.h"
#include "util/buf.h"
#include "util/err.h"

enum tm_table_format {
	TM_TABLE_TEXT, /* aligned, for a terminal */
	TM_TABLE_MARKDOWN,
	TM_TABLE_CSV
};

struct tm_table_opts {
	enum tm_table_format format;
	int colour;   /* text only: use the terminal's colours */
	size_t width; /* text only: columns to wrap at, or 0 */
};

TM_CHECK enum tm_rc tm_report_table(struct tm_buf *out,
				    const struct tm_run *const *runs,
				    size_t count,
				    const struct tm_table_opts *opts,
				    struct tm_err *err);

#endif
