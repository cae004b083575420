/* The forms for people: text and Markdown. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/format/grid.h"
#include "report/why/forms.h"
#include "util/escape.h"
#include "util/text.h"

#define NOTES_SHOWN 3

/* --- text ----------------------------------------------------------------- */

/* Text from outside, escaped for the form. */
static void put_text(struct tm_why_form *form, const char *text)
{
	tm_put_escaped(form->writer,
		       form->style->form == TM_FORM_MARKDOWN
			       ? TM_ESCAPE_MARKDOWN
			       : TM_ESCAPE_TERMINAL,
		       text);
}

static void put_title(struct tm_why_form *form, const char *text)
{
	struct tm_writer *writer = form->writer;

	if (form->style->form == TM_FORM_MARKDOWN) {
		tm_writer_printf(writer, "\n### %s\n\n", text);
		return;
	}
	tm_writer_put(writer, writer->colour ? "\n\033[1m" : "\n");
	tm_put_paragraph(writer, 0, text);
	tm_writer_put(writer, writer->colour ? "\033[0m" : "");
}

/* --- the head ------------------------------------------------------------- */

static const char *colour_of(enum tm_judgement standing)
{
	static const char *const colours[] = {"\033[33m", "\033[32m",
					      "\033[31m"};

	return colours[standing];
}

/* Whether the kind adds to the word before it. */
static int shows_kind(const struct tm_analysis *facts)
{
	enum tm_kind kind = tm_verdict_kind(&facts->verdict);

	return kind != TM_KIND_NONE && kind != TM_KIND_UNKNOWN;
}

static void put_head(struct tm_why_form *form)
{
	const struct tm_analysis *facts = form->facts;
	const struct tm_run *run = facts->run;
	const char *growth = tm_verdict_word(&facts->verdict);
	struct tm_writer *writer = form->writer;
	int markdown = form->style->form == TM_FORM_MARKDOWN;
	char why[TM_ENDING_TEXT_MAX];
	const char *outcome;

	tm_writer_put(writer, markdown ? "## " : "");
	put_text(form, run->name);
	tm_writer_put(writer, ": ");
	tm_writer_put_coloured(writer, colour_of(facts->verdict.standing),
			       growth);
	if (shows_kind(facts))
		tm_writer_printf(
			writer, ", %s",
			tm_kind_name(tm_verdict_kind(&facts->verdict)));
	tm_writer_put(writer, markdown ? "\n\n" : "\n");
	if (run->outcome == TM_OUTCOME_COMPLETE)
		return;
	outcome = tm_outcome_name(run->outcome);
	tm_ending_text(why, &run->ending);
	/* "interrupted by Ctrl-C" says it already. */
	if (strncmp(why, outcome, strlen(outcome)) != 0)
		tm_writer_printf(writer, "  %s%s", outcome, *why ? ": " : "");
	else
		tm_writer_put(writer, "  ");
	put_text(form, why);
	tm_writer_put(writer, "\n");
}

/* Sentences are wrapped in a log as on a terminal. */
static void put_cause(struct tm_why_form *form, const char *cause)
{
	size_t width = form->writer->width;

	form->writer->width =
		width && width < TM_WHY_WIDTH ? width : TM_WHY_WIDTH;
	tm_put_paragraph(form->writer, 2, cause);
	form->writer->width = width;
}

static void put_causes(struct tm_why_form *form)
{
	size_t i;

	for (i = 0; i < form->facts->cause_count; i++) {
		if (form->style->form != TM_FORM_MARKDOWN) {
			put_cause(form, form->facts->cause[i]);
			continue;
		}
		tm_writer_put(form->writer, i ? "- " : "\n- ");
		put_text(form, form->facts->cause[i]);
		tm_writer_put(form->writer, "\n");
	}
}

/* --- layers --------------------------------------------------------------- */

/* A run may have samples without a figure. */
static int shows_layers(const struct tm_why_form *form)
{
	const struct tm_analysis *facts = form->facts;
	size_t i;

	for (i = 0; i < facts->order_count; i++) {
		if (tm_why_shows(&facts->layer[facts->order[i]],
				 form->style->is_full))
			return 1;
	}
	return 0;
}

static void put_layers_markdown(struct tm_why_form *form)
{
	const struct tm_analysis *facts = form->facts;
	struct tm_why_layer_row row;
	size_t i;

	tm_writer_printf(form->writer,
			 "\n| layer | %s | 95 %% interval | |\n"
			 "|---|--:|---|---|\n",
			 facts->per);
	for (i = 0; i < facts->order_count; i++) {
		const struct tm_why_layer *layer =
			&facts->layer[facts->order[i]];

		if (!tm_why_shows(layer, form->style->is_full))
			continue;
		tm_why_layer_row_make(&row, layer, &facts->verdict);
		tm_writer_printf(form->writer, "| %s | %s | %s | %s |\n",
				 layer->text, row.rate, row.interval,
				 row.growth);
	}
}

static void put_layers(struct tm_why_form *form)
{
	const struct tm_analysis *facts = form->facts;
	struct tm_why_layer_row row;
	struct tm_grid grid;
	size_t i;

	tm_writer_put(form->writer, "\n");
	tm_grid_open(&grid, form->writer, "lrll");
	tm_grid_put(&grid, "layer");
	tm_grid_put(&grid, facts->per);
	tm_grid_put(&grid, "95 % interval");
	tm_grid_put(&grid, "");
	for (i = 0; i < facts->order_count; i++) {
		const struct tm_why_layer *layer =
			&facts->layer[facts->order[i]];

		if (!tm_why_shows(layer, form->style->is_full))
			continue;
		tm_why_layer_row_make(&row, layer, &facts->verdict);
		tm_grid_put(&grid, layer->text);
		tm_grid_put(&grid, row.rate);
		tm_grid_put(&grid, row.interval);
		tm_grid_put(&grid, row.growth);
	}
	tm_grid_close(&grid);
}

/* --- types ---------------------------------------------------------------- */

static void put_types_markdown(struct tm_why_form *form, size_t count)
{
	struct tm_why_type_row row;
	size_t i;

	tm_writer_printf(form->writer,
			 "| type | %s | 95 %% interval | bytes | |\n"
			 "|---|--:|---|--:|---|\n",
			 form->facts->per);
	for (i = 0; i < count; i++) {
		tm_why_type_row_make(&row, &form->facts->types.type[i]);
		tm_writer_put(form->writer, "| ");
		tm_put_escaped(form->writer, TM_ESCAPE_MARKDOWN, row.name);
		tm_writer_printf(form->writer, " | %s | %s | %s | %s |\n",
				 row.rate, row.interval, row.bytes,
				 row.uncollectable);
	}
}

/* Whether any of the types has an interval, or bytes: what a program counted
 * itself has neither, and a column without a value is left out. */
static int has_intervals(const struct tm_why_types *types)
{
	return types->type[0].has_interval;
}

static int has_bytes(const struct tm_why_types *types, size_t count)
{
	size_t i = 0;

	while (i < count && !types->type[i].has_bytes)
		i++;
	return i < count;
}

static void put_types_text(struct tm_why_form *form, size_t count)
{
	const struct tm_why_types *types = &form->facts->types;
	int intervals = has_intervals(types), bytes = has_bytes(types, count);
	struct tm_why_type_row row;
	struct tm_grid grid;
	char columns[8];
	size_t i;

	snprintf(columns, sizeof(columns), "lr%s%sl", intervals ? "l" : "",
		 bytes ? "r" : "");
	tm_grid_open(&grid, form->writer, columns);
	grid.indent = 2;
	tm_grid_put(&grid, "type");
	tm_grid_put(&grid, form->facts->per);
	if (intervals)
		tm_grid_put(&grid, "95 % interval");
	if (bytes)
		tm_grid_put(&grid, "bytes");
	tm_grid_put(&grid, "");
	for (i = 0; i < count; i++) {
		tm_why_type_row_make(&row, &types->type[i]);
		tm_grid_put(&grid, row.name);
		tm_grid_put(&grid, row.rate);
		if (intervals)
			tm_grid_put(&grid, row.interval);
		if (bytes)
			tm_grid_put(&grid, row.bytes);
		tm_grid_put(&grid, row.uncollectable);
	}
	tm_grid_close(&grid);
}

static void put_types(struct tm_why_form *form)
{
	const struct tm_why_types *types = &form->facts->types;
	int markdown = form->style->form == TM_FORM_MARKDOWN;
	size_t count = types->count;

	if (count == 0)
		return;
	if (!form->style->is_full && count > TM_WHY_TYPES)
		count = TM_WHY_TYPES;
	put_title(form, "Which types: live objects that grow in number");
	if (markdown)
		put_types_markdown(form, count);
	else
		put_types_text(form, count);
	if (types->growing > count)
		tm_writer_printf(form->writer, "%s... and %zu more types%s\n",
				 markdown ? "\n" : "  ", types->growing - count,
				 form->style->is_full ? "" : ": --all");
}

/* --- the census ----------------------------------------------------------- */

static void put_census(struct tm_why_form *form)
{
	int markdown = form->style->form == TM_FORM_MARKDOWN;
	char numbers[TM_TEXT_MAX];

	if (!tm_why_census(numbers,
			   &form->facts->run->report.tables_per_iteration))
		return;
	put_title(form, "Which tables: entries left behind by each iteration");
	tm_writer_put(form->writer, markdown ? "- " : "  ");
	put_text(form, numbers);
	tm_writer_put(form->writer, "\n");
}

/* --- processes ------------------------------------------------------------ */

/* How many there are to show, into `row`, which has room for all of them. */
static size_t take_processes(struct tm_why_form *form,
			     struct tm_why_process_row *row, size_t max)
{
	const struct tm_run *run = form->facts->run;
	struct tm_why_process process;
	size_t count = 0;

	if (!form->style->is_full && max > TM_WHY_PROCESSES)
		max = TM_WHY_PROCESSES;
	while (count < max && tm_why_process_get(&process, run, count) &&
	       (form->style->is_full || process.grew_bytes > 0.0))
		tm_why_process_row_make(&row[count++], run, &process);
	return count;
}

static void put_processes_markdown(struct tm_why_form *form,
				   const struct tm_why_process_row *row,
				   size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		tm_writer_printf(form->writer,
				 "- **%s** (%s of all), %s %s: ", row[i].growth,
				 row[i].share, row[i].rate, form->facts->per);
		tm_put_escaped(form->writer, TM_ESCAPE_MARKDOWN_CODE,
			       row[i].holder);
		tm_writer_printf(form->writer, ", %s\n", row[i].end);
	}
}

static void put_processes_text(struct tm_why_form *form,
			       const struct tm_why_process_row *row,
			       size_t count)
{
	struct tm_grid grid;
	size_t i;

	tm_grid_open(&grid, form->writer, "lrrrl");
	grid.indent = 2;
	tm_grid_put(&grid, "process");
	tm_grid_put(&grid, "grew by");
	tm_grid_put(&grid, "of all");
	tm_grid_put(&grid, form->facts->per);
	tm_grid_put(&grid, "");
	for (i = 0; i < count; i++) {
		tm_grid_put(&grid, row[i].holder);
		tm_grid_put(&grid, row[i].growth);
		tm_grid_put(&grid, row[i].share);
		tm_grid_put(&grid, row[i].rate);
		tm_grid_put(&grid, row[i].end);
	}
	tm_grid_close(&grid);
}

/* Processes that are not in the rows: their number. */
static void put_other_processes(struct tm_why_form *form,
				const struct tm_why_processes *processes,
				size_t shown)
{
	size_t listed = processes->known + processes->brief;
	const char *bullet =
		form->style->form == TM_FORM_MARKDOWN ? "- " : "  ";

	if (shown && processes->known > shown)
		tm_writer_printf(form->writer,
				 "%s... and %zu more that grew less: --all\n",
				 bullet, processes->known - shown);
	if (processes->brief)
		tm_writer_printf(form->writer,
				 "%s%zu more with too few samples\n", bullet,
				 processes->brief);
	if (processes->seen > listed)
		tm_writer_printf(form->writer, "%s%zu more not listed\n",
				 bullet, processes->seen - listed);
}

static void put_processes(struct tm_why_form *form)
{
	struct tm_why_process_row *row;
	struct tm_why_processes processes;
	size_t count;

	if (!tm_why_shows_processes(form->facts, form->style->is_full))
		return;
	tm_why_processes_count(&processes, form->facts->run);
	row = calloc(processes.known, sizeof(*row));
	if (!row) {
		form->writer->rc = TM_ENOMEM;
		return;
	}
	count = take_processes(form, row, processes.known);
	put_title(form, "Which process: growth after the first third of each "
			"one's lifetime");
	if (count && form->style->form == TM_FORM_MARKDOWN)
		put_processes_markdown(form, row, count);
	else if (count)
		put_processes_text(form, row, count);
	else
		tm_writer_put(form->writer, "  no process grew\n");
	put_other_processes(form, &processes, count);
	free(row);
}

/* --- sites ---------------------------------------------------------------- */

/* Frames that are shown below the first one. */
static size_t frames_shown(const struct tm_why_form *form)
{
	if (form->style->is_full)
		return SIZE_MAX;
	return form->style->stack ? form->style->stack : TM_WHY_STACK;
}

/* "in 4 processes of worker", or "". */
static void name_processes(char out[TM_TEXT_MAX],
			   const struct tm_run_site *site)
{
	*out = '\0';
	if (site->processes.value > 1)
		snprintf(out, TM_TEXT_MAX, "in %lld processes of %.200s",
			 (long long)site->processes.value,
			 site->process ? site->process : "?");
	tm_text_clean(out);
}

static void format_site_rate(char out[2 * TM_AMOUNT_MAX + 8],
			     const struct tm_why_site_row *row)
{
	snprintf(out, 2 * TM_AMOUNT_MAX + 8, "%s%s%s", row->growth,
		 *row->error ? " ± " : "", row->error);
}

static void put_site_markdown(struct tm_why_form *form,
			      const struct tm_run_sites *sites,
			      const struct tm_run_site *site,
			      enum tm_why_sites kind)
{
	char rate[2 * TM_AMOUNT_MAX + 8], text[TM_TEXT_MAX];
	struct tm_why_site_row row;
	size_t i;

	tm_why_site_row_make(&row, sites, site, kind, form->facts->run->unit);
	format_site_rate(rate, &row);
	tm_writer_printf(form->writer, "- **%s** %s %s ", rate,
			 kind == TM_WHY_SITES_GROW ? form->facts->per
						   : "in use",
			 row.share);
	tm_put_escaped(form->writer, TM_ESCAPE_MARKDOWN_CODE, row.holder);
	tm_writer_put(form->writer, "\n");
	for (i = 1; i < frames_shown(form) && tm_why_site_frame(text, site, i);
	     i++) {
		tm_writer_put(form->writer, "  - ");
		put_text(form, text);
		tm_writer_put(form->writer, "\n");
	}
	name_processes(text, site);
	if (!*text)
		return;
	tm_writer_put(form->writer, "  - ");
	put_text(form, text);
	tm_writer_put(form->writer, "\n");
}

/* A row of the grid; what does not grow has no share of the growth. */
static void put_site_row(struct tm_grid *grid, enum tm_why_sites kind,
			 const char *const cells[3])
{
	tm_grid_put(grid, cells[0]);
	if (kind == TM_WHY_SITES_GROW)
		tm_grid_put(grid, cells[1]);
	tm_grid_put(grid, cells[2]);
}

/* Callers stand two blanks behind the place. */
static void put_site_text(struct tm_why_form *form, struct tm_grid *grid,
			  const struct tm_run_sites *sites,
			  const struct tm_run_site *site,
			  enum tm_why_sites kind)
{
	char rate[2 * TM_AMOUNT_MAX + 8], text[TM_TEXT_MAX];
	char caller[TM_TEXT_MAX + 2];
	struct tm_why_site_row row;
	size_t i;

	tm_why_site_row_make(&row, sites, site, kind, form->facts->run->unit);
	format_site_rate(rate, &row);
	put_site_row(grid, kind, (const char *[]){rate, row.share, row.holder});
	for (i = 1; i < frames_shown(form) && tm_why_site_frame(text, site, i);
	     i++) {
		snprintf(caller, sizeof(caller), "  %s", text);
		put_site_row(grid, kind, (const char *[]){"", "", caller});
	}
	name_processes(text, site);
	if (*text)
		put_site_row(grid, kind, (const char *[]){"", "", text});
}

static void put_list(struct tm_why_form *form, const struct tm_run_sites *sites,
		     enum tm_why_sites kind)
{
	int markdown = form->style->form == TM_FORM_MARKDOWN, is_cut = 0;
	struct tm_grid grid;
	size_t i, shown = 0;

	tm_grid_open(&grid, form->writer,
		     kind == TM_WHY_SITES_GROW ? "rrl" : "rl");
	grid.indent = 2;
	for (i = 0; i < sites->count; i++) {
		const struct tm_run_site *site = &sites->sites[i];

		if (!tm_why_site_is(site, kind))
			continue;
		is_cut = !form->style->is_full && shown++ == form->sites_max;
		if (is_cut)
			break;
		if (markdown)
			put_site_markdown(form, sites, site, kind);
		else
			put_site_text(form, &grid, sites, site, kind);
	}
	tm_grid_close(&grid);
	if (is_cut)
		tm_writer_put(form->writer, "  ... and more: --all\n");
}

/* Whether sites that do not grow help.  Where a runtime reports what is alive,
 * malloc's memory is mostly its own; the runtime's heap grows somewhere, though no
 * site is shown to. */
static int may_explain(const struct tm_analysis *facts,
		       const struct tm_run_sites *sites)
{
	const struct tm_why_layer *live = &facts->layer[TM_METRIC_live_bytes];

	if (!facts->run->heaps.count)
		return 1;
	return sites == &facts->run->heap_sites &&
	       live->decision.growth == TM_GROWTH_GROWS;
}

static void put_sites_of(struct tm_why_form *form,
			 const struct tm_run_sites *sites)
{
	const struct tm_run *run = form->facts->run;
	enum tm_why_sites kind = tm_why_sites_kind(sites);
	char title[TM_TEXT_MAX];

	if (kind == TM_WHY_SITES_NONE)
		return;
	if (kind == TM_WHY_SITES_HOLD && !form->style->is_full &&
	    !may_explain(form->facts, sites))
		return;
	tm_why_sites_title(title, run, sites, kind);
	put_title(form, title);
	put_list(form, sites, kind);
	if (kind == TM_WHY_SITES_GROW && form->style->is_full &&
	    tm_why_sites_count(sites, TM_WHY_SITES_HOLD)) {
		put_title(form, "Allocated and not freed, not growing");
		put_list(form, sites, TM_WHY_SITES_HOLD);
	}
}

/* First of the memory that holds most of the growth. */
static void put_sites(struct tm_why_form *form)
{
	const struct tm_run *run = form->facts->run;
	int heap_first = tm_why_growing_bytes(&run->heap_sites) >
			 tm_why_growing_bytes(&run->sites);

	put_sites_of(form, heap_first ? &run->heap_sites : &run->sites);
	put_sites_of(form, heap_first ? &run->sites : &run->heap_sites);
}

/* --- the foot ------------------------------------------------------------- */

static void put_note(struct tm_why_form *form, const char *text)
{
	struct tm_writer *writer = form->writer;
	struct tm_buf line;

	tm_buf_init(&line, writer->out->alloc);
	if (writer->rc == TM_OK)
		writer->rc = tm_buf_printf(&line, "note: %s", text);
	if (writer->rc == TM_OK) {
		tm_text_clean(line.bytes);
		tm_put_paragraph(writer, 0, line.bytes);
	}
	tm_buf_release(&line);
}

static void put_more_notes(struct tm_why_form *form, size_t count)
{
	if (count)
		tm_writer_printf(form->writer, "%s... and %zu more %s: --all\n",
				 form->style->form == TM_FORM_MARKDOWN ? "- "
								       : "",
				 count, count == 1 ? "note" : "notes");
}

static void put_notes(struct tm_why_form *form)
{
	const struct tm_texts *notes = &form->facts->run->notes;
	size_t shown = notes->count;
	size_t i;

	if (shown > NOTES_SHOWN && !form->style->is_full)
		shown = NOTES_SHOWN;
	for (i = 0; i < shown; i++) {
		const char *text = notes->text[i];

		tm_writer_put(form->writer, i ? "" : "\n");
		if (form->style->form != TM_FORM_MARKDOWN) {
			put_note(form, text);
			continue;
		}
		tm_writer_put(form->writer, "- note: ");
		put_text(form, text);
		tm_writer_put(form->writer, "\n");
	}
	put_more_notes(form, notes->count - shown);
}

static void put_absent(struct tm_why_form *form)
{
	int has_title = 0;
	unsigned int m;

	if (!form->style->is_full)
		return;
	for (m = 0; m < TM_METRIC_COUNT; m++) {
		const char *reason = form->facts->run->absent[m];

		if (!reason)
			continue;
		if (!has_title++)
			put_title(form, "Not measured");
		tm_writer_printf(form->writer, "  %s: ", tm_metric_name(m));
		put_text(form, reason);
		tm_writer_put(form->writer, "\n");
	}
}

static void put_next(struct tm_why_form *form)
{
	if (!*form->facts->next)
		return;
	if (form->style->form == TM_FORM_MARKDOWN) {
		tm_writer_put(form->writer, "\nNext: ");
		tm_put_escaped(form->writer, TM_ESCAPE_MARKDOWN_CODE,
			       form->facts->next);
		tm_writer_put(form->writer, "\n");
	} else {
		tm_writer_put(form->writer, "\n");
		tm_put_command(form->writer, "next: ", form->facts->next);
	}
}

void tm_why_write_text(struct tm_writer *writer,
		       const struct tm_content *content,
		       const struct tm_style *style)
{
	struct tm_why_form form = {.writer = writer,
				   .facts = content->analysis,
				   .style = style,
				   .sites_max = TM_WHY_SITES};
	int has_layers = shows_layers(&form);

	put_head(&form);
	put_causes(&form);
	if (has_layers && style->form == TM_FORM_MARKDOWN)
		put_layers_markdown(&form);
	else if (has_layers)
		put_layers(&form);
	put_types(&form);
	put_census(&form);
	put_processes(&form);
	put_sites(&form);
	put_absent(&form);
	put_notes(&form);
	put_next(&form);
}

void tm_why_write_sites(struct tm_writer *writer,
			const struct tm_content *content,
			const struct tm_style *style)
{
	struct tm_why_form form = {.writer = writer,
				   .facts = content->analysis,
				   .style = style,
				   .sites_max = TM_WHY_SITES_AT_END};

	put_sites(&form);
}
