/*
 * plan.h - the jobs of one call of `tidemark run`.
 *
 * Purpose:   names, a suite and options become a list of jobs whose programs
 *            are known to exist: every mistake is found before the first one
 *            starts.
 * Ownership: a request borrows the command line; a plan owns its jobs.
 * Errors:    TM_EUSAGE, in one line, with the suite's file and line.
 */
#ifndef TM_CLI_PLAN_H
#define TM_CLI_PLAN_H

#include "suite/catalog.h"
#include "suite/suite.h"

struct tm_cli_run_request {
	const char *suite;   /* a file, or NULL */
	char *const *names;  /* scenarios, or some of the suite's jobs */
	size_t name_count;   /* 0: all of them */
	struct tm_job given; /* by options: overrides the suite */
};

struct tm_cli_plan {
	struct tm_catalog catalog;
	struct tm_suite suite;
};

/* On failure *out holds nothing. */
TM_CHECK enum tm_rc tm_cli_plan_make(struct tm_cli_plan *out,
				     const struct tm_cli_run_request *request,
				     struct tm_err *err);
void tm_cli_plan_release(struct tm_cli_plan *plan);

#endif
