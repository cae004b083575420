/*
 * environment.h - where a run was measured, and with what.
 *
 * Purpose:   the facts without which two runs cannot be compared.
 * Ownership: the JSON object is the caller's.
 * Errors:    a fact that cannot be found out is left out.
 *
 * Keys: tidemark, commit, variant, kernel, machine, cpu, cpus, memory_bytes,
 * page_bytes, libraries {name: version}; and, of the measured process,
 * allocator, allocator_version (jemalloc, when it is the one that tidemark uses
 * too), sanitizer.
 */
#ifndef TM_RESULTS_ENVIRONMENT_H
#define TM_RESULTS_ENVIRONMENT_H

#include <jansson.h>
#include <sys/types.h>

/* The facts about this machine and this tidemark; NULL when memory is short. */
json_t *tm_environment_new(void);

/* Add what the libraries that process `pid` has loaded tell of its allocator
 * and sanitizer.  One that is linked in statically does not show. */
void tm_environment_add_process(json_t *environment, pid_t pid);

#endif
