/*
 * forms.h - the forms of a table of runs.
 *
 * Purpose:   runs compared, one row each: growth, bytes, live objects, garbage
 *            and table entries an iteration, callbacks lost, rate, outcome.
 *            JSON holds the runs whole, with every sample.
 * Ownership: the runs are borrowed for the call.
 * Units:     in the column titles.
 * Errors:    a value that was not measured is "-" with a footnote that says
 *            why (in CSV an empty field, and the reason in the last column);
 *            it is never 0.  Text and Markdown leave out a column that is
 *            empty in every row; CSV has all, for programs.
 *
 * Differences: runs of the same job are replicates; every later job is
 * compared with the first.  Of more than a few jobs a reader wants the table
 * only, and a line says so; of a single job nothing is written.
 */
#ifndef TM_REPORT_RUNS_FORMS_H
#define TM_REPORT_RUNS_FORMS_H

#include "report/format/form.h"

tm_write_form tm_runs_write_text, tm_runs_write_markdown, tm_runs_write_json,
	tm_runs_write_csv;
tm_write_form tm_difference_write_text;

#endif
