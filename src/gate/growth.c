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

/* The part of the run after the last sample of a metric that says nothing of how
 * the metric went on. */
#define TAIL_MAX .2

/* An allocator is asked when the program calls it, a runtime when it collects: in
 * a program that has stopped doing so the series ends, and what it showed until
 * then need not have gone on. */
static void withhold_cut_off(struct tm_decision *decision,
			     const struct tm_run *run, enum tm_metric metric,
			     const struct tm_point *points, size_t count)
{
	const struct tm_metric_series all = tm_run_series(run, metric);
	const enum tm_source source = tm_trait_of(metric)->source;
	double begin, end, tail;

	if (count == 0 || decision->judgement == TM_JUDGEMENT_INCONCLUSIVE ||
	    (source != TM_SOURCE_ALLOCATOR && source != TM_SOURCE_HEAP))
		return;
	begin = tm_metric_series_x(&all, run->samples);
	end = tm_metric_series_x(&all, &run->samples[run->sample_count - 1]);
	tail = end - points[count - 1].x;
	if (!(tail > TAIL_MAX * (end - begin)))
		return;
	decision->judgement = TM_JUDGEMENT_INCONCLUSIVE;
	decision->growth = TM_GROWTH_INCONCLUSIVE;
	decision->curve = TM_CURVE_UNKNOWN;
	decision->has_slope = 0;
	decision->extend = 0;
	decision->reason_key = TM_REASON_CUT_OFF;
	snprintf(decision->reason, sizeof(decision->reason),
		 "inconclusive: it could not be read in the last %.0f %% of "
		 "the run",
		 100 * tail / (end - begin));
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
	size_t count;

	if (!points)
		return tm_fail(err, TM_ENOMEM, "no memory to judge '%.60s'",
			       run->name);
	how.per = tm_run_per(run);
	how.start = tm_run_start(run);
	how.budget = tm_budget_of(&opts->budget, metric);
	how.look = opts->look ? opts->look : 1;
	how.looks_max = opts->looks_max;
	count = tm_metric_series_points(&series, points);
	tm_decide(out, points, count, &how);
	downgrade_spoilt(out);
	withhold_cut_off(out, run, metric, points, count);
	free(points);
	return TM_OK;
}
