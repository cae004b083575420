/*
 * sites_filing.h - keep where the objects of a run's heaps were allocated.
 *
 * Purpose:   turn the sites of each census into sites with their growth, as
 *            those of malloc are kept.
 * Ownership: the run owns what is added to it.
 * Units:     bytes; x in the run's iterations.
 * Errors:    without memory the run keeps none: its numbers matter more.
 */
#ifndef TM_RUN_SITES_FILING_H
#define TM_RUN_SITES_FILING_H

#include "heap/censuses.h"
#include "results/run.h"

/* Those that grew most are kept. */
#define TM_HEAP_SITES_KEPT 100

/* Those of the moments up to the position `until`, as types are filed.  Nothing is
 * kept when no runtime reported any. */
void tm_heap_sites_file(struct tm_run *run, const struct tm_censuses *censuses,
			uint64_t until);

#endif
