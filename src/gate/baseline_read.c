/* The one reader of a baseline's file. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gate/baseline.h"

#define KEYS_MAX 4

static enum tm_rc fail_memory(struct tm_err *err)
{
	return tm_fail(err, TM_ENOMEM, "no memory for a baseline");
}

/* All members of `object`, or none without memory. */
static enum tm_rc read_facts(struct tm_facts *out, const json_t *object,
			     struct tm_err *err)
{
	tm_facts_read(out, object);
	return out->count == json_object_size(object) ? TM_OK
						      : fail_memory(err);
}

/* Those whose key is none of `keys`, which ends in NULL: they are written
 * again as they are. */
static enum tm_rc read_other(struct tm_facts *out, const json_t *object,
			     const char *const *keys, struct tm_err *err)
{
	json_t *rest = json_copy((json_t *)(uintptr_t)object);
	enum tm_rc rc;

	if (!rest)
		return fail_memory(err);
	for (; *keys; keys++)
		json_object_del(rest, *keys);
	rc = read_facts(out, rest, err);
	json_decref(rest);
	return rc;
}

/* --- a metric ------------------------------------------------------------- */

static int find_growth(enum tm_growth *out, const char *name)
{
	static const enum tm_growth all[] = {TM_GROWTH_INCONCLUSIVE,
					     TM_GROWTH_FLAT, TM_GROWTH_GROWS};
	size_t i;

	for (i = 0; name && i < sizeof(all) / sizeof(*all); i++) {
		if (strcmp(tm_growth_name(all[i]), name) == 0) {
			*out = all[i];
			return 1;
		}
	}
	return 0;
}

static enum tm_rc read_metric(struct tm_baseline_metric *out,
			      const json_t *json, struct tm_err *err)
{
	const json_t *slope = json_object_get(json, "slope");
	const char *keys[KEYS_MAX] = {"budget"};
	size_t count = 1;

	out->is_kept = 1;
	out->budget = json_number_value(json_object_get(json, "budget"));
	out->has_growth =
		find_growth(&out->growth,
			    json_string_value(json_object_get(json, "growth")));
	if (out->has_growth)
		keys[count++] = "growth";
	if (json_is_number(slope)) {
		out->slope = tm_known_real(json_number_value(slope));
		keys[count++] = "slope";
	}
	return read_other(&out->other, json, keys, err);
}

/* --- a job ---------------------------------------------------------------- */

/* A job that does not say counts by the iteration. */
static enum tm_rc read_options(struct tm_baseline_job *out,
			       const json_t *options, struct tm_err *err)
{
	static const char *const unit_key[] = {"unit", NULL};
	const char *unit = json_string_value(json_object_get(options, "unit"));

	if (!options)
		return TM_OK;
	if (unit && tm_unit_find(&out->unit, unit))
		return read_other(&out->options, options, unit_key, err);
	return read_facts(&out->options, options, err);
}

static enum tm_rc check_metric(const char *path, const char *job,
			       const char *name, const json_t *metric,
			       struct tm_err *err)
{
	const json_t *budget = json_object_get(metric, "budget");

	if (tm_metric_find(name) == TM_METRIC_COUNT)
		return tm_fail(err, TM_EUSAGE,
			       "'%s': unknown metric '%.40s' in '%.60s'", path,
			       name, job);
	if (!json_is_number(budget) || json_number_value(budget) < 0)
		return tm_fail(err, TM_EUSAGE,
			       "'%s': the budget of %s in '%.60s' is not a "
			       "number of 0 or more",
			       path, name, job);
	return TM_OK;
}

static enum tm_rc check_job(const char *path, const char *job,
			    const json_t *json, struct tm_err *err)
{
	const json_t *options = json_object_get(json, "options");
	enum tm_rc rc = TM_OK;
	const char *name;
	json_t *metrics = json_object_get(json, "metrics");
	json_t *metric;

	if (json_object_size(metrics) == 0)
		return tm_fail(err, TM_EUSAGE,
			       "'%s' has no metrics for '%.60s'", path, job);
	if (options && !json_is_object(options))
		return tm_fail(err, TM_EUSAGE,
			       "'%s': the options of '%.60s' are not an object",
			       path, job);
	json_object_foreach(metrics, name, metric)
	{
		rc = check_metric(path, job, name, metric, err);
		if (rc != TM_OK)
			break;
	}
	return rc;
}

static enum tm_rc read_job(struct tm_baseline_job *out, const char *name,
			   const json_t *json, struct tm_err *err)
{
	static const char *const keys[] = {"metrics", "options", NULL};
	json_t *metrics = json_object_get(json, "metrics");
	const char *key;
	json_t *metric;
	enum tm_rc rc;

	out->name = strdup(name);
	if (!out->name)
		return fail_memory(err);
	rc = read_options(out, json_object_get(json, "options"), err);
	if (rc == TM_OK)
		rc = read_other(&out->other, json, keys, err);
	json_object_foreach(metrics, key, metric)
	{
		if (rc == TM_OK)
			rc = read_metric(&out->metric[tm_metric_find(key)],
					 metric, err);
	}
	return rc;
}

static enum tm_rc read_jobs(struct tm_baseline *out, json_t *jobs,
			    struct tm_err *err)
{
	const char *name;
	json_t *entry;
	enum tm_rc rc = TM_OK;

	json_object_foreach(jobs, name, entry)
	{
		struct tm_baseline_job job = {.unit = TM_UNIT_ITERATION};

		rc = check_job(out->path, name, entry, err);
		if (rc == TM_OK)
			rc = read_job(&job, name, entry, err);
		if (rc == TM_OK)
			rc = tm_baseline_put(out, &job, err);
		else
			tm_baseline_job_release(&job);
		if (rc != TM_OK)
			break;
	}
	return rc;
}

/* --- a file --------------------------------------------------------------- */

static enum tm_rc check_file(const char *path, const json_t *json,
			     struct tm_err *err)
{
	const json_t *schema = json_object_get(json, "schema");

	if (!json_is_integer(schema) ||
	    !json_is_object(json_object_get(json, "scenarios")) ||
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
	return TM_OK;
}

static enum tm_rc read_file(struct tm_baseline *out, const json_t *json,
			    struct tm_err *err)
{
	static const char *const keys[] = {"schema", "environment", "scenarios",
					   NULL};
	enum tm_rc rc = check_file(out->path, json, err);

	if (rc == TM_OK)
		rc = read_facts(&out->environment,
				json_object_get(json, "environment"), err);
	if (rc == TM_OK)
		rc = read_jobs(out, json_object_get(json, "scenarios"), err);
	if (rc == TM_OK)
		rc = read_other(&out->other, json, keys, err);
	return rc;
}

enum tm_rc tm_baseline_load(struct tm_baseline *out, const char *path,
			    struct tm_err *err)
{
	json_error_t error;
	json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	enum tm_rc rc;

	memset(out, 0, sizeof(*out));
	if (!json && error.line > 0)
		return tm_fail(err, TM_EUSAGE, "'%s' line %d: %s", path,
			       error.line, error.text);
	if (!json)
		return tm_fail(err, TM_EUSAGE,
			       "cannot read the baseline: %.200s", error.text);
	out->path = path;
	out->is_made = 1;
	rc = read_file(out, json, err);
	json_decref(json);
	if (rc != TM_OK)
		tm_baseline_release(out);
	return rc;
}
