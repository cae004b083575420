/*
 * environment.h - where a run was measured, and with what.
 *
 * Purpose:   the facts without which two runs cannot be compared: the part
 *            `environment` of run.json, its reader and writer.
 * Ownership: the struct owns its facts; release frees them.
 * Errors:    a fact that cannot be found out is left out.
 *
 * Facts: tidemark, commit, variant, kernel, machine, cpu, cpus, memory_bytes,
 * page_bytes; and, of the measured process, allocator, allocator_version
 * (jemalloc, when it is the one that tidemark uses too), sanitizer.
 */
#ifndef TM_RESULTS_ENVIRONMENT_H
#define TM_RESULTS_ENVIRONMENT_H

#include <sys/types.h>

#include "results/facts.h"

struct tm_run_environment {
	struct tm_facts facts;
	struct tm_facts libraries; /* name: version */
};

/* Add the facts about this machine and this tidemark. */
void tm_environment_fill(struct tm_run_environment *environment);

/* Add what the libraries that process `pid` has loaded say of its allocator
 * and sanitizer.  One that is linked in statically does not show.  Returns 0
 * when no file of the process could be read: then nothing is known of it. */
int tm_environment_add_process(struct tm_run_environment *environment,
			       pid_t pid);

/* NULL without memory. */
json_t *tm_run_environment_to_json(
	const struct tm_run_environment *environment);
void tm_run_environment_from_json(struct tm_run_environment *out,
				  const json_t *json);
void tm_run_environment_release(struct tm_run_environment *environment);

#endif
