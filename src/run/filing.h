/*
 * filing.h - the samples of a run while it lasts.
 *
 * Purpose:   add samples to the run, thin them when there are too many, and
 *            complete the newest with values that arrive late.  All that changes
 *            samples that are in a run already is here.
 * Ownership: the run is borrowed.
 * Errors:    TM_ENOMEM.
 *
 * The newest sample is held back until the next one comes, so that it can still
 * be completed, and so that the last one of a run is always kept.
 *
 * A sample that was taken from outside is open until the next such sample: an
 * allocator's figures come with the next call of malloc after they were asked
 * for (probe/preload.h).  Marks that were not sampled may be added meanwhile.
 */
#ifndef TM_RUN_FILING_H
#define TM_RUN_FILING_H

#include "results/run.h"

struct tm_filing {
	struct tm_run *run;
	size_t samples_max;
	size_t stride; /* one sample in this many is kept */
	size_t count;  /* samples that were added, kept or not */

	struct tm_sample newest; /* held back; when count > 0 */
	int newest_is_open;
	size_t open_at; /* of the open sample in the run; SIZE_MAX: it is not
			 * there */
};

/* `samples_max` 0: a default of 65,536. */
void tm_filing_init(struct tm_filing *filing, struct tm_run *run,
		    size_t samples_max);

/* The newest sample; NULL: none yet. */
const struct tm_sample *tm_filing_newest(const struct tm_filing *filing);

/* Add a sample.  tm_filing_open() leaves it open, and closes the one that was
 * open before. */
TM_CHECK enum tm_rc tm_filing_add(struct tm_filing *filing,
				  const struct tm_sample *sample,
				  struct tm_err *err);
TM_CHECK enum tm_rc tm_filing_open(struct tm_filing *filing,
				   const struct tm_sample *sample,
				   struct tm_err *err);

/* Add the values of `late` to the open sample. */
void tm_filing_complete(struct tm_filing *filing, const struct tm_sample *late);

/* Drop all samples; returns how many there were. */
size_t tm_filing_restart(struct tm_filing *filing);

/* The newest sample is the last. */
TM_CHECK enum tm_rc tm_filing_finish(struct tm_filing *filing,
				     struct tm_err *err);

/* After that: drop what was measured in the samples from `from` on.  They keep
 * their iteration and time. */
void tm_filing_clear_from(struct tm_filing *filing, size_t from);

#endif
