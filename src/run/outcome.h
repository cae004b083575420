/*
 * outcome.h - how the program ended.
 *
 * Purpose:   set the run's outcome, its exit code or signal, and what it used;
 *            deal with processes that it left running.
 * Ownership: writes the run.
 * Units:     bytes.
 * Errors:    none.
 */
#ifndef TM_RUN_OUTCOME_H
#define TM_RUN_OUTCOME_H

#include "run/session.h"

/* The program has ended and is reaped, or was let go. */
void tm_outcome_set(struct tm_session *session, enum tm_child_state state,
		    int status);

/* What it left running: noted, or killed with what tidemark stopped. */
void tm_outcome_check_orphans(struct tm_session *session);

#endif
