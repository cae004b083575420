/*
 * render.h - every report in every form.
 *
 * Purpose:   one table says which forms a subject has and what writes them;
 *            options, exports and error messages follow from it.
 * Ownership: the content is borrowed for the call; text is appended to `out`.
 * Units:     growth is for one of the run's unit, an iteration or a second;
 *            the unit is in a title, column or key.
 * Errors:    TM_ENOMEM; TM_EUSAGE for a table of no runs.
 *
 * The same content gives the same bytes: nothing here asks for the time, the
 * place or the language.
 */
#ifndef TM_REPORT_RENDER_RENDER_H
#define TM_REPORT_RENDER_RENDER_H

#include "report/format/form.h"
#include "util/buf.h"

TM_CHECK enum tm_rc tm_render(struct tm_buf *out,
			      const struct tm_content *content,
			      const struct tm_style *style, struct tm_err *err);

/* "text", "markdown", ..., NULL: by form; "" is a form that the subject has
 * not. */
extern const char *const tm_verdict_forms[];
extern const char *const tm_why_forms[];

#endif
