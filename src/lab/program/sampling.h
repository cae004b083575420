/*
 * sampling.h - what a scenario program measures of itself.
 *
 * Purpose:   samples of the process and of the modelled runtime, and censuses
 *            of its objects ("checkpoints").  Taking a sample allocates nothing.
 * Ownership: the app is borrowed for each call; NULL is a program without
 *            Celery, which has no objects to count.
 * Units:     nanoseconds; the time that a checkpoint takes inside the loop is
 *            not counted as time of the loop.
 * Errors:    TM_ENOMEM of a census; those of tm_probe_open().
 */
#ifndef TM_LAB_PROGRAM_SAMPLING_H
#define TM_LAB_PROGRAM_SAMPLING_H

#include <stdint.h>

#include "lab/celery/app.h"
#include "lab/program/mark_pipe.h"
#include "lab/runtime/census.h"
#include "metric/metric.h"
#include "probe/probe.h"

/* The state of objects and tables at one moment, after full collections. */
struct tm_checkpoint {
	uint64_t iteration;
	struct tm_census census;
	struct tm_table_counts tables;
};

/* A sampling starts as a struct of zeros. */
struct tm_sampling {
	struct tm_probe probe;
	int has_probe;
	uint64_t begun_ns;
	uint64_t aside_ns; /* spent on checkpoints inside the loop */
};

TM_CHECK enum tm_rc tm_sampling_open(struct tm_sampling *sampling,
				     struct tm_err *err);
void tm_sampling_close(struct tm_sampling *sampling);

/* Say which metrics this program cannot measure, and why. */
void tm_sampling_send_absences(const struct tm_sampling *sampling,
			       const struct tm_app *app,
			       struct tm_mark_pipe *mark_pipe);

/* The loop begins now: times count from here. */
void tm_sampling_begin(struct tm_sampling *sampling);

/* Fill `sample` except for its iteration, which the caller has set. */
void tm_sampling_take(struct tm_sampling *sampling, enum tm_probe_depth depth,
		      const struct tm_app *app, struct tm_sample *sample);

/* Collect all garbage, then count what is alive. */
TM_CHECK enum tm_rc tm_sampling_checkpoint(struct tm_sampling *sampling,
					   const struct tm_app *app,
					   struct tm_checkpoint *out,
					   struct tm_err *err);

#endif
