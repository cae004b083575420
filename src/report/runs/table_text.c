#include <stdio.h>
#include <string.h>

#include "report/format/grid.h"
#include "report/runs/sheet.h"
#include "util/text.h"

#define DOTS	  3 /* where the middle of a long name is left out */
#define GAP_LEAST 1 /* between columns, as a grid stands them at the least */

/* Colour marks problems; it adds nothing to the text. */
static const char *cell_colour(const struct tm_sheet_line *line, size_t column)
{
	const struct tm_value *lost = &line->row.figure[TM_ROW_LOST];

	if (column == TM_COLUMN_OUTCOME &&
	    line->row.run->outcome != TM_OUTCOME_COMPLETE)
		return "\033[33m";
	if (column == TM_COLUMN_FIGURES + TM_ROW_LOST && lost->present &&
	    lost->number > 0)
		return "\033[33m";
	return "";
}

/* The columns from one to before another, with the runs' names before them:
 * as many as the terminal has room for. */
struct band {
	size_t from;
	size_t to;
};

static int is_in_band(const struct tm_sheet *sheet, const struct band *band,
		      size_t column)
{
	return column == TM_COLUMN_NAME ||
	       (!sheet->hidden[column] && column >= band->from &&
		column < band->to);
}

/* A long name shows how it begins and ends, so that others have room. */
static void name_shown(const struct tm_sheet *sheet,
		       const struct tm_sheet_line *line, char out[TM_LABEL_MAX])
{
	const char *name = line->cell[TM_COLUMN_NAME].text, *end = name;
	size_t most = sheet->writer->width / 2, width = tm_text_width(name);
	unsigned int columns;

	snprintf(out, TM_LABEL_MAX, "%s", name);
	if (most <= DOTS || width <= most)
		return;
	most -= DOTS;
	while (width > most / 2) {
		end += tm_text_step(&columns, end);
		width -= columns;
	}
	out += tm_text_fit(name, most - most / 2);
	memset(out, '.', DOTS);
	memcpy(out + DOTS, end, strlen(end) + 1);
}

static size_t greater(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t column_width(const struct tm_sheet *sheet, size_t column)
{
	size_t width = greater(strlen(tm_sheet_title(sheet, column, 0)),
			       strlen(tm_sheet_title(sheet, column, 1)));
	size_t marks = 0, behind, i;

	for (i = 0; i < sheet->line_count; i++) {
		const struct tm_sheet_line *line = &sheet->lines[i];
		char name[TM_LABEL_MAX], mark[TM_SHEET_MARK_MAX];
		const char *text = line->cell[column].text;

		if (column == TM_COLUMN_NAME) {
			name_shown(sheet, line, name);
			text = name;
		}
		tm_sheet_note_mark(mark, line->cell[column].note);
		behind = tm_sheet_is_figure(column) ? 0 : strlen(mark);
		marks = greater(marks, strlen(mark) - behind);
		width = greater(width, tm_text_width(text) + behind);
	}
	return width + marks;
}

/* At least one column; all of them where no width is known. */
static void fill_band(const struct tm_sheet *sheet, struct band *band)
{
	size_t at = column_width(sheet, TM_COLUMN_NAME), taken = 0;

	for (band->to = band->from; band->to < TM_COLUMN_COUNT; band->to++) {
		if (sheet->hidden[band->to])
			continue;
		at += GAP_LEAST + column_width(sheet, band->to);
		if (sheet->writer->width && taken && at > sheet->writer->width)
			return;
		taken++;
	}
}

/* The marks of footnotes stand in a column of their own behind numbers, so that
 * the digits stay under each other. */
static void lay_columns(const struct tm_sheet *sheet, const struct band *band,
			char *columns)
{
	size_t j;

	for (j = 0; j < TM_COLUMN_COUNT; j++) {
		if (!is_in_band(sheet, band, j))
			continue;
		*columns++ = tm_sheet_is_figure(j) ? 'r' : 'l';
		if (tm_sheet_is_figure(j))
			*columns++ = 'm';
	}
	*columns = '\0';
}

static void put_cell(struct tm_grid *grid, size_t column, const char *text,
		     const char *mark, const char *colour)
{
	char both[TM_LABEL_MAX + TM_SHEET_MARK_MAX];

	if (tm_sheet_is_figure(column)) {
		tm_grid_put_coloured(grid, colour, text);
		tm_grid_put(grid, mark);
		return;
	}
	snprintf(both, sizeof(both), "%s%s", text, mark);
	tm_grid_put_coloured(grid, colour, both);
}

/* The run of which a note holds all notes; NULL: it is of a figure. */
static const struct tm_run *run_of_note(const struct tm_sheet *sheet,
					const char *note)
{
	size_t i;

	for (i = 0; i < sheet->line_count; i++) {
		if (strcmp(sheet->lines[i].run_note.bytes, note) == 0)
			return sheet->lines[i].row.run;
	}
	return NULL;
}

static void put_note(struct tm_sheet *sheet, const char *head, const char *note)
{
	struct tm_buf text;

	tm_buf_init(&text, sheet->writer->out->alloc);
	if (sheet->writer->rc == TM_OK)
		sheet->writer->rc = tm_buf_printf(&text, "%s%s", head, note);
	if (sheet->writer->rc == TM_OK) {
		tm_text_clean(text.bytes);
		tm_put_paragraph(sheet->writer, 0, text.bytes);
	}
	tm_buf_release(&text);
}

/* Each of a run's notes begins a line. */
static void put_text_notes(struct tm_sheet *sheet)
{
	char mark[TM_SHEET_MARK_MAX];
	size_t i, j;

	for (i = 0; i < sheet->note_count; i++) {
		const struct tm_run *run = run_of_note(sheet, sheet->notes[i]);

		snprintf(mark, sizeof(mark), "[%zu] ", i + 1);
		if (!run)
			put_note(sheet, mark, sheet->notes[i]);
		for (j = 0; run && j < run->notes.count; j++)
			put_note(sheet, mark, run->notes.text[j]);
	}
}

static void put_band(struct tm_sheet *sheet, const struct band *band)
{
	char columns[2 * TM_COLUMN_COUNT + 1], mark[TM_SHEET_MARK_MAX];
	char name[TM_LABEL_MAX];
	struct tm_grid grid;
	size_t i, j;

	lay_columns(sheet, band, columns);
	tm_grid_open(&grid, sheet->writer, columns);
	for (i = 0; i < 2 * (size_t)TM_COLUMN_COUNT; i++) {
		j = i % TM_COLUMN_COUNT;
		if (is_in_band(sheet, band, j))
			put_cell(&grid, j,
				 tm_sheet_title(sheet, j, i >= TM_COLUMN_COUNT),
				 "", "\033[1m");
	}
	for (i = 0; i < sheet->line_count; i++) {
		const struct tm_sheet_line *line = &sheet->lines[i];

		name_shown(sheet, line, name);
		for (j = 0; j < TM_COLUMN_COUNT; j++) {
			if (!is_in_band(sheet, band, j))
				continue;
			tm_sheet_note_mark(mark, line->cell[j].note);
			put_cell(&grid, j,
				 j == TM_COLUMN_NAME ? name
						     : line->cell[j].text,
				 mark, cell_colour(line, j));
		}
	}
	tm_grid_close(&grid);
}

void tm_sheet_put_text(struct tm_sheet *sheet)
{
	struct band band = {.from = TM_COLUMN_NAME + 1};

	for (; band.from < TM_COLUMN_COUNT; band.from = band.to) {
		if (band.from > TM_COLUMN_NAME + 1)
			tm_writer_put(sheet->writer, "\n");
		fill_band(sheet, &band);
		put_band(sheet, &band);
	}
	tm_sheet_put_source(sheet);
	put_text_notes(sheet);
}
