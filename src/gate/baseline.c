/* What a baseline holds, and what it asks of runs. */
#include "gate/baseline.h"

#include <stdlib.h>
#include <string.h>

#include "gate/comparable.h"

/* --- content -------------------------------------------------------------- */

void tm_baseline_job_release(struct tm_baseline_job *job)
{
	size_t i;

	free(job->name);
	tm_facts_release(&job->options);
	tm_facts_release(&job->other);
	for (i = 0; i < TM_METRIC_COUNT; i++)
		tm_facts_release(&job->metric[i].other);
	memset(job, 0, sizeof(*job));
}

void tm_baseline_release(struct tm_baseline *baseline)
{
	size_t i;

	for (i = 0; i < baseline->job_count; i++)
		tm_baseline_job_release(&baseline->jobs[i]);
	free(baseline->jobs);
	tm_facts_release(&baseline->environment);
	tm_facts_release(&baseline->other);
	memset(baseline, 0, sizeof(*baseline));
}

struct tm_baseline_job *tm_baseline_find(const struct tm_baseline *baseline,
					 const char *job)
{
	size_t i;

	for (i = 0; i < baseline->job_count; i++) {
		if (strcmp(baseline->jobs[i].name, job) == 0)
			return &baseline->jobs[i];
	}
	return NULL;
}

enum tm_rc tm_baseline_put(struct tm_baseline *baseline,
			   struct tm_baseline_job *job, struct tm_err *err)
{
	struct tm_baseline_job *place = tm_baseline_find(baseline, job->name);
	struct tm_baseline_job *more;

	if (place) {
		tm_baseline_job_release(place);
		*place = *job;
		return TM_OK;
	}
	more = realloc(baseline->jobs,
		       (baseline->job_count + 1) * sizeof(*more));
	if (!more) {
		tm_baseline_job_release(job);
		return tm_fail(err, TM_ENOMEM, "no memory for a baseline");
	}
	baseline->jobs = more;
	more[baseline->job_count++] = *job;
	return TM_OK;
}

/* --- using ---------------------------------------------------------------- */

enum tm_rc tm_baseline_check_environment(const struct tm_baseline *baseline,
					 const struct tm_run *run,
					 struct tm_err *err)
{
	return tm_comparable_environment(baseline->path ? baseline->path
							: "the first run",
					 &baseline->environment, run, err);
}

enum tm_rc tm_baseline_apply(const struct tm_baseline *baseline,
			     const struct tm_run *run, struct tm_budget *budget,
			     int *known, struct tm_err *err)
{
	const struct tm_baseline_job *job =
		tm_baseline_find(baseline, tm_run_job(run));
	enum tm_rc rc;
	size_t i;

	*known = job != NULL;
	rc = tm_baseline_check_environment(baseline, run, err);
	if (rc != TM_OK || !job)
		return rc;
	rc = tm_comparable_unit(baseline->path, job->unit, run, err);
	if (rc != TM_OK)
		return rc;
	rc = tm_comparable_options(baseline->path, &job->options, run, err);
	if (rc != TM_OK)
		return rc;
	for (i = 0; i < TM_METRIC_COUNT; i++) {
		if (job->metric[i].is_kept)
			budget->each[i] = job->metric[i].budget;
	}
	return TM_OK;
}

enum tm_rc tm_baseline_miss(const struct tm_baseline *baseline,
			    struct tm_gate *gate, struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	size_t i, j;

	for (i = 0; i < baseline->job_count && rc == TM_OK; i++) {
		const char *name = baseline->jobs[i].name;

		for (j = 0; j < gate->count; j++) {
			if (strcmp(gate->verdicts[j].job, name) == 0)
				break;
		}
		if (j == gate->count)
			rc = tm_gate_miss(gate, err,
					  "'%.80s' is in the baseline '%.120s' "
					  "but has no run",
					  name, baseline->path);
	}
	return rc;
}
