#include <stdio.h>
#include <string.h>

#include "explain/label.h"
#include "util/text.h"
#include "report/verdict/writer.h"

#define COLUMNS_MAX 7
#define CELL_MAX    100
#define GAP	    2

struct grid {
	size_t columns;
	size_t width[COLUMNS_MAX];
};

static void widen(struct grid *grid, size_t column, const char *text)
{
	size_t width = tm_text_width(text);

	if (width > grid->width[column])
		grid->width[column] = width;
}

/* Numbers end where their column ends, words start where it starts. */
static void put_cell(struct tm_writer *writer, const struct grid *grid,
		     size_t column, const char *text, int is_number)
{
	size_t width = tm_text_width(text);
	size_t padding =
		grid->width[column] > width ? grid->width[column] - width : 0;
	size_t i;

	if (!is_number)
		tm_writer_put(writer, text);
	/* What ends a line needs no blanks behind it. */
	for (i = 0; i < padding && (is_number || column + 1 < grid->columns);
	     i++)
		tm_writer_put(writer, " ");
	if (is_number)
		tm_writer_put(writer, text);
	if (column + 1 < grid->columns)
		tm_writer_printf(writer, "%*s", GAP, "");
}

static const char *word_of(const struct tm_writer *writer,
			   const struct tm_verdict *verdict)
{
	static const char *const words[] = {"inconclusive", "pass", "FAIL"};

	if (!writer->advises)
		return words[verdict->standing];
	return tm_verdict_word(verdict);
}

static void put_coloured(struct tm_writer *writer, const char *text,
			 enum tm_judgement judgement)
{
	static const char *const colours[] = {"\033[33m", "\033[32m",
					      "\033[31m"};

	if (!writer->colour) {
		tm_writer_put(writer, text);
		return;
	}
	tm_writer_printf(writer, "%s%s\033[0m", colours[judgement], text);
}

/* --- one line a run ------------------------------------------------------- */

static void put_runs(struct tm_writer *writer, const struct tm_gate *gate)
{
	struct grid grid = {.columns = 3};
	char name[TM_LABEL_MAX], words[TM_WORDS_MAX];
	size_t i, padding;

	widen(&grid, 0, "run");
	widen(&grid, 1, "inconclusive");
	for (i = 0; i < gate->count; i++) {
		snprintf(name, sizeof(name), "%.90s",
			 gate->verdicts[i].run->name);
		tm_text_clean(name);
		widen(&grid, 0, name);
	}
	put_cell(writer, &grid, 0, "run", 0);
	put_cell(writer, &grid, 1, "verdict", 0);
	tm_writer_put(writer, "why\n");
	for (i = 0; i < gate->count; i++) {
		const struct tm_verdict *verdict = &gate->verdicts[i];
		const char *word = word_of(writer, verdict);

		snprintf(name, sizeof(name), "%.90s", verdict->run->name);
		tm_text_clean(name);
		put_cell(writer, &grid, 0, name, 0);
		put_coloured(writer, word, verdict->standing);
		for (padding = grid.width[1] + GAP - strlen(word); padding > 0;
		     padding--)
			tm_writer_put(writer, " ");
		tm_writer_printf(writer, "%s\n",
				 tm_writer_clean(words, verdict->reason));
	}
	for (i = 0; i < gate->missing_count; i++)
		tm_writer_printf(writer, "missing: %s\n",
				 tm_writer_clean(words, gate->missing[i]));
}

/* --- one line a metric ---------------------------------------------------- */

enum { NAME, GROWTH, SLOPE, INTERVAL, BUDGET, CURVE, VERDICT };

/* Where nobody has set a budget there is none to meet. */
static int is_shown(const struct tm_writer *writer, size_t column)
{
	return !writer->advises || (column != BUDGET && column != VERDICT);
}

static void put_line(struct tm_writer *writer, const struct grid *grid,
		     const char *const cell[COLUMNS_MAX])
{
	size_t c;

	for (c = 0; c < COLUMNS_MAX; c++) {
		if (is_shown(writer, c))
			put_cell(writer, grid, c, cell[c],
				 c == SLOPE || c == BUDGET);
	}
	tm_writer_put(writer, "\n");
}

static void fill_line(const char *cell[COLUMNS_MAX],
		      const struct tm_judged *judged,
		      struct tm_verdict_cells *cells)
{
	tm_verdict_cells_make(cells, judged);
	cell[NAME] = tm_metric_name(judged->metric);
	cell[GROWTH] = cells->growth;
	cell[SLOPE] = cells->slope;
	cell[INTERVAL] = cells->interval;
	cell[BUDGET] = cells->budget;
	cell[CURVE] = cells->curve;
	cell[VERDICT] = cells->verdict;
}

static void put_metrics(struct tm_writer *writer,
			const struct tm_verdict *verdict)
{
	const char *const titles[COLUMNS_MAX] = {
		"metric",	 "growth", tm_run_per(verdict->run),
		"95 % interval", "budget", "shape",
		"verdict",
	};
	struct grid grid = {.columns = writer->advises ? VERDICT : COLUMNS_MAX};
	const char *cell[COLUMNS_MAX];
	struct tm_verdict_cells cells;
	char words[TM_WORDS_MAX], kind[TM_VERDICT_KIND_MAX];
	size_t i, c;

	for (c = 0; c < COLUMNS_MAX; c++)
		widen(&grid, c, titles[c]);
	for (i = 0; i < verdict->count; i++) {
		fill_line(cell, &verdict->judged[i], &cells);
		for (c = 0; c < COLUMNS_MAX; c++)
			widen(&grid, c, cell[c]);
	}
	tm_verdict_kind_text(kind, verdict);
	tm_writer_printf(writer, "\n%s: %s\n",
			 tm_writer_clean(words, verdict->run->name), kind);
	put_line(writer, &grid, titles);
	for (i = 0; i < verdict->count; i++) {
		fill_line(cell, &verdict->judged[i], &cells);
		put_line(writer, &grid, cell);
	}
}

void tm_verdict_write_text(struct tm_writer *writer, const struct tm_gate *gate)
{
	size_t i;

	if (gate->count + gate->missing_count)
		put_runs(writer, gate);
	for (i = 0; i < gate->count && writer->every_line; i++) {
		if (gate->verdicts[i].count)
			put_metrics(writer, &gate->verdicts[i]);
	}
	if (writer->advises)
		return;
	tm_writer_put(writer, "\ngate: ");
	tm_writer_put_totals(writer, gate);
}
