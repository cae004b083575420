/*
 * frames.h - the names of an allocation site's stack.
 *
 * Purpose:   function, file and line of each frame, innermost first; what is
 *            not known is left out.
 * Ownership: tm_site_names_new() borrows the sites until tm_site_names_free().
 * Errors:    without memory or symbols there are modules and offsets only.
 */
#ifndef TM_SITES_FRAMES_H
#define TM_SITES_FRAMES_H

#include "probe/sites.h"
#include "results/sites.h"

struct tm_site_names;

/* NULL when memory is short, which the others allow. */
struct tm_site_names *tm_site_names_new(const struct tm_sites *sites);
void tm_site_names_free(struct tm_site_names *names);

/* Add the frames of `site` to the stack of `out`. */
void tm_site_names_stack(struct tm_site_names *names,
			 const struct tm_site *site, struct tm_run_site *out);

#endif
