/* Judge runs, and run some again: tm_cli_judge(). Which ones and when is
 * decided in gate/procedure.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/gating.h"
#include "gate/procedure.h"

#define ITERATIONS_MAX 1000000000000u

static const struct tm_job *find_job(const struct tm_suite *suite,
				     const struct tm_run *run)
{
	const char *name = tm_run_job(run);
	size_t i;

	for (i = 0; suite && i < suite->count; i++) {
		if (suite->jobs[i].name &&
		    strcmp(suite->jobs[i].name, name) == 0)
			return &suite->jobs[i];
	}
	return NULL;
}

/* --- running again -------------------------------------------------------- */

/* The iterations of the first test: the job's option, else the run's. */
static uint64_t first_iterations(const struct tm_again *again)
{
	const struct tm_job *job = again->job;
	const char *text = tm_job_value(job, TM_PROGRAM_ITERATIONS);
	const struct tm_run *run = again->run;

	if (text)
		return strtoull(text, NULL, 10);
	if (run->sample_count == 0)
		return 0;
	return run->samples[run->sample_count - 1].iteration >>
	       (again->run_look - 1);
}

/* The job of the test `again->look`; release it also after a failure. */
static enum tm_rc make_job(struct tm_job *job, const struct tm_again *again,
			   struct tm_err *err)
{
	const struct tm_job *from = again->job;
	uint64_t iterations = first_iterations(again) << (again->look - 1);
	char text[32];
	enum tm_rc rc;

	tm_job_init(job);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)iterations);
	rc = tm_job_set_name(job, from->name, err);
	if (rc == TM_OK)
		rc = tm_job_inherit(job, from, err);
	if (rc == TM_OK && again->look > 1 && iterations &&
	    iterations <= ITERATIONS_MAX)
		rc = tm_job_pass(job, TM_PROGRAM_ITERATIONS, text, err);
	return rc;
}

static void report_rerun(const struct tm_again *again)
{
	switch (again->reason) {
	case TM_AGAIN_LONGER:
		tm_cli_warn("%s: inconclusive; running it twice as long, test "
			    "%u of %d",
			    again->run->name, again->look, TM_LOOKS_MAX);
		break;
	case TM_AGAIN_CONFIRM:
		tm_cli_warn("%s: over its budget; running it again to confirm",
			    tm_run_job(again->run));
		break;
	}
}

static enum tm_rc run_again(void *context, const struct tm_again *again,
			    const struct tm_run **out, struct tm_err *err)
{
	const struct tm_cli_judged_runs *what = context;
	struct tm_cli_session *session = what->session;
	struct tm_job job;
	enum tm_rc rc;

	if (session->interrupted)
		return TM_OK;
	if (!session->quiet)
		report_rerun(again);
	rc = make_job(&job, again, err);
	if (rc == TM_OK && what->again)
		rc = what->again(what, &job, err);
	else if (rc == TM_OK)
		rc = tm_cli_session_run(session, &job, NULL, err);
	if (rc == TM_OK)
		*out = session->runs.runs[session->runs.count - 1];
	tm_job_release(&job);
	return rc;
}

/* --- all of it ------------------------------------------------------------ */

static enum tm_rc add_runs(struct tm_procedure *procedure,
			   const struct tm_cli_judged_runs *what,
			   struct tm_err *err)
{
	size_t count = what->runs->count; /* may grow meanwhile */
	enum tm_rc rc = TM_OK;
	size_t i;

	for (i = 0; i < count && rc == TM_OK; i++) {
		const struct tm_run *run = what->runs->runs[i];
		const struct tm_job *job = find_job(what->suite, run);

		rc = tm_procedure_add(procedure, run, job,
				      job ? &job->budget : NULL, err);
	}
	return rc;
}

enum tm_rc tm_cli_judge(struct tm_gate *gate,
			const struct tm_cli_gating *gating,
			const struct tm_cli_judged_runs *what,
			struct tm_err *err)
{
	struct tm_judging given;
	struct tm_procedure_opts opts = {
		.given = &given,
		.baseline = gating->baseline,
		.lengthens = gating->extend,
		.confirms = gating->confirm,
		.run_again = what->session ? run_again : NULL,
		.context = (void *)(uintptr_t)what,
	};
	struct tm_procedure procedure;
	enum tm_rc rc;

	tm_cli_gating_judging(gating, &given);
	rc = tm_procedure_open(&procedure, gate, &opts, err);
	if (rc != TM_OK)
		return rc;
	rc = add_runs(&procedure, what, err);
	if (rc == TM_OK)
		rc = tm_procedure_finish(&procedure, err);
	tm_procedure_close(&procedure);
	return rc;
}
