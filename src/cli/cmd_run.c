#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/gating.h"
#include "cli/plan.h"
#include "cli/present.h"
#include "cli/session.h"
#include "results/store.h"
#include "util/quantity.h"

/* A scenario's iterations when nobody says how many, and how many samples a
 * gate takes of them when nobody says how often. */
#define ITERATIONS   10000
#define GATE_SAMPLES 100

/* So many runs are still named in the command that is suggested. */
#define NAMED_MAX 4

enum {
	FLAG_SUITE = TM_JOB_OPTION_COUNT,
	FLAG_RESULTS_DIR,
	FLAG_EXPORT_JSON,
	FLAG_EXPORT_MARKDOWN,
	FLAG_EXPORT_CSV,
	FLAG_SHOW_OUTPUT,
	FLAG_QUIET
};

static const struct tm_cli_flag flags[] = {
	{FLAG_SUITE, "suite", "FILE", "run the jobs of an INI file"},
#define JOB_FLAG(id, key, argument, text) {TM_JOB_##id, key, argument, text},
	TM_JOB_OPTIONS(JOB_FLAG)
#undef JOB_FLAG
		{FLAG_RESULTS_DIR, "results-dir", "DIR",
		 "where runs are stored (" TM_RESULTS_DIRECTORY ")"},
	{FLAG_EXPORT_JSON, "export-json", "FILE", "write all figures"},
	{FLAG_EXPORT_MARKDOWN, "export-markdown", "FILE", "write the table"},
	{FLAG_EXPORT_CSV, "export-csv", "FILE", "write the table"},
	TM_CLI_GATING_FLAGS,
	{FLAG_SHOW_OUTPUT, "show-output", NULL, "show what the programs print"},
	{FLAG_QUIET, "quiet", NULL, "no progress, no next command"},
	TM_CLI_FLAGS_END};

struct settings {
	struct tm_cli_wish wish;
	const char *results_directory;
	struct tm_cli_exports exports;
	struct tm_cli_gating gating;
	int show_output;
	int quiet;
};

/* --- what is asked for ---------------------------------------------------- */

static enum tm_rc take_flag(struct settings *settings,
			    const struct tm_cli_reader *reader,
			    struct tm_err *err)
{
	if (reader->flag->id >= TM_CLI_GATING_FIRST)
		return tm_cli_gating_take(&settings->gating, reader, err);
	switch (reader->flag->id) {
	case FLAG_SUITE:
		settings->wish.suite = reader->value;
		return TM_OK;
	case FLAG_RESULTS_DIR:
		settings->results_directory = reader->value;
		return TM_OK;
	case FLAG_EXPORT_JSON:
		settings->exports.json = reader->value;
		return TM_OK;
	case FLAG_EXPORT_MARKDOWN:
		settings->exports.markdown = reader->value;
		return TM_OK;
	case FLAG_EXPORT_CSV:
		settings->exports.csv = reader->value;
		return TM_OK;
	case FLAG_SHOW_OUTPUT:
		settings->show_output = 1;
		return TM_OK;
	case FLAG_QUIET:
		settings->quiet = 1;
		return TM_OK;
	default:
		return tm_job_set(&settings->wish.given,
				  (enum tm_job_option)reader->flag->id,
				  reader->value ? reader->value : "yes", err);
	}
}

/* TM_CLI_END when all was read, TM_CLI_HELP when there is nothing to do. */
static enum tm_cli_item read_settings(struct settings *settings,
				      struct tm_cli_reader *reader,
				      struct tm_err *err)
{
	enum tm_cli_item item;

	while ((item = tm_cli_read(reader, err)) != TM_CLI_END) {
		if (item == TM_CLI_WORD)
			settings->wish.names[settings->wish.name_count++] =
				reader->value;
		else if (item != TM_CLI_FLAG)
			return item;
		else if (take_flag(settings, reader, err) != TM_OK)
			return TM_CLI_BAD;
	}
	return TM_CLI_END;
}

/* --- the runs ------------------------------------------------------------- */

/* One that cannot be started does not keep the others from being measured. */
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
	return settings->gating.wanted;
}

/* A gate needs more points than a table. */
static enum tm_rc sample_closely(struct tm_cli_plan *plan, struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	size_t i;

	for (i = 0; i < plan->suite.count && rc == TM_OK; i++) {
		struct tm_job *job = &plan->suite.jobs[i];
		const char *given = job->value[TM_JOB_iterations];
		uint64_t iterations = ITERATIONS;
		char text[32];

		if (job->value[TM_JOB_every] || strchr(job->scenario, '/'))
			continue; /* a stranger may not know the flag */
		if (given && !tm_quantity_count(given, &iterations))
			continue;
		snprintf(text, sizeof(text), "%llu",
			 (unsigned long long)(iterations / GATE_SAMPLES + 1));
		if (iterations % GATE_SAMPLES == 0)
			snprintf(text, sizeof(text), "%llu",
				 (unsigned long long)(iterations /
						      GATE_SAMPLES));
		rc = tm_job_set(job, TM_JOB_every, text, err);
	}
	return rc;
}

/* --- the end -------------------------------------------------------------- */

static void print_next_command(const struct tm_cli_session *session,
			       const char *command)
{
	const struct tm_cli_runs *runs = &session->runs;
	const char *folder = session->results_directory;
	size_t i;

	for (i = 0; i < runs->count; i++) {
		if (!runs->runs[i]->directory)
			return;
	}
	printf("\nnext: tidemark %s", command);
	if (runs->count > NAMED_MAX)
		printf(" --last %zu", runs->count);
	for (i = 0; i < runs->count && runs->count <= NAMED_MAX; i++)
		printf(" %s", runs->runs[i]->directory);
	if (runs->count > NAMED_MAX &&
	    strcmp(folder, TM_RESULTS_DIRECTORY) != 0)
		printf(" --results-dir %s", folder);
	fputs("\n", stdout);
}

static void present(struct tm_cli_session *session,
		    const struct settings *settings,
		    const struct tm_cli_plan *plan)
{
	int shown = tm_cli_runs_have_samples(&session->runs);
	int gates = wants_gate(settings, plan);
	struct tm_cli_case what = {.runs = &session->runs,
				   .suite = &plan->suite,
				   .session = session};
	struct tm_err err = {0};

	if (session->runs.count && shown &&
	    tm_cli_runs_print(&session->runs, stdout, &err) != TM_OK)
		tm_cli_session_worsen(session, tm_cli_fail(&err));
	fflush(stdout);
	if (gates) {
		putchar('\n');
		tm_cli_gate_session(&what, &settings->gating, stdout);
	}
	if (session->runs.count == 0)
		return;
	if (tm_cli_runs_export(&session->runs, &settings->exports, &err) !=
	    TM_OK)
		tm_cli_session_worsen(session, tm_cli_fail(&err));
	if (shown && !settings->quiet)
		print_next_command(session, gates ? "gate" : "plot");
}

static int work(const struct settings *settings)
{
	struct tm_cli_session session = {
		.results_directory = settings->results_directory,
		.show_output = settings->show_output,
		.quiet = settings->quiet,
	};
	struct tm_cli_plan plan;
	struct tm_err err = {0};
	enum tm_rc rc;

	rc = tm_cli_plan_make(&plan, &settings->wish, &err);
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

static int run(int argc, char **argv)
{
	struct settings settings = {.results_directory = TM_RESULTS_DIRECTORY};
	struct tm_cli_reader reader;
	struct tm_err err = {0};
	int code = TM_EXIT_PASS;

	tm_job_init(&settings.wish.given);
	tm_cli_gating_init(&settings.gating);
	settings.gating.brief = 1;
	settings.wish.names =
		calloc((size_t)argc, sizeof(*settings.wish.names));
	if (!settings.wish.names) {
		tm_fail(&err, TM_ENOMEM, "no memory for the arguments");
		return tm_cli_fail(&err);
	}
	tm_cli_reader_init(&reader, &tm_cli_run, argc, argv);
	switch (read_settings(&settings, &reader, &err)) {
	case TM_CLI_END:
		code = work(&settings);
		break;
	case TM_CLI_HELP:
		break;
	default:
		code = tm_cli_fail(&err);
	}
	tm_job_release(&settings.wish.given);
	free(settings.wish.names);
	return code;
}

const struct tm_cli_command tm_cli_run = {
	.name = "run",
	.run = run,
	.usage = "[SCENARIO|PROGRAM...] [FLAG...]",
	.text = "Measure scenarios, each in a process of its own",
	.flags = flags,
};
