/*
 * summary.h - what each run's curve says, one plain line a run.
 *
 * Purpose:   the closing lines of `make bench`.  They repeat what was measured
 *            and judge nothing.
 * Ownership: the runs are borrowed for the call; text is appended to `out`.
 * Errors:    what was not measured is said to be so.  TM_ENOMEM when `out`
 *            cannot grow.
 */
#ifndef TM_REPORT_RUNS_SUMMARY_H
#define TM_REPORT_RUNS_SUMMARY_H

#include <stddef.h>

#include "results/run.h"
#include "util/buf.h"
#include "util/err.h"

TM_CHECK enum tm_rc tm_report_summary(struct tm_buf *out,
				      const struct tm_run *const *runs,
				      size_t count, struct tm_err *err);

#endif
