/*
 * report.h - what a scenario program says at its end.
 *
 * Purpose:   the `report` line of the marks protocol: counts per iteration from
 *            two censuses, tables, callbacks.
 * Ownership: tm_scenario_report() returns a JSON text that the caller frees
 *            with free(), as jansson has it.
 * Errors:    NULL when memory is short.
 */
#ifndef TM_LAB_PROGRAM_REPORT_H
#define TM_LAB_PROGRAM_REPORT_H

#include "lab/celery/app.h"
#include "lab/runtime/census.h"
#include "lab/program/options.h"
#include "tidemark.h"

/* The state of objects and tables at one moment, after full collections. */
struct tm_checkpoint {
	uint64_t iteration;
	struct tm_census census;
	struct tm_table_counts tables;
};

struct tm_scenario_end {
	const struct tm_scenario *scenario;
	const struct tm_scenario_options *options;
	const char *broker; /* the URL without its password */
	const char *backend;
	uint64_t iterations;	  /* done */
	uint64_t elapsed_ns;	  /* of the loop */
	const struct tm_app *app; /* NULL without Celery */

	/* After the first iteration and after the last; `before` is NULL when
	 * there were fewer than two. */
	const struct tm_checkpoint *before;
	const struct tm_checkpoint *after;
};

TM_CHECK char *tm_scenario_report(const struct tm_scenario_end *end);

#endif
