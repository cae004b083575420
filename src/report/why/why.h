/*
 * why.h - what grew in a run, and where it was allocated.
 *
 * Purpose:   one screen that puts the layers of a program's memory side by
 *            side, says which of them grows, and names the code behind it as
 *            far as that was measured.
 * Ownership: the analysis is borrowed for the call; text is appended to `out`.
 * Units:     growth is shown for one of the run's unit, an iteration or a
 *            second.
 * Errors:    TM_ENOMEM.  What was not measured is said to be so, with the
 *            command that would measure it.
 */
#ifndef TM_REPORT_WHY_WHY_H
#define TM_REPORT_WHY_WHY_H

#include "explain/analysis.h"
#include "util/buf.h"

enum tm_why_format {
	TM_WHY_TEXT,
	TM_WHY_MARKDOWN,
	TM_WHY_JSON,
	TM_WHY_FORMAT_COUNT
};

struct tm_why_opts {
	enum tm_why_format format;
	int colour;	    /* text only */
	size_t width;	    /* text only: columns to wrap tables at, or 0 */
	int everything;	    /* every layer, site, frame and note */
	unsigned int stack; /* frames of a site; 0: a default */
};

TM_CHECK enum tm_rc tm_report_why(struct tm_buf *out,
				  const struct tm_analysis *analysis,
				  const struct tm_why_opts *opts,
				  struct tm_err *err);

/* Only the sites, the few that grew most, for the end of a run's report;
 * nothing when none were sampled. */
TM_CHECK enum tm_rc tm_report_sites(struct tm_buf *out,
				    const struct tm_analysis *analysis,
				    const struct tm_why_opts *opts,
				    struct tm_err *err);

/* "text", "markdown", "json", NULL: by format. */
extern const char *const tm_why_format_names[];

#endif
