/*
 * sites_json.h - the allocation sites of a run, with names.
 *
 * Purpose:   what sites.json holds (struct tm_run, sites): names are found
 *            here, while the files are still those that ran.
 * Ownership: the JSON object is the caller's.
 * Errors:    NULL when nothing was sampled; a file that was replaced meanwhile
 *            names nothing, and its frames say so.
 */
#ifndef TM_SITES_SITES_JSON_H
#define TM_SITES_SITES_JSON_H

#include <jansson.h>

#include "sites/groups.h"

#define TM_SITES_KEPT 100

json_t *tm_site_json(const struct tm_sites *sites,
		     const struct tm_site_groups *groups,
		     const struct tm_run *run);

/* Group the sites and set run->sites; a note says what went wrong.
 * `started_ns` is when the run's elapsed time was 0. */
void tm_site_json_add(struct tm_run *run, const struct tm_sites *sites,
		      uint64_t lost_samples, uint64_t started_ns);

#endif
