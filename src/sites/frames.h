/*
 * frames.h - the names of an allocation site's stack.
 *
 * Purpose:   [{function, file, line, module, offset}], innermost first, as it
 *            stands in sites.json; what is not known has no key.
 * Ownership: tm_site_names_new() borrows the sites until tm_site_names_free().
 * Errors:    without memory or symbols there are modules and offsets only.
 */
#ifndef TM_SITES_FRAMES_H
#define TM_SITES_FRAMES_H

#include <jansson.h>

#include "probe/sites.h"

struct tm_site_names;

/* NULL when memory is short, which the others allow. */
struct tm_site_names *tm_site_names_new(const struct tm_sites *sites);
void tm_site_names_free(struct tm_site_names *names);

json_t *tm_site_names_stack(struct tm_site_names *names,
			    const struct tm_site *site);

#endif
