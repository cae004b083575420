/*
 * usage.h - what a program and its measurement used, as a run keeps it.
 *
 * Purpose:   the part `usage` of run.json: one struct, its reader and writer.
 * Ownership: plain memory.
 * Units:     seconds, bytes.
 * Errors:    as field.h: what is not known has no key.
 */
#ifndef TM_RESULTS_USAGE_H
#define TM_RESULTS_USAGE_H

#include "results/field.h"

struct tm_run_usage {
	struct tm_known_real user_seconds;   /* of the program and of all the */
	struct tm_known_real system_seconds; /* children that it waited for */
	struct tm_known_int major_faults;
	/* The highest peak of a single process.  Not known when it may be that
	 * of tidemark, which a child inherits. */
	struct tm_known_int largest_process_bytes;
	struct tm_known_real tidemark_cpu_seconds; /* measuring took it */
};

/* NULL without memory. */
json_t *tm_run_usage_to_json(const struct tm_run_usage *usage);
void tm_run_usage_from_json(struct tm_run_usage *out, const json_t *json);

#endif
