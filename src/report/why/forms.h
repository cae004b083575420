/*
 * forms.h - the forms of `tidemark why`.
 *
 * Purpose:   one screen that puts the layers of a program's memory side by
 *            side, says which of them grows, and names the code behind it as
 *            far as that was measured.
 * Ownership: a form borrows everything.
 * Units:     growth is shown for one of the run's unit, an iteration or a
 *            second.
 * Errors:    what was not measured is said to be so, with the command that
 *            would measure it.
 */
#ifndef TM_REPORT_WHY_FORMS_H
#define TM_REPORT_WHY_FORMS_H

#include "report/why/rows.h"
#include "util/writer.h"

struct tm_why_form {
	struct tm_writer *writer;
	const struct tm_analysis *facts;
	const struct tm_style *style;
	size_t sites_max;
};

tm_write_form tm_why_write_text; /* and Markdown */
tm_write_form tm_why_write_json, tm_why_write_csv;

/* Only the sites, the few that grew most, for the end of a run's report;
 * nothing when none were sampled. */
tm_write_form tm_why_write_sites;

#endif
