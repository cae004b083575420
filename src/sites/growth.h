/*
 * growth.h - what a run keeps of the growth of its sites.
 *
 * Purpose:   one account of sampled growth, of both samplers: the preloaded
 *            library malloc's blocks, or a runtime its own objects.
 * Ownership: all is borrowed for the call.
 * Units:     bytes; x in the run's iterations.
 * Errors:    what is not known is not set.
 */
#ifndef TM_SITES_GROWTH_H
#define TM_SITES_GROWTH_H

#include "results/run.h"
#include "stats/sampled.h"

/* When the sites were read, rising. */
struct tm_site_moments {
	const double *x;
	size_t count;
};

/* A sum of estimates has no fractions worth keeping. */
struct tm_known_int tm_site_whole(double bytes);

/* The growth of one site. */
void tm_site_growth_file(struct tm_run_site *out,
			 const struct tm_sampled_growth *growth);

/* Between when `growth`, that of the first site, is measured, and what the exact
 * count of the same memory was on average at the moments of the first and of the
 * last third, so that the share that the sites explain is of the same growth. */
void tm_sites_growth_file(struct tm_run_sites *out,
			  const struct tm_sampled_growth *growth,
			  const struct tm_site_moments *moments,
			  const struct tm_metric_series *exact);

#endif
