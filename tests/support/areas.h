/*
 * areas.h - what the preloaded library would have written, made by hand.
 *
 * Purpose:   areas with known counters, sites and faults.
 * Ownership: areas_open() maps a file of the test's own folder; the folder and
 *            all in it go with areas_remove().
 */
#ifndef TESTS_SUPPORT_AREAS_H
#define TESTS_SUPPORT_AREAS_H

#include <sys/types.h>

#include "preload/area.h"

/* A new folder below /tmp. */
const char *areas_make_folder(void);
void areas_remove_folder(void);

/* The area `name` of the process `pid`, ready, with all counters 0. */
struct tm_area *areas_open(const char *name, pid_t pid);
void areas_close(struct tm_area *area);

/* The first thread takes so much, or gives it back. */
void areas_take(struct tm_area *area, uint64_t bytes, uint64_t blocks);
void areas_give(struct tm_area *area, uint64_t bytes, uint64_t blocks);

/* A new site with this stack; `frames` ends in 0. */
struct tm_area_site *areas_add_site(struct tm_area *area,
				    const uint64_t *frames, const char *script);

/* A site takes blocks of `size` that are all sampled for `bytes` together. */
void areas_sample(struct tm_area_site *site, uint64_t samples, uint64_t bytes);

#endif
