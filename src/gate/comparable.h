/*
 * comparable.h - whether two sets of figures may be compared.
 *
 * Purpose:   compare the facts on which growth depends (allocator, machine), and
 *            refuse with the one that differs.
 * Ownership: facts that are given are borrowed; those that are made are the
 *            caller's.
 * Errors:    TM_EUSAGE, in one line that says what differs and what to do.
 */
#ifndef TM_GATE_COMPARABLE_H
#define TM_GATE_COMPARABLE_H

#include "results/run.h"

/* Add to empty facts what a baseline keeps of a run; 0 without memory, and then
 * they are empty again. */
TM_CHECK int tm_comparable_environment_of(struct tm_facts *out,
					  const struct tm_run *run);
TM_CHECK int tm_comparable_options_of(struct tm_facts *out,
				      const struct tm_run *run);

/* Whether `run` was measured as `kept` says; `path` names the file. */
TM_CHECK enum tm_rc tm_comparable_environment(const char *path,
					      const struct tm_facts *kept,
					      const struct tm_run *run,
					      struct tm_err *err);
TM_CHECK enum tm_rc tm_comparable_options(const char *path,
					  const struct tm_facts *kept,
					  const struct tm_run *run,
					  struct tm_err *err);

/* Growth per second cannot be compared with growth per iteration. */
TM_CHECK enum tm_rc tm_comparable_unit(const char *path, enum tm_unit kept,
				       const struct tm_run *run,
				       struct tm_err *err);

/* The same among runs that are to stand in one comparison. */
TM_CHECK enum tm_rc tm_comparable_runs(const struct tm_run *const *runs,
				       size_t count, struct tm_err *err);

#endif
