#include "cli/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/request.h"
#include "gate/baseline.h"
#include "results/environment.h"
#include "results/store.h"
#include "run/measure.h"
#include "util/amount.h"

/* Between asking a program to stop and killing it. */
#define GRACE_MS 2000

enum tm_rc tm_cli_session_open(struct tm_cli_session *session,
			       struct tm_err *err)
{
	enum tm_rc rc = tm_run_check_store(session->results_directory, err);

	if (rc != TM_OK)
		return rc;
	/* The output of scenarios is not shown. */
	if (!session->quiet && !session->runs.is_external)
		session->progress.form = TM_CLI_SCREEN_LINE;
	return tm_interrupt_open(&session->interrupt, err);
}

void tm_cli_session_close(struct tm_cli_session *session)
{
	tm_interrupt_close(&session->interrupt);
	tm_cli_runs_release(&session->runs);
}

void tm_cli_session_worsen(struct tm_cli_session *session, int code)
{
	/* Growth over the budget takes precedence over what was not measured or
	 * written. */
	if (code == TM_EXIT_UNMEASURED && session->code == TM_EXIT_GROWS)
		return;
	if (code > session->code)
		session->code = code;
}

/* --- one run -------------------------------------------------------------- */

/* The first run of a name keeps it, later ones get a number. */
static void label_of(const struct tm_cli_session *session, const char *name,
		     char *out, size_t size)
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

/* The job's arguments, then the others; the array is the caller's. */
static char **join_arguments(const struct tm_job *job, const char *program,
			     char *const *arguments)
{
	char **argv = tm_job_argv(job, program);
	size_t count = 0, more = 0;
	char **joined;

	if (!argv || !arguments)
		return argv;
	while (argv[count])
		count++;
	while (arguments[more])
		more++;
	joined = realloc(argv, (count + more + 1) * sizeof(*argv));
	if (!joined) {
		free(argv);
		return NULL;
	}
	memcpy(joined + count, arguments, (more + 1) * sizeof(*joined));
	return joined;
}

/* A note about the user's own program is not an error; it stands below the table
 * of runs, which follows on stderr where there are samples. */
static int says_notes(const struct tm_cli_session *session,
		      const struct tm_run *run)
{
	return !session->runs.is_external ||
	       (!session->quiet && run->sample_count == 0);
}

static enum tm_rc measure(struct tm_cli_session *session,
			  const struct tm_cli_measurement *measurement,
			  struct tm_run *run, struct tm_err *err)
{
	struct tm_measure_opts how = measurement->how;
	struct tm_cli_progress progress;
	enum tm_rc rc;
	size_t i;

	how.grace_ms = GRACE_MS;
	how.interrupt = &session->interrupt;
	how.on_progress = tm_cli_progress_show;
	how.on_pause = tm_cli_progress_hide;
	how.context = &progress;
	if (measurement->note)
		tm_run_note(run, "%s", measurement->note);
	tm_cli_progress_open(&progress, run, &session->progress);
	rc = tm_measure(run, &how, err);
	tm_cli_progress_close(&progress);
	if (rc != TM_OK)
		return rc;
	for (i = 0; i < run->notes.count && says_notes(session, run); i++)
		tm_cli_warn("%s: %s", run->name, run->notes.text[i]);
	if (run->outcome == TM_OUTCOME_INTERRUPTED)
		session->interrupted = 1;
	return TM_OK;
}

/* The baseline's budgets for the run, if it has any. Why it cannot be used is
 * reported when the run is judged. */
static void add_baseline(struct tm_judging *judging, const char *path,
			 const struct tm_run *run)
{
	struct tm_baseline baseline = {0};
	struct tm_budget budget;
	struct tm_err unused;
	int known;

	tm_budget_init(&budget);
	if (tm_baseline_load(&baseline, path, &unused) == TM_OK &&
	    tm_baseline_apply(&baseline, run, &budget, &known, &unused) ==
		    TM_OK)
		tm_budget_override(&judging->budget, &budget);
	tm_baseline_release(&baseline);
}

/* Keep in the run what it is judged by. */
static void keep_judging(const struct tm_cli_session *session,
			 const struct tm_cli_measurement *measurement,
			 struct tm_run *run, int is_measured)
{
	struct tm_judging judging;

	tm_judging_init(&judging);
	if (session->baseline && is_measured)
		add_baseline(&judging, session->baseline, run);
	if (measurement->budget)
		tm_budget_override(&judging.budget, measurement->budget);
	if (session->judging)
		tm_judging_override(&judging, session->judging);
	tm_judging_keep(run, &judging);
}

enum tm_rc tm_cli_session_try(struct tm_cli_session *session,
			      const struct tm_cli_measurement *measurement,
			      struct tm_run **out, struct tm_err *err)
{
	char label[256];
	enum tm_rc rc;

	label_of(session, measurement->name, label, sizeof(label));
	rc = tm_run_new(out, label, err);
	if (rc != TM_OK) {
		struct tm_run_request request = measurement->request;

		tm_run_request_release(&request);
		return rc;
	}
	(*out)->request = measurement->request;
	tm_environment_fill(&(*out)->environment);
	keep_judging(session, measurement, *out, 0);
	rc = measure(session, measurement, *out, err);
	if (rc == TM_OK)
		keep_judging(session, measurement, *out, 1);
	if (rc != TM_OK) {
		tm_run_free(*out);
		*out = NULL;
	}
	return rc;
}

enum tm_rc tm_cli_session_measure(struct tm_cli_session *session,
				  const struct tm_cli_measurement *measurement,
				  struct tm_err *err)
{
	struct tm_err unsaved = {0};
	struct tm_run *run;
	enum tm_rc rc;

	rc = tm_cli_session_try(session, measurement, &run, err);
	if (rc != TM_OK)
		return rc;
	if (tm_run_save(run, session->results_directory, &unsaved) != TM_OK) {
		tm_cli_warn("%s: not stored: %s", run->name, unsaved.text);
		tm_cli_session_worsen(session, TM_EXIT_UNMEASURED);
	}
	return tm_cli_runs_add(&session->runs, run, err);
}

/* --- a job ---------------------------------------------------------------- */

/* Report on stderr what the table does not show. */
static void report_ending(struct tm_cli_session *session,
			  const struct tm_run *run)
{
	char why[TM_ENDING_TEXT_MAX], samples[TM_AMOUNT_MAX];

	if (tm_run_is_measured(run))
		return;
	tm_amount_format(samples, (double)run->sample_count, "samples");
	tm_ending_text(why, &run->ending);
	if (run->outcome == TM_OUTCOME_COMPLETE)
		tm_cli_warn("%s: the program ended without a single mark",
			    run->name);
	else
		tm_cli_warn("%s: %s; %s %s kept", run->name,
			    *why ? why : tm_outcome_name(run->outcome), samples,
			    run->sample_count == 1 ? "was" : "were");
	/* It refused its options, and printed why. */
	if (run->exit_code == TM_EXIT_USAGE && run->sample_count == 0)
		tm_cli_session_worsen(session, TM_EXIT_USAGE);
	else
		tm_cli_session_worsen(session, TM_EXIT_UNMEASURED);
}

enum tm_rc tm_cli_session_run(struct tm_cli_session *session,
			      const struct tm_job *job, char *const *arguments,
			      struct tm_err *err)
{
	const char *leak = tm_job_value(job, TM_PROGRAM_INJECT_LEAK);
	struct tm_cli_measurement measurement = {.name = job->name};
	struct tm_child_opts *child = &measurement.how.child;
	char program[PATH_MAX + 256];
	char note[80];
	char **argv;
	enum tm_rc rc;

	rc = tm_catalog_find(session->catalog, job->scenario, program,
			     sizeof(program), err);
	if (rc != TM_OK)
		return rc;
	argv = join_arguments(job, program, arguments);
	if (!argv)
		return tm_fail(err, TM_ENOMEM, "no memory for arguments");
	snprintf(note, sizeof(note),
		 "leaks %.20s bytes per iteration on purpose",
		 leak ? leak : "");
	measurement.note = leak && strcmp(leak, "0") != 0 ? note : NULL;
	measurement.budget = &job->budget;
	tm_cli_request(&measurement.request, job, program, argv);
	measurement.how.memory_limit_bytes = tm_job_memory_limit_bytes(job);
	measurement.how.timeout_ms = tm_job_timeout_ms(job);
	child->program = program;
	child->argv = argv;
	child->stdout_fd = session->show_output ? STDOUT_FILENO : -1;
	child->want_marks = 1;
	measurement.how.marks.source = TM_MARKS_FD;
	rc = tm_cli_session_measure(session, &measurement, err);
	free(argv);
	if (rc == TM_OK)
		report_ending(session,
			      session->runs.runs[session->runs.count - 1]);
	return rc;
}
