/*
 * versus.h - two commands, run in turns.
 *
 * Purpose:   what changes with time on a machine (other load, temperature)
 *            meets both sides alike: A B B A A B ...
 * Ownership: the words are argv's; the session owns the runs.
 * Errors:    TM_EUSAGE for a command line that holds no two commands.
 */
#ifndef TM_CLI_VERSUS_H
#define TM_CLI_VERSUS_H

#include "cli/session.h"

/* Run both commands of `words` (ended by NULL; "--" stands between them) so
 * many times each, with the limits of `given`. */
TM_CHECK enum tm_rc tm_cli_versus(struct tm_cli_session *session, char **words,
				  uint64_t times, const struct tm_job *given,
				  struct tm_err *err);

#endif
