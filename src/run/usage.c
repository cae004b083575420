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

json_t *tm_usage_json(const struct tm_usage *usage, uint64_t largest_bytes)
{
	const struct rusage *program = &usage->program;
	json_t *json = json_object();
	struct rusage now;

	if (usage->has_program) {
		json_object_set_new(json, "user_seconds",
				    json_real(seconds(&program->ru_utime)));
		json_object_set_new(json, "system_seconds",
				    json_real(seconds(&program->ru_stime)));
		json_object_set_new(json, "major_faults",
				    json_integer(program->ru_majflt));
	}
	if (largest_bytes)
		json_object_set_new(json, "largest_process_bytes",
				    json_integer((json_int_t)largest_bytes));
	if (getrusage(RUSAGE_SELF, &now) == 0)
		json_object_set_new(json, "tidemark_cpu_seconds",
				    json_real(seconds(&now.ru_utime) +
					      seconds(&now.ru_stime) -
					      seconds(&usage->own.ru_utime) -
					      seconds(&usage->own.ru_stime)));
	return json;
}
