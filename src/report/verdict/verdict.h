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
#include "report/verdict/look.h"
#include "util/buf.h"

TM_CHECK enum tm_rc tm_report_verdict(struct tm_buf *out,
				      const struct tm_gate *gate,
				      const struct tm_verdict_look *look,
				      struct tm_err *err);

/* "text", "markdown", ..., NULL: by format. */
extern const char *const tm_verdict_format_names[];

#endif
