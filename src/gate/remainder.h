/*
 * remainder.h - memory that several metrics together account for.
 *
 * Purpose:   what the allocator keeps free, and what is resident beside it:
 *            resident memory that grows while allocated memory does not is one
 *            or the other.
 * Ownership: the run is borrowed for the call.
 * Units:     bytes, for one of the run's unit.
 * Errors:    TM_ENOMEM.  What was not measured has a decision of no samples.
 */
#ifndef TM_GATE_REMAINDER_H
#define TM_GATE_REMAINDER_H

#include "results/run.h"
#include "stats/kind.h"

enum tm_remainder {
	TM_REMAINDER_KEPT,    /* free, but kept by the allocator */
	TM_REMAINDER_OUTSIDE, /* resident, but not from malloc */
	TM_REMAINDER_COUNT
};

/* Whether the allocator's own figures were read often enough to tell the two
 * apart.  Without them TM_REMAINDER_OUTSIDE is what is resident beyond the
 * bytes that the program has from malloc, the allocator's needs included. */
int tm_remainder_is_known(const struct tm_run *run);

/* What its growth says of the kind of leak. */
enum tm_role tm_remainder_role(enum tm_remainder which);

TM_CHECK enum tm_rc tm_remainder_decide(struct tm_decision *out,
					const struct tm_run *run,
					enum tm_remainder which,
					struct tm_err *err);

#endif
