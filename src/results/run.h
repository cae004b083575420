/*
 * run.h - one run, in memory: what was asked, what was measured, how it ended.
 *
 * Purpose:   the contents of run.json, samples.csv and census.csv, from which
 *            tables, plots and verdicts are made.
 * Ownership: tm_run_new() and tm_run_load() give the caller the run; all it
 *            points at is the run's; give it back with tm_run_free().
 * Units:     in the names.
 * Errors:    a file that is truncated, of a newer schema or not a run is
 *            TM_EUSAGE, in one line that names the file.
 */
#ifndef TM_RESULTS_RUN_H
#define TM_RESULTS_RUN_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "metric/series.h"
#include "results/environment.h"
#include "results/judged.h"
#include "results/outcome.h"
#include "results/report.h"
#include "results/request.h"
#include "results/sampling.h"
#include "results/sites.h"
#include "results/tree.h"
#include "results/types.h"
#include "results/unit.h"
#include "results/usage.h"
#include "util/err.h"

#define TM_RUN_SCHEMA 1

struct tm_run {
	char *name;	  /* "server", unique label of the run in a set */
	char *directory;  /* where it is stored, or NULL */
	char *started;	  /* "2026-11-23T18:00:00Z" */
	uint64_t wall_ns; /* from the start of the program to its end */

	enum tm_outcome outcome;
	struct tm_run_ending ending; /* why */
	int exit_code;		     /* of the program, or -1: it has none */
	int signal;		     /* that ended the program, or 0 */

	enum tm_unit unit;

	struct tm_run_usage usage;
	struct tm_run_sampling sampling;
	struct tm_run_tree tree;

	struct tm_run_sites sites;	/* sites.json */
	struct tm_run_sites heap_sites; /* heap_sites.json */
	struct tm_run_types types;	/* types.json */

	/* What the program said at its end; not known when it did not get that
	 * far. */
	struct tm_run_report report;

	struct tm_run_request request; /* what was asked for */

	struct tm_run_judged judged; /* what it is to be judged by */

	struct tm_run_environment environment; /* where it was measured */

	/* Names of variables that tidemark set so that a language runtime which
	 * the program started takes its objects from malloc. */
	struct tm_texts runtime_variables;

	/* Names of runtimes that the program started and that collect a heap of
	 * their own: "JVM"; others only when they were asked. */
	struct tm_texts heaps;

	/* What a reader of the numbers must know, in sentences. */
	struct tm_texts notes;

	struct tm_sample *samples;
	size_t sample_count;
	size_t sample_capacity;
	char *absent[TM_METRIC_COUNT]; /* why a metric is absent, or NULL */
};

/* A complete run without samples, that starts now. */
TM_CHECK enum tm_rc tm_run_new(struct tm_run **out, const char *name,
			       struct tm_err *err);
void tm_run_free(struct tm_run *run);

TM_CHECK enum tm_rc tm_run_add_sample(struct tm_run *run,
				      const struct tm_sample *sample,
				      struct tm_err *err);

/* Keep a copy of the text.  Without memory it is lost: the run and its numbers
 * matter more. */
void tm_run_set_absent(struct tm_run *run, enum tm_metric metric,
		       const char *reason);

/* Set the outcome that comes of `ending`, whose text is `text` (NULL: none); a
 * copy is kept of both. */
void tm_run_set_ending(struct tm_run *run, const struct tm_run_ending *ending,
		       const char *text);
void tm_run_note(struct tm_run *run, const char *format, ...) TM_PRINTF(2, 3);
/* Before the others: reports show the first ones. */
void tm_run_note_first(struct tm_run *run, const char *format, ...)
	TM_PRINTF(2, 3);

/* Where a sample stands, in the run's unit, and what slopes against that are:
 * "per iteration" or "per second". */
double tm_run_position(const struct tm_run *run,
		       const struct tm_sample *sample);

/* The values of `metric` over the run's samples. */
struct tm_metric_series tm_run_series(const struct tm_run *run,
				      enum tm_metric metric);
const char *tm_run_per(const struct tm_run *run);

/* How long its program may take to load, in the run's unit.  A run by time has
 * samples from then; marks begin later. */
double tm_run_start(const struct tm_run *run);

/* Whether any sample has a value of `metric`. */
int tm_run_has_metric(const struct tm_run *run, enum tm_metric metric);

/* How many samples have a value: marks that arrived too close together have
 * none. */
size_t tm_run_measured_count(const struct tm_run *run);

/* Whether the run measured to its end what it was asked to measure. */
int tm_run_is_measured(const struct tm_run *run);

/* Iterations a second between the first and the last sample that measured
 * something; 0 when two at different times are missing, or when samples were
 * taken by time. */
int tm_run_rate(const struct tm_run *run, double *out);

#endif
