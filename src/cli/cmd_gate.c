#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/gating.h"
#include "cli/plan.h"
#include "cli/present.h"
#include "cli/session.h"
#include "results/find.h"
#include "results/store.h"

enum { FLAG_SUITE, FLAG_LAST, FLAG_RESULTS_DIR, FLAG_BRIEF, FLAG_QUIET };

static const struct tm_cli_flag flags[] = {
	{FLAG_SUITE, "suite", "FILE",
	 "take jobs and budgets from an INI file; without RUN, the newest "
	 "run of each job"},
	TM_CLI_GATING_FLAGS,
	{TM_CLI_GATING_FORMAT, "format", "FORMAT",
	 "text, markdown, json, csv, junit or github"},
	{TM_CLI_GATING_JSON, "export-json", "FILE", "write the verdicts"},
	{TM_CLI_GATING_MARKDOWN, "export-markdown", "FILE",
	 "write the verdicts, for a pull request"},
	{TM_CLI_GATING_CSV, "export-csv", "FILE", "a row a metric"},
	{FLAG_LAST, "last", "N", "judge the newest N runs"},
	{FLAG_RESULTS_DIR, "results-dir", "DIR",
	 "where runs are stored (" TM_RESULTS_DIRECTORY ")"},
	{FLAG_BRIEF, "brief", NULL, "one line a run, none a metric"},
	{FLAG_QUIET, "quiet", NULL, "no progress, no next command"},
	TM_CLI_FLAGS_END};

struct settings {
	struct tm_cli_gating gating;
	const char *suite;
	const char *last;
	const char *results_directory;
	int quiet;
};

static enum tm_rc take_flag(struct settings *settings,
			    const struct tm_cli_reader *reader,
			    struct tm_err *err)
{
	if (reader->flag->id >= TM_CLI_GATING_FIRST)
		return tm_cli_gating_take(&settings->gating, reader, err);
	switch (reader->flag->id) {
	case FLAG_SUITE:
		settings->suite = reader->value;
		break;
	case FLAG_LAST:
		settings->last = reader->value;
		break;
	case FLAG_RESULTS_DIR:
		settings->results_directory = reader->value;
		break;
	case FLAG_BRIEF:
		settings->gating.brief = 1;
		break;
	default:
		settings->quiet = 1;
	}
	return TM_OK;
}

/* --- the runs ------------------------------------------------------------- */

/* The newest run of each of the suite's jobs; one that has none is missing. */
static enum tm_rc load_jobs(struct tm_cli_runs *runs,
			    const struct tm_suite *suite,
			    const struct settings *settings, struct tm_err *err)
{
	char folder[PATH_MAX];
	enum tm_rc rc = TM_OK;
	struct tm_err none;
	size_t i;

	for (i = 0; i < suite->count && rc == TM_OK; i++) {
		struct tm_run *run;

		if (tm_run_find(settings->results_directory,
				suite->jobs[i].name, folder, sizeof(folder),
				&none) != TM_OK)
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
	enum tm_rc rc = TM_OK;
	size_t i, j;

	for (i = 0; i < suite->count && rc == TM_OK; i++) {
		for (j = 0; j < gate->count; j++) {
			if (strcmp(gate->verdicts[j].job,
				   suite->jobs[i].name) == 0)
				break;
		}
		if (j == gate->count)
			rc = tm_gate_miss(gate, err,
					  "'%.80s' has no run: `tidemark run "
					  "--suite %.120s` makes it",
					  suite->jobs[i].name, suite_path);
	}
	return rc;
}

static enum tm_rc load_all(struct tm_cli_runs *runs,
			   const struct tm_suite *suite,
			   const struct settings *settings, int argc,
			   char **argv, struct tm_err *err)
{
	enum tm_rc rc;

	rc = tm_cli_runs_load(runs, &tm_cli_gate, argc, argv,
			      settings->results_directory, settings->last, err);
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
	struct tm_cli_wish wish = {.suite = settings->suite};
	enum tm_rc rc = TM_OK;

	memset(plan, 0, sizeof(*plan));
	tm_job_init(&wish.given);
	if (settings->suite)
		rc = tm_cli_plan_make(plan, &wish, err);
	else if (settings->gating.confirm || settings->gating.extend)
		rc = tm_fail(err, TM_EUSAGE,
			     "--%s needs --suite FILE, whose jobs can be run "
			     "again",
			     settings->gating.confirm ? "confirm" : "extend");
	tm_job_release(&wish.given);
	return rc;
}

static void print_next(const struct tm_gate *gate,
		       const struct settings *settings)
{
	size_t i;

	if (settings->quiet || settings->gating.format != TM_VERDICT_TEXT)
		return;
	for (i = 0; i < gate->count; i++) {
		const struct tm_verdict *verdict = &gate->verdicts[i];

		if (verdict->standing == TM_JUDGEMENT_PASS ||
		    !verdict->run->directory)
			continue;
		printf("\nnext: tidemark plot %s\n", verdict->run->directory);
		return;
	}
}

/* The exit code; what went wrong is in `err`. */
static enum tm_rc judge(const struct settings *settings,
			const struct tm_cli_plan *plan,
			const struct tm_cli_runs *runs,
			struct tm_cli_session *session, int *code,
			struct tm_err *err)
{
	struct tm_cli_case what = {
		.runs = runs, .suite = &plan->suite, .session = session};
	struct tm_gate gate = {0};
	enum tm_rc rc;

	rc = tm_cli_judge(&gate, &settings->gating, &what, err);
	if (rc == TM_OK && settings->suite) {
		rc = name_missing(&gate, &plan->suite, settings->suite, err);
		tm_gate_settle(&gate, settings->gating.confirm);
	}
	if (rc == TM_OK)
		rc = tm_cli_gate_show(&gate, &settings->gating, stdout, err);
	if (rc == TM_OK) {
		print_next(&gate, settings);
		*code = tm_cli_gate_exit(&gate);
	}
	tm_gate_release(&gate);
	return rc;
}

static int work(const struct settings *settings, int argc, char **argv)
{
	struct tm_cli_session session = {
		.results_directory = settings->results_directory,
		.quiet = settings->quiet,
	};
	struct tm_cli_runs *runs = &session.runs;
	struct tm_cli_plan plan;
	struct tm_err err = {0};
	int code = TM_EXIT_UNMEASURED;
	int may_run = settings->gating.confirm || settings->gating.extend;
	enum tm_rc rc;

	rc = open_plan(&plan, settings, &err);
	session.catalog = &plan.catalog;
	if (rc == TM_OK)
		rc = load_all(runs, &plan.suite, settings, argc, argv, &err);
	if (rc == TM_OK && may_run)
		rc = tm_cli_session_open(&session, &err);
	if (rc == TM_OK) {
		rc = judge(settings, &plan, runs, may_run ? &session : NULL,
			   &code, &err);
		if (may_run)
			tm_cli_session_close(&session);
	}
	tm_cli_runs_release(runs);
	tm_cli_plan_release(&plan);
	return rc == TM_OK ? code : tm_cli_fail(&err);
}

static int run(int argc, char **argv)
{
	struct settings settings = {.results_directory = TM_RESULTS_DIRECTORY};
	struct tm_cli_reader reader;
	struct tm_err err = {0};
	enum tm_cli_item item;

	tm_cli_gating_init(&settings.gating);
	tm_cli_reader_init(&reader, &tm_cli_gate, argc, argv);
	while ((item = tm_cli_read(&reader, &err)) != TM_CLI_END) {
		if (item == TM_CLI_HELP)
			return TM_EXIT_PASS;
		if (item == TM_CLI_BAD ||
		    (item == TM_CLI_FLAG &&
		     take_flag(&settings, &reader, &err) != TM_OK))
			return tm_cli_fail(&err);
	}
	return work(&settings, argc, argv);
}

const struct tm_cli_command tm_cli_gate = {
	.name = "gate",
	.run = run,
	.usage = "RUN... [FLAG...]",
	.text = "Judge whether memory grows, and fail what is over its budget",
	.flags = flags,
};
