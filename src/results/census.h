/*
 * census.h - the objects that lived at the end of a run, by type.
 *
 * Purpose:   the census that a program reports (run.json, report) and
 *            census.csv: a struct, its reader and writers.
 * Ownership: the struct owns its rows and texts; release frees them.
 * Units:     objects, bytes.
 * Errors:    as field.h: what is not known has no key, and an empty field.
 *            Writing fails only without memory.
 */
#ifndef TM_RESULTS_CENSUS_H
#define TM_RESULTS_CENSUS_H

#include <stdio.h>

#include "results/field.h"
#include "util/err.h"

struct tm_run_census_row {
	char *type;
	struct tm_known_int live;
	struct tm_known_int live_bytes;
	struct tm_known_int garbage; /* that the collector could not free */
};

struct tm_run_census {
	int is_known;
	struct tm_run_census_row *rows;
	size_t count;
};

/* A list of rows; NULL without memory. */
json_t *tm_run_census_to_json(const struct tm_run_census *census);
void tm_run_census_from_json(struct tm_run_census *out, const json_t *json);
void tm_run_census_release(struct tm_run_census *census);

/* census.csv: a header and a line for each type. */
TM_CHECK enum tm_rc tm_run_census_write_csv(const struct tm_run_census *census,
					    FILE *file);

#endif
