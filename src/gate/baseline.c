#include "gate/baseline.h"

#include <stdlib.h>
#include <string.h>

#include "gate/comparable.h"

void tm_baseline_release(struct tm_baseline *baseline)
{
	json_decref(baseline->json);
	baseline->json = NULL;
}

/* --- reading -------------------------------------------------------------- */

static enum tm_rc check_metric(const char *path, const char *job,
			       const char *name, const json_t *metric,
			       struct tm_err *err)
{
	const json_t *budget = json_object_get(metric, "budget");
	double value = json_number_value(budget);

	if (tm_metric_find(name) == TM_METRIC_COUNT)
		return tm_fail(err, TM_EUSAGE,
			       "'%s': unknown metric '%.40s' in '%.60s'", path,
			       name, job);
	if (!json_is_number(budget) || value < 0)
		return tm_fail(err, TM_EUSAGE,
			       "'%s': the budget of %s in '%.60s' is not a "
			       "number of 0 or more",
			       path, name, job);
	return TM_OK;
}

static enum tm_rc check_jobs(const char *path, json_t *jobs, struct tm_err *err)
{
	const char *job, *name;
	json_t *entry, *metrics, *metric;
	enum tm_rc rc = TM_OK;

	json_object_foreach(jobs, job, entry)
	{
		metrics = json_object_get(entry, "metrics");
		if (json_object_size(metrics) == 0)
			return tm_fail(err, TM_EUSAGE,
				       "'%s' has no metrics for '%.60s'", path,
				       job);
		json_object_foreach(metrics, name, metric)
		{
			rc = check_metric(path, job, name, metric, err);
			if (rc != TM_OK)
				return rc;
		}
	}
	return rc;
}

static enum tm_rc check_file(const char *path, const json_t *json,
			     struct tm_err *err)
{
	const json_t *schema = json_object_get(json, "schema");
	json_t *jobs = json_object_get(json, "scenarios");

	if (!json_is_integer(schema) || !json_is_object(jobs) ||
	    !json_is_object(json_object_get(json, "environment")))
		return tm_fail(err, TM_EUSAGE, "'%s' is not a baseline", path);
	if (json_integer_value(schema) > TM_BASELINE_SCHEMA)
		return tm_fail(err, TM_EUSAGE,
			       "'%s' has schema %lld, newer than the %d that "
			       "this tidemark reads: update tidemark",
			       path, (long long)json_integer_value(schema),
			       TM_BASELINE_SCHEMA);
	if (json_integer_value(schema) < 1)
		return tm_fail(err, TM_EUSAGE, "'%s' has an unknown schema",
			       path);
	return check_jobs(path, jobs, err);
}

enum tm_rc tm_baseline_load(struct tm_baseline *out, const char *path,
			    struct tm_err *err)
{
	json_error_t error;
	enum tm_rc rc;

	out->path = path;
	out->json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!out->json && error.line > 0)
		return tm_fail(err, TM_EUSAGE, "'%s' line %d: %s", path,
			       error.line, error.text);
	if (!out->json)
		return tm_fail(err, TM_EUSAGE,
			       "cannot read the baseline: %.200s", error.text);
	rc = check_file(path, out->json, err);
	if (rc != TM_OK)
		tm_baseline_release(out);
	return rc;
}

/* --- using ---------------------------------------------------------------- */

static json_t *jobs_of(const struct tm_baseline *baseline)
{
	return json_object_get(baseline->json, "scenarios");
}

/* A job that does not say counts by the iteration. */
static enum tm_unit unit_of(const json_t *job)
{
	const char *name = json_string_value(
		json_object_get(json_object_get(job, "options"), "unit"));
	enum tm_unit unit = TM_UNIT_ITERATION;

	if (name)
		tm_unit_find(&unit, name);
	return unit;
}

enum tm_rc tm_baseline_check_environment(const struct tm_baseline *baseline,
					 const struct tm_run *run,
					 struct tm_err *err)
{
	const json_t *environment =
		json_object_get(baseline->json, "environment");
	struct tm_facts kept = {0};
	enum tm_rc rc;

	tm_facts_read(&kept, environment);
	if (kept.count != json_object_size(environment))
		rc = tm_fail(err, TM_ENOMEM, "no memory for a baseline");
	else
		rc = tm_comparable_environment(baseline->path ? baseline->path
							      : "the first run",
					       &kept, run, err);
	tm_facts_release(&kept);
	return rc;
}

enum tm_rc tm_baseline_apply(const struct tm_baseline *baseline,
			     const struct tm_run *run, struct tm_budget *budget,
			     int *known, struct tm_err *err)
{
	const json_t *job = json_object_get(jobs_of(baseline), tm_run_job(run));
	const char *name;
	json_t *metric;
	enum tm_rc rc;

	*known = job != NULL;
	rc = tm_baseline_check_environment(baseline, run, err);
	if (rc != TM_OK || !job)
		return rc;
	rc = tm_comparable_unit(baseline->path, unit_of(job), run, err);
	if (rc != TM_OK)
		return rc;
	rc = tm_comparable_options(baseline->path,
				   json_object_get(job, "options"), run, err);
	if (rc != TM_OK)
		return rc;
	json_object_foreach(json_object_get(job, "metrics"), name, metric)
		budget->each[tm_metric_find(name)] =
		json_number_value(json_object_get(metric, "budget"));
	return TM_OK;
}

enum tm_rc tm_baseline_miss(const struct tm_baseline *baseline,
			    struct tm_gate *gate, struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	const char *name;
	json_t *job;
	size_t i;

	json_object_foreach(jobs_of(baseline), name, job)
	{
		for (i = 0; i < gate->count; i++) {
			if (strcmp(gate->verdicts[i].job, name) == 0)
				break;
		}
		if (i == gate->count)
			rc = tm_gate_miss(gate, err,
					  "'%.80s' is in the baseline '%.120s' "
					  "but has no run",
					  name, baseline->path);
		if (rc != TM_OK)
			break;
	}
	return rc;
}
