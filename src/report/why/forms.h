/*
 * forms.h - the forms of `tidemark why`.
 *
 * Purpose:   what the writers of text, Markdown and JSON share.
 * Ownership: a form borrows everything.
 */
#ifndef TM_REPORT_WHY_FORMS_H
#define TM_REPORT_WHY_FORMS_H

#include "report/why/options.h"
#include "report/why/rows.h"
#include "util/writer.h"

struct tm_why_form {
	struct tm_writer writer;
	const struct tm_analysis *facts;
	const struct tm_why_opts *opts;
	size_t sites_max;
};

void tm_why_write_text(struct tm_why_form *form); /* and Markdown */
void tm_why_write_sites(struct tm_why_form *form);
void tm_why_write_json(struct tm_why_form *form);

#endif
