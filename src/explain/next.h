/*
 * next.h - the next step for a run that was explained.
 *
 * Purpose:   one table from a run's situation to what helps: a hint in words,
 *            and the command that measures the same program again.
 * Ownership: writes `next`, `hint` and `unit_hint` of the analysis.
 * Errors:    empty texts: there is nothing to advise, or the command cannot be
 *            written in one line.
 */
#ifndef TM_EXPLAIN_NEXT_H
#define TM_EXPLAIN_NEXT_H

#include "explain/analysis.h"

/* The verdict and the layers are known. */
void tm_why_find_next(struct tm_analysis *facts);

#endif
