/*
 * request.h - the command that made a run, as the run stores it.
 *
 * Purpose:   program, argv and options, without the secrets in them.
 * Ownership: the caller releases what is filled.
 * Errors:    what does not fit into memory is left out.
 */
#ifndef TM_CLI_REQUEST_H
#define TM_CLI_REQUEST_H

#include "results/request.h"
#include "suite/job.h"

/* Into a request of zeros. */
void tm_cli_request(struct tm_run_request *out, const struct tm_job *job,
		    const char *program, char *const *argv);

/* Add a command's arguments, with their secrets masked. */
void tm_cli_argv_add(struct tm_texts *out, const char *program,
		     char *const *argv);

#endif
