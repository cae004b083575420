/*
 * What one sample costs: all that a mark measures (PSS belongs to checkpoints),
 * beside the one system call that the article's script made.
 *
 * Usage: sampler, rounds of so many samples on standard input
 */
#include <stdlib.h>
#include <sys/resource.h>

#include "peer.h"
#include "metric/traits.h"
#include "probe/probe.h"
#include "marks/protocol.h"

#define BLOCKS 100000

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

/* Blocks of all small sizes, so that the allocator has something to count. */
static int fill_heap(void **blocks)
{
	size_t i;

	for (i = 0; i < BLOCKS; i++) {
		blocks[i] = malloc(16 + i % 512);
		if (!blocks[i])
			return 0;
	}
	return 1;
}

static void empty_heap(void **blocks)
{
	size_t i;

	for (i = 0; i < BLOCKS; i++)
		free(blocks[i]);
}

/* What a program that samples itself measures, by its sources. */
static int is_needed(enum tm_metric metric)
{
	switch (tm_trait_of(metric)->source) {
	case TM_SOURCE_RUSAGE:
	case TM_SOURCE_STATUS:
	case TM_SOURCE_SMAPS:
	case TM_SOURCE_ALLOCATOR:
		return 1;
	default:
		return 0;
	}
}

/* A probe that leaves something out would be cheap. */
static int opens_whole(struct tm_probe *probe)
{
	struct tm_err err;
	unsigned int i;

	if (tm_probe_open(probe, 0, &err) != TM_OK) {
		fprintf(stderr, "sampler: %s\n", err.text);
		return 0;
	}
	for (i = 0; i < TM_METRIC_COUNT; i++) {
		const char *why = tm_probe_absent(probe, i);

		if (!why || !is_needed(i))
			continue;
		fprintf(stderr, "sampler: no %s: %s\n", tm_metric_name(i), why);
		return 0;
	}
	return 1;
}

int main(void)
{
	static void *blocks[BLOCKS];
	struct tm_probe probe;
	uint64_t count;

	if (!fill_heap(blocks) || !opens_whole(&probe))
		return TM_EXIT_UNMEASURED;
	while (tm_peer_next(&count)) {
		struct tm_times sample = take_samples(&probe, count);

		fputs("times", stdout);
		tm_peer_part("sample", sample);
		tm_peer_part("getrusage", ask_rusage(count));
		putchar('\n');
		fflush(stdout);
	}
	tm_probe_close(&probe);
	empty_heap(blocks);
	return TM_EXIT_PASS;
}
