/*
 * trim.h - the last samples of a run, taken while its program was ending.
 *
 * Purpose:   a program that ends frees its memory: workers exit and the
 *            interpreter tears down.  A sample taken meanwhile shows less memory
 *            than the program held while it worked, and one such sample would
 *            hide any leak.
 * Ownership: nothing is kept.
 * Errors:    none; a note of the run says which samples those are, and why.
 *
 * They are searched for in the last tenth of the samples, and a fall that is
 * followed by a rise is never one of them.
 */
#ifndef TM_RUN_TRIM_H
#define TM_RUN_TRIM_H

#include "results/run.h"

/* When a run's samples were taken. */
enum tm_sampled {
	TM_SAMPLED_BY_TIME, /* also while the program ends */
	TM_SAMPLED_MARKS,   /* the program goes on: the last may be too late */
	TM_SAMPLED_WAITING  /* the program waits at each mark */
};

/* The first sample that was taken while the program was ending; `sample_count`
 * when there is none. */
size_t tm_trim_find(struct tm_run *run, enum tm_sampled sampled);

#endif
