/*
 * context.h - what a run stores about the user's own program.
 *
 * Purpose:   its arguments, its file, the variables that affect how it uses
 *            memory, and where it ran; without secrets.
 * Ownership: the caller releases what is filled.
 * Units:     in the names.
 * Errors:    what cannot be found out is left out.
 */
#ifndef TM_CLI_CONTEXT_H
#define TM_CLI_CONTEXT_H

#include "cli/exec_options.h"
#include "results/request.h"

/* Into a request of zeros.  `name` is what the run is called, `program` the file
 * that is started, which is not used for a process that runs already. */
void tm_cli_context(struct tm_run_request *out, const struct tm_cli_exec *exec,
		    const char *name, const char *program);

#endif
