/*
 * groups.h - allocation sites of all processes, those that are one put
 * together.
 *
 * Purpose:   what the same line of a script, or the same stack of the same
 *            program, held in all processes over the run.
 * Ownership: tm_site_groups_make() fills a struct that the caller releases; it
 *            borrows the sites.
 * Units:     bytes; x in the run's iterations.
 * Errors:    TM_ENOMEM.
 */
#ifndef TM_SITES_GROUPS_H
#define TM_SITES_GROUPS_H

#include "probe/sites.h"
#include "results/run.h"
#include "stats/sampled.h"

struct tm_site_group {
	const struct tm_site *site; /* the one of most bytes */
	double samples;
	double samples_bytes;
	uint32_t process_count;
	uint32_t last_process;
	struct tm_sampled_growth growth;
	double *allocated; /* one for each snapshot that counts */
	double *freed;
};

struct tm_site_groups {
	struct tm_site_group *groups; /* those that grew most first */
	size_t count;
	size_t reading_count; /* snapshots that lie in the samples' time */
	size_t readings[TM_SNAPSHOTS_MAX];
	double x[TM_SNAPSHOTS_MAX];
};

/* `started_ns` is when the run's elapsed time was 0. */
TM_CHECK enum tm_rc tm_site_groups_make(struct tm_site_groups *out,
					const struct tm_sites *sites,
					const struct tm_run *run,
					uint64_t started_ns,
					struct tm_err *err);
void tm_site_groups_release(struct tm_site_groups *groups);

#endif
