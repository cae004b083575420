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
#include "report/why/options.h"
#include "util/buf.h"

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

#endif
