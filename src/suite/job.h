/*
 * job.h - one scenario with its options, to be run.
 *
 * Purpose:   one list of options that yields the flags of `tidemark run`, the
 *            keys of a suite's sections and the arguments of the program.
 * Ownership: a job owns its words; tm_job_release() gives them back.
 * Units:     as the options say.
 * Errors:    TM_EUSAGE for an unknown key or a value that cannot be used, in
 * one line without the place, which the caller knows.
 */
#ifndef TM_SUITE_JOB_H
#define TM_SUITE_JOB_H

#include <stdint.h>

#include "gate/budget.h"
#include "util/err.h"

/* X(identifier, key, what a value looks like (NULL: yes or no), description):
 * what is passed on to the program, and what is tidemark's. */
#define TM_JOB_PROGRAM_OPTIONS(X)                                              \
	X(iterations, "iterations", "N", "iterations of the loop (10000)")     \
	X(every, "every", "N", "take a sample every N iterations (1000)")      \
	X(header, "header", "N", "tasks in a chord's header or group (1)")     \
	X(shape, "shape", "chord|group|delay", "what the loop calls (chord)")  \
	X(rules, "rules", "legacy|pep442|off",                                 \
	  "the collector's rules (legacy)")                                    \
	X(broker, "broker", "URL", "memory:// (default), amqp://, null://")    \
	X(backend, "backend", "URL", "memory:// (default), redis://, null://") \
	X(read_results, "read-results", NULL, "read each result")              \
	X(read_timeout_ms, "read-timeout-ms", "N",                             \
	  "how long to wait for one result (10000)")                           \
	X(confirms, "confirms", NULL, "wait for the broker to confirm")        \
	X(wire, "wire", "5.2.6|4.2.2", "whose messages are sent (5.2.6)")      \
	X(pause_ms, "pause-ms", "N", "pause between two iterations")           \
	X(inject_leak, "inject-leak", "N",                                     \
	  "leak N bytes per iteration on purpose, to test the gate")

#define TM_JOB_LIMIT_OPTIONS(X)                                                \
	X(memory_limit, "memory-limit", "SIZE",                                \
	  "stop a program that grows past it (2GiB); 0: none")                 \
	X(timeout, "timeout", "SECONDS", "stop a program that takes longer")   \
	X(runs, "runs", "N", "run each N times")

#define TM_JOB_OPTIONS(X)                                                      \
	TM_JOB_PROGRAM_OPTIONS(X)                                              \
	TM_JOB_LIMIT_OPTIONS(X)

enum tm_job_option {
#define TM_JOB_ID(id, key, argument, text) TM_JOB_##id,
	TM_JOB_OPTIONS(TM_JOB_ID)
#undef TM_JOB_ID
		TM_JOB_OPTION_COUNT
};

struct tm_job {
	char *name;	   /* what its run is called */
	char *scenario;	   /* a scenario's name or a program's path */
	unsigned int line; /* of the suite that it came from, or 0 */
	char *value[TM_JOB_OPTION_COUNT]; /* NULL: not given */
	struct tm_budget budget;
};

void tm_job_init(struct tm_job *job);
void tm_job_release(struct tm_job *job);

TM_CHECK enum tm_rc tm_job_set_name(struct tm_job *job, const char *name,
				    struct tm_err *err);
TM_CHECK enum tm_rc tm_job_set_scenario(struct tm_job *job,
					const char *scenario,
					struct tm_err *err);

/* TM_JOB_OPTION_COUNT when there is no such key; `-` and `_` are the same. */
enum tm_job_option tm_job_find(const char *key);
const char *tm_job_key(enum tm_job_option option);
int tm_job_is_switch(enum tm_job_option option);

/* Check the value and keep it: a switch becomes "yes" or "no". */
TM_CHECK enum tm_rc tm_job_set(struct tm_job *job, enum tm_job_option option,
			       const char *value, struct tm_err *err);

/* Give `job` what `from` says: what `job` lacks, or all of it. */
TM_CHECK enum tm_rc tm_job_inherit(struct tm_job *job,
				   const struct tm_job *from,
				   struct tm_err *err);
TM_CHECK enum tm_rc tm_job_override(struct tm_job *job,
				    const struct tm_job *from,
				    struct tm_err *err);

/* The arguments for the program, NULL at the end.  The array is the caller's
 * to free(); the words are borrowed from the job and from `program`. */
TM_CHECK char **tm_job_argv(const struct tm_job *job, const char *program);

/* tidemark's own options, with their defaults. */
uint64_t tm_job_memory_limit_bytes(const struct tm_job *job);
uint64_t tm_job_timeout_ms(const struct tm_job *job);
uint64_t tm_job_runs(const struct tm_job *job);

#endif
