#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/gating.h"
#include "cli/present.h"
#include "gate/baseline.h"
#include "results/store.h"
#include "results/write.h"

enum { FLAG_LAST, FLAG_RESULTS_DIR, FLAG_BRIEF };

static const struct tm_cli_flag flags[] = {
	TM_CLI_GATING_FLAGS,
	{TM_CLI_GATING_FORMAT, "format", "FORMAT",
	 "check: text, markdown, json, csv, junit or github"},
	{FLAG_LAST, "last", "N", "the newest N runs"},
	{FLAG_RESULTS_DIR, "results-dir", "DIR",
	 "where runs are stored (" TM_RESULTS_DIRECTORY ")"},
	{FLAG_BRIEF, "brief", NULL, "check: one line a run, none a metric"},
	TM_CLI_FLAGS_END};

struct settings {
	struct tm_cli_gating gating;
	const char *last;
	const char *results_directory;
};

static enum tm_rc take_flag(struct settings *settings,
			    const struct tm_cli_reader *reader,
			    struct tm_err *err)
{
	if (reader->flag->id >= TM_CLI_GATING_FIRST)
		return tm_cli_gating_take(&settings->gating, reader, err);
	if (reader->flag->id == FLAG_LAST)
		settings->last = reader->value;
	else if (reader->flag->id == FLAG_RESULTS_DIR)
		settings->results_directory = reader->value;
	else
		settings->gating.brief = 1;
	return TM_OK;
}

static enum tm_rc load(struct tm_cli_runs *runs,
		       const struct settings *settings, int argc, char **argv,
		       struct tm_err *err)
{
	enum tm_rc rc;

	rc = tm_cli_runs_load(runs, &tm_cli_baseline, argc, argv,
			      settings->results_directory, settings->last, err);
	if (rc == TM_OK && runs->count == 0)
		rc = tm_fail(err, TM_EUSAGE,
			     "baseline needs runs: their folders, their names "
			     "or --last N");
	return rc;
}

/* --- save ----------------------------------------------------------------- */

static enum tm_rc make_folder_of(const char *path, struct tm_err *err)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];

	if (!slash || slash == path)
		return TM_OK;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
	return tm_make_folders(folder, err);
}

/* What the file holds already stays, but for the jobs that are saved. */
static enum tm_rc store(const struct tm_gate *gate, const char *path,
			struct tm_err *err)
{
	struct tm_baseline baseline = {0};
	enum tm_rc rc = TM_OK;

	if (access(path, F_OK) == 0)
		rc = tm_baseline_load(&baseline, path, err);
	if (rc == TM_OK)
		rc = tm_baseline_add(&baseline, gate, err);
	if (rc == TM_OK)
		rc = make_folder_of(path, err);
	if (rc == TM_OK)
		rc = tm_baseline_store(&baseline, path, err);
	tm_baseline_release(&baseline);
	return rc;
}

static int save(struct settings *settings, int argc, char **argv)
{
	const char *path = settings->gating.baseline;
	struct tm_cli_runs runs = {0};
	struct tm_cli_case what = {.runs = &runs};
	struct tm_gate gate = {0};
	struct tm_err err = {0};
	enum tm_rc rc;

	settings->gating.baseline = NULL; /* saved to, not judged by */
	rc = load(&runs, settings, argc, argv, &err);
	if (rc == TM_OK)
		rc = tm_cli_judge(&gate, &settings->gating, &what, &err);
	if (rc == TM_OK)
		rc = store(&gate, path, &err);
	if (rc == TM_OK)
		printf("saved %zu run%s in %s\nnext: git diff %s\n", gate.count,
		       gate.count == 1 ? "" : "s", path, path);
	tm_gate_release(&gate);
	tm_cli_runs_release(&runs);
	return rc == TM_OK ? TM_EXIT_PASS : tm_cli_fail(&err);
}

/* --- show and check ------------------------------------------------------- */

static int show(struct settings *settings, int argc, char **argv)
{
	struct tm_baseline baseline = {0};
	struct tm_err err = {0};
	char *text = NULL;
	enum tm_rc rc;

	(void)argc;
	(void)argv;
	rc = tm_baseline_load(&baseline, settings->gating.baseline, &err);
	if (rc == TM_OK)
		text = tm_baseline_text(&baseline);
	if (rc == TM_OK && !text)
		rc = tm_fail(&err, TM_ENOMEM, "no memory for a baseline");
	if (text)
		fputs(text, stdout);
	free(text);
	tm_baseline_release(&baseline);
	return rc == TM_OK ? TM_EXIT_PASS : tm_cli_fail(&err);
}

static int check(struct settings *settings, int argc, char **argv)
{
	struct tm_cli_runs runs = {0};
	struct tm_cli_case what = {.runs = &runs};
	struct tm_gate gate = {0};
	struct tm_err err = {0};
	int code = TM_EXIT_UNMEASURED;
	enum tm_rc rc;

	rc = load(&runs, settings, argc, argv, &err);
	if (rc == TM_OK)
		rc = tm_cli_judge(&gate, &settings->gating, &what, &err);
	if (rc == TM_OK)
		rc = tm_cli_gate_show(&gate, &settings->gating, stdout, &err);
	if (rc == TM_OK)
		code = tm_cli_gate_exit(&gate);
	tm_gate_release(&gate);
	tm_cli_runs_release(&runs);
	return rc == TM_OK ? code : tm_cli_fail(&err);
}

static const struct {
	const char *name;
	int (*run)(struct settings *settings, int argc, char **argv);
} actions[] = {{"save", save}, {"show", show}, {"check", check}};

static int fail_action(const char *word)
{
	struct tm_err err = {0};

	tm_fail(&err, TM_EUSAGE,
		"baseline is followed by save, show or check%s%.40s%s",
		word ? ", not '" : "", word ? word : "", word ? "'" : "");
	return tm_cli_fail(&err);
}

static int run(int argc, char **argv)
{
	struct settings settings = {.results_directory = TM_RESULTS_DIRECTORY};
	struct tm_cli_reader reader;
	struct tm_err err = {0};
	enum tm_cli_item item;
	size_t i;

	tm_cli_gating_init(&settings.gating);
	settings.gating.baseline = TM_BASELINE_FILE;
	tm_cli_reader_init(&reader, &tm_cli_baseline, argc, argv);
	while ((item = tm_cli_read(&reader, &err)) != TM_CLI_END) {
		if (item == TM_CLI_HELP)
			return TM_EXIT_PASS;
		if (item == TM_CLI_BAD ||
		    (item == TM_CLI_FLAG &&
		     take_flag(&settings, &reader, &err) != TM_OK))
			return tm_cli_fail(&err);
	}
	for (i = 0; argc > 1 && i < sizeof(actions) / sizeof(*actions); i++) {
		/* The words behind the action's name are the runs. */
		if (strcmp(argv[1], actions[i].name) == 0)
			return actions[i].run(&settings, argc - 1, argv + 1);
	}
	return fail_action(argc > 1 ? argv[1] : NULL);
}

const struct tm_cli_command tm_cli_baseline = {
	.name = "baseline",
	.run = run,
	.usage = "save|show|check [RUN...] [FLAG...]",
	.text = "Keep budgets in the repository, and hold runs to them",
	.flags = flags,
};
