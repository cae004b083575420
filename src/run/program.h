/*
 * program.h - the program that is measured: started here, or running already.
 *
 * Purpose:   start it or attach to it, ask whether it still runs, wait for it.
 * Ownership: writes session->program; what tm_program_open() opens is given
 *            back by tm_program_close().
 * Errors:    TM_EUSAGE when it cannot be started or there is no such process,
 *            TM_ENOMEM, TM_ESYSTEM.
 */
#ifndef TM_RUN_PROGRAM_H
#define TM_RUN_PROGRAM_H

#include "run/session.h"

/* Start the program as `child` says, or attach to the process that the
 * session's options name. */
TM_CHECK enum tm_rc tm_program_open(struct tm_session *session,
				    struct tm_child_opts *child,
				    struct tm_err *err);
void tm_program_close(struct tm_session *session);

/* Whether it still runs, as tm_child_poll() says.  How an attached process
 * ended is not known. */
enum tm_child_state tm_program_poll(const struct tm_session *session,
				    int *status);

/* Wait for processes whose parent has ended, so that they do not stay zombies.
 */
void tm_program_reap_orphans(struct tm_session *session);

/* What it prints to the terminal that tidemark gave it has no reader any more.
 * A pipe would have ended its writer by SIGPIPE. */
void tm_program_break_pipe(const struct tm_session *session);

/* It has ended: kill its process group if tidemark stopped it, take back the
 * terminal, and let go of its process number. */
void tm_program_stop_group(struct tm_session *session);
void tm_program_reap(struct tm_session *session);

#endif
