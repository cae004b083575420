/*
 * forms.h - the forms of a verdict.
 *
 * Purpose:   what a gate decided, as aligned text, Markdown, JSON, CSV, JUnit
 *            XML or GitHub's annotations, and what their writers share.
 * Ownership: everything is borrowed for the call.
 * Units:     the metric's own an iteration; the unit is in a column or key.
 * Errors:    TM_ENOMEM, in the writer.
 */
#ifndef TM_REPORT_VERDICT_FORMS_H
#define TM_REPORT_VERDICT_FORMS_H

#include "gate/gate.h"
#include "report/format/form.h"
#include "util/escape.h"
#include "util/text.h"

/* What a metric's line shows. */
struct tm_verdict_cells {
	char slope[TM_AMOUNT_MAX];
	char interval[TM_INTERVAL_MAX];
	char budget[TM_AMOUNT_MAX];
	const char *growth;
	const char *curve;
	const char *verdict; /* "pass", "FAIL", "inconclusive", or why none */
};

void tm_verdict_cells_make(struct tm_verdict_cells *out,
			   const struct tm_judged *judged);

/* "1 run failed, 2 passed": the last line of every form that has one. */
void tm_verdict_put_totals(struct tm_writer *writer,
			   const struct tm_gate *gate);

tm_write_form tm_verdict_write_text, tm_verdict_write_markdown,
	tm_verdict_write_json, tm_verdict_write_csv, tm_verdict_write_junit,
	tm_verdict_write_github;

#endif
