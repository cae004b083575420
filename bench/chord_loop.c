/*
 * The article's loop as tidemark runs it, one round at a time: a scenario
 * program (weak-ref, the release of today) in all but its clock.
 *
 * Usage: chord_loop [the flags of a scenario program], rounds on standard input
 */
#include <tidemark.h>

#include "peer.h"

static const struct tm_scenario scenario = {
	.name = "chord-loop",
	.summary = "the weak-ref scenario, timed in rounds",
	.strategy = "weak-ref",
};

struct loop {
	struct tm_lab *lab;
	struct tm_signature *dummy;
	struct tm_signature *result;
};

/* One round; 0 when the lab has failed. */
static int run(struct loop *loop, uint64_t iterations)
{
	while (iterations-- > 0) {
		struct tm_object *chord;

		if (!tm_lab_next(loop->lab))
			return 0;
		chord = tm_lab_chord(loop->lab, loop->dummy, loop->result);
		tm_lab_read(loop->lab, chord);
		tm_lab_drop(loop->lab, chord);
	}
	return 1;
}

int main(int argc, char **argv)
{
	struct loop loop = {.lab = tm_lab_open(argc, argv, &scenario)};
	uint64_t iterations;

	loop.dummy = tm_lab_si(loop.lab, "task.dummy");
	loop.result = tm_lab_si(loop.lab, "task.result");
	while (tm_peer_next(&iterations)) {
		struct tm_times before = tm_times_now();

		if (!run(&loop, iterations))
			break;
		tm_peer_answer("loop", tm_times_since(before));
	}
	return tm_lab_close(loop.lab);
}
