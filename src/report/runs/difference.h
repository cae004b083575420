/*
 * difference.h - differences of growth between sets of runs, as text.
 *
 * Purpose:   runs of the same job are replicates; every later job is compared
 *            with the first.  Of more than a few jobs a reader wants the table
 *            only, and is told so.
 * Ownership: the runs are borrowed for the call; text is appended to `out`.
 * Errors:    TM_ENOMEM.  With a single job nothing is appended.
 */
#ifndef TM_REPORT_RUNS_DIFFERENCE_H
#define TM_REPORT_RUNS_DIFFERENCE_H

#include "results/run.h"
#include "util/buf.h"

TM_CHECK enum tm_rc tm_report_differences(struct tm_buf *out,
					  const struct tm_run *const *runs,
					  size_t count, struct tm_err *err);

#endif
