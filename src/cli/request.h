/*
 * request.h - the command that made a run, as the run stores it.
 *
 * Purpose:   program, argv and options, without the secrets in them.
 * Ownership: the JSON is the caller's.
 * Errors:    NULL when memory is short.
 */
#ifndef TM_CLI_REQUEST_H
#define TM_CLI_REQUEST_H

#include <jansson.h>

#include "suite/job.h"

json_t *tm_cli_request(const struct tm_job *job, const char *program,
		       char *const *argv);

/* A command's arguments, with their secrets masked. */
json_t *tm_cli_argv_json(const char *program, char *const *argv);

/* Takes a masked text; bytes that are not UTF-8 become '?'. */
json_t *tm_cli_masked_json(char *text);

#endif
