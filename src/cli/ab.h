/*
 * ab.h - two commands, run alternately.
 *
 * Purpose:   what changes with time on a machine (other load, temperature)
 *            affects both sides equally: A B B A A B ...
 * Ownership: the arguments are argv's; the session owns the runs.
 * Errors:    TM_EUSAGE for a command line without two commands.
 */
#ifndef TM_CLI_AB_H
#define TM_CLI_AB_H

#include "cli/session.h"

/* Run both commands in `arguments` (ended by NULL, with "--" between them)
 * `times` times each, with the limits of `given`. */
TM_CHECK enum tm_rc tm_cli_ab_run(struct tm_cli_session *session,
				  char **arguments, uint64_t times,
				  const struct tm_job *given,
				  struct tm_err *err);

#endif
