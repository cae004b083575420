/*
 * look.h - in which form, and how, a verdict is shown.
 *
 * Purpose:   the choice of a command, for the writers of all forms.
 * Ownership: plain values.
 */
#ifndef TM_REPORT_VERDICT_LOOK_H
#define TM_REPORT_VERDICT_LOOK_H

#include <stddef.h>

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

#endif
