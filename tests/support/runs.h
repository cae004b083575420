/*
 * runs.h - runs built in memory, for tests of what reads them.
 *
 * Ownership: run_new() gives the caller the run; give it back with run_free().
 */
#ifndef TM_TESTS_SUPPORT_RUNS_H
#define TM_TESTS_SUPPORT_RUNS_H

#include "results/run.h"

/* A complete run without samples and without a report. */
struct tm_run *run_new(const char *name);
void run_free(struct tm_run *run);

/* Why it ended, in a sentence; stays until the next call. */
const char *run_why(const struct tm_run *run);

/* What the program said at its end, as JSON text. */
void run_report(struct tm_run *run, const char *json);

/* `count` samples without values, `every` iterations apart. */
void run_spread(struct tm_run *run, size_t count, uint64_t every);

/* Samples in which `metric` starts at `start` and grows by `growth` an
 * iteration; without run_spread() there are 101 of them, 100 apart.  May be
 * called again for another metric. */
void run_curve(struct tm_run *run, enum tm_metric metric, double start,
	       double growth);

/* Write them as `tidemark run --export-json` does. */
TM_CHECK enum tm_rc run_export(const char *path,
			       const struct tm_run *const *runs, size_t count,
			       struct tm_err *err);

/* As if it had been sampled by time: its iterations are milliseconds. */
void run_by_time(struct tm_run *run);

void run_absent(struct tm_run *run, enum tm_metric metric, const char *why);

/* As a chord run of 10,000 iterations reports itself, with every metric that
 * the pictures use; `growth` is in KiB an iteration. */
struct tm_run *run_chord(const char *strategy, const char *rules,
			 double growth);

#endif
