/*
 * job_options.h - a job's options, as `run` and `compare --ab` have them.
 *
 * Purpose:   the rows follow from the one list in suite/job.h, so that a suite
 *            and the command line take the same keys and values.
 * Ownership: a struct tm_job owns the values that it is given.
 * Errors:    TM_EUSAGE, in one line.
 */
#ifndef TM_CLI_JOB_OPTIONS_H
#define TM_CLI_JOB_OPTIONS_H

#include "options/options.h"

/* Over struct tm_job: what is tidemark's, and what is passed on. */
extern const struct tm_option tm_cli_limit_options[];
extern const struct tm_option tm_cli_program_options[];

#endif
