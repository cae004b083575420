#include "gate/growth.h"

#include <stdio.h>
#include <stdlib.h>

/* tm_decide() leaves out a few invalid samples.  Their cause may have affected
 * others: such a run can still fail, but it cannot pass. */
static void downgrade_spoilt(struct tm_decision *decision)
{
	const struct tm_series_note *note = &decision->note;
	size_t spoilt = note->not_finite + note->negative + note->too_large;

	if (decision->judgement != TM_JUDGEMENT_PASS ||
	    spoilt + note->duplicated == 0)
		return;
	decision->judgement = TM_JUDGEMENT_INCONCLUSIVE;
	decision->growth = TM_GROWTH_INCONCLUSIVE;
	decision->reason_key = TM_REASON_REPEATED;
	snprintf(decision->reason, sizeof(decision->reason),
		 "inconclusive: of %zu samples, %zu invalid and %zu "
		 "repeating an iteration",
		 note->given, spoilt, note->duplicated);
}

enum tm_rc tm_growth_decide(struct tm_decision *out, const struct tm_run *run,
			    enum tm_metric metric,
			    const struct tm_verdict_opts *opts,
			    struct tm_err *err)
{
	const struct tm_metric_series series = tm_run_series(run, metric);
	struct tm_decide_opts how = tm_trait_decide_opts(metric);
	struct tm_point *points =
		calloc(run->sample_count + 1, sizeof(*points));

	if (!points)
		return tm_fail(err, TM_ENOMEM, "no memory to judge '%.60s'",
			       run->name);
	how.per = tm_run_per(run);
	how.start = tm_run_start(run);
	how.budget = tm_budget_of(&opts->budget, metric);
	how.look = opts->look ? opts->look : 1;
	how.looks_max = opts->looks_max;
	tm_decide(out, points, tm_metric_series_points(&series, points), &how);
	downgrade_spoilt(out);
	free(points);
	return TM_OK;
}
