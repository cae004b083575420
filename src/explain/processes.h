/*
 * processes.h - which of a program's processes grew.
 *
 * Purpose:   how fast each process of a run grew, for every form of
 *            `tidemark why`.
 * Ownership: plain memory of the caller; the run is borrowed for the call.
 * Units:     bytes; rates and positions in the run's unit.
 * Errors:    a run that was stored by an older tidemark does not say: it has
 *            no process whose growth is known.
 */
#ifndef TM_EXPLAIN_PROCESSES_H
#define TM_EXPLAIN_PROCESSES_H

#include "results/run.h"

#define TM_WHY_PROCESS_NAME_MAX 64

struct tm_why_process {
	long long pid;
	char name[TM_WHY_PROCESS_NAME_MAX]; /* can be printed */
	double grew_bytes;
	double rate; /* of that, for one unit */
	/* What the processes together grew by meanwhile: 0 or less where the
	 * others gave back as much, or it is not known. */
	double all_bytes;
	double until; /* where it was sampled last */
	int ended;
	int ended_early; /* not together with the program */
};

/* How many of them are what. */
struct tm_why_processes {
	size_t seen;
	size_t known; /* their growth is */
	size_t brief; /* listed, with too few samples */
};

void tm_why_processes_count(struct tm_why_processes *out,
			    const struct tm_run *run);

/* The process `at` of those whose growth is known, most growth first; 0 behind
 * the last. */
int tm_why_process_get(struct tm_why_process *out, const struct tm_run *run,
		       size_t at);

/* Of a process of the run; 0 when its growth is not known. */
int tm_why_process_read(struct tm_why_process *out, const struct tm_run *run,
			const struct tm_run_process *process);

/* The one that holds nearly all of the growth, and still did at the end; 0 when
 * there is none. */
int tm_why_process_find_culprit(struct tm_why_process *out,
				const struct tm_run *run);

#endif
