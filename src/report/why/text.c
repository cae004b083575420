/* The forms for people: text and Markdown. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"
#include "report/why/forms.h"

#define NOTES_SHOWN 3
#define WIDTH	    78

/* --- words ---------------------------------------------------------------- */

/* A sentence, broken at blanks. */
static void put_wrapped(struct tm_writer *writer, const char *text)
{
	char line[2 * WIDTH];

	while (*text) {
		size_t length = strlen(text);

		if (length > WIDTH - 2) {
			length = WIDTH - 2;
			while (length > 1 && text[length] != ' ')
				length--;
			if (length == 1)
				length = strcspn(text, " ");
		}
		if (length >= sizeof(line))
			length = sizeof(line) - 1;
		snprintf(line, sizeof(line), "%.*s", (int)length, text);
		tm_writer_printf(writer, "  %s\n", line);
		text += length;
		text += strspn(text, " ");
	}
}

static void put_padded(struct tm_writer *writer, const char *text, size_t width,
		       int is_number)
{
	size_t used = tm_text_width(text);
	int blanks = (int)(used < width ? width - used : 0);

	if (is_number)
		tm_writer_printf(writer, "%*s%s", blanks, "", text);
	else
		tm_writer_printf(writer, "%s%*s", text, blanks, "");
}

static void widen(size_t *width, const char *text)
{
	size_t used = tm_text_width(text);

	if (used > *width)
		*width = used;
}

static void put_title(struct tm_why_form *form, const char *text)
{
	if (form->opts->format == TM_WHY_MARKDOWN)
		tm_writer_printf(&form->writer, "\n### %s\n\n", text);
	else if (form->writer.colour)
		tm_writer_printf(&form->writer, "\n\033[1m%s\033[0m\n", text);
	else
		tm_writer_printf(&form->writer, "\n%s\n", text);
}

/* --- the head ------------------------------------------------------------- */

static const char *colour_of(enum tm_judgement standing)
{
	static const char *const colours[] = {"\033[33m", "\033[32m",
					      "\033[31m"};

	return colours[standing];
}

/* Whether the kind says more than the word before it, and nothing that is not
 * sure. */
static int shows_kind(const struct tm_analysis *facts)
{
	switch (facts->verdict.kind) {
	case TM_KIND_NONE:
		return 0;
	case TM_KIND_UNKNOWN:
		return tm_why_kind(facts) != tm_kind_name(TM_KIND_UNKNOWN);
	case TM_KIND_BOUNDED:
	case TM_KIND_STEP:
		return facts->verdict.standing != TM_JUDGEMENT_INCONCLUSIVE;
	default:
		return 1;
	}
}

static void put_head(struct tm_why_form *form)
{
	const struct tm_analysis *facts = form->facts;
	const struct tm_run *run = facts->run;
	const char *growth = tm_verdict_word(&facts->verdict);
	char name[TM_TEXT_MAX], kind[200] = "";

	tm_text_clean_copy(name, run->name);
	if (shows_kind(facts))
		snprintf(kind, sizeof(kind), ", %s", tm_why_kind(facts));
	if (form->opts->format == TM_WHY_MARKDOWN)
		tm_writer_printf(&form->writer, "## %s: %s%s\n\n", name, growth,
				 kind);
	else if (form->writer.colour)
		tm_writer_printf(&form->writer, "%s: %s%s\033[0m%s\n", name,
				 colour_of(facts->verdict.standing), growth,
				 kind);
	else
		tm_writer_printf(&form->writer, "%s: %s%s\n", name, growth,
				 kind);
	if (run->outcome != TM_OUTCOME_COMPLETE)
		tm_writer_printf(
			&form->writer, "  %s%s%s\n",
			tm_outcome_name(run->outcome),
			run->outcome_text ? ": " : "",
			tm_text_clean_copy(name, run->outcome_text
							 ? run->outcome_text
							 : ""));
}

static void put_causes(struct tm_why_form *form)
{
	size_t i;

	for (i = 0; i < form->facts->cause_count; i++) {
		if (form->opts->format == TM_WHY_MARKDOWN)
			tm_writer_printf(&form->writer, "%s- %s\n",
					 i ? "" : "\n", form->facts->cause[i]);
		else
			put_wrapped(&form->writer, form->facts->cause[i]);
	}
}

/* --- layers --------------------------------------------------------------- */

static void put_layers_markdown(struct tm_why_form *form)
{
	const struct tm_analysis *facts = form->facts;
	struct tm_why_layer_row row;
	unsigned int i;

	tm_writer_printf(&form->writer,
			 "\n| layer | %s | 95 %% interval | |\n"
			 "|---|--:|---|---|\n",
			 facts->per);
	for (i = 0; i < facts->order_count; i++) {
		const struct tm_why_layer *layer =
			&facts->layer[facts->order[i]];

		if (!tm_why_shows(layer, form->opts->everything))
			continue;
		tm_why_layer_row_make(&row, layer);
		tm_writer_printf(&form->writer, "| %s | %s | %s | %s |\n",
				 layer->words, row.rate, row.interval,
				 row.growth);
	}
}

static void put_layers(struct tm_why_form *form)
{
	const struct tm_analysis *facts = form->facts;
	struct tm_why_layer_row row[TM_WHY_LAYER_COUNT];
	size_t words = strlen("layer"), rate = strlen(facts->per);
	size_t interval = strlen("95 % interval");
	unsigned int i;

	for (i = 0; i < facts->order_count; i++) {
		const struct tm_why_layer *layer =
			&facts->layer[facts->order[i]];

		if (!tm_why_shows(layer, form->opts->everything))
			continue;
		tm_why_layer_row_make(&row[i], layer);
		widen(&words, layer->words);
		widen(&rate, row[i].rate);
		widen(&interval, row[i].interval);
	}
	tm_writer_put(&form->writer, "\n");
	put_padded(&form->writer, "layer", words + 2, 0);
	put_padded(&form->writer, facts->per, rate, 1);
	tm_writer_put(&form->writer, "  95 % interval\n");
	for (i = 0; i < facts->order_count; i++) {
		const struct tm_why_layer *layer =
			&facts->layer[facts->order[i]];

		if (!tm_why_shows(layer, form->opts->everything))
			continue;
		put_padded(&form->writer, layer->words, words + 2, 0);
		put_padded(&form->writer, row[i].rate, rate, 1);
		tm_writer_put(&form->writer, "  ");
		put_padded(&form->writer, row[i].interval, interval + 2, 0);
		tm_writer_printf(&form->writer, "%s\n", row[i].growth);
	}
}

/* --- the census ----------------------------------------------------------- */

static void put_census(struct tm_why_form *form)
{
	static const struct {
		const char *key;
		const char *words;
	} rows[] = {
		{"live_per_iteration", "objects"},
		{"garbage_per_iteration", "of these uncollectable"},
		{"tables_per_iteration", "entries of tables"},
	};
	const char *bullet =
		form->opts->format == TM_WHY_MARKDOWN ? "- " : "  ";
	char words[TM_TEXT_MAX];
	size_t i, shown = 0;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (!tm_why_census(words, form->facts->run, rows[i].key))
			continue;
		if (!shown++)
			put_title(form, "Who holds it: what stays alive of "
					"each iteration");
		tm_writer_printf(&form->writer, "%s%s: %s\n", bullet,
				 rows[i].words, words);
	}
}

/* --- processes ------------------------------------------------------------ */

/* How many there are to show, into `row`, which has room for all of them. */
static size_t take_processes(struct tm_why_form *form,
			     struct tm_why_process_row *row, size_t max)
{
	const struct tm_run *run = form->facts->run;
	struct tm_why_process process;
	size_t count = 0;

	if (!form->opts->everything && max > TM_WHY_PROCESSES)
		max = TM_WHY_PROCESSES;
	while (count < max && tm_why_process_get(&process, run, count) &&
	       (form->opts->everything || process.grew_bytes > 0.0))
		tm_why_process_row_make(&row[count++], run, &process);
	return count;
}

static void put_processes_markdown(struct tm_why_form *form,
				   const struct tm_why_process_row *row,
				   size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		tm_writer_printf(&form->writer,
				 "- **%s** (%s of all), %s %s: `%s`, %s\n",
				 row[i].growth, row[i].share, row[i].rate,
				 form->facts->per, row[i].holder, row[i].end);
}

static void put_process(struct tm_why_form *form, const size_t width[4],
			const struct tm_why_process_row *row)
{
	struct tm_writer *writer = &form->writer;

	tm_writer_put(writer, "  ");
	put_padded(writer, row->holder, width[0], 0);
	tm_writer_put(writer, "  ");
	put_padded(writer, row->growth, width[1], 1);
	tm_writer_put(writer, "  ");
	put_padded(writer, row->share, width[2], 1);
	tm_writer_put(writer, "  ");
	put_padded(writer, row->rate, width[3], 1);
	tm_writer_printf(writer, "%s%s\n", *row->end ? "  " : "", row->end);
}

static void put_processes_text(struct tm_why_form *form,
			       const struct tm_why_process_row *row,
			       size_t count)
{
	struct tm_why_process_row head = {
		.holder = "process", .growth = "grew by", .share = "of all"};
	size_t width[4] = {0}, i;

	snprintf(head.rate, sizeof(head.rate), "%s", form->facts->per);
	for (i = 0; i <= count; i++) {
		const struct tm_why_process_row *each =
			i < count ? &row[i] : &head;

		widen(&width[0], each->holder);
		widen(&width[1], each->growth);
		widen(&width[2], each->share);
		widen(&width[3], each->rate);
	}
	put_process(form, width, &head);
	for (i = 0; i < count; i++)
		put_process(form, width, &row[i]);
}

/* What the rows do not hold, so that nobody takes them for all. */
static void put_other_processes(struct tm_why_form *form,
				const struct tm_why_processes *processes,
				size_t shown)
{
	size_t listed = processes->known + processes->brief;
	const char *bullet =
		form->opts->format == TM_WHY_MARKDOWN ? "- " : "  ";

	if (processes->known > shown)
		tm_writer_printf(&form->writer,
				 "%s... and %zu that grew less: --all\n",
				 bullet, processes->known - shown);
	if (processes->brief)
		tm_writer_printf(&form->writer,
				 "%s%zu more sampled too seldom to tell\n",
				 bullet, processes->brief);
	if (processes->seen > listed)
		tm_writer_printf(&form->writer, "%s%zu more not listed\n",
				 bullet, processes->seen - listed);
}

static void put_processes(struct tm_why_form *form)
{
	struct tm_why_process_row *row;
	struct tm_why_processes processes;
	size_t count;

	if (!tm_why_shows_processes(form->facts, form->opts->everything))
		return;
	tm_why_processes_count(&processes, form->facts->run);
	row = calloc(processes.known, sizeof(*row));
	if (!row) {
		form->writer.rc = TM_ENOMEM;
		return;
	}
	count = take_processes(form, row, processes.known);
	put_title(form,
		  "Which process: growth of each after the first third of "
		  "its time");
	if (count && form->opts->format == TM_WHY_MARKDOWN)
		put_processes_markdown(form, row, count);
	else if (count)
		put_processes_text(form, row, count);
	else
		tm_writer_put(&form->writer, "  none grew by itself\n");
	put_other_processes(form, &processes, count);
	free(row);
}

/* --- sites ---------------------------------------------------------------- */

static void put_frames(struct tm_why_form *form, const struct tm_run_site *site,
		       const char *indent)
{
	size_t most = form->opts->stack ? form->opts->stack : TM_WHY_STACK;
	char words[TM_FRAME_WORDS_MAX];
	size_t i;

	for (i = 1; form->opts->everything || i < most; i++) {
		if (!tm_why_site_frame(words, site, i))
			break;
		tm_writer_printf(&form->writer, "%s%s\n", indent, words);
	}
}

static void put_site(struct tm_why_form *form, const struct tm_run_site *site,
		     enum tm_why_sites kind)
{
	long long processes = site->processes.value;
	struct tm_why_site_row row;
	char process[TM_TEXT_MAX], rate[2 * TM_AMOUNT_MAX + 8];
	const char *name = site->process;
	int markdown = form->opts->format == TM_WHY_MARKDOWN;

	tm_why_site_row_make(&row, form->facts->run, site, kind);
	snprintf(rate, sizeof(rate), "%s%s%s", row.growth,
		 *row.error ? " ± " : "", row.error);
	if (markdown)
		tm_writer_printf(&form->writer, "- **%s** %s %s `%s`\n", rate,
				 kind == TM_WHY_SITES_GROW ? form->facts->per
							   : "held",
				 row.share, row.holder);
	else {
		tm_writer_put(&form->writer, "  ");
		put_padded(&form->writer, rate, 19, 1);
		put_padded(&form->writer, row.share, 7, 1);
		tm_writer_printf(&form->writer, "  %s\n", row.holder);
	}
	put_frames(form, site,
		   markdown ? "  - " : "                                ");
	if (processes > 1)
		tm_writer_printf(
			&form->writer, "%sin %lld processes of %s\n",
			markdown ? "  - " : "                                ",
			processes,
			tm_text_clean_copy(process, name ? name : "?"));
}

static void put_list(struct tm_why_form *form, enum tm_why_sites kind)
{
	const struct tm_run_sites *sites = &form->facts->run->sites;
	size_t i, shown = 0;

	for (i = 0; i < sites->count; i++) {
		const struct tm_run_site *site = &sites->sites[i];

		if (!tm_why_site_is(site, kind))
			continue;
		if (!form->opts->everything && shown == form->sites_max) {
			tm_writer_put(&form->writer, "  ... and more: --all\n");
			break;
		}
		put_site(form, site, kind);
		shown++;
	}
}

static void put_sites(struct tm_why_form *form)
{
	const struct tm_run *run = form->facts->run;
	enum tm_why_sites kind = tm_why_sites_kind(run);
	char title[TM_TEXT_MAX];

	if (kind == TM_WHY_SITES_NONE)
		return;
	tm_why_sites_title(title, run, kind);
	put_title(form, title);
	put_list(form, kind);
	if (kind == TM_WHY_SITES_GROW && form->opts->everything) {
		put_title(form, "What is held and does not grow");
		put_list(form, TM_WHY_SITES_HOLD);
	}
}

/* --- the foot ------------------------------------------------------------- */

static void put_notes(struct tm_why_form *form)
{
	const json_t *note;
	char words[TM_TEXT_MAX];
	size_t i;

	json_array_foreach(form->facts->run->notes, i, note)
	{
		const char *text = json_string_value(note);

		if (i == NOTES_SHOWN && !form->opts->everything)
			break;
		if (text)
			tm_writer_printf(&form->writer, "%s%s %s\n",
					 i ? "" : "\n",
					 form->opts->format == TM_WHY_MARKDOWN
						 ? "- note:"
						 : "note:",
					 tm_text_clean_copy(words, text));
	}
}

static void put_absent(struct tm_why_form *form)
{
	char words[TM_TEXT_MAX];
	unsigned int m;

	if (!form->opts->everything)
		return;
	put_title(form, "Not measured");
	for (m = 0; m < TM_METRIC_COUNT; m++) {
		const char *reason = form->facts->run->absent[m];

		if (reason)
			tm_writer_printf(&form->writer, "  %s: %s\n",
					 tm_metric_name(m),
					 tm_text_clean_copy(words, reason));
	}
}

static void put_next(struct tm_why_form *form)
{
	if (!*form->facts->next)
		return;
	if (form->opts->format == TM_WHY_MARKDOWN)
		tm_writer_printf(&form->writer, "\nNext: `%s`\n",
				 form->facts->next);
	else {
		tm_writer_put(&form->writer, "\nnext: ");
		tm_writer_put(&form->writer, form->facts->next);
		tm_writer_put(&form->writer, "\n");
	}
}

void tm_why_write_text(struct tm_why_form *form)
{
	put_head(form);
	put_causes(form);
	if (form->facts->run->sample_count &&
	    form->opts->format == TM_WHY_MARKDOWN)
		put_layers_markdown(form);
	else if (form->facts->run->sample_count)
		put_layers(form);
	put_census(form);
	put_processes(form);
	put_sites(form);
	put_absent(form);
	put_notes(form);
	put_next(form);
}

void tm_why_write_sites(struct tm_why_form *form)
{
	put_sites(form);
}
