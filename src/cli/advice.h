/*
 * advice.h - what to do next with the runs that were judged.
 *
 * Purpose:   the commands that show more, and what would have made the verdict
 *            better.
 * Ownership: all is borrowed for the call.
 * Errors:    none.
 */
#ifndef TM_CLI_ADVICE_H
#define TM_CLI_ADVICE_H

#include <stdio.h>

#include "explain/analysis.h"
#include "gate/gate.h"

/* "next: tidemark plot FOLDER", and before it `why` where that explains more,
 * with the budgets of the verdict that the run does not keep; nothing for a run
 * that is not stored. */
void tm_cli_advise_next(FILE *out, const struct tm_verdict *verdict,
			int explains);

/* Of the first run that fails, else of the first inconclusive one; NULL when all
 * pass. */
const struct tm_verdict *tm_cli_worst(const struct tm_gate *gate);

/* After `exec`: the next command, and hints. */
void tm_cli_advise(FILE *out, const struct tm_analysis *analysis);

#endif
