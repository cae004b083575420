#include "run/usage.h"

#include <string.h>

static double seconds(const struct timeval *time)
{
	return (double)time->tv_sec + (double)time->tv_usec * 1e-6;
}

void tm_usage_open(struct tm_usage *usage)
{
	memset(usage, 0, sizeof(*usage));
	getrusage(RUSAGE_SELF, &usage->own);
}

uint64_t tm_usage_largest_bytes(const struct tm_usage *usage,
				uint64_t orphans_bytes)
{
	uint64_t inherited = (uint64_t)usage->own.ru_maxrss * 1024u;
	uint64_t largest = (uint64_t)usage->program.ru_maxrss * 1024u;

	if (!usage->has_program)
		largest = 0;
	if (orphans_bytes > largest)
		largest = orphans_bytes;
	return largest > inherited ? largest : 0;
}

void tm_usage_fill(const struct tm_usage *usage, uint64_t largest_bytes,
		   struct tm_run_usage *out)
{
	const struct rusage *program = &usage->program;
	struct rusage now;

	memset(out, 0, sizeof(*out));
	if (usage->has_program) {
		out->user_seconds = tm_known_real(seconds(&program->ru_utime));
		out->system_seconds =
			tm_known_real(seconds(&program->ru_stime));
		out->major_faults = tm_known_int(program->ru_majflt);
	}
	if (largest_bytes)
		out->largest_process_bytes = tm_known_count(largest_bytes);
	if (getrusage(RUSAGE_SELF, &now) == 0)
		out->tidemark_cpu_seconds = tm_known_real(
			seconds(&now.ru_utime) + seconds(&now.ru_stime) -
			seconds(&usage->own.ru_utime) -
			seconds(&usage->own.ru_stime));
}
