#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/advice.h"
#include "cli/cli.h"
#include "cli/gating.h"
#include "cli/plan.h"
#include "cli/runs.h"
#include "cli/session.h"
#include "results/find.h"
#include "results/store.h"
#include "util/shell.h"

struct settings {
	struct tm_cli_gating gating;
	const char *suite;
	struct tm_cli_store store;
	int quiet;
};

static const struct tm_option suite_option[] = {
	{.name = "suite",
	 TM_OPTION_INTO(TEXT, struct settings, suite),
	 .argument = "FILE",
	 .help = "take jobs and budgets from an INI file; without RUN, the "
		 "newest run of each job"},
	TM_OPTIONS_END};

static const struct tm_option_group groups[] = {
	{"Runs", suite_option, 0},
	{NULL, tm_cli_last_option, offsetof(struct settings, store)},
	{NULL, tm_cli_results_dir_option, offsetof(struct settings, store)},
	{"Verdict", tm_cli_judging_options,
	 offsetof(struct settings, gating.given)},
	{NULL, tm_cli_gate_options, offsetof(struct settings, gating)},
	{NULL, tm_cli_gate_extend_option, offsetof(struct settings, gating)},
	{"Output", tm_cli_gate_format_options,
	 offsetof(struct settings, gating)},
	{NULL, tm_cli_gate_export_options, offsetof(struct settings, gating)},
	{NULL, tm_cli_quiet_option, offsetof(struct settings, quiet)},
	{NULL, NULL, 0}};

static const struct tm_option_rule rules[] = {{TM_RULE_NEEDS, "confirm extend",
					       "suite",
					       "whose jobs can be run again"},
					      {.names = NULL}};

static const struct tm_example examples[] = {
	{"gate server --max-growth 16",
	 "fail the newest run of 'server' if it grows by more than 16 bytes "
	 "per iteration"},
	{"gate --last 3 --format markdown", "three runs, for a pull request"},
	{"gate --suite bench/gate.ini --export-junit gate.xml",
	 "the newest run of each job of a suite, by its budgets"},
	{NULL, NULL}};

/* --- the runs ------------------------------------------------------------- */

/* The newest run of each of the suite's jobs; one that has none is missing. */
static enum tm_rc load_jobs(struct tm_cli_runs *runs,
			    const struct tm_suite *suite,
			    const struct settings *settings, struct tm_err *err)
{
	char folder[PATH_MAX];
	enum tm_rc rc = tm_run_check_folder(settings->store.directory, err);
	struct tm_err none;
	size_t i;

	for (i = 0; i < suite->count && rc == TM_OK; i++) {
		struct tm_run *run;

		if (tm_run_find(settings->store.directory, suite->jobs[i].name,
				folder, sizeof(folder), &none) != TM_OK)
			continue;
		rc = tm_run_load(&run, folder, err);
		if (rc == TM_OK)
			rc = tm_cli_runs_add(runs, run, err);
	}
	return rc;
}

static enum tm_rc name_missing(struct tm_gate *gate,
			       const struct tm_suite *suite,
			       const char *suite_path, struct tm_err *err)
{
	char command[160] = "tidemark run --suite";
	enum tm_rc rc = TM_OK;
	size_t i, j;

	tm_shell_add_path(command, sizeof(command), suite_path);
	for (i = 0; i < suite->count && rc == TM_OK; i++) {
		for (j = 0; j < gate->count; j++) {
			if (strcmp(gate->verdicts[j].job,
				   suite->jobs[i].name) == 0)
				break;
		}
		if (j == gate->count)
			rc = tm_gate_miss(gate, err,
					  "'%.80s' has no run; measure it with "
					  "`%s`",
					  suite->jobs[i].name, command);
	}
	return rc;
}

static enum tm_rc load_all(struct tm_cli_runs *runs,
			   const struct tm_suite *suite,
			   const struct settings *settings, char *const *names,
			   struct tm_err *err)
{
	enum tm_rc rc = tm_cli_runs_load(runs, names, &settings->store, err);

	if (rc == TM_OK && runs->count == 0 && settings->suite)
		return load_jobs(runs, suite, settings, err);
	if (rc == TM_OK && runs->count == 0)
		rc = tm_fail(err, TM_EUSAGE,
			     "gate needs runs: their folders, their names, "
			     "--last N or --suite FILE");
	return rc;
}

/* --- the verdict ---------------------------------------------------------- */

static enum tm_rc open_plan(struct tm_cli_plan *plan,
			    const struct settings *settings, struct tm_err *err)
{
	struct tm_cli_run_request request = {.suite = settings->suite};
	enum tm_rc rc = TM_OK;

	memset(plan, 0, sizeof(*plan));
	tm_job_init(&request.given);
	if (settings->suite)
		rc = tm_cli_plan_make(plan, &request, err);
	tm_job_release(&request.given);
	return rc;
}

static void print_next(const struct tm_gate *gate,
		       const struct settings *settings)
{
	const struct tm_verdict *worst = tm_cli_worst(gate);

	if (worst && !settings->quiet && settings->gating.form == TM_FORM_TEXT)
		tm_cli_advise_next(stdout, worst, 1);
}

/* Whether jobs of the suite may be run again. */
static int may_run(const struct settings *settings)
{
	return settings->gating.confirm || settings->gating.extend;
}

/* Judge the session's runs: *code is the exit code. */
static enum tm_rc judge(const struct settings *settings,
			const struct tm_cli_plan *plan,
			struct tm_cli_session *session, int *code,
			struct tm_err *err)
{
	struct tm_cli_judged_runs what = {.runs = &session->runs,
					  .suite = &plan->suite,
					  .session = may_run(settings) ? session
								       : NULL};
	struct tm_gate gate = {0};
	enum tm_rc rc;

	rc = tm_cli_judge(&gate, &settings->gating, &what, err);
	if (rc == TM_OK && settings->suite) {
		rc = name_missing(&gate, &plan->suite, settings->suite, err);
		tm_gate_settle(&gate, settings->gating.confirm);
	}
	if (rc == TM_OK) {
		*code = tm_cli_gate_exit(&gate);
		rc = tm_cli_gate_show(&gate, &settings->gating, stdout, err);
	}
	if (rc == TM_OK)
		print_next(&gate, settings);
	/* Growth over the budget takes precedence over a file that could not be
	 * written. */
	if (rc != TM_OK && *code == TM_EXIT_GROWS) {
		tm_cli_fail(err);
		rc = TM_OK;
	}
	tm_gate_release(&gate);
	return rc;
}

static int work(const struct settings *settings, char *const *names)
{
	struct tm_cli_session session = {
		.results_directory = settings->store.directory,
		.quiet = settings->quiet,
	};
	struct tm_cli_runs *runs = &session.runs;
	struct tm_cli_plan plan;
	struct tm_err err = {0};
	struct tm_judging judging;
	int code = TM_EXIT_UNMEASURED;
	enum tm_rc rc;

	tm_cli_gating_judging(&settings->gating, &judging);
	session.judging = &judging;
	session.baseline = settings->gating.baseline;
	rc = open_plan(&plan, settings, &err);
	session.catalog = &plan.catalog;
	if (rc == TM_OK)
		rc = load_all(runs, &plan.suite, settings, names, &err);
	if (rc == TM_OK && may_run(settings))
		rc = tm_cli_session_open(&session, &err);
	if (rc == TM_OK) {
		rc = judge(settings, &plan, &session, &code, &err);
		if (may_run(settings))
			tm_cli_session_close(&session);
	}
	tm_cli_runs_release(runs);
	tm_cli_plan_release(&plan);
	return rc == TM_OK ? code : tm_cli_fail(&err);
}

static int run(int argc, char **argv)
{
	struct settings settings = {.store.directory = TM_RESULTS_DIRECTORY};
	struct tm_arguments arguments = {.argc = argc, .argv = argv};
	int code;

	tm_cli_gating_init(&settings.gating);
	if (!tm_cli_read(&tm_cli_gate, &settings, &arguments, &code))
		return code;
	return work(&settings, arguments.operands);
}

const struct tm_command tm_cli_gate = {
	.name = "gate",
	.run = run,
	.usage = "RUN... [OPTION...]",
	.summary = "Judge whether memory grows, and fail what is over its "
		   "budget",
	.operands = TM_OPERANDS_RUNS,
	.groups = groups,
	.rules = rules,
	.examples = examples,
};
