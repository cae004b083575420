/*
 * request.h - what was asked for, as a run remembers it.
 *
 * Purpose:   program, argv and options, without the passwords in URLs.
 * Ownership: the JSON is the caller's.
 * Errors:    NULL when memory is short.
 */
#ifndef TM_CLI_REQUEST_H
#define TM_CLI_REQUEST_H

#include <jansson.h>

#include "run/job.h"

json_t *tm_cli_request(const struct tm_job *job, const char *program,
		       char *const *argv);

#endif
