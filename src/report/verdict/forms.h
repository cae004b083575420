/*
 * forms.h - the forms of a verdict.
 *
 * Purpose:   what the writers of text, Markdown, JSON, CSV, JUnit and GitHub's
 *            annotations share.
 * Ownership: everything is borrowed for the call.
 */
#ifndef TM_REPORT_VERDICT_FORMS_H
#define TM_REPORT_VERDICT_FORMS_H

#include "gate/gate.h"
#include "report/verdict/look.h"
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

void tm_verdict_write_text(struct tm_writer *writer, const struct tm_gate *gate,
			   const struct tm_verdict_look *look);
void tm_verdict_write_markdown(struct tm_writer *writer,
			       const struct tm_gate *gate,
			       const struct tm_verdict_look *look);
void tm_verdict_write_json(struct tm_writer *writer, const struct tm_gate *gate,
			   const struct tm_verdict_look *look);
void tm_verdict_write_csv(struct tm_writer *writer, const struct tm_gate *gate,
			  const struct tm_verdict_look *look);
void tm_verdict_write_junit(struct tm_writer *writer,
			    const struct tm_gate *gate,
			    const struct tm_verdict_look *look);
void tm_verdict_write_github(struct tm_writer *writer,
			     const struct tm_gate *gate,
			     const struct tm_verdict_look *look);

#endif
