/*
 * report.h - what a program said about itself at its end, as a run keeps it.
 *
 * Purpose:   the part `report` of run.json, which is the program's last line
 *            of the marks protocol: a struct, its reader and writer.
 * Ownership: the struct owns its texts and lists; release frees them.
 * Errors:    as field.h: what is not known has no key.
 *
 * A program may report anything.  A member is a key that tidemark shows, and
 * that any program may use (docs/formats.md).  What has no member here, or is
 * not of its member's type, is in `other`: stored and exported with the rest.
 */
#ifndef TM_RESULTS_REPORT_H
#define TM_RESULTS_REPORT_H

#include "results/census.h"
#include "results/curve.h"
#include "results/facts.h"

struct tm_run_report {
	int is_known; /* the program got as far as its end */
	char *rules;  /* tells runs of one name apart: "python3", "pooled" */
	struct tm_known_int callbacks_expected;
	struct tm_known_int callbacks_fired;

	/* {type or table: number} that is left behind by one iteration. */
	struct tm_facts live_per_iteration;
	struct tm_facts garbage_per_iteration;
	struct tm_facts tables_per_iteration;

	struct tm_run_curve curve;
	struct tm_run_census census;
	struct tm_facts other;
};

/* NULL without memory. */
json_t *tm_run_report_to_json(const struct tm_run_report *report);
/* `json` that is not an object: the report is not known. */
void tm_run_report_from_json(struct tm_run_report *out, const json_t *json);
/* The program's line: JSON, as text. */
TM_CHECK enum tm_rc tm_run_report_read(struct tm_run_report *out,
				       const char *text, struct tm_err *err);
void tm_run_report_release(struct tm_run_report *report);

#endif
