/*
 * export.h - runs as one JSON object, for other programs to read.
 *
 * Purpose:   {"schema", "runs": [...]}; each run is flat: the options that were
 *            asked for, what the program reported (scenario, strategy, ...,
 *            live_per_iteration, ...), iterations and iterations_per_second,
 *            all of run.json but its `report` and `sample_count`, the folder
 *            it is stored in, `sites` as sites.json and `samples`, one object
 *            each.  Of two values of one key the later in this list stands.  A
 *            run in seconds has neither iterations nor their rate.
 * Ownership: the object is the caller's.
 * Units:     in the keys.
 * Errors:    NULL without memory.  What is not known has no key.
 */
#ifndef TM_RESULTS_EXPORT_H
#define TM_RESULTS_EXPORT_H

#include "results/run.h"

json_t *tm_runs_to_json(const struct tm_run *const *runs, size_t count);

#endif
