/*
 * store.h - runs on disk.
 *
 * Purpose:   one folder a run, RESULTS/<UTC time>-<name>/ with run.json,
 *            samples.csv (one row a sample), census.csv (one row a type, when
 *            the program reported a census), sites.json (when allocations were
 *            sampled) and types.json (when a runtime reported its objects).
 * Ownership: tm_run_load() gives the caller the run.
 * Units:     in the column names; an empty field is an absent value, never 0.
 * Errors:    TM_ESYSTEM when the folder cannot be written, TM_EUSAGE when what
 *            is read is not a run, is truncated or is of a newer schema; one
 *            line that names the file.
 *
 * A run is written to a temporary folder, flushed to the disk and renamed, so
 * that a folder with a run's name is complete.  No folder is ever replaced: a
 * second run of the same name and second gets a number.
 */
#ifndef TM_RESULTS_STORE_H
#define TM_RESULTS_STORE_H

#include "results/run.h"

#define TM_RESULTS_DIRECTORY "results/runs"

/* Versions of the files that cannot say theirs: run.json does, `files`. */
#define TM_SAMPLES_VERSION 1
#define TM_CENSUS_VERSION  1

/* Store `run` in a new folder of `results_directory`, which is made when it is
 * missing, and set run->directory. */
TM_CHECK enum tm_rc tm_run_save(struct tm_run *run,
				const char *results_directory,
				struct tm_err *err);

/* A run's name as it is in the name of its folder: what a file name had better not
 * have is replaced. */
void tm_run_stored_name(char *out, size_t size, const char *name);

/* Whether tm_run_save() will be able to make a folder there: asked before anything
 * is measured that is to be stored. */
TM_CHECK enum tm_rc tm_run_check_store(const char *results_directory,
				       struct tm_err *err);

/* Read the run in the folder `path` (or whose run.json is `path`). */
TM_CHECK enum tm_rc tm_run_load(struct tm_run **out, const char *path,
				struct tm_err *err);

#endif
