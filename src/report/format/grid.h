/*
 * grid.h - rows of cells under each other, as wide as their widest.
 *
 * Purpose:   every table of text is laid out here: numbers end where their
 *            column ends, text starts where it starts.  Where a table does not
 *            fit the terminal its columns stand closer, then the last one is
 *            broken between words.
 * Ownership: cells are copied; tm_grid_close() gives them back.
 * Units:     widths in columns of a terminal.
 * Errors:    as util/writer.h.
 */
#ifndef TM_REPORT_FORMAT_GRID_H
#define TM_REPORT_FORMAT_GRID_H

#include "util/writer.h"

#define TM_GRID_COLUMNS_MAX 32

struct tm_grid_cell {
	char *text;
	const char *colour; /* a constant, "" for none */
};

struct tm_grid {
	struct tm_writer *writer; /* borrowed */
	/* A letter a column: 'l' text, 'r' numbers, 'm' the mark of a
	 * footnote, which stands directly behind the column before it. */
	const char *columns; /* borrowed */
	size_t indent;	     /* blanks before each row */
	struct tm_grid_cell *cells;
	size_t count;
	size_t capacity;
};

/* A grid without cells, which starts a row with its first cell. */
void tm_grid_open(struct tm_grid *grid, struct tm_writer *writer,
		  const char *columns);

/* The next cell, one clean line; a row is full after as many as there are
 * columns. */
void tm_grid_put(struct tm_grid *grid, const char *text);
void tm_grid_put_coloured(struct tm_grid *grid, const char *colour,
			  const char *text);

/* Write all rows, and give the cells back. */
void tm_grid_close(struct tm_grid *grid);

/* `text` as a paragraph: broken between words at the writer's width, each line
 * behind `indent` blanks. */
void tm_put_paragraph(struct tm_writer *writer, size_t indent,
		      const char *text);

/* A shell command behind `head`, which can be pasted as it stands: broken
 * between its words with a backslash, at the writer's width. */
void tm_put_command(struct tm_writer *writer, const char *head,
		    const char *command);

#endif
