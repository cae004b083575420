#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/gating.h"
#include "cli/runs.h"
#include "gate/baseline.h"
#include "metric/traits.h"
#include "results/store.h"
#include "results/write.h"
#include "util/amount.h"
#include "util/shell.h"
#include "util/text.h"

struct settings {
	struct tm_cli_gating gating;
	struct tm_cli_store store;
};

/* The names of tm_cli_gate_options; here the file is also written, and nothing
 * is run. */
static const struct tm_option file_options[] = {
	{.name = "baseline",
	 TM_OPTION_INTO(TEXT, struct tm_cli_gating, baseline),
	 .argument = "FILE",
	 .help = "the file of budgets that is written (save) or read (show, "
		 "check): " TM_BASELINE_FILE},
	{.name = "confirm",
	 TM_OPTION_INTO(FLAG, struct tm_cli_gating, confirm),
	 .help = "check: of several runs of a job, more than half decide"},
	{.name = "export-junit",
	 TM_OPTION_INTO(TEXT, struct tm_cli_gating,
			exports.path[TM_FORM_JUNIT]),
	 .argument = "FILE",
	 .help = "check: write the verdicts as JUnit XML"},
	TM_OPTIONS_END};

static const struct tm_option_group groups[] = {
	{"Verdict", tm_cli_judging_options,
	 offsetof(struct settings, gating.given)},
	{NULL, file_options, offsetof(struct settings, gating)},
	{NULL, tm_cli_gate_format_options, offsetof(struct settings, gating)},
	{"Stored runs", tm_cli_last_option, offsetof(struct settings, store)},
	{NULL, tm_cli_results_dir_option, offsetof(struct settings, store)},
	{NULL, NULL, 0}};

static const struct tm_option_rule rules[] = {
	{TM_RULE_ACTION, "confirm export-junit format brief", "check", NULL},
	{TM_RULE_ACTION, "max-growth ignore metric last results-dir",
	 "save check", NULL},
	{.names = NULL}};

static const struct tm_example examples[] = {
	{"baseline save server", "store the growth of the newest run of "
				 "'server' as its budget in " TM_BASELINE_FILE},
	{"baseline check --last 3",
	 "judge the three newest runs by the baseline"},
	{"baseline show", "print the baseline"},
	{NULL, NULL}};

static enum tm_rc load(struct tm_cli_runs *runs,
		       const struct settings *settings, char *const *names,
		       struct tm_err *err)
{
	enum tm_rc rc = tm_cli_runs_load(runs, names, &settings->store, err);

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

/* Entries of other jobs stay as they are. */
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

/* What a reviewer would want to know before it is committed: growth that is
 * allowed from now on, and what is not held to anything. */
static void say_kept(const struct tm_verdict *verdict)
{
	char open[TM_TEXT_MAX] = "", slope[TM_AMOUNT_MAX];
	size_t i;

	for (i = 0; i < verdict->count; i++) {
		const struct tm_judged *judged = &verdict->judged[i];
		const char *name = tm_metric_name(judged->metric);
		size_t used = strlen(open);

		if (judged->decision.growth == TM_GROWTH_INCONCLUSIVE)
			snprintf(open + used, sizeof(open) - used, "%s%s",
				 used ? ", " : "", name);
		if (judged->decision.judgement != TM_JUDGEMENT_FAIL)
			continue;
		tm_amount_format(slope, judged->decision.slope,
				 tm_trait_of(judged->metric)->unit);
		tm_cli_say(stdout, "%s: %s grows %s %s: its budget allows that",
			   verdict->run->name, name, slope,
			   tm_run_per(verdict->run));
	}
	if (*open)
		tm_cli_say(stdout, "%s: without a budget, as inconclusive: %s",
			   verdict->run->name, open);
}

static int save(struct settings *settings, char *const *names)
{
	const char *path = settings->gating.baseline;
	struct tm_cli_runs runs = {0};
	struct tm_cli_judged_runs what = {.runs = &runs};
	struct tm_gate gate = {0};
	struct tm_err err = {0};
	char count[TM_AMOUNT_MAX], next[PATH_MAX] = "git diff";
	enum tm_rc rc;
	size_t i;

	settings->gating.baseline = NULL; /* saved to, not judged by */
	rc = load(&runs, settings, names, &err);
	if (rc == TM_OK)
		rc = tm_cli_judge(&gate, &settings->gating, &what, &err);
	if (rc == TM_OK)
		rc = store(&gate, path, &err);
	if (rc == TM_OK) {
		tm_amount_format(count, (double)gate.count, "runs");
		tm_cli_say(stdout, "saved %s in %s", count, path);
		for (i = 0; i < gate.count; i++)
			say_kept(&gate.verdicts[i]);
		if (tm_shell_add_path(next, sizeof(next), path))
			tm_cli_say_command(stdout, "next: ", next);
	}
	tm_gate_release(&gate);
	tm_cli_runs_release(&runs);
	return rc == TM_OK ? TM_EXIT_PASS : tm_cli_fail(&err);
}

/* --- show and check ------------------------------------------------------- */

static int show(struct settings *settings, char *const *names)
{
	struct tm_baseline baseline = {0};
	struct tm_err err = {0};
	char *text = NULL;
	enum tm_rc rc;

	if (*names)
		rc = tm_fail(&err, TM_EUSAGE,
			     "baseline show takes no runs: it prints all of "
			     "'%.160s'",
			     settings->gating.baseline);
	else
		rc = tm_baseline_load(&baseline, settings->gating.baseline,
				      &err);
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

static int check(struct settings *settings, char *const *names)
{
	struct tm_cli_runs runs = {0};
	struct tm_cli_judged_runs what = {.runs = &runs};
	struct tm_gate gate = {0};
	struct tm_err err = {0};
	int code = TM_EXIT_UNMEASURED;
	enum tm_rc rc;

	rc = load(&runs, settings, names, &err);
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

static const char *const action_names[] = {"save", "show", "check", NULL};

static int (*const actions[])(struct settings *settings,
			      char *const *names) = {save, show, check};

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
	struct settings settings = {.store.directory = TM_RESULTS_DIRECTORY};
	struct tm_arguments arguments = {.argc = argc, .argv = argv};
	char *const *operands;
	int code;
	size_t i;

	tm_cli_gating_init(&settings.gating);
	settings.gating.baseline = TM_BASELINE_FILE;
	if (!tm_cli_read(&tm_cli_baseline, &settings, &arguments, &code))
		return code;
	operands = arguments.operands;
	for (i = 0; operands[0] && action_names[i]; i++) {
		if (strcmp(operands[0], action_names[i]) == 0)
			return actions[i](&settings, operands + 1);
	}
	return fail_action(operands[0]);
}

const struct tm_command tm_cli_baseline = {
	.name = "baseline",
	.run = run,
	.usage = "save|show|check [RUN...] [OPTION...]",
	.summary = "Keep budgets in the repository, and judge runs by them",
	.operands = TM_OPERANDS_ACTION,
	.actions = action_names,
	.groups = groups,
	.rules = rules,
	.examples = examples,
};
