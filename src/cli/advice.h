/*
 * advice.h - what to do next with a run of the user's own program.
 *
 * Purpose:   the commands that show more, and what would have made the answer
 *            better.
 * Ownership: all is borrowed for the call.
 */
#ifndef TM_CLI_ADVICE_H
#define TM_CLI_ADVICE_H

#include <stdio.h>

#include "explain/analysis.h"

#include "cli/exec_options.h"

void tm_cli_advise(FILE *out, const struct tm_cli_exec *exec,
		   const struct tm_analysis *analysis);

#endif
