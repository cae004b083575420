/*
 * peer.h - what a program does that scripts/bench-speed times beside others.
 *
 * Purpose:   the programs of a comparison stay alive together and take turns: a
 *            line with a number on standard input is one round of so many
 *            iterations, and one line on standard output answers with the time
 *            that each part of the round took:
 *
 *                times loop 5012345 4998765
 *
 *            is the part's name, nanoseconds by the clock on the wall, and
 *            nanoseconds of the processor.  Other lines are for people.
 * Units:     nanoseconds.
 * Threads:   the processor's time is the whole process's.
 */
#ifndef TM_BENCH_PEER_H
#define TM_BENCH_PEER_H

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

struct tm_times {
	uint64_t wall_ns;
	uint64_t cpu_ns;
};

static inline uint64_t tm_clock_read(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline struct tm_times tm_times_now(void)
{
	return (struct tm_times){
		.wall_ns = tm_clock_read(CLOCK_MONOTONIC),
		.cpu_ns = tm_clock_read(CLOCK_PROCESS_CPUTIME_ID),
	};
}

static inline struct tm_times tm_times_since(struct tm_times before)
{
	struct tm_times now = tm_times_now();

	return (struct tm_times){
		.wall_ns = now.wall_ns - before.wall_ns,
		.cpu_ns = now.cpu_ns - before.cpu_ns,
	};
}

/* The next round's iterations; 0 at the end of the input. */
static inline int tm_peer_next(uint64_t *iterations)
{
	return scanf("%" SCNu64, iterations) == 1;
}

static inline void tm_peer_part(const char *part, struct tm_times times)
{
	printf(" %s %" PRIu64 " %" PRIu64, part, times.wall_ns, times.cpu_ns);
}

/* The whole output of a round that has one part. */
static inline void tm_peer_answer(const char *part, struct tm_times times)
{
	fputs("times", stdout);
	tm_peer_part(part, times);
	putchar('\n');
	fflush(stdout);
}

#endif
