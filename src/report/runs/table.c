#include "report/runs/forms.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "explain/label.h"
#include "explain/row.h"
#include "gate/gate.h"
#include "report/format/csv.h"
#include "report/format/grid.h"
#include "report/format/json.h"
#include "report/runs/sheet.h"
#include "results/export.h"
#include "util/amount.h"
#include "util/escape.h"
#include "util/text.h"

#define NOTES_A_ROW (TM_ROW_FIGURE_COUNT + 3) /* figures, run, rules, outcome */

/* How one figure is shown. */
struct column {
	const char *title; /* text: two lines */
	const char *subtitle;
	const char *markdown;
	const char *csv;
	double scale;  /* shown = scale * figure; not of an amount */
	int decimals;  /* 0: as many as read well */
	int is_amount; /* of memory, in the unit that reads best; in CSV it is
			* scaled, as programs read that */
	int is_rate;   /* in CSV: its name ends in what it is a rate of */
};

static const struct column figure_columns[TM_ROW_FIGURE_COUNT] = {
	[TM_ROW_GROWTH] = {"growth", "per iteration", "growth per iteration",
			   "growth_bytes", 1, 1, 1, 1},
	[TM_ROW_ALLOCATED] = {"allocated", "per iteration",
			      "allocated per iteration", "allocated_bytes", 1,
			      1, 1, 1},
	[TM_ROW_LIVE] = {"live", "objects", "live objects per iteration",
			 "live_objects", 1, 2, 0, 1},
	[TM_ROW_GARBAGE] = {"garbage", "objects", "garbage per iteration",
			    "garbage", 1, 2, 0, 1},
	[TM_ROW_TABLES] = {"table", "entries", "table entries per iteration",
			   "table_entries", 1, 2, 0, 1},
	[TM_ROW_LOST] = {"callbacks", "lost %", "callbacks lost, %",
			 "callbacks_lost_percent", 100, 1, 0, 0},
	[TM_ROW_RATE] = {"rate", "/second", "iterations per second",
			 "iterations_per_second", 1, 0, 0, 0},
};

/* Where every run was sampled by time. */
static const struct column growth_by_time = {
	"growth", "per second", "growth per second", NULL, 0, 0, 1, 1};
static const struct column allocated_by_time = {
	"allocated", "per second", "allocated per second", NULL, 0, 0, 1, 1};

static const struct column *column_of(const struct tm_sheet *sheet,
				      size_t figure)
{
	if (sheet->by_time && figure == TM_ROW_GROWTH)
		return &growth_by_time;
	if (sheet->by_time && figure == TM_ROW_ALLOCATED)
		return &allocated_by_time;
	return &figure_columns[figure];
}

static void put(struct tm_sheet *sheet, const char *text)
{
	tm_writer_put(sheet->writer, text);
}

static size_t find_note(struct tm_sheet *sheet, const char *text)
{
	size_t i;

	if (!*text)
		return 0;
	for (i = 0; i < sheet->note_count; i++) {
		if (strcmp(sheet->notes[i], text) == 0)
			return i + 1;
	}
	sheet->notes[sheet->note_count++] = text;
	return sheet->note_count;
}

/* A figure in digits.  What rounds to nothing is "0.0", not "-0.0". */
static void format_figure(char text[TM_LABEL_MAX], const struct column *column,
			  double figure, const char *unit)
{
	double shown = figure * column->scale;
	char *end;

	if (column->is_amount) {
		tm_amount_format(text, figure, unit);
		return;
	}
	if (!column->decimals) {
		tm_number_format(text, shown);
		return;
	}
	if (fabs(shown) < 0.5 * pow(10, -column->decimals))
		shown = 0;
	snprintf(text, TM_LABEL_MAX, "%.*f", column->decimals, shown);
	if (column->decimals < 2)
		return;
	/* Counts are whole numbers nearly always: 17, not 17.00. */
	end = text + strlen(text);
	while (end[-1] == '0')
		*--end = '\0';
	if (end[-1] == '.')
		end[-1] = '\0';
}

static void fill_text(struct tm_sheet_cell *cell, const char *text)
{
	snprintf(cell->text, sizeof(cell->text), "%s", text);
	tm_text_clean(cell->text);
}

/* The run's own notes, one after the other. */
static enum tm_rc join_notes(struct tm_buf *text, const struct tm_texts *notes)
{
	enum tm_rc rc = tm_buf_add_text(text, "");
	size_t i;

	for (i = 0; i < notes->count && rc == TM_OK; i++)
		rc = tm_buf_printf(text, "%s%s", i ? "; " : "", notes->text[i]);
	if (rc == TM_OK)
		tm_text_clean(text->bytes);
	return rc;
}

/* A column that no run has anything for. */
static int is_empty(const struct tm_sheet *sheet, size_t column)
{
	size_t i;

	for (i = 0; i < sheet->line_count; i++) {
		const struct tm_row *row = &sheet->lines[i].row;

		if (column == TM_COLUMN_RULES
			    ? row->rules != NULL
			    : row->figure[column - TM_COLUMN_FIGURES].present)
			return 0;
	}
	return 1;
}

static void hide_empty(struct tm_sheet *sheet)
{
	size_t j;

	for (j = TM_COLUMN_RULES; j < TM_COLUMN_OUTCOME; j++)
		sheet->hidden[j] = is_empty(sheet, j);
	/* It is what the table is for. */
	sheet->hidden[TM_COLUMN_FIGURES + TM_ROW_GROWTH] = 0;
}

static int is_by_time(const struct tm_run *const *runs, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (runs[i]->unit == TM_UNIT_ITERATION)
			return 0;
	}
	return 1;
}

/* What all rows show the growth of, if that decides their verdicts. */
static enum tm_metric common_metric(const struct tm_sheet *sheet)
{
	enum tm_metric common = TM_METRIC_COUNT;
	size_t i;

	for (i = 0; i < sheet->line_count; i++) {
		const struct tm_row *row = &sheet->lines[i].row;

		if (!row->is_leading)
			continue;
		if (common == TM_METRIC_COUNT)
			common = row->growth_metric;
		else if (common != row->growth_metric)
			return TM_METRIC_COUNT;
	}
	return common;
}

/* What the growth is of, where rows differ in that; no note repeats the
 * title. */
static void note_growth(const struct tm_sheet *sheet,
			struct tm_sheet_line *line)
{
	const struct tm_row *row = &line->row;
	const char *note = row->figure[TM_ROW_GROWTH].note;
	int names =
		row->is_leading && row->growth_metric != sheet->growth_metric;

	if (row->is_leading && sheet->by_time)
		note = "";
	snprintf(line->growth_note, sizeof(line->growth_note), "%s%s%s%s",
		 names ? "growth of " : "",
		 names ? tm_metric_name(row->growth_metric) : "",
		 names && *note ? "; " : "", note);
	tm_text_clean(line->growth_note);
}

static const char *note_of(const struct tm_sheet_line *line, size_t figure)
{
	return figure == TM_ROW_GROWTH ? line->growth_note
				       : line->row.figure[figure].note;
}

static const char *unit_of(const struct tm_row *row, size_t figure)
{
	return figure == TM_ROW_GROWTH && row->growth_metric < TM_METRIC_COUNT
		       ? tm_trait_of(row->growth_metric)->unit
		       : "bytes";
}

static void fill_figure(struct tm_sheet *sheet, struct tm_sheet_line *line,
			size_t figure)
{
	struct tm_value *value = &line->row.figure[figure];
	struct tm_sheet_cell *cell = &line->cell[TM_COLUMN_FIGURES + figure];

	tm_text_clean(value->note);
	if (!sheet->hidden[TM_COLUMN_FIGURES + figure])
		cell->note = find_note(sheet, note_of(line, figure));
	if (value->present)
		format_figure(cell->text, column_of(sheet, figure),
			      value->number, unit_of(&line->row, figure));
	else
		fill_text(cell, "-");
}

static void fill_outcome(struct tm_sheet *sheet, struct tm_sheet_line *line)
{
	struct tm_sheet_cell *outcome = &line->cell[TM_COLUMN_OUTCOME];
	const struct tm_run *run = line->row.run;
	char why[TM_ENDING_TEXT_MAX];

	fill_text(outcome, tm_outcome_name(run->outcome));
	tm_ending_text(why, &run->ending);
	snprintf(line->outcome_note, sizeof(line->outcome_note), "%.159s", why);
	tm_text_clean(line->outcome_note);
	outcome->note = find_note(sheet, line->outcome_note);
}

static enum tm_rc fill_line(struct tm_sheet *sheet, struct tm_sheet_line *line)
{
	const struct tm_run *run = line->row.run;
	enum tm_rc rc = join_notes(&line->run_note, &run->notes);
	size_t i;

	if (rc != TM_OK)
		return rc;
	fill_text(&line->cell[TM_COLUMN_NAME], run->name);
	line->cell[TM_COLUMN_NAME].note =
		find_note(sheet, line->run_note.bytes);
	fill_text(&line->cell[TM_COLUMN_RULES],
		  line->row.rules ? line->row.rules : "-");
	if (!line->row.rules && !sheet->hidden[TM_COLUMN_RULES])
		line->cell[TM_COLUMN_RULES].note =
			find_note(sheet, "the program reported no rules");
	note_growth(sheet, line);
	for (i = 0; i < TM_ROW_FIGURE_COUNT; i++)
		fill_figure(sheet, line, i);
	fill_outcome(sheet, line);
	fill_text(&line->cell[TM_COLUMN_VERDICT], line->row.verdict);
	return TM_OK;
}

const char *tm_sheet_title(const struct tm_sheet *sheet, size_t column,
			   int line)
{
	static const char *const ends[] = {"run", "rules"};

	if (column >= TM_COLUMN_OUTCOME)
		return line == 1		     ? ""
		       : column == TM_COLUMN_OUTCOME ? "outcome"
						     : "verdict";
	if (column < TM_COLUMN_FIGURES)
		return line == 0 ? ends[column] : "";
	return line == 0
		       ? column_of(sheet, column - TM_COLUMN_FIGURES)->title
		       : column_of(sheet, column - TM_COLUMN_FIGURES)->subtitle;
}

void tm_sheet_note_mark(char mark[TM_SHEET_MARK_MAX], size_t note)
{
	mark[0] = '\0';
	if (note)
		snprintf(mark, TM_SHEET_MARK_MAX, " [%zu]", note);
}

static int shows_counts(const struct tm_sheet *sheet)
{
	return !sheet->hidden[TM_COLUMN_FIGURES + TM_ROW_LIVE] ||
	       !sheet->hidden[TM_COLUMN_FIGURES + TM_ROW_GARBAGE] ||
	       !sheet->hidden[TM_COLUMN_FIGURES + TM_ROW_TABLES];
}

/* Where the figures come from. */
void tm_sheet_put_source(struct tm_sheet *sheet)
{
	int is_common = sheet->growth_metric < TM_METRIC_COUNT;
	char note[TM_TEXT_MAX];

	put(sheet, "\n");
	snprintf(note, sizeof(note),
		 "growth: of %s%s, after the first fifth of the run%s%s",
		 is_common ? tm_metric_name(sheet->growth_metric)
			   : "the metric",
		 is_common ? ", which decides the verdict"
			   : " that decides the verdict",
		 shows_counts(sheet) ? "; objects, entries: " : "",
		 !shows_counts(sheet) ? ""
		 : sheet->by_time     ? "per second"
				      : "per iteration");
	tm_put_paragraph(sheet->writer, 0, note);
}

/* --- Markdown ------------------------------------------------------------- */

static void put_markdown_text(struct tm_sheet *sheet, const char *text)
{
	tm_put_escaped(sheet->writer, TM_ESCAPE_MARKDOWN, text);
}

static void put_markdown_notes(struct tm_sheet *sheet)
{
	char mark[TM_SHEET_MARK_MAX];
	size_t i;

	for (i = 0; i < sheet->note_count; i++) {
		tm_sheet_note_mark(mark, i + 1);
		put(sheet, "\n");
		put(sheet, mark + 1);
		put(sheet, " ");
		put_markdown_text(sheet, sheet->notes[i]);
		put(sheet, "\n");
	}
}

static void put_markdown_form(struct tm_sheet *sheet)
{
	char mark[TM_SHEET_MARK_MAX];
	size_t i, j;

	for (j = 0; j < TM_COLUMN_COUNT; j++) {
		if (sheet->hidden[j])
			continue;
		put(sheet, "| ");
		put(sheet,
		    tm_sheet_is_figure(j)
			    ? column_of(sheet, j - TM_COLUMN_FIGURES)->markdown
			    : tm_sheet_title(sheet, j, 0));
		put(sheet, " ");
	}
	put(sheet, "|\n");
	for (j = 0; j < TM_COLUMN_COUNT; j++) {
		if (!sheet->hidden[j])
			put(sheet, tm_sheet_is_figure(j) ? "|--:" : "|---");
	}
	put(sheet, "|\n");
	for (i = 0; i < sheet->line_count; i++) {
		for (j = 0; j < TM_COLUMN_COUNT; j++) {
			const struct tm_sheet_cell *cell =
				&sheet->lines[i].cell[j];

			if (sheet->hidden[j])
				continue;
			tm_sheet_note_mark(mark, cell->note);
			put(sheet, "| ");
			put_markdown_text(sheet, cell->text);
			put(sheet, mark);
			put(sheet, " ");
		}
		put(sheet, "|\n");
	}
	tm_sheet_put_source(sheet);
	put_markdown_notes(sheet);
}

/* --- CSV ------------------------------------------------------------------ */

static void put_csv_field(struct tm_sheet *sheet, const char *text)
{
	tm_put_escaped(sheet->writer, TM_ESCAPE_CSV, text);
}

/* "growth: too few samples of rss_bytes", behind what stands there already. */
static enum tm_rc add_csv_note(struct tm_buf *notes, const char *title,
			       const char *note)
{
	if (!*note)
		return TM_OK;
	return tm_buf_printf(notes, "%s%s: %s", notes->length ? "; " : "",
			     title, note);
}

static void put_csv_notes(struct tm_sheet *sheet,
			  const struct tm_sheet_line *line)
{
	struct tm_buf notes;
	enum tm_rc rc;
	size_t i;

	tm_buf_init(&notes, sheet->writer->out->alloc);
	rc = tm_buf_add_text(&notes, line->run_note.bytes);
	for (i = 0; i < TM_ROW_FIGURE_COUNT && rc == TM_OK; i++)
		rc = add_csv_note(&notes, figure_columns[i].title,
				  line->row.figure[i].note);
	if (rc == TM_OK)
		rc = add_csv_note(&notes, "outcome", line->outcome_note);
	if (rc == TM_OK)
		put_csv_field(sheet, notes.bytes);
	else if (sheet->writer->rc == TM_OK)
		sheet->writer->rc = rc;
	tm_buf_release(&notes);
}

/* The column of bytes holds nothing else. */
static int is_csv_figure(const struct tm_row *row, size_t figure)
{
	return row->figure[figure].present &&
	       (figure != TM_ROW_GROWTH ||
		tm_trait_is_bytes(row->growth_metric));
}

/* The growth in its own unit, and the verdict that rests on it. */
static void put_csv_growth(struct tm_sheet *sheet, const struct tm_row *row)
{
	put(sheet, ",");
	if (row->growth_metric < TM_METRIC_COUNT) {
		put(sheet, tm_metric_name(row->growth_metric));
		put(sheet, ",");
		tm_put_csv_number(sheet->writer, row->growth.slope);
		put(sheet, ",");
		put(sheet, tm_trait_of(row->growth_metric)->unit);
	} else {
		put(sheet, ",,");
	}
	put(sheet, ",");
	put(sheet, row->verdict);
	put(sheet, ",");
}

static void put_csv_line(struct tm_sheet *sheet,
			 const struct tm_sheet_line *line)
{
	size_t i;

	put_csv_field(sheet, line->row.run->name);
	put(sheet, ",");
	put_csv_field(sheet, line->row.rules ? line->row.rules : "");
	for (i = 0; i < TM_ROW_FIGURE_COUNT; i++) {
		const struct tm_value *value = &line->row.figure[i];

		put(sheet, ",");
		if (!is_csv_figure(&line->row, i))
			continue;
		tm_put_csv_number(sheet->writer,
				  value->number * figure_columns[i].scale);
	}
	put(sheet, ",");
	put(sheet, line->cell[TM_COLUMN_OUTCOME].text);
	put_csv_growth(sheet, &line->row);
	put_csv_notes(sheet, line);
	put(sheet, "\n");
}

static void put_csv_header(struct tm_sheet *sheet)
{
	const char *per = NULL;
	size_t i;

	for (i = 0; i < sheet->line_count; i++)
		per = tm_csv_rate_unit(
			per, tm_unit_name(sheet->lines[i].row.run->unit));
	put(sheet, "run,rules");
	for (i = 0; i < TM_ROW_FIGURE_COUNT; i++) {
		put(sheet, ",");
		put(sheet, figure_columns[i].csv);
		if (figure_columns[i].is_rate)
			tm_writer_printf(sheet->writer, "_per_%s", per);
	}
	tm_writer_printf(sheet->writer,
			 ",outcome,growth_metric,growth_per_%s,growth_unit,"
			 "verdict,notes\n",
			 per);
}

static void put_csv_form(struct tm_sheet *sheet)
{
	size_t i;

	put_csv_header(sheet);
	for (i = 0; i < sheet->line_count; i++)
		put_csv_line(sheet, &sheet->lines[i]);
}

/* --- all of them ---------------------------------------------------------- */

static enum tm_rc make_row(struct tm_row *row, const struct tm_content *content,
			   const struct tm_run *run)
{
	const struct tm_verdict *verdict =
		content->gate ? tm_gate_find(content->gate, run) : NULL;

	return tm_row_make(row, run, verdict, NULL);
}

static enum tm_rc fill(struct tm_sheet *sheet, const struct tm_content *content)
{
	enum tm_rc rc = TM_OK;
	size_t i;

	for (i = 0; i < content->run_count && rc == TM_OK; i++)
		rc = make_row(&sheet->lines[i].row, content, content->runs[i]);
	if (rc != TM_OK)
		return rc;
	sheet->line_count = content->run_count;
	sheet->hidden[TM_COLUMN_VERDICT] = !content->shows_verdict;
	hide_empty(sheet);
	sheet->by_time = is_by_time(content->runs, content->run_count);
	sheet->growth_metric = common_metric(sheet);
	for (i = 0; i < content->run_count && rc == TM_OK; i++)
		rc = fill_line(sheet, &sheet->lines[i]);
	return rc;
}

static struct tm_sheet_line *make_lines(struct tm_alloc *alloc, size_t count)
{
	struct tm_sheet_line *lines = tm_calloc(alloc, count, sizeof(*lines));
	size_t i;

	for (i = 0; lines && i < count; i++)
		tm_buf_init(&lines[i].run_note, alloc);
	return lines;
}

static void free_lines(struct tm_alloc *alloc, struct tm_sheet_line *lines,
		       size_t count)
{
	size_t i;

	for (i = 0; lines && i < count; i++)
		tm_buf_release(&lines[i].run_note);
	tm_free(alloc, lines, count * sizeof(*lines));
}

/* Fill a sheet, and have one form print it. */
static void put_sheet(struct tm_writer *writer,
		      const struct tm_content *content,
		      void (*put_form)(struct tm_sheet *sheet))
{
	struct tm_alloc *alloc = writer->out->alloc;
	struct tm_sheet sheet = {.writer = writer};
	size_t count = content->run_count;
	size_t notes_max = count * NOTES_A_ROW;
	enum tm_rc rc = TM_ENOMEM;

	sheet.lines = make_lines(alloc, count);
	sheet.notes = tm_calloc(alloc, notes_max, sizeof(*sheet.notes));
	if (sheet.lines && sheet.notes)
		rc = fill(&sheet, content);
	if (rc == TM_OK)
		put_form(&sheet);
	else if (writer->rc == TM_OK)
		writer->rc = rc;
	free_lines(alloc, sheet.lines, count);
	tm_free(alloc, sheet.notes, notes_max * sizeof(*sheet.notes));
}

void tm_runs_write_text(struct tm_writer *writer,
			const struct tm_content *content,
			const struct tm_style *style)
{
	(void)style;
	put_sheet(writer, content, tm_sheet_put_text);
}

void tm_runs_write_markdown(struct tm_writer *writer,
			    const struct tm_content *content,
			    const struct tm_style *style)
{
	(void)style;
	put_sheet(writer, content, put_markdown_form);
}

void tm_runs_write_csv(struct tm_writer *writer,
		       const struct tm_content *content,
		       const struct tm_style *style)
{
	(void)style;
	put_sheet(writer, content, put_csv_form);
}

void tm_runs_write_json(struct tm_writer *writer,
			const struct tm_content *content,
			const struct tm_style *style)
{
	(void)style;
	tm_put_json(writer, tm_runs_to_json(content->runs, content->run_count));
}
