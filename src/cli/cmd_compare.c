#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/draw.h"
#include "cli/job_options.h"
#include "cli/runs.h"
#include "cli/ab.h"
#include "gate/comparable.h"
#include "results/store.h"

/* Runs of each side of --ab by default. */
#define AB_RUNS "5"

struct settings {
	int ab;
	int quiet;
	struct tm_job given; /* --ab: runs and limits */
	struct tm_cli_store store;
	struct tm_cli_exports exports;
};

static const struct tm_option ab_options[] = {
	{.name = "ab",
	 TM_OPTION_INTO(FLAG, struct settings, ab),
	 .help = "run two commands alternately: --ab -- A [ARG...] -- B "
		 "[ARG...]"},
	TM_OPTIONS_END};

static const struct tm_option_group groups[] = {
	{"Two commands, run alternately (" AB_RUNS " runs of each)", ab_options,
	 0},
	{NULL, tm_cli_limit_options, offsetof(struct settings, given)},
	{"Stored runs", tm_cli_last_option, offsetof(struct settings, store)},
	{NULL, tm_cli_results_dir_option, offsetof(struct settings, store)},
	{"Output", tm_cli_export_options, offsetof(struct settings, exports)},
	{NULL, tm_cli_quiet_option, offsetof(struct settings, quiet)},
	{NULL, NULL, 0}};

static const struct tm_example examples[] = {
	{"compare server-old server-new", "the newest run of each name"},
	{"compare --last 2", "the two newest runs"},
	{"compare --ab -- ./server-old 1000 -- ./server-new 1000",
	 "run both five times, alternately, and show which grows more"},
	{NULL, NULL}};

/* Without them the table is there all the same. */
static void draw_curves(const struct tm_cli_runs *runs)
{
	struct tm_err err = {0};

	putchar('\n');
	if (tm_cli_draw(runs, TM_PLOT_TERM, NULL, stdout, &err) != TM_OK)
		tm_cli_warn("cannot draw the curves: %s", err.text);
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
		rc = tm_cli_runs_print(runs, 1, stdout, err);
	if (rc == TM_OK)
		rc = tm_cli_runs_print_differences(runs, err);
	if (rc == TM_OK)
		rc = tm_cli_runs_export(runs, NULL, &settings->exports, err);
	if (rc == TM_OK && isatty(STDOUT_FILENO))
		draw_curves(runs);
	return rc;
}

/* Run two commands alternately and compare their runs. */
static enum tm_rc run_both(const struct settings *settings, char **arguments,
			   int *code, struct tm_err *err)
{
	struct tm_cli_session session = {
		.results_directory = settings->store.directory,
		.quiet = settings->quiet,
	};
	struct tm_catalog catalog = {0};
	enum tm_rc rc;

	if (!arguments)
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
		rc = tm_cli_ab_run(&session, arguments,
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

static enum tm_rc compare_stored(const struct settings *settings,
				 char *const *names, struct tm_err *err)
{
	struct tm_cli_runs runs = {0};
	enum tm_rc rc;

	rc = tm_cli_runs_load(&runs, names, &settings->store, err);
	if (rc == TM_OK)
		rc = present(&runs, settings, err);
	tm_cli_runs_release(&runs);
	return rc;
}

static int run(int argc, char **argv)
{
	struct settings settings = {.store.directory = TM_RESULTS_DIRECTORY};
	struct tm_arguments arguments = {.argc = argc, .argv = argv};
	int code = TM_EXIT_PASS;
	struct tm_err err = {0};
	enum tm_rc rc;

	tm_job_init(&settings.given);
	rc = tm_job_set_limit(&settings.given, TM_JOB_runs, AB_RUNS, &err);
	if (rc == TM_OK &&
	    tm_cli_read(&tm_cli_compare, &settings, &arguments, &code))
		rc = settings.ab ? run_both(&settings, arguments.behind, &code,
					    &err)
				 : compare_stored(&settings, arguments.operands,
						  &err);
	tm_job_release(&settings.given);
	return rc == TM_OK ? code : tm_cli_fail(&err);
}

const struct tm_command tm_cli_compare = {
	.name = "compare",
	.run = run,
	.usage = "RUN... [OPTION...]\n"
		 "--ab [OPTION...] -- A [ARG...] -- B "
		 "[ARG...]",
	.summary = "Compare stored runs in a table, with curves on a terminal",
	.operands = TM_OPERANDS_RUNS,
	.groups = groups,
	.examples = examples,
};
