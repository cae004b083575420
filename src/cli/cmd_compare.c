#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/draw.h"
#include "cli/present.h"
#include "cli/versus.h"
#include "gate/comparable.h"
#include "results/store.h"

/* Runs of each side of --ab when nobody says how many. */
#define AB_RUNS "5"

enum {
	FLAG_AB,
	FLAG_RUNS,
	FLAG_MEMORY_LIMIT,
	FLAG_TIMEOUT,
	FLAG_QUIET,
	FLAG_LAST,
	FLAG_RESULTS_DIR,
	FLAG_EXPORT_JSON,
	FLAG_EXPORT_MARKDOWN,
	FLAG_EXPORT_CSV
};

static const struct tm_cli_flag flags[] = {
	{FLAG_AB, "ab", NULL,
	 "run two commands in turns: --ab -- A [ARG...] -- B [ARG...]"},
	{FLAG_RUNS, "runs", "N", "--ab: so many times each (" AB_RUNS ")"},
	{FLAG_MEMORY_LIMIT, "memory-limit", "SIZE",
	 "--ab: stop a program that grows past it (2GiB)"},
	{FLAG_TIMEOUT, "timeout", "SECONDS",
	 "--ab: stop a program that takes longer"},
	{FLAG_QUIET, "quiet", NULL, "--ab: no progress"},
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
	int ab;
	int quiet;
	struct tm_job given; /* --ab: runs and limits */
};

static enum tm_rc take_flag(struct settings *settings,
			    const struct tm_cli_reader *reader,
			    struct tm_err *err)
{
	switch (reader->flag->id) {
	case FLAG_AB:
		settings->ab = 1;
		break;
	case FLAG_RUNS:
		return tm_job_set(&settings->given, TM_JOB_runs, reader->value,
				  err);
	case FLAG_MEMORY_LIMIT:
		return tm_job_set(&settings->given, TM_JOB_memory_limit,
				  reader->value, err);
	case FLAG_TIMEOUT:
		return tm_job_set(&settings->given, TM_JOB_timeout,
				  reader->value, err);
	case FLAG_QUIET:
		settings->quiet = 1;
		break;
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
	return TM_OK;
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
	rc = tm_comparable_runs((const struct tm_run *const *)runs->runs,
				runs->count, err);
	if (rc == TM_OK)
		rc = tm_cli_runs_print(runs, stdout, err);
	if (rc == TM_OK)
		rc = tm_cli_runs_print_differences(runs, err);
	if (rc == TM_OK)
		rc = tm_cli_runs_export(runs, &settings->exports, err);
	if (rc == TM_OK && isatty(STDOUT_FILENO)) {
		putchar('\n');
		rc = tm_cli_draw(runs, TM_PLOT_TERM, NULL, stdout, err);
	}
	return rc;
}

/* Run two commands in turns and show what came of it. */
static enum tm_rc run_both(const struct settings *settings, char **words,
			   int *code, struct tm_err *err)
{
	struct tm_cli_session session = {
		.results_directory = settings->results_directory,
		.quiet = settings->quiet,
	};
	struct tm_catalog catalog = {0};
	enum tm_rc rc;

	if (!words)
		return tm_fail(err, TM_EUSAGE,
			       "--ab needs two commands: compare --ab -- A "
			       "[ARG...] -- B [ARG...]");
	rc = tm_catalog_open(&catalog, err);
	if (rc != TM_OK)
		return rc;
	session.catalog = &catalog;
	rc = tm_cli_exports_check(&settings->exports, err);
	if (rc == TM_OK)
		rc = tm_cli_session_open(&session, err);
	if (rc == TM_OK) {
		rc = tm_cli_versus(&session, words,
				   tm_job_runs(&settings->given),
				   &settings->given, err);
		if (rc == TM_OK)
			rc = present(&session.runs, settings, err);
		*code = session.interrupted ? TM_EXIT_UNMEASURED : session.code;
		tm_cli_session_close(&session);
	}
	tm_catalog_close(&catalog);
	return rc;
}

static enum tm_rc compare_stored(const struct settings *settings, int argc,
				 char **argv, struct tm_err *err)
{
	struct tm_cli_runs runs = {0};
	enum tm_rc rc;

	rc = tm_cli_runs_load(&runs, &tm_cli_compare, argc, argv,
			      settings->results_directory, settings->last, err);
	if (rc == TM_OK)
		rc = present(&runs, settings, err);
	tm_cli_runs_release(&runs);
	return rc;
}

/* Read the flags; *words are those behind the first "--". */
static enum tm_cli_item read_settings(struct settings *settings, int argc,
				      char **argv, char ***words,
				      struct tm_err *err)
{
	struct tm_cli_reader reader;
	enum tm_cli_item item;

	tm_cli_reader_init(&reader, &tm_cli_compare, argc, argv);
	while ((item = tm_cli_read(&reader, err)) == TM_CLI_FLAG ||
	       item == TM_CLI_WORD) {
		if (item == TM_CLI_FLAG) {
			if (take_flag(settings, &reader, err) != TM_OK)
				return TM_CLI_BAD;
		} else if (reader.only_words && !*words) {
			*words = argv + reader.next - 1;
		}
	}
	return item;
}

static int run(int argc, char **argv)
{
	struct settings settings = {.results_directory = TM_RESULTS_DIRECTORY};
	int code = TM_EXIT_PASS;
	char **words = NULL;
	struct tm_err err = {0};
	enum tm_cli_item item;
	enum tm_rc rc = TM_OK;

	tm_job_init(&settings.given);
	rc = tm_job_set(&settings.given, TM_JOB_runs, AB_RUNS, &err);
	item = rc == TM_OK ? read_settings(&settings, argc, argv, &words, &err)
			   : TM_CLI_BAD;
	if (item == TM_CLI_BAD)
		rc = err.rc;
	else if (item != TM_CLI_HELP && settings.ab)
		rc = run_both(&settings, words, &code, &err);
	else if (item != TM_CLI_HELP)
		rc = compare_stored(&settings, argc, argv, &err);
	tm_job_release(&settings.given);
	return rc == TM_OK ? code : tm_cli_fail(&err);
}

const struct tm_cli_command tm_cli_compare = {
	.name = "compare",
	.run = run,
	.usage =
		"RUN... [FLAG...] | --ab [FLAG...] -- A [ARG...] -- B [ARG...]",
	.text = "Compare stored runs in a table, on a terminal with curves",
	.flags = flags,
};
