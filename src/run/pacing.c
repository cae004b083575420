#include "run/pacing.h"

/* The least time between two checkpoints (one takes 10 ms for each GiB), and
 * the least multiple of what the last one cost. */
#define CHECKPOINT_NS	 1000000000u
#define CHECKPOINT_SHARE 200

/* A sample may follow after this multiple of what the last one cost, and is
 * never delayed longer than this: a full pipe would block the program. */
#define SAMPLE_SHARE  20
#define SAMPLE_MAX_NS 100000000u

int tm_pacing_allows(const struct tm_pacing *pacing, uint64_t now_ns)
{
	return now_ns >= pacing->sample_ns;
}

enum tm_probe_depth tm_pacing_depth(const struct tm_pacing *pacing,
				    uint64_t now_ns)
{
	return now_ns >= pacing->checkpoint_ns ? TM_PROBE_CHECKPOINT
					       : TM_PROBE_MARK;
}

void tm_pacing_add_cost(struct tm_pacing *pacing, enum tm_probe_depth depth,
			uint64_t now_ns, uint64_t cost_ns)
{
	uint64_t pause_ns = SAMPLE_SHARE * cost_ns;

	pacing->depth = depth;
	pacing->cost_ns = cost_ns;
	if (depth == TM_PROBE_CHECKPOINT) {
		pause_ns = CHECKPOINT_SHARE * cost_ns;
		if (pause_ns < CHECKPOINT_NS)
			pause_ns = CHECKPOINT_NS;
		pacing->checkpoint_ns = now_ns + pause_ns;
		return;
	}
	if (pause_ns > SAMPLE_MAX_NS)
		pause_ns = SAMPLE_MAX_NS;
	pacing->sample_ns = now_ns + pause_ns;
}
