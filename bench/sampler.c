/*
 * What one sample costs: all that a mark measures (PSS belongs to checkpoints),
 * beside the one system call that the article's script made.
 *
 * Usage: sampler, rounds of so many samples on standard input
 */
#include <sys/resource.h>

#include "peer.h"
#include "probe/probe.h"
#include "run/protocol.h"

/* Read and put into the line that goes to the one who measures. */
static struct tm_times take_samples(struct tm_probe *probe, uint64_t count)
{
	struct tm_times before = tm_times_now();
	char line[TM_SAMPLE_LINE_MAX];
	size_t length = 0;
	uint64_t i;

	for (i = 0; i < count; i++) {
		struct tm_sample sample = {.iteration = i};

		tm_probe_sample(probe, TM_PROBE_MARK, &sample);
		length += tm_protocol_format_sample(line, &sample);
	}
	(void)length;
	return tm_times_since(before);
}

static struct tm_times ask_rusage(uint64_t count)
{
	struct tm_times before = tm_times_now();
	struct rusage usage;
	uint64_t i;

	for (i = 0; i < count; i++)
		getrusage(RUSAGE_SELF, &usage);
	return tm_times_since(before);
}

int main(void)
{
	struct tm_probe probe;
	struct tm_err err;
	uint64_t count;

	if (tm_probe_open(&probe, 0, &err) != TM_OK) {
		fprintf(stderr, "sampler: %s\n", err.text);
		return (int)tm_rc_exit(err.rc);
	}
	while (tm_peer_next(&count)) {
		struct tm_times sample = take_samples(&probe, count);

		fputs("times", stdout);
		tm_peer_part("sample", sample);
		tm_peer_part("getrusage", ask_rusage(count));
		putchar('\n');
		fflush(stdout);
	}
	tm_probe_close(&probe);
	return TM_EXIT_PASS;
}
