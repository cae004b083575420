/*
 * trace.h - the samples of one run of the corpus, measured or simulated.
 *
 * Purpose:   what evaluate.c decides about.
 * Ownership: a trace is filled again for each run; it owns its rows.
 * Units:     bytes, objects, iterations.
 * Errors:    a file that is not a corpus's output ends the program.
 */
#ifndef EVALUATE_TRACE_H
#define EVALUATE_TRACE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "stats/kind.h"

enum column {
	COLUMN_ALLOCATED,
	COLUMN_RSS,
	COLUMN_MAXRSS,
	COLUMN_ACTIVE,
	COLUMN_RESIDENT,
	COLUMN_OBJECTS,
	COLUMN_GARBAGE,
	COLUMN_ENTRIES,
	COLUMN_HANDLES,
	COLUMN_RETAINED, /* for what the allocator keeps, not by itself */
	COLUMNS
};

/* What a byte of the heap takes of resident memory in a simulated run. */
#define SIMULATED_RESIDENT 1.08

enum truth { TRUTH_FLAT, TRUTH_GROWS, TRUTH_OPEN };

#define NAME_MAX_LENGTH 32

struct trace {
	char program[NAME_MAX_LENGTH];
	char family[NAME_MAX_LENGTH];
	char allocator[NAME_MAX_LENGTH];
	int held_out;
	int jitter;
	uint64_t seed;
	uint64_t iterations;
	uint64_t leak; /* asked for; 0: the program's own truth */
	enum truth exact;
	enum truth resident;
	enum tm_kind kind;
	double lost; /* an iteration, by the allocator's count */
	size_t count;
	size_t capacity;
	double *iteration;
	double *value[COLUMNS]; /* NaN: absent */
};

/* The next run of a file; 0 at its end. */
int trace_read(struct trace *trace, FILE *file, const char *path);

struct simulation {
	size_t family; /* counts from 0 */
	uint64_t seed;
	uint64_t leak;	/* bytes an iteration */
	size_t samples; /* of the first look */
	size_t looks;	/* the run goes on for as many times the samples */
};

/* 0 when there are no more families. */
int trace_simulate(struct trace *trace, const struct simulation *run);

void trace_reserve(struct trace *trace, size_t count);
void trace_free(struct trace *trace);

#endif
