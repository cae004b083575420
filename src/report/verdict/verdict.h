/*
 * verdict.h - what a gate decided, for people and for machines.
 *
 * Purpose:   the same verdicts as aligned text, Markdown, CSV, JSON, JUnit XML
 *            or GitHub's workflow commands.
 * Ownership: the gate is borrowed for the call; text is appended to `out`.
 * Units:     the metric's own an iteration; the unit is in a column or key.
 * Errors:    TM_ENOMEM.
 *
 * The same verdicts give the same bytes: nothing here asks for the time, the
 * place or the language.
 */
#ifndef TM_REPORT_VERDICT_VERDICT_H
#define TM_REPORT_VERDICT_VERDICT_H

#include "gate/gate.h"
#include "util/buf.h"

enum tm_verdict_format {
	TM_VERDICT_TEXT,
	TM_VERDICT_MARKDOWN,
	TM_VERDICT_JSON,
	TM_VERDICT_CSV,
	TM_VERDICT_JUNIT,
	TM_VERDICT_GITHUB,
	TM_VERDICT_FORMAT_COUNT
};

struct tm_verdict_look {
	enum tm_verdict_format format;
	int colour;	/* text only */
	size_t width;	/* text only: columns to wrap at, or 0 */
	int every_line; /* text only: a line a metric, too */
	/* Text only: nobody has set a budget, so it is said what grows and
	 * not what fails. */
	int advises;
};

TM_CHECK enum tm_rc tm_report_verdict(struct tm_buf *out,
				      const struct tm_gate *gate,
				      const struct tm_verdict_look *look,
				      struct tm_err *err);

/* "text", "markdown", ..., NULL: by format. */
extern const char *const tm_verdict_format_names[];

#endif
