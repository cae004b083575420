#include "cli/plan.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/job_options.h"
#include "cli/target.h"
#include "util/shell.h"
#include "util/suggest.h"
#include "util/text.h"

/* A run of a program has its file's name. */
static void name_of_scenario(const char *scenario, char *out, size_t size)
{
	tm_catalog_name(tm_base_name(scenario), out, size);
}

static enum tm_rc add_scenario(struct tm_cli_plan *plan, const char *scenario,
			       struct tm_err *err)
{
	struct tm_job *job;
	char name[256];
	enum tm_rc rc;

	name_of_scenario(scenario, name, sizeof(name));
	rc = tm_suite_add(&plan->suite, name, &job, err);
	if (rc == TM_OK)
		rc = tm_job_set_scenario(job, scenario, err);
	return rc;
}

static struct tm_job *find_job(const struct tm_suite *suite, const char *name)
{
	size_t i;

	for (i = 0; i < suite->count; i++) {
		if (suite->jobs[i].name &&
		    strcmp(suite->jobs[i].name, name) == 0)
			return &suite->jobs[i];
	}
	return NULL;
}

static enum tm_rc fail_job(const struct tm_suite *suite,
			   const struct tm_cli_run_request *request,
			   const char *name, struct tm_err *err)
{
	struct tm_suggest suggest;
	char suggestion[96];
	size_t i;

	tm_suggest_init(&suggest, name);
	for (i = 0; i < suite->count; i++) {
		if (suite->jobs[i].name)
			tm_suggest_offer(&suggest, suite->jobs[i].name);
	}
	tm_suggest_text(&suggest, suggestion, sizeof(suggestion));
	return tm_fail(err, TM_EUSAGE, "%.160s has no job '%.60s'%s",
		       request->suite, name, suggestion);
}

/* Keep only those of the suite's jobs that were named, in that order. */
static enum tm_rc keep_named(struct tm_cli_plan *plan,
			     const struct tm_cli_run_request *request,
			     struct tm_err *err)
{
	struct tm_suite *suite = &plan->suite;
	struct tm_suite kept = {0};
	enum tm_rc rc = TM_OK;
	struct tm_job *job;
	size_t i;

	kept.jobs = calloc(request->name_count, sizeof(*kept.jobs));
	if (!kept.jobs)
		return tm_fail(err, TM_ENOMEM, "no memory for the jobs");
	for (i = 0; i < request->name_count && rc == TM_OK; i++) {
		if (find_job(&kept, request->names[i]))
			continue; /* named twice */
		job = find_job(suite, request->names[i]);
		if (job) {
			kept.jobs[kept.count++] = *job;
			tm_job_init(job);
		} else {
			rc = fail_job(suite, request, request->names[i], err);
		}
	}
	tm_suite_release(suite);
	*suite = kept;
	return rc;
}

static enum tm_rc collect_jobs(struct tm_cli_plan *plan,
			       const struct tm_cli_run_request *request,
			       struct tm_err *err)
{
	const struct tm_catalog *catalog = &plan->catalog;
	enum tm_rc rc = TM_OK;
	char name[256];
	size_t i;

	if (request->suite) {
		rc = tm_suite_load(&plan->suite, request->suite,
				   tm_cli_known_options(), err);
		if (rc == TM_OK && request->name_count)
			rc = keep_named(plan, request, err);
		return rc;
	}
	for (i = 0; i < request->name_count && rc == TM_OK; i++)
		rc = add_scenario(plan, request->names[i], err);
	if (request->name_count)
		return rc;
	for (i = 0; i < catalog->count && rc == TM_OK; i++) {
		tm_catalog_name(catalog->files[i], name, sizeof(name));
		rc = add_scenario(plan, name, err);
	}
	if (rc == TM_OK && catalog->count == 0)
		rc = tm_fail(err, TM_EUSAGE, "no scenarios in '%.200s'",
			     catalog->folder);
	return rc;
}

/* For a program's name instead of a scenario's, say how to measure it. */
static enum tm_rc fail_scenario(const struct tm_cli_run_request *request,
				const struct tm_err *why, struct tm_err *err)
{
	char path[PATH_MAX], command[200] = "";
	struct tm_err unused;
	size_t i;

	if (tm_cli_target_find(request->names[0], path, sizeof(path),
			       &unused) != TM_OK)
		return tm_fail(err, why->rc, "%s", why->text);
	for (i = 0; i < request->name_count; i++) {
		if (!tm_shell_add(command, sizeof(command), request->names[i]))
			break;
	}
	return tm_fail(err, why->rc,
		       "unknown scenario '%.60s'; to measure a program of "
		       "yours: tidemark exec -- %s",
		       request->names[0], command);
}

/* Every mistake is found before the first program is started. */
static enum tm_rc check_jobs(struct tm_cli_plan *plan,
			     const struct tm_cli_run_request *request,
			     struct tm_err *err)
{
	char program[PATH_MAX + 256];
	struct tm_err why = {0};
	enum tm_rc rc;
	size_t i;

	for (i = 0; i < plan->suite.count; i++) {
		struct tm_job *job = &plan->suite.jobs[i];

		rc = tm_job_override(job, &request->given, err);
		if (rc != TM_OK)
			return rc;
		rc = tm_catalog_find(&plan->catalog, job->scenario, program,
				     sizeof(program), &why);
		if (rc == TM_OK)
			continue;
		if (request->suite)
			return tm_fail(err, rc, "%.160s:%u: %.200s",
				       request->suite, job->line, why.text);
		if (i == 0 && request->name_count &&
		    !strchr(job->scenario, '/'))
			return fail_scenario(request, &why, err);
		return tm_fail(err, rc, "%s", why.text);
	}
	return TM_OK;
}

/* The scenarios are not needed when only paths are given. */
static int needs_catalog(const struct tm_cli_run_request *request)
{
	size_t i;

	for (i = 0; i < request->name_count; i++) {
		if (!strchr(request->names[i], '/'))
			return 1;
	}
	return request->suite != NULL || request->name_count == 0;
}

enum tm_rc tm_cli_plan_make(struct tm_cli_plan *out,
			    const struct tm_cli_run_request *request,
			    struct tm_err *err)
{
	enum tm_rc rc = TM_OK;

	memset(out, 0, sizeof(*out));
	if (needs_catalog(request))
		rc = tm_catalog_open(&out->catalog, err);
	if (rc == TM_OK)
		rc = collect_jobs(out, request, err);
	if (rc == TM_OK)
		rc = check_jobs(out, request, err);
	if (rc != TM_OK)
		tm_cli_plan_release(out);
	return rc;
}

void tm_cli_plan_release(struct tm_cli_plan *plan)
{
	tm_suite_release(&plan->suite);
	tm_catalog_close(&plan->catalog);
}
