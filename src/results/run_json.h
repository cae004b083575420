/*
 * run_json.h - a run as one JSON object, and back.
 *
 * Purpose:   the one reader and the one writer of everything that a run keeps
 *            beside its samples and sites: run.json and exports both use it.
 * Ownership: the JSON object is the caller's.
 * Units:     in the keys.
 * Errors:    what is not known has no key.
 */
#ifndef TM_RESULTS_RUN_JSON_H
#define TM_RESULTS_RUN_JSON_H

#include <jansson.h>

#include "results/run.h"

/* NULL without memory. */
json_t *tm_run_to_json(const struct tm_run *run);

/* {metric: reason} of what is absent; NULL without memory. */
json_t *tm_run_absent_json(const struct tm_run *run);

/* Into a new run.  Returns the key that is missing or has a wrong value, or
 * NULL. */
const char *tm_run_from_json(struct tm_run *run, const json_t *json);

#endif
