/*
 * difference.h - by how much two sets of runs differ in their growth.
 *
 * Purpose:   the difference of slopes with a 95 % interval, for each metric
 *            that both have; the metrics that decide the verdicts are among
 *            them.
 * Ownership: runs are borrowed for the call.
 * Units:     the metric's own an iteration.
 * Errors:    TM_ENOMEM; a metric that cannot be compared is left out, or, when
 *            it decides the verdict of a run, marked as one of a single side.
 *
 * Slopes are those that verdicts show.  With two runs or more on each side the
 * interval is Welch's on the runs' slopes, and says how far runs differ from
 * each other.  With a single run on either side it comes from the intervals
 * within the runs, and that is said.
 */
#ifndef TM_EXPLAIN_DIFFERENCE_H
#define TM_EXPLAIN_DIFFERENCE_H

#include "results/run.h"
#include "stats/welch.h"
#include "util/err.h"

struct tm_contrast {
	enum tm_metric metric;
	int has_first; /* a slope of that side, in `growth`; without both there */
	int has_second; /* is no difference */
	int replicated; /* the interval is one between runs */
	struct tm_difference growth;
};

struct tm_contrast_side {
	const struct tm_run *const *runs;
	size_t count;
};

/* Fill at most TM_METRIC_COUNT contrasts; *count says how many. */
TM_CHECK enum tm_rc tm_contrast_make(struct tm_contrast *out, size_t *count,
				     const struct tm_contrast_side *first,
				     const struct tm_contrast_side *second,
				     struct tm_err *err);

#endif
