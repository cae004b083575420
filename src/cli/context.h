/*
 * context.h - what a run stores about the user's own program.
 *
 * Purpose:   its arguments, its file, the variables that affect how it uses
 *            memory, and where it ran; without secrets.
 * Ownership: the JSON is the caller's.
 * Units:     in the keys.
 * Errors:    what cannot be found out is left out; NULL when memory is short.
 *
 * Keys: job, program, argv, options {marks, preload}, given [option, quoted
 * for a shell], working_directory, variables {name: value}, file {size_bytes,
 * modified, build_id}, pid (of a process that was running already),
 * memory_limit_bytes, timeout_ms (0: none).
 */
#ifndef TM_CLI_CONTEXT_H
#define TM_CLI_CONTEXT_H

#include <jansson.h>

#include "cli/exec_options.h"

/* `name` is what the run is called, `program` the file that is started, which
 * is not used for a process that runs already. */
json_t *tm_cli_context(const struct tm_cli_exec *exec, const char *name,
		       const char *program);

#endif
