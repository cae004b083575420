/*
 * form.h - what is written, and in which form.
 *
 * Purpose:   the writers of all reports take the same three arguments, so that
 *            they fit into one table (report/render/render.c).
 * Ownership: everything is borrowed for the call.
 * Errors:    a writer keeps the first failure (util/writer.h).
 */
#ifndef TM_REPORT_FORMAT_FORM_H
#define TM_REPORT_FORMAT_FORM_H

#include <stddef.h>

#include "util/writer.h"

struct tm_analysis;
struct tm_gate;
struct tm_run;

enum tm_form {
	TM_FORM_TEXT, /* aligned, for a terminal or a log */
	TM_FORM_MARKDOWN,
	TM_FORM_JSON,
	TM_FORM_CSV,
	TM_FORM_JUNIT,
	TM_FORM_GITHUB, /* annotations, as GitHub's workflow commands */
	TM_FORM_COUNT
};

/* What a report is about. */
enum tm_subject {
	TM_SUBJECT_RUNS,       /* a row for each run */
	TM_SUBJECT_DIFFERENCE, /* of growth between sets of runs */
	TM_SUBJECT_VERDICT,    /* what a gate decided */
	TM_SUBJECT_WHY,	       /* what grew in a run, and where */
	TM_SUBJECT_SITES,      /* only where it was allocated */
	TM_SUBJECT_COUNT
};

/* The subject's own field is set, the others are not. */
struct tm_content {
	enum tm_subject subject;
	const struct tm_run *const *runs; /* RUNS, DIFFERENCE */
	size_t run_count;
	int shows_verdict; /* RUNS: each one's, as no table of verdicts follows */
	const struct tm_gate *gate; /* VERDICT; RUNS: judged by it, or NULL */
	const struct tm_analysis *analysis; /* WHY, SITES */
};

/* Colour and width are for text only. */
struct tm_style {
	enum tm_form form;
	int colour;
	size_t width; /* columns to wrap at, or 0 */
	int is_full;  /* every metric, layer, site, frame and note */
	/* Text of a verdict: no budget was set, so it says what grows and not
	 * what fails. */
	int advises;
	unsigned int stack; /* why: frames of a site; 0: the default */
};

/* Write the content in one form. */
typedef void tm_write_form(struct tm_writer *writer,
			   const struct tm_content *content,
			   const struct tm_style *style);

#endif
