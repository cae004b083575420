/*
 * job_options.h - a job's options, as `run` and `compare --ab` have them.
 *
 * Purpose:   tidemark's limits, from the list in suite/job.h, and the options
 *            of the scenarios, from what these described when they were built;
 *            so a suite and the command line take the same keys and values.
 * Ownership: a struct tm_job owns the values that it is given.  The scenarios'
 *            options are read once, when they are first needed, and kept until
 *            the program ends.
 * Errors:    TM_EUSAGE, in one line.
 */
#ifndef TM_CLI_JOB_OPTIONS_H
#define TM_CLI_JOB_OPTIONS_H

#include "options/options.h"
#include "suite/program_options.h"

/* Options with fields in struct tm_job: tidemark's own. */
extern const struct tm_option tm_cli_limit_options[];

/* Options with fields in struct tm_job: those that are passed on to scenarios;
 * empty when none are found, or, after a warning, when their options could not
 * be read. */
const struct tm_option *tm_cli_program_options(void);

/* Whether the scenarios' options could be read; without them a job's options
 * cannot be checked.  TM_OK where no scenarios are found. */
TM_CHECK enum tm_rc tm_cli_program_options_check(struct tm_err *err);

/* The same, as a suite checks them. */
const struct tm_program_options *tm_cli_known_options(void);

#endif
