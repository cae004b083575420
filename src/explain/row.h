/*
 * row.h - one run, reduced to the figures that tables and sentences show.
 *
 * Purpose:   one place that decides where a figure comes from, so that the
 *            table, its CSV form and the comparison cannot disagree.  Growth is
 *            that of the verdict: of the metric that decided it.
 * Ownership: a row borrows from its run and must not outlive it.
 * Units:     growth in the unit of its metric and allocated in bytes, per
 *            iteration, or per second in a run by time; live, garbage and
 *            tables in objects or entries per iteration; lost as a share of
 *            the callbacks expected; rate in iterations per second.
 * Errors:    TM_ENOMEM.  A figure that is absent has `present` 0 and says why
 *            in `note`.
 *
 * Live, garbage, tables and lost are counts that only a program can make: they
 * are keys of its report which any program may use, and docs/formats.md says
 * what each means.  A table has no column for what no run reported.
 */
#ifndef TM_EXPLAIN_ROW_H
#define TM_EXPLAIN_ROW_H

#include "gate/verdict.h"

enum tm_row_figure {
	TM_ROW_GROWTH,
	TM_ROW_ALLOCATED,
	TM_ROW_LIVE,
	TM_ROW_GARBAGE,
	TM_ROW_TABLES,
	TM_ROW_LOST,
	TM_ROW_RATE,
	TM_ROW_FIGURE_COUNT
};

struct tm_value {
	int present;
	double number;
	char note[160]; /* why it is absent, or what is special about it, or ""
			 */
};

struct tm_row {
	const struct tm_run *run;
	const char *rules;	      /* NULL: the run has none */
	const char *verdict;	      /* the word for it, as gate and why say */
	enum tm_metric growth_metric; /* TM_METRIC_COUNT: none was measured */
	int is_leading; /* the verdict rests on that metric; else its growth
			 * stands in for what was not measured */
	struct tm_decision growth; /* of that metric */
	struct tm_value figure[TM_ROW_FIGURE_COUNT];
};

/* With `verdict` NULL the run is judged by what it keeps (gate/judging.h);
 * otherwise the verdict is one about it, which is borrowed for the call. */
TM_CHECK enum tm_rc tm_row_make(struct tm_row *row, const struct tm_run *run,
				const struct tm_verdict *verdict,
				struct tm_err *err);

/* What tells runs of one name apart: what the program reported or, if it did
 * not, what it was asked for; NULL when neither says. */
const char *tm_row_rules(const struct tm_run *run);

#endif
