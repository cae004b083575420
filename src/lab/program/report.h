/*
 * report.h - what a scenario program reports at its end.
 *
 * Purpose:   the `report` line of the marks protocol: counts per iteration from
 *            two censuses, tables, callbacks.
 * Ownership: tm_scenario_report() returns a JSON text that the caller frees
 *            with free(), as jansson has it.
 * Units:     nanoseconds; counts of objects.
 * Errors:    NULL when memory is short.
 */
#ifndef TM_LAB_PROGRAM_REPORT_H
#define TM_LAB_PROGRAM_REPORT_H

#include "lab/program/options.h"
#include "lab/program/producer.h"
#include "lab/program/sampling.h"
#include "tidemark.h"

struct tm_scenario_end {
	const struct tm_scenario *scenario;
	const struct tm_scenario_options *options;
	const struct tm_producer *producer; /* app NULL: without Celery */
	uint64_t iterations;		    /* done */
	uint64_t elapsed_ns;		    /* of the loop */

	/* After the first iteration and after the last; `before` is NULL when
	 * there were fewer than two. */
	const struct tm_checkpoint *before;
	const struct tm_checkpoint *after;
};

TM_CHECK char *tm_scenario_report(const struct tm_scenario_end *end);

#endif
