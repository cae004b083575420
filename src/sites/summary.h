/*
 * summary.h - the allocation sites of a run, grouped and named.
 *
 * Purpose:   fill what a run keeps of them (struct tm_run, sites): names are
 *            found here, while the files are still those that ran.
 * Ownership: all is borrowed; the run owns what is set.
 * Units:     bytes, nanoseconds of tm_clock_ns().
 * Errors:    what went wrong becomes a note of the run; a file that was
 *            replaced meanwhile names nothing, and its frames say so.
 */
#ifndef TM_SITES_SUMMARY_H
#define TM_SITES_SUMMARY_H

#include "sites/groups.h"

#define TM_SITES_KEPT 100

/* Nothing is set when nothing was sampled.  `started_ns` is when the run's
 * elapsed time was 0. */
void tm_sites_summarize(struct tm_run *run, const struct tm_sites *sites,
			uint64_t lost_samples, uint64_t started_ns);

#endif
