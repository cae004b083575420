/*
 * pacing.h - when the program may be sampled again.
 *
 * Purpose:   keep what sampling costs the machine to a twentieth of one
 *            processor, however fast marks come.
 * Ownership: plain memory of the caller.
 * Units:     nanoseconds since the program was started.
 * Errors:    none.
 *
 * A checkpoint (probe.h) costs much more than a plain sample, so each of the
 * two depths has its own time: checkpoints must not delay plain samples.
 */
#ifndef TM_RUN_PACING_H
#define TM_RUN_PACING_H

#include <stdint.h>

#include "probe/probe.h"

/* A zeroed struct allows both at once. */
struct tm_pacing {
	uint64_t sample_ns;	   /* when a sample may be taken again */
	uint64_t checkpoint_ns;	   /* when a checkpoint is due again */
	enum tm_probe_depth depth; /* of the last sample, and what it cost */
	uint64_t cost_ns;
};

int tm_pacing_allows(const struct tm_pacing *pacing, uint64_t now_ns);

/* How deep a sample at `now_ns` is to be. */
enum tm_probe_depth tm_pacing_depth(const struct tm_pacing *pacing,
				    uint64_t now_ns);

/* A sample of this depth was taken at `now_ns` and took `cost_ns` of processor
 * time. */
void tm_pacing_add_cost(struct tm_pacing *pacing, enum tm_probe_depth depth,
			uint64_t now_ns, uint64_t cost_ns);

#endif
