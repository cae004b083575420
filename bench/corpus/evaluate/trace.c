#include "trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void trace_reserve(struct trace *trace, size_t count)
{
	size_t i;

	if (count <= trace->capacity)
		return;
	trace->capacity = count > 1024 ? 2 * count : 1024;
	trace->iteration =
		realloc(trace->iteration, trace->capacity * sizeof(double));
	if (!trace->iteration)
		abort();
	for (i = 0; i < COLUMNS; i++) {
		trace->value[i] = realloc(trace->value[i],
					  trace->capacity * sizeof(double));
		if (!trace->value[i])
			abort();
	}
}

void trace_free(struct trace *trace)
{
	size_t i;

	free(trace->iteration);
	for (i = 0; i < COLUMNS; i++)
		free(trace->value[i]);
}

static void read_row(struct trace *trace, char *line)
{
	char *rest = line;
	size_t i;

	trace_reserve(trace, trace->count + 1);
	trace->iteration[trace->count] = strtod(rest, &rest);
	for (i = 0; i < COLUMNS; i++) {
		char *end;
		double value = strtod(rest, &end);

		if (end == rest) {
			value = NAN;
			end = strchr(rest, '-');
			end = end ? end + 1 : rest;
		}
		trace->value[i][trace->count] = value;
		rest = end;
	}
	trace->count++;
}

static int read_head(struct trace *trace, const char *line)
{
	unsigned long long seed, iterations, samples, leak;
	int exact, resident, kind;

	if (sscanf(line,
		   "run %31s %31s %d %llu %31s %llu %llu %d %llu %d %d %d",
		   trace->program, trace->family, &trace->held_out, &seed,
		   trace->allocator, &iterations, &samples, &trace->jitter,
		   &leak, &exact, &resident, &kind) != 12)
		return 0;
	trace->seed = seed;
	trace->iterations = iterations;
	trace->leak = leak;
	trace->exact = (enum truth)exact;
	trace->resident = (enum truth)resident;
	trace->kind = (enum tm_kind)kind;
	trace->count = 0;
	return 1;
}

int trace_read(struct trace *trace, FILE *file, const char *path)
{
	char line[512];

	if (!fgets(line, sizeof(line), file))
		return 0;
	if (!read_head(trace, line)) {
		fprintf(stderr, "evaluate: %s is no output of corpus\n", path);
		exit(2);
	}
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, "end ", 4) == 0) {
			trace->lost = strtod(line + 4, NULL) /
				      (double)trace->iterations;
			return 1;
		}
		read_row(trace, line);
	}
	fprintf(stderr, "evaluate: %s: the last run has no end\n", path);
	exit(2);
}
