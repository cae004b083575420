#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/draw.h"
#include "cli/present.h"
#include "results/store.h"

enum {
	FLAG_LAST,
	FLAG_RESULTS_DIR,
	FLAG_EXPORT_JSON,
	FLAG_EXPORT_MARKDOWN,
	FLAG_EXPORT_CSV
};

static const struct tm_cli_flag flags[] = {
	{FLAG_LAST, "last", "N", "compare the newest N runs"},
	{FLAG_RESULTS_DIR, "results-dir", "DIR",
	 "where runs are stored (" TM_RESULTS_DIRECTORY ")"},
	{FLAG_EXPORT_JSON, "export-json", "FILE", "write all figures"},
	{FLAG_EXPORT_MARKDOWN, "export-markdown", "FILE", "write the table"},
	{FLAG_EXPORT_CSV, "export-csv", "FILE", "write the table"},
	TM_CLI_FLAGS_END};

struct settings {
	const char *last;
	const char *results_directory;
	struct tm_cli_exports exports;
};

static void take_flag(struct settings *settings,
		      const struct tm_cli_reader *reader)
{
	switch (reader->flag->id) {
	case FLAG_LAST:
		settings->last = reader->value;
		break;
	case FLAG_RESULTS_DIR:
		settings->results_directory = reader->value;
		break;
	case FLAG_EXPORT_JSON:
		settings->exports.json = reader->value;
		break;
	case FLAG_EXPORT_MARKDOWN:
		settings->exports.markdown = reader->value;
		break;
	default:
		settings->exports.csv = reader->value;
	}
}

/* The table, then on a terminal the curves. */
static enum tm_rc present(const struct tm_cli_runs *runs,
			  const struct settings *settings, struct tm_err *err)
{
	enum tm_rc rc;

	if (runs->count == 0)
		return tm_fail(err, TM_EUSAGE,
			       "compare needs runs: their folders, their names "
			       "or --last N");
	rc = tm_cli_runs_print(runs, err);
	if (rc == TM_OK)
		rc = tm_cli_runs_export(runs, &settings->exports, err);
	if (rc == TM_OK && isatty(STDOUT_FILENO)) {
		putchar('\n');
		rc = tm_cli_draw(runs, TM_PLOT_TERM, NULL, err);
	}
	return rc;
}

static int run(int argc, char **argv)
{
	struct settings settings = {.results_directory = TM_RESULTS_DIRECTORY};
	struct tm_cli_runs runs = {0};
	struct tm_cli_reader reader;
	struct tm_err err = {0};
	enum tm_cli_item item;
	enum tm_rc rc = TM_OK;

	tm_cli_reader_init(&reader, &tm_cli_compare, argc, argv);
	while ((item = tm_cli_read(&reader, &err)) == TM_CLI_FLAG ||
	       item == TM_CLI_WORD) {
		if (item == TM_CLI_FLAG)
			take_flag(&settings, &reader);
	}
	if (item == TM_CLI_HELP)
		return TM_EXIT_PASS;
	if (item == TM_CLI_BAD)
		return tm_cli_fail(&err);
	rc = tm_cli_runs_load_words(&runs, &tm_cli_compare, argc, argv,
				    settings.results_directory, &err);
	if (rc == TM_OK && settings.last)
		rc = tm_cli_runs_load_last(&runs, settings.results_directory,
					   settings.last, &err);
	if (rc == TM_OK)
		rc = present(&runs, &settings, &err);
	tm_cli_runs_release(&runs);
	return rc == TM_OK ? TM_EXIT_PASS : tm_cli_fail(&err);
}

const struct tm_cli_command tm_cli_compare = {
	.name = "compare",
	.run = run,
	.usage = "RUN... [FLAG...]",
	.text = "Compare stored runs in a table, on a terminal with curves",
	.flags = flags,
};
