#include "report/format/grid.h"

#include <stdlib.h>
#include <string.h>

#include "util/text.h"

#define GAP	   2
#define GAP_NARROW 1  /* where the last column would have less than WRAP_MIN */
#define WRAP_MIN   24 /* a narrower last column takes two lines at most */
#define WRAP_BACK  4  /* indent of what stands on a line of its own instead */

void tm_grid_open(struct tm_grid *grid, struct tm_writer *writer,
		  const char *columns)
{
	*grid = (struct tm_grid){.writer = writer, .columns = columns};
}

static int make_room(struct tm_grid *grid)
{
	size_t capacity = grid->capacity ? 2 * grid->capacity : 64;
	struct tm_grid_cell *cells;

	if (grid->count < grid->capacity)
		return 1;
	cells = realloc(grid->cells, capacity * sizeof(*cells));
	if (!cells)
		return 0;
	grid->cells = cells;
	grid->capacity = capacity;
	return 1;
}

void tm_grid_put_coloured(struct tm_grid *grid, const char *colour,
			  const char *text)
{
	char *copy;

	if (grid->writer->rc != TM_OK)
		return;
	copy = strdup(text);
	if (!copy || !make_room(grid)) {
		grid->writer->rc = TM_ENOMEM;
		free(copy);
		return;
	}
	tm_text_clean(copy);
	grid->cells[grid->count++] = (struct tm_grid_cell){copy, colour};
}

void tm_grid_put(struct tm_grid *grid, const char *text)
{
	tm_grid_put_coloured(grid, "", text);
}

/* --- paragraphs ----------------------------------------------------------- */

/* Bytes of `text` that fit into `width` columns, broken at a blank; a word that
 * is longer stays whole. */
static size_t line_length(const char *text, size_t width)
{
	size_t used = 0, at = 0, blank = 0;

	while (text[at]) {
		unsigned int columns;
		size_t length = tm_text_step(&columns, text + at);

		if (text[at] == ' ')
			blank = at;
		else if (used + columns > width)
			return blank ? blank : at + strcspn(text + at, " ");
		used += columns;
		at += length;
	}
	return at;
}

/* `text` from where the line stands now, its further lines behind `indent`
 * blanks; no end of line after the last. */
static void put_wrapped(struct tm_writer *writer, const char *text,
			size_t width, size_t indent)
{
	for (;;) {
		size_t length = width ? line_length(text, width) : strlen(text);
		size_t shown = length;

		while (shown && text[shown - 1] == ' ')
			shown--;
		tm_writer_put_bytes(writer, text, shown);
		text += length;
		text += strspn(text, " ");
		if (!*text)
			return;
		tm_writer_put(writer, "\n");
		tm_writer_put_blanks(writer, indent);
	}
}

void tm_put_paragraph(struct tm_writer *writer, size_t indent, const char *text)
{
	size_t width = writer->width > indent ? writer->width - indent : 0;

	tm_writer_put_blanks(writer, indent);
	put_wrapped(writer, text, width, indent);
	tm_writer_put(writer, "\n");
}

/* --- commands ------------------------------------------------------------- */

/* Bytes up to the next blank that the shell reads as one. */
static size_t shell_word(const char *text, size_t *columns)
{
	size_t at = 0;
	int is_quoted = 0;

	*columns = 0;
	while (text[at] && (is_quoted || text[at] != ' ')) {
		unsigned int width;

		if (text[at] == '\'')
			is_quoted = !is_quoted;
		if (text[at] == '\\' && !is_quoted && text[at + 1]) {
			++*columns;
			at++;
		}
		at += tm_text_step(&width, text + at);
		*columns += width;
	}
	return at;
}

void tm_put_command(struct tm_writer *writer, const char *head,
		    const char *command)
{
	size_t indent = tm_text_width(head), at = indent;
	const char *blank = "";

	tm_writer_put(writer, head);
	while (*command) {
		size_t columns, length = shell_word(command, &columns);
		size_t more = command[length] ? strlen(" \\") : 0;

		if (writer->width && *blank &&
		    at + 1 + columns + more > writer->width) {
			tm_writer_put(writer, " \\\n");
			tm_writer_put_blanks(writer, indent);
			at = indent;
			blank = "";
		}
		tm_writer_put(writer, blank);
		tm_writer_put_bytes(writer, command, length);
		at += columns + strlen(blank);
		command += length + (command[length] == ' ');
		blank = " ";
	}
	tm_writer_put(writer, "\n");
}

/* --- rows ----------------------------------------------------------------- */

/* How wide the columns are, the last one as far as it is not broken. */
struct layout {
	size_t columns;
	size_t width[TM_GRID_COLUMNS_MAX];
	size_t gap;
};

static size_t gap_before(const struct tm_grid *grid,
			 const struct layout *layout, size_t column)
{
	return column == 0 || grid->columns[column] == 'm' ? 0 : layout->gap;
}

/* Whether the last column neither fits nor has room to be broken. */
static int is_narrow(const struct tm_grid *grid, const struct layout *layout)
{
	size_t last = layout->columns - 1, at = grid->indent, c;

	for (c = 0; c < layout->columns; c++)
		at += gap_before(grid, layout, c) + layout->width[c];
	return grid->writer->width < at &&
	       grid->writer->width + layout->width[last] < at + WRAP_MIN;
}

static void lay_out(struct layout *layout, const struct tm_grid *grid)
{
	size_t i;

	*layout = (struct layout){.columns = strlen(grid->columns), .gap = GAP};
	for (i = 0; i < grid->count; i++) {
		size_t width = tm_text_width(grid->cells[i].text);
		size_t *column = &layout->width[i % layout->columns];

		if (width > *column)
			*column = width;
	}
	if (grid->writer->width && is_narrow(grid, layout))
		layout->gap = GAP_NARROW;
}

/* A row while it is written.  Blanks are pending until text follows, so that no
 * line ends with any. */
struct row {
	struct tm_writer *writer;
	size_t at; /* column that has been reached, pending blanks included */
	size_t pending;
};

static void add_blanks(struct row *row, size_t blanks)
{
	row->pending += blanks;
	row->at += blanks;
}

static void flush_blanks(struct row *row)
{
	tm_writer_put_blanks(row->writer, row->pending);
	row->pending = 0;
}

static void put_cell(struct row *row, const struct tm_grid_cell *cell)
{
	if (!*cell->text)
		return;
	flush_blanks(row);
	tm_writer_put_coloured(row->writer, cell->colour, cell->text);
	row->at += tm_text_width(cell->text);
}

static size_t longest_word(const char *text)
{
	size_t longest = 0, width = 0;

	while (*text) {
		unsigned int columns;
		int is_blank = *text == ' ';

		text += tm_text_step(&columns, text);
		width = is_blank ? 0 : width + columns;
		if (width > longest)
			longest = width;
	}
	return longest;
}

/* Whether a text may be broken into a column of `left`. */
static int may_wrap(const char *text, size_t left)
{
	return left >= WRAP_MIN ||
	       (tm_text_width(text) <= 2 * left && longest_word(text) <= left);
}

/* The last cell may take what the terminal has left, on several lines, each
 * behind the blanks that it begins with. */
static void put_last(struct row *row, const struct tm_grid *grid,
		     const struct tm_grid_cell *cell)
{
	size_t blanks = strspn(cell->text, " ");
	size_t width = row->writer->width;
	size_t left = width > row->at ? width - row->at : 0;

	if (width == 0 || tm_text_width(cell->text) <= left) {
		put_cell(row, cell);
		return;
	}
	if (!may_wrap(cell->text, left)) {
		row->at = grid->indent + WRAP_BACK;
		row->pending = row->at;
		left = width > row->at ? width - row->at : 0;
		tm_writer_put(row->writer, "\n");
	}
	add_blanks(row, blanks);
	flush_blanks(row);
	put_wrapped(row->writer, cell->text + blanks,
		    left > blanks ? left - blanks : 0, row->at);
}

static void put_row(const struct tm_grid *grid, const struct layout *layout,
		    const struct tm_grid_cell *cells)
{
	struct row row = {.writer = grid->writer};
	size_t c;

	add_blanks(&row, grid->indent);
	for (c = 0; c < layout->columns; c++) {
		size_t padding =
			layout->width[c] - tm_text_width(cells[c].text);

		add_blanks(&row, gap_before(grid, layout, c));
		if (grid->columns[c] == 'r')
			add_blanks(&row, padding);
		if (c + 1 == layout->columns) {
			put_last(&row, grid, &cells[c]);
			break;
		}
		put_cell(&row, &cells[c]);
		if (grid->columns[c] != 'r')
			add_blanks(&row, padding);
	}
	tm_writer_put(row.writer, "\n");
}

void tm_grid_close(struct tm_grid *grid)
{
	struct layout layout;
	size_t i;

	lay_out(&layout, grid);
	for (i = 0; i + layout.columns <= grid->count; i += layout.columns)
		put_row(grid, &layout, &grid->cells[i]);
	for (i = 0; i < grid->count; i++)
		free(grid->cells[i].text);
	free(grid->cells);
	grid->cells = NULL;
	grid->count = grid->capacity = 0;
}
