/*
 * language.h - the language runtime of a run's program.
 *
 * Purpose:   causes and next steps depend on where a runtime's objects live.
 * Ownership: rows of src/runtimes, constants.
 * Errors:    NULL where there is none.
 */
#ifndef TM_EXPLAIN_LANGUAGE_H
#define TM_EXPLAIN_LANGUAGE_H

#include "results/run.h"
#include "runtimes/runtimes.h"

/* The runtime of the program, also of one that a script or `env` starts, by
 * what was asked for. */
const struct tm_language *tm_why_language(const struct tm_run *run);

/* Whether malloc sees its objects, as a variable was set for that. */
int tm_why_language_is_counted(const struct tm_run *run,
			       const struct tm_language *language);

/* Whether `exec --inside` can ask it for its live objects. */
int tm_why_language_can_be_asked(const struct tm_language *language);

#endif
