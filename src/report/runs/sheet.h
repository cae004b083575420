/*
 * sheet.h - the table of runs before a form prints it.
 *
 * Purpose:   what the forms of the table share: its cells, its columns, and its
 *            footnotes.
 * Ownership: a sheet's lines and notes are of who makes it (table.c); texts of
 *            notes are borrowed from the rows and runs.
 * Units:     figures are text already.
 * Errors:    as util/writer.h.
 */
#ifndef TM_REPORT_RUNS_SHEET_H
#define TM_REPORT_RUNS_SHEET_H

#include <stddef.h>

#include "explain/label.h"
#include "explain/row.h"
#include "util/buf.h"
#include "util/writer.h"

#define TM_SHEET_MARK_MAX 28 /* " [1] ", for any number */

enum tm_column {
	TM_COLUMN_NAME,
	TM_COLUMN_RULES,
	TM_COLUMN_FIGURES,
	TM_COLUMN_OUTCOME = TM_COLUMN_FIGURES + TM_ROW_FIGURE_COUNT,
	TM_COLUMN_VERDICT,
	TM_COLUMN_COUNT
};

struct tm_sheet_cell {
	char text[TM_LABEL_MAX];
	size_t note; /* 0, or the number of the footnote */
};

struct tm_sheet_line {
	struct tm_row row;
	struct tm_sheet_cell cell[TM_COLUMN_COUNT];
	struct tm_buf run_note; /* what a reader must know */
	char growth_note[200];	/* of which metric, and what is special */
	char outcome_note[160]; /* why it ended so, or "" */
};

/* Everything that the forms print from. */
struct tm_sheet {
	struct tm_writer *writer;
	struct tm_sheet_line *lines;
	size_t line_count;
	const char **notes; /* distinct; borrowed from the rows and runs */
	size_t note_count;
	int hidden[TM_COLUMN_COUNT];
	int by_time; /* all runs are, and it is said in the titles */
	/* What the growth of all rows is of, which is said below them;
	 * TM_METRIC_COUNT: they differ. */
	enum tm_metric growth_metric;
};

static inline int tm_sheet_is_figure(size_t column)
{
	return column >= TM_COLUMN_FIGURES && column < TM_COLUMN_OUTCOME;
}

/* The title of a column, in two lines: 0 and 1. */
const char *tm_sheet_title(const struct tm_sheet *sheet, size_t column,
			   int line);

/* " [1]"; nothing for 0. */
void tm_sheet_note_mark(char mark[TM_SHEET_MARK_MAX], size_t note);

/* Where the figures come from, below the table. */
void tm_sheet_put_source(struct tm_sheet *sheet);

/* The form in text. */
void tm_sheet_put_text(struct tm_sheet *sheet);

#endif
