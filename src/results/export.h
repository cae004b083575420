/*
 * export.h - runs as one JSON file, for other programs to read.
 *
 * Purpose:   {"schema", "tidemark", "environment"?, "runs": [...]}; each run is
 *            flat: what the program reported (scenario, strategy, rules, ...,
 *            live_per_iteration, ...), name, outcome, iterations,
 *            iterations_per_second, `sites` (as in sites.json) and
 *            `samples`, one object each.  A run that was sampled by time has
 *            `unit` "second", and neither iterations nor their rate.
 * Units:     in the keys.
 * Errors:    what is not known has no key.
 */
#ifndef TM_RESULTS_EXPORT_H
#define TM_RESULTS_EXPORT_H

#include "results/run.h"

TM_CHECK enum tm_rc tm_run_export(const char *path,
				  const struct tm_run *const *runs,
				  size_t count, struct tm_err *err);

#endif
