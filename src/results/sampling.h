/*
 * sampling.h - how the samples of a run were taken, as a run keeps it.
 *
 * Purpose:   the part `sampling` of run.json: one struct, its reader and
 *            writer.
 * Ownership: the struct owns its texts; release frees them.
 * Errors:    as field.h: what is not known has no key.
 */
#ifndef TM_RESULTS_SAMPLING_H
#define TM_RESULTS_SAMPLING_H

#include "results/field.h"

struct tm_run_sampling {
	char *marks; /* where they came from: "fd", "regex", "signal", "time" */

	/* Of samples by time: the interval, what it varies by each way (a part
	 * of it), the number that this variation was drawn from, and the
	 * samples that were left out as their time was over. */
	struct tm_known_int every_ms;
	struct tm_known_real jitter;
	char *seed; /* as text: it has more bits than JSON's integers */
	struct tm_known_int late;

	struct tm_known_int dropped_by_time; /* from before the first mark */
	struct tm_known_int marks_seen;
	struct tm_known_int marks_skipped; /* too close to another to sample */
	struct tm_known_int acknowledged;  /* for which the program waited */
};

/* NULL without memory. */
json_t *tm_run_sampling_to_json(const struct tm_run_sampling *sampling);
void tm_run_sampling_from_json(struct tm_run_sampling *out, const json_t *json);
void tm_run_sampling_release(struct tm_run_sampling *sampling);

#endif
