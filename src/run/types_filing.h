/*
 * types_filing.h - keep the censuses of a run's heaps by type.
 *
 * Purpose:   turn censuses, each a list of types, into types, each with a
 *            number for each census; only those that matter are kept.
 * Ownership: the run owns what is added to it.
 * Errors:    without memory the run keeps no types: its numbers matter more.
 */
#ifndef TM_RUN_TYPES_FILING_H
#define TM_RUN_TYPES_FILING_H

#include "heap/censuses.h"
#include "results/types.h"

/* Of those that gained most bytes and objects, and of the largest, that many
 * each are kept. */
#define TM_TYPES_KEPT 50

/* Only censuses up to the position `until`: what was counted later may have been
 * counted while the program was ending. */
void tm_types_file(struct tm_run_types *out, struct tm_censuses *censuses,
		   uint64_t until);

#endif
