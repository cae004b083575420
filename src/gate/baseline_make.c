/* How a baseline is made of the runs of a gate. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/baseline.h"
#include "gate/comparable.h"

/* Round up to three digits, which are all that a person compares.  `value` is
 * above 0. */
static double round_up(double value)
{
	double step = pow(10, floor(log10(value)) - 2);

	return ceil(value / step - 1e-9) * step;
}

/* The present growth, and room for its variation. */
static double budget_for(const struct tm_judged *judged)
{
	const struct tm_decision *decision = &judged->decision;
	double room = judged->budget;

	if (decision->growth != TM_GROWTH_GROWS || !(decision->high > 0))
		return room;
	return round_up(decision->high + room);
}

/* With more digits it would differ at each save. */
static double few_digits(double slope)
{
	char text[32];

	snprintf(text, sizeof(text), "%.3g", round(slope * 10) / 10);
	return strtod(text, NULL);
}

/* `least`: the budget of a replicate, of which the largest is kept. */
static void keep_metric(struct tm_baseline_metric *out,
			const struct tm_judged *judged, double least)
{
	const struct tm_decision *decision = &judged->decision;

	out->is_kept = 1;
	out->budget = fmax(budget_for(judged), least);
	out->has_growth = 1;
	out->growth = decision->growth;
	if (decision->has_slope && tm_trait_is_exact(judged->metric))
		out->slope = tm_known_real(few_digits(decision->slope));
}

/* The decided metrics; returns how many. */
static size_t keep_metrics(struct tm_baseline_job *out,
			   const struct tm_verdict *verdict,
			   const struct tm_baseline_job *before)
{
	size_t count = 0, i;

	for (i = 0; i < verdict->count; i++) {
		const struct tm_judged *judged = &verdict->judged[i];
		enum tm_metric metric = judged->metric;

		if (judged->decision.growth == TM_GROWTH_INCONCLUSIVE)
			continue;
		keep_metric(&out->metric[metric], judged,
			    before ? before->metric[metric].budget : 0);
		count++;
	}
	return count;
}

/* Whether a run of the same job stands before this one in the gate. */
static int has_earlier(const struct tm_gate *gate, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++) {
		if (strcmp(gate->verdicts[i].job, gate->verdicts[at].job) == 0)
			return 1;
	}
	return 0;
}

static enum tm_rc add_run(struct tm_baseline *baseline,
			  const struct tm_gate *gate, size_t at,
			  struct tm_err *err)
{
	const struct tm_verdict *verdict = &gate->verdicts[at];
	const struct tm_baseline_job *before = NULL;
	struct tm_baseline_job job = {.unit = verdict->run->unit};

	if (has_earlier(gate, at))
		before = tm_baseline_find(baseline, verdict->job);
	if (keep_metrics(&job, verdict, before) == 0)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "cannot use '%.80s' as a baseline: %.240s",
			       verdict->run->name, verdict->reason);
	job.name = strdup(verdict->job);
	if (!job.name ||
	    !tm_comparable_options_of(&job.options, verdict->run)) {
		tm_baseline_job_release(&job);
		return tm_fail(err, TM_ENOMEM, "no memory for a baseline");
	}
	return tm_baseline_put(baseline, &job, err);
}

/* Refuse a run that cannot be a baseline. */
static enum tm_rc check_run(const struct tm_run *run, struct tm_err *err)
{
	/* One of the options that tidemark itself understands. */
	const struct tm_fact *leak =
		tm_facts_find(&run->request.options, "inject_leak");

	if (leak && leak->number != 0)
		return tm_fail(
			err, TM_EUSAGE,
			"'%.80s' was run with --inject-leak: it cannot be a "
			"baseline",
			run->name);
	if (run->outcome != TM_OUTCOME_COMPLETE)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "'%.80s' did not complete (%s): it cannot be "
			       "a baseline",
			       run->name, tm_outcome_name(run->outcome));
	return TM_OK;
}

enum tm_rc tm_baseline_add(struct tm_baseline *baseline,
			   const struct tm_gate *gate, struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	size_t i;

	if (gate->count == 0)
		return tm_fail(err, TM_EUSAGE, "a baseline needs a run");
	if (!baseline->is_made &&
	    !tm_comparable_environment_of(&baseline->environment,
					  gate->verdicts[0].run))
		return tm_fail(err, TM_ENOMEM, "no memory for a baseline");
	baseline->is_made = 1;
	for (i = 0; i < gate->count && rc == TM_OK; i++) {
		const struct tm_run *run = gate->verdicts[i].run;

		rc = check_run(run, err);
		if (rc == TM_OK)
			rc = tm_baseline_check_environment(baseline, run, err);
		if (rc == TM_OK)
			rc = add_run(baseline, gate, i, err);
	}
	return rc;
}
