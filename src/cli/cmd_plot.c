#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/draw.h"
#include "cli/runs.h"
#include "results/store.h"

#define PICTURES_DIRECTORY "results/plots"

struct settings {
	enum tm_plot_format format;
	const char *folder;
	struct tm_cli_store store;
};

static const struct tm_option picture_options[] = {
	{.name = "format",
	 TM_OPTION_INTO(CHOICE, struct settings, format),
	 .argument = "FORMAT",
	 .choices = tm_plot_format_names,
	 .help = "write pictures in this format (png), or draw on the "
		 "terminal"},
	{.name = "output-dir",
	 TM_OPTION_INTO(TEXT, struct settings, folder),
	 .argument = "DIR",
	 .help = "folder for the pictures (" PICTURES_DIRECTORY ")"},
	TM_OPTIONS_END};

static const struct tm_option_group groups[] = {
	{"Picture", picture_options, 0},
	{"Stored runs", tm_cli_last_option, offsetof(struct settings, store)},
	{NULL, tm_cli_results_dir_option, offsetof(struct settings, store)},
	{NULL, NULL, 0}};

static const struct tm_example examples[] = {
	{"plot --last 2", "draw the two newest runs into results/plots"},
	{"plot server-old server-new --format term",
	 "draw the newest run of each name on the terminal"},
	{NULL, NULL}};

static enum tm_rc draw(const struct settings *settings, char *const *names,
		       struct tm_err *err)
{
	struct tm_cli_runs runs = {0};
	enum tm_rc rc;

	rc = tm_cli_runs_load(&runs, names, &settings->store, err);
	if (rc == TM_OK && runs.count == 0)
		rc = tm_fail(err, TM_EUSAGE,
			     "plot needs runs: their folders, their names or "
			     "--last N");
	if (rc == TM_OK)
		rc = tm_cli_draw(&runs, settings->format, settings->folder,
				 stdout, err);
	tm_cli_runs_release(&runs);
	return rc;
}

static int run(int argc, char **argv)
{
	struct settings settings = {.folder = PICTURES_DIRECTORY,
				    .store.directory = TM_RESULTS_DIRECTORY};
	struct tm_arguments arguments = {.argc = argc, .argv = argv};
	struct tm_err err = {0};
	int code;

	if (!tm_cli_read(&tm_cli_plot, &settings, &arguments, &code))
		return code;
	return draw(&settings, arguments.operands, &err) == TM_OK
		       ? TM_EXIT_PASS
		       : tm_cli_fail(&err);
}

const struct tm_command tm_cli_plot = {
	.name = "plot",
	.run = run,
	.usage = "RUN... [OPTION...]",
	.summary = "Draw the curves of stored runs",
	.operands = TM_OPERANDS_RUNS,
	.groups = groups,
	.examples = examples,
};
