/*
 * job.h - one scenario with its options, to be run.
 *
 * Purpose:   what a section of a suite or a command line asks for: tidemark's
 *            own limits, and arguments that are passed on to the program.
 * Ownership: a job owns its texts; tm_job_release() frees them.
 * Units:     as the options say.
 * Errors:    TM_EUSAGE for an unknown key or a value that cannot be used, in
 *            one line without the place, which the caller knows.
 */
#ifndef TM_SUITE_JOB_H
#define TM_SUITE_JOB_H

#include <stddef.h>
#include <stdint.h>

#include "gate/budget.h"
#include "suite/program_options.h"
#include "util/err.h"

/* X(identifier, key, what a value looks like, description) */
#define TM_JOB_LIMITS(X)                                                       \
	X(memory_limit, "memory-limit", "SIZE",                                \
	  "stop a program that grows past it (2GiB); 0: none")                 \
	X(timeout, "timeout", "SECONDS", "stop a program that takes longer")   \
	X(runs, "runs", "N", "run each N times")

enum tm_job_limit {
#define TM_JOB_ID(id, key, argument, text) TM_JOB_##id,
	TM_JOB_LIMITS(TM_JOB_ID)
#undef TM_JOB_ID
		TM_JOB_LIMIT_COUNT
};

/* "--name value" of the program; a switch only has a name. */
struct tm_job_argument {
	char *name;
	char *flag; /* "--name" */
	char *value;
	int is_switch; /* value is "yes" or "no" */
	int is_not_compared;
	size_t place; /* among the program's options; SIZE_MAX: last */
};

struct tm_job {
	char *name;	   /* what its run is called */
	char *scenario;	   /* a scenario's name or a program's path */
	unsigned int line; /* of the suite that it came from, or 0 */
	char *limit[TM_JOB_LIMIT_COUNT];   /* NULL: not given */
	struct tm_job_argument *arguments; /* in the order of the options */
	size_t argument_count;
	struct tm_budget budget;
};

void tm_job_init(struct tm_job *job);
void tm_job_release(struct tm_job *job);

TM_CHECK enum tm_rc tm_job_set_name(struct tm_job *job, const char *name,
				    struct tm_err *err);
TM_CHECK enum tm_rc tm_job_set_scenario(struct tm_job *job,
					const char *scenario,
					struct tm_err *err);

/* TM_JOB_LIMIT_COUNT when there is no such key; `-` and `_` are the same. */
enum tm_job_limit tm_job_find_limit(const char *key);
const char *tm_job_limit_key(enum tm_job_limit limit);

/* Check the value and keep it. */
TM_CHECK enum tm_rc tm_job_set_limit(struct tm_job *job,
				     enum tm_job_limit limit, const char *value,
				     struct tm_err *err);

/* Check the value of a program's option, and keep it: that of a switch ("on",
 * "1") becomes "yes" or "no". */
TM_CHECK enum tm_rc tm_job_set(struct tm_job *job,
			       const struct tm_program_option *option,
			       const char *value, struct tm_err *err);

/* Keep "--name value" as it is: the program checks it. */
TM_CHECK enum tm_rc tm_job_pass(struct tm_job *job, const char *name,
				const char *value, struct tm_err *err);

/* The value of a program's option; NULL: not given. */
const char *tm_job_value(const struct tm_job *job, const char *name);

/* Give `job` what `from` says: what `job` lacks, or all of it. */
TM_CHECK enum tm_rc tm_job_inherit(struct tm_job *job,
				   const struct tm_job *from,
				   struct tm_err *err);
TM_CHECK enum tm_rc tm_job_override(struct tm_job *job,
				    const struct tm_job *from,
				    struct tm_err *err);

/* The arguments for the program, NULL at the end.  The array is the caller's
 * to free(); the texts are borrowed from the job and from `program`. */
TM_CHECK char **tm_job_argv(const struct tm_job *job, const char *program);

/* tidemark's own options, with their defaults. */
uint64_t tm_job_memory_limit_bytes(const struct tm_job *job);
uint64_t tm_job_timeout_ms(const struct tm_job *job);
uint64_t tm_job_runs(const struct tm_job *job);

#endif
