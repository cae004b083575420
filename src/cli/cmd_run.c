#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/advice.h"
#include "cli/cli.h"
#include "cli/gating.h"
#include "cli/job_options.h"
#include "cli/plan.h"
#include "cli/runs.h"
#include "cli/session.h"
#include "results/store.h"
#include "util/quantity.h"
#include "util/shell.h"

/* How many samples of its iterations a gate takes by default. */
#define GATE_SAMPLES 100

/* Up to this many runs are named in the suggested command; more become --last
 * N. */
#define NAMED_MAX 4

struct settings {
	struct tm_cli_run_request request;
	struct tm_cli_store store;
	struct tm_cli_exports exports;
	struct tm_cli_gating gating;
	int show_output;
	int quiet;
};

/* --- what is asked for ---------------------------------------------------- */

static const struct tm_option suite_option[] = {
	{.name = "suite",
	 TM_OPTION_INTO(TEXT, struct settings, request.suite),
	 .argument = "FILE",
	 .help = "run the jobs of an INI file"},
	TM_OPTIONS_END};

static const struct tm_option output_options[] = {
	{.name = "show-output",
	 TM_OPTION_INTO(FLAG, struct settings, show_output),
	 .help = "show what the programs print"},
	TM_OPTIONS_END};

static const struct tm_option_group groups[] = {
	{"What is run", suite_option, 0},
	{NULL, tm_cli_limit_options, offsetof(struct settings, request.given)},
	{"Verdict", tm_cli_judging_options,
	 offsetof(struct settings, gating.given)},
	{NULL, tm_cli_gate_options, offsetof(struct settings, gating)},
	{NULL, tm_cli_gate_extend_option, offsetof(struct settings, gating)},
	{"Output", tm_cli_results_dir_option, offsetof(struct settings, store)},
	{NULL, tm_cli_export_options, offsetof(struct settings, exports)},
	{NULL, output_options, 0},
	{NULL, tm_cli_quiet_option, offsetof(struct settings, quiet)},
	{NULL, NULL, 0}};

/* The scenarios' options are known once the scenarios were found. */
static const struct tm_option_group *more_groups(void)
{
	static struct tm_option_group more[] = {
		{"Passed on to the scenario", NULL,
		 offsetof(struct settings, request.given)},
		{NULL, NULL, 0}};

	more[0].options = tm_cli_program_options();
	return more[0].options->name ? more : more + 1;
}

static const struct tm_example examples[] = {
	{"run", "all scenarios, one after the other"},
	{"run strong-ref weak-ref --iterations 20000", "two of them, longer"},
	{"run ./mine --max-growth 16", "your own scenario; fail if it grows by "
				       "more than 16 bytes per iteration"},
	{"run --suite bench/gate.ini --confirm", "the jobs of a suite"},
	{NULL, NULL}};

/* --- the runs ------------------------------------------------------------- */

/* A job that cannot be started does not stop the others. */
static void run_all(struct tm_cli_session *session,
		    const struct tm_cli_plan *plan)
{
	struct tm_err err = {0};
	uint64_t times;
	size_t i;

	for (i = 0; i < plan->suite.count; i++) {
		const struct tm_job *job = &plan->suite.jobs[i];

		for (times = tm_job_runs(job);
		     times > 0 && !session->interrupted; times--) {
			if (tm_cli_session_run(session, job, NULL, &err) !=
			    TM_OK)
				tm_cli_session_worsen(session,
						      tm_cli_fail(&err));
			if (tm_interrupt_take(&session->interrupt))
				session->interrupted = 1;
		}
	}
	if (session->interrupted)
		tm_cli_session_worsen(session, TM_EXIT_UNMEASURED);
}

/* --- the gate ------------------------------------------------------------- */

/* Asked for by a flag, or because the suite has budgets. */
static int wants_gate(const struct settings *settings,
		      const struct tm_cli_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->suite.count; i++) {
		if (tm_budget_is_given(&plan->suite.jobs[i].budget))
			return 1;
	}
	return tm_cli_gating_is_wanted(&settings->gating);
}

/* How many iterations a job has: as it says, else the program's default; 0: not
 * known. */
static uint64_t iterations_of(const struct tm_job *job)
{
	const struct tm_program_option *known = tm_program_options_find(
		tm_cli_known_options(), TM_PROGRAM_ITERATIONS);
	const char *text = tm_job_value(job, TM_PROGRAM_ITERATIONS);
	uint64_t iterations;

	if (!text && known)
		text = known->initial;
	return text && tm_quantity_count(text, &iterations) ? iterations : 0;
}

/* A gate needs more points than a table. */
static enum tm_rc sample_closely(struct tm_cli_plan *plan, struct tm_err *err)
{
	const struct tm_program_option *every = tm_program_options_find(
		tm_cli_known_options(), TM_PROGRAM_EVERY);
	enum tm_rc rc = TM_OK;
	char text[32];
	size_t i;

	for (i = 0; every && i < plan->suite.count && rc == TM_OK; i++) {
		struct tm_job *job = &plan->suite.jobs[i];
		uint64_t iterations = iterations_of(job);

		if (tm_job_value(job, TM_PROGRAM_EVERY) ||
		    strchr(job->scenario, '/') || iterations == 0)
			continue; /* other programs may not know it */
		snprintf(text, sizeof(text), "%llu",
			 (unsigned long long)((iterations + GATE_SAMPLES - 1) /
					      GATE_SAMPLES));
		rc = tm_job_set(job, every, text, err);
	}
	return rc;
}

/* --- the end -------------------------------------------------------------- */

static void print_next_command(const struct tm_cli_session *session,
			       const char *command)
{
	const struct tm_cli_runs *runs = &session->runs;
	const char *folder = session->results_directory;
	char text[(NAMED_MAX + 1) * PATH_MAX];
	int fits = 1;
	size_t i;

	for (i = 0; i < runs->count; i++) {
		if (!runs->runs[i]->directory)
			return;
	}
	snprintf(text, sizeof(text), "tidemark %s", command);
	if (runs->count > NAMED_MAX) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used, " --last %zu",
			 runs->count);
	}
	for (i = 0; i < runs->count && runs->count <= NAMED_MAX; i++)
		fits &= tm_shell_add_path(text, sizeof(text),
					  runs->runs[i]->directory);
	if (runs->count > NAMED_MAX &&
	    strcmp(folder, TM_RESULTS_DIRECTORY) != 0)
		fits &= tm_shell_add(text, sizeof(text), "--results-dir") &&
			tm_shell_add_path(text, sizeof(text), folder);
	if (!fits)
		return;
	fputs("\n", stdout);
	tm_cli_say_command(stdout, "next: ", text);
}

static void present(struct tm_cli_session *session,
		    const struct settings *settings,
		    const struct tm_cli_plan *plan)
{
	int shown = tm_cli_runs_have_samples(&session->runs);
	int gates = wants_gate(settings, plan);
	struct tm_cli_judged_runs what = {.runs = &session->runs,
					  .suite = &plan->suite,
					  .session = session};
	struct tm_gate gate = {0};
	const struct tm_verdict *worst;
	struct tm_err err = {0};

	if (session->runs.count && shown &&
	    tm_cli_runs_print(&session->runs, !gates, stdout, &err) != TM_OK)
		tm_cli_session_worsen(session, tm_cli_fail(&err));
	fflush(stdout);
	if (gates) {
		putchar('\n');
		tm_cli_gate_session(&gate, &what, &settings->gating, stdout);
	}
	if (tm_cli_runs_export(&session->runs, &gate, &settings->exports,
			       &err) != TM_OK)
		tm_cli_session_worsen(session, tm_cli_fail(&err));
	worst = tm_cli_worst(&gate);
	if (shown && !settings->quiet && worst)
		tm_cli_advise_next(stdout, worst, 1);
	else if (shown && !settings->quiet)
		print_next_command(session, gates ? "gate" : "plot");
	tm_gate_release(&gate);
}

static int work(const struct settings *settings)
{
	struct tm_cli_session session = {
		.results_directory = settings->store.directory,
		.show_output = settings->show_output,
		.quiet = settings->quiet,
	};
	struct tm_judging judging;
	struct tm_cli_plan plan;
	struct tm_err err = {0};
	enum tm_rc rc;

	tm_cli_gating_judging(&settings->gating, &judging);
	session.judging = &judging;
	session.baseline = settings->gating.baseline;
	rc = tm_cli_plan_make(&plan, &settings->request, &err);
	if (rc != TM_OK)
		return tm_cli_fail(&err);
	session.catalog = &plan.catalog;
	if (wants_gate(settings, &plan))
		rc = sample_closely(&plan, &err);
	if (rc == TM_OK)
		rc = tm_cli_gating_check(&settings->gating, &err);
	if (rc == TM_OK)
		rc = tm_cli_exports_check(&settings->exports, &err);
	if (rc == TM_OK)
		rc = tm_cli_session_open(&session, &err);
	if (rc == TM_OK) {
		run_all(&session, &plan);
		present(&session, settings, &plan);
		tm_cli_session_close(&session);
	} else {
		session.code = tm_cli_fail(&err);
	}
	tm_cli_plan_release(&plan);
	return session.code;
}

static int asks_for_help(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			return 1;
	}
	return 0;
}

/* Options that cannot be checked are an error: to pass them on, or to leave
 * them out, could measure something else than was asked for. Help does not need
 * them. */
static int run(int argc, char **argv)
{
	struct settings settings = {.store.directory = TM_RESULTS_DIRECTORY};
	struct tm_arguments arguments = {.argc = argc, .argv = argv};
	struct tm_err err;
	int code;

	if (!asks_for_help(argc, argv) &&
	    tm_cli_program_options_check(&err) != TM_OK)
		return tm_cli_fail(&err);
	tm_job_init(&settings.request.given);
	tm_cli_gating_init(&settings.gating);
	settings.gating.is_brief = 1;
	if (tm_cli_read(&tm_cli_run, &settings, &arguments, &code)) {
		settings.request.names = arguments.operands;
		settings.request.name_count = arguments.count;
		code = work(&settings);
	}
	tm_job_release(&settings.request.given);
	return code;
}

const struct tm_command tm_cli_run = {
	.name = "run",
	.run = run,
	.usage = "[SCENARIO|PROGRAM...] [OPTION...]",
	.summary = "Measure scenarios, each in a process of its own",
	.operands = TM_OPERANDS_SCENARIOS,
	.groups = groups,
	.more_groups = more_groups,
	.examples = examples,
};
