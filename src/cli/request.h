/*
 * request.h - what was asked for, as a run remembers it.
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

/* The words of a command, with their secrets masked. */
json_t *tm_cli_words_json(const char *program, char *const *argv);

/* A text that was masked, which is taken; what is no UTF-8 becomes '?'. */
json_t *tm_cli_masked_json(char *text);

#endif
