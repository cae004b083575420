#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/plan.h"
#include "cli/present.h"
#include "cli/progress.h"
#include "cli/request.h"
#include "results/environment.h"
#include "results/store.h"
#include "run/measure.h"

/* Between asking a program to stop and killing it. */
#define GRACE_MS 2000

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
	{FLAG_SHOW_OUTPUT, "show-output", NULL, "show what the programs print"},
	{FLAG_QUIET, "quiet", NULL, "no progress, no next command"},
	TM_CLI_FLAGS_END};

struct settings {
	struct tm_cli_wish wish;
	const char *results_directory;
	struct tm_cli_exports exports;
	int show_output;
	int quiet;
};

/* One call of `tidemark run`, while it works. */
struct session {
	const struct settings *settings;
	struct tm_cli_plan plan;
	struct tm_interrupt interrupt;
	struct tm_cli_runs runs;
	int code; /* the worst so far */
	int interrupted;
};

/* --- what is asked for -----------------------------------------------------
 */

static enum tm_rc take_flag(struct settings *settings,
			    const struct tm_cli_reader *reader,
			    struct tm_err *err)
{
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

/* --- one run ---------------------------------------------------------------
 */

static void worsen(struct session *session, int code)
{
	if (code > session->code)
		session->code = code;
}

/* The first run of a name bears it, the next ones a number behind it. */
static void label_of(const struct session *session, const char *name, char *out,
		     size_t size)
{
	size_t number = 1;
	size_t i;

	snprintf(out, size, "%s", name);
	for (i = 0; i < session->runs.count; i++) {
		if (strcmp(session->runs.runs[i]->name, out) != 0)
			continue;
		snprintf(out, size, "%s-%zu", name, ++number);
	}
}

static enum tm_rc measure(struct session *session, const struct tm_job *job,
			  struct tm_run *run, struct tm_err *err)
{
	const struct settings *settings = session->settings;
	struct tm_measure_opts opts = {
		.memory_limit_bytes = tm_job_memory_limit_bytes(job),
		.timeout_ms = tm_job_timeout_ms(job),
		.grace_ms = GRACE_MS,
		.interrupt = &session->interrupt,
		.on_progress = tm_cli_progress_show,
	};
	struct tm_cli_progress progress;
	char program[PATH_MAX + 256];
	char **argv;
	enum tm_rc rc;

	rc = tm_catalog_find(&session->plan.catalog, job->scenario, program,
			     sizeof(program), err);
	if (rc != TM_OK)
		return rc;
	argv = tm_job_argv(job, program);
	if (!argv)
		return tm_fail(err, TM_ENOMEM, "no memory for arguments");
	run->request = tm_cli_request(job, program, argv);
	run->environment = tm_environment_new();
	tm_cli_progress_init(&progress, run->name, settings->quiet);
	opts.context = &progress;
	opts.child.program = program;
	opts.child.argv = argv;
	opts.child.stdout_fd = settings->show_output ? STDOUT_FILENO : -1;
	opts.child.want_marks = 1;
	rc = tm_measure(run, &opts, err);
	tm_cli_progress_clear(&progress);
	free(argv);
	return rc;
}

/* Say on stderr what the table cannot. */
static void report_ending(struct session *session, const struct tm_run *run)
{
	json_t *note;
	size_t i;

	json_array_foreach(run->notes, i, note)
		tm_cli_warn("%s: %s", run->name, json_string_value(note));
	if (tm_run_is_measured(run))
		return;
	if (run->outcome == TM_OUTCOME_COMPLETE)
		tm_cli_warn("%s: it ended without a single mark", run->name);
	else
		tm_cli_warn("%s: %s; %zu samples were kept", run->name,
			    run->outcome_text ? run->outcome_text
					      : tm_outcome_name(run->outcome),
			    run->sample_count);
	if (run->outcome == TM_OUTCOME_INTERRUPTED)
		session->interrupted = 1;
	/* It refused its flags, and said why itself. */
	if (run->exit_code == TM_EXIT_USAGE && run->sample_count == 0)
		worsen(session, TM_EXIT_USAGE);
	else
		worsen(session, TM_EXIT_UNMEASURED);
}

static enum tm_rc run_once(struct session *session, const struct tm_job *job,
			   struct tm_err *err)
{
	struct tm_err unsaved = {0};
	struct tm_run *run;
	char label[256];
	enum tm_rc rc;

	label_of(session, job->name, label, sizeof(label));
	rc = tm_run_new(&run, label, err);
	if (rc != TM_OK)
		return rc;
	rc = measure(session, job, run, err);
	if (rc != TM_OK) {
		tm_run_free(run);
		return rc;
	}
	report_ending(session, run);
	if (tm_run_save(run, session->settings->results_directory, &unsaved) !=
	    TM_OK) {
		tm_cli_warn("%s: not stored: %s", run->name, unsaved.text);
		worsen(session, TM_EXIT_UNMEASURED);
	}
	return tm_cli_runs_add(&session->runs, run, err);
}

/* One that cannot be started does not keep the others from being measured. */
static void run_all(struct session *session)
{
	struct tm_err err = {0};
	uint64_t times;
	size_t i;

	for (i = 0; i < session->plan.suite.count; i++) {
		const struct tm_job *job = &session->plan.suite.jobs[i];

		for (times = tm_job_runs(job);
		     times > 0 && !session->interrupted; times--) {
			if (run_once(session, job, &err) != TM_OK)
				worsen(session, tm_cli_fail(&err));
			if (tm_interrupt_take(&session->interrupt))
				session->interrupted = 1;
		}
	}
	if (session->interrupted)
		worsen(session, TM_EXIT_UNMEASURED);
}

/* --- the end ---------------------------------------------------------------
 */

static void print_next_command(const struct session *session)
{
	const struct tm_cli_runs *runs = &session->runs;
	const char *folder = session->settings->results_directory;
	size_t i;

	for (i = 0; i < runs->count; i++) {
		if (!runs->runs[i]->directory)
			return;
	}
	fputs("\nnext: tidemark plot", stdout);
	if (runs->count > NAMED_MAX)
		printf(" --last %zu", runs->count);
	for (i = 0; i < runs->count && runs->count <= NAMED_MAX; i++)
		printf(" %s", runs->runs[i]->directory);
	if (runs->count > NAMED_MAX &&
	    strcmp(folder, TM_RESULTS_DIRECTORY) != 0)
		printf(" --results-dir %s", folder);
	fputs("\n", stdout);
}

/* A table of runs without a sample would hold nothing but footnotes. */
static int has_samples(const struct tm_cli_runs *runs)
{
	size_t i;

	for (i = 0; i < runs->count; i++) {
		if (runs->runs[i]->sample_count)
			return 1;
	}
	return 0;
}

static void present(struct session *session)
{
	int shown = has_samples(&session->runs);
	struct tm_err err = {0};

	if (session->runs.count == 0)
		return;
	if (shown && tm_cli_runs_print(&session->runs, &err) != TM_OK)
		worsen(session, tm_cli_fail(&err));
	fflush(stdout);
	if (tm_cli_runs_export(&session->runs, &session->settings->exports,
			       &err) != TM_OK)
		worsen(session, tm_cli_fail(&err));
	if (shown && !session->settings->quiet)
		print_next_command(session);
}

static int work(const struct settings *settings)
{
	struct session session = {.settings = settings};
	struct tm_err err = {0};
	enum tm_rc rc;

	rc = tm_cli_plan_make(&session.plan, &settings->wish, &err);
	if (rc == TM_OK)
		rc = tm_interrupt_open(&session.interrupt, &err);
	if (rc == TM_OK) {
		run_all(&session);
		present(&session);
		tm_interrupt_close(&session.interrupt);
	} else {
		session.code = tm_cli_fail(&err);
	}
	tm_cli_runs_release(&session.runs);
	tm_cli_plan_release(&session.plan);
	return session.code;
}

static int run(int argc, char **argv)
{
	struct settings settings = {.results_directory = TM_RESULTS_DIRECTORY};
	struct tm_cli_reader reader;
	struct tm_err err = {0};
	int code = TM_EXIT_PASS;

	tm_job_init(&settings.wish.given);
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
