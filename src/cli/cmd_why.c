#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/gating.h"
#include "cli/output.h"
#include "explain/analysis.h"
#include "results/find.h"
#include "results/store.h"

struct settings {
	struct tm_style style;
	uint64_t stack;		 /* 0: the default */
	struct tm_judging given; /* in place of what the run keeps */
	struct tm_cli_store store;
};

static const struct tm_option options[] = {
	{.name = "format",
	 TM_OPTION_INTO(CHOICE, struct settings, style.form),
	 .argument = "FORMAT",
	 .choices = tm_why_forms,
	 .help = "for people or for programs"},
	{.name = "all",
	 TM_OPTION_INTO(FLAG, struct settings, style.is_full),
	 .help = "show every layer, site and frame"},
	{.name = "stack",
	 TM_OPTION_INTO(COUNT, struct settings, stack),
	 .least = 1,
	 .most = 1000,
	 .argument = "N",
	 .help = "show N frames of each site (3)"},
	TM_OPTIONS_END};

static const struct tm_option_group groups[] = {
	{"What is shown", options, 0},
	{"Verdict", tm_cli_judging_options, offsetof(struct settings, given)},
	{"Stored runs", tm_cli_results_dir_option,
	 offsetof(struct settings, store)},
	{NULL, NULL, 0}};

static const struct tm_example examples[] = {
	{"why", "explain the newest run"},
	{"why server --stack 8", "the newest run called 'server', with more of "
				 "each site's stack"},
	{"why server --format markdown", "for a pull request or an issue"},
	{NULL, NULL}};

static enum tm_rc load(struct tm_run **out, const char *name,
		       const struct settings *settings, struct tm_err *err)
{
	const char *directory = settings->store.directory;
	char folder[PATH_MAX];
	enum tm_rc rc;

	*out = NULL;
	if (name)
		rc = tm_run_find(directory, name, folder, sizeof(folder), err);
	else
		rc = tm_run_find_newest(directory, 0, folder, sizeof(folder),
					err);
	return rc == TM_OK ? tm_run_load(out, folder, err) : rc;
}

static enum tm_rc show(const struct tm_run *run, const struct tm_style *style,
		       struct tm_err *err)
{
	struct tm_analysis *analysis = malloc(sizeof(*analysis));
	const struct tm_content content = {.subject = TM_SUBJECT_WHY,
					   .analysis = analysis};
	enum tm_rc rc;

	if (!analysis)
		return tm_fail(err, TM_ENOMEM, "no memory to explain '%.60s'",
			       run->name);
	rc = tm_analysis_make(analysis, run, NULL, err);
	if (rc == TM_OK)
		rc = tm_cli_print(stdout, &content, style, err);
	free(analysis);
	return rc;
}

static void judge_by(struct tm_run *run, const struct tm_judging *given)
{
	struct tm_judging judging;

	tm_judging_of(&judging, run);
	tm_judging_override(&judging, given);
	tm_judging_keep(run, &judging);
}

static enum tm_rc explain(const struct settings *settings, const char *name,
			  struct tm_err *err)
{
	struct tm_run *run;
	enum tm_rc rc = load(&run, name, settings, err);

	if (rc != TM_OK)
		return rc;
	judge_by(run, &settings->given);
	rc = show(run, &settings->style, err);
	tm_run_free(run);
	return rc;
}

static int run(int argc, char **argv)
{
	struct settings settings = {.store.directory = TM_RESULTS_DIRECTORY};
	struct tm_arguments arguments = {.argc = argc, .argv = argv};
	struct tm_err err = {0};
	enum tm_rc rc;
	int code;

	settings.style = tm_cli_style(stdout);
	tm_judging_init(&settings.given);
	if (!tm_cli_read(&tm_cli_why, &settings, &arguments, &code))
		return code;
	settings.style.stack = (unsigned int)settings.stack;
	if (arguments.count > 1)
		rc = tm_fail(
			&err, TM_EUSAGE,
			"why explains one run at a time: leave out '%.60s'",
			arguments.operands[1]);
	else
		rc = explain(&settings, arguments.operands[0], &err);
	return rc == TM_OK ? TM_EXIT_PASS : tm_cli_fail(&err);
}

const struct tm_command tm_cli_why = {
	.name = "why",
	.run = run,
	.usage = "[RUN] [OPTION...]",
	.summary = "Show what grew in a run (the newest), and where it was "
		   "allocated",
	.operands = TM_OPERANDS_RUNS,
	.groups = groups,
	.examples = examples,
};
