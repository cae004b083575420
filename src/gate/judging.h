/*
 * judging.h - what a run is judged by, kept with the run.
 *
 * Purpose:   budgets, metrics and looks that were asked for when a run was
 *            measured are stored in it ("judged" in run.json), so that exec,
 *            gate and why judge it alike.  What is asked for later overrides
 *            them.
 * Ownership: plain memory of the caller.
 * Units:     budgets in the metric's own unit, for one of the run's unit.
 * Errors:    a run that keeps nothing, or nothing that can be read, is judged
 *            by the defaults.
 */
#ifndef TM_GATE_JUDGING_H
#define TM_GATE_JUDGING_H

#include "gate/growth.h"

struct tm_judging {
	struct tm_budget budget;
	unsigned char only[TM_METRIC_COUNT];
	int has_only;		/* else all metrics that have samples */
	unsigned int looks_max; /* 0: not given, one */
};

void tm_judging_init(struct tm_judging *judging);

/* What the run was to be judged by when it was measured. */
void tm_judging_of(struct tm_judging *out, const struct tm_run *run);

/* Override with what `from` gives. */
void tm_judging_override(struct tm_judging *judging,
			 const struct tm_judging *from);

/* Store it in the run; defaults are not stored. */
void tm_judging_keep(struct tm_run *run, const struct tm_judging *judging);

/* The first look; the options borrow `judging`. */
struct tm_verdict_opts tm_judging_opts(const struct tm_judging *judging);

/* What such options say. */
struct tm_judging tm_judging_from(const struct tm_verdict_opts *opts);

/* How fast a metric of the run grows, judged by what the run keeps: the same
 * slope that its verdict has. */
TM_CHECK enum tm_rc tm_growth_measure(struct tm_decision *out,
				      const struct tm_run *run,
				      enum tm_metric metric,
				      struct tm_err *err);

#endif
