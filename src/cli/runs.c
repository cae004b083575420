#include "cli/runs.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/runs/difference.h"
#include "report/runs/table.h"
#include "results/export.h"
#include "results/find.h"
#include "results/store.h"
#include "results/write.h"

/* The runs as borrowed by those who only read them. */
static const struct tm_run *const *borrow(const struct tm_cli_runs *runs)
{
	return (const struct tm_run *const *)runs->runs;
}

enum tm_rc tm_cli_runs_add(struct tm_cli_runs *runs, struct tm_run *run,
			   struct tm_err *err)
{
	struct tm_run **grown = realloc(
		runs->runs, (runs->count + 1) * sizeof(struct tm_run *));

	if (!grown) {
		tm_run_free(run);
		return tm_fail(err, TM_ENOMEM, "no memory for a run");
	}
	runs->runs = grown;
	runs->runs[runs->count++] = run;
	return TM_OK;
}

void tm_cli_runs_release(struct tm_cli_runs *runs)
{
	size_t i;

	for (i = 0; i < runs->count; i++)
		tm_run_free(runs->runs[i]);
	free(runs->runs);
	runs->runs = NULL;
	runs->count = 0;
}

static enum tm_rc load_folder(struct tm_cli_runs *runs, const char *folder,
			      struct tm_err *err)
{
	struct tm_run *run;
	enum tm_rc rc = tm_run_load(&run, folder, err);

	return rc == TM_OK ? tm_cli_runs_add(runs, run, err) : rc;
}

static enum tm_rc load_newest(struct tm_cli_runs *runs,
			      const struct tm_cli_store *store,
			      struct tm_err *err)
{
	uint64_t age = store->last;
	char folder[PATH_MAX];
	enum tm_rc rc = TM_OK;

	while (age-- > 0 && rc == TM_OK) {
		rc = tm_run_find_newest(store->directory, age, folder,
					sizeof(folder), err);
		if (rc == TM_OK)
			rc = load_folder(runs, folder, err);
	}
	return rc;
}

enum tm_rc tm_cli_runs_load(struct tm_cli_runs *runs, char *const *names,
			    const struct tm_cli_store *store,
			    struct tm_err *err)
{
	char folder[PATH_MAX];
	enum tm_rc rc = TM_OK;

	for (; *names && rc == TM_OK; names++) {
		rc = tm_run_find(store->directory, *names, folder,
				 sizeof(folder), err);
		if (rc == TM_OK)
			rc = load_folder(runs, folder, err);
	}
	return rc == TM_OK ? load_newest(runs, store, err) : rc;
}

/* --- tables --------------------------------------------------------------- */

static enum tm_rc make_table(const struct tm_cli_runs *runs,
			     const struct tm_table_opts *opts,
			     struct tm_buf *out, struct tm_err *err)
{
	return tm_report_table(out, borrow(runs), runs->count, opts, err);
}

static enum tm_rc write_text(FILE *file, const void *context)
{
	const struct tm_buf *text = context;

	fwrite(text->bytes, 1, text->length, file);
	return TM_OK;
}

static enum tm_rc export_table(const struct tm_cli_runs *runs, const char *path,
			       enum tm_table_format format, struct tm_err *err)
{
	struct tm_table_opts opts = {.format = format};
	struct tm_alloc alloc;
	struct tm_buf text;
	enum tm_rc rc;

	if (!path)
		return TM_OK;
	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	rc = make_table(runs, &opts, &text, err);
	if (rc == TM_OK)
		rc = tm_write_replace(path, write_text, &text, err);
	tm_buf_release(&text);
	return rc;
}

enum tm_rc tm_cli_exports_check(const struct tm_cli_exports *exports,
				struct tm_err *err)
{
	enum tm_rc rc = tm_write_check(exports->json, err);

	if (rc == TM_OK)
		rc = tm_write_check(exports->markdown, err);
	return rc == TM_OK ? tm_write_check(exports->csv, err) : rc;
}

enum tm_rc tm_cli_runs_export(const struct tm_cli_runs *runs,
			      const struct tm_cli_exports *exports,
			      struct tm_err *err)
{
	struct tm_err later;
	enum tm_rc first = TM_OK;
	enum tm_rc rc;

	if (exports->json)
		first = tm_run_export(exports->json, borrow(runs), runs->count,
				      err);
	rc = export_table(runs, exports->markdown, TM_TABLE_MARKDOWN,
			  first == TM_OK ? err : &later);
	if (first == TM_OK)
		first = rc;
	rc = export_table(runs, exports->csv, TM_TABLE_CSV,
			  first == TM_OK ? err : &later);
	return first == TM_OK ? rc : first;
}

int tm_cli_runs_have_samples(const struct tm_cli_runs *runs)
{
	size_t i;

	for (i = 0; i < runs->count; i++) {
		if (runs->runs[i]->sample_count)
			return 1;
	}
	return 0;
}

enum tm_rc tm_cli_runs_print(const struct tm_cli_runs *runs, FILE *out,
			     struct tm_err *err)
{
	struct tm_table_opts opts = {.format = TM_TABLE_TEXT,
				     .colour = tm_cli_has_colour(out),
				     .width = tm_cli_width(out)};
	struct tm_alloc alloc;
	struct tm_buf text;
	enum tm_rc rc;

	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	rc = make_table(runs, &opts, &text, err);
	if (rc == TM_OK && text.length)
		fwrite(text.bytes, 1, text.length, out);
	tm_buf_release(&text);
	return rc;
}

enum tm_rc tm_cli_runs_print_differences(const struct tm_cli_runs *runs,
					 struct tm_err *err)
{
	struct tm_alloc alloc;
	struct tm_buf text;
	enum tm_rc rc;

	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	rc = tm_report_differences(&text, borrow(runs), runs->count, err);
	if (rc == TM_OK && text.length)
		fwrite(text.bytes, 1, text.length, stdout);
	tm_buf_release(&text);
	return rc;
}
