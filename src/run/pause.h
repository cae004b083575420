/*
 * pause.h - Ctrl-Z suspends tidemark and the program, and fg resumes both.
 *
 * Purpose:   keep the two together, and the terminal with the right one.
 * Ownership: writes session->pause.
 * Errors:    a program that waits for a terminal that it cannot have is
 *            stopped, with that outcome.
 */
#ifndef TM_RUN_PAUSE_H
#define TM_RUN_PAUSE_H

#include "run/session.h"

/* Between the two Ctrl-Z does not suspend tidemark alone. */
void tm_pause_open(struct tm_session *session);
void tm_pause_close(struct tm_session *session);

/* Typed to tidemark: suspend the program too. */
void tm_pause_check_typed(struct tm_session *session);

/* Typed to the program, which has the terminal: suspend tidemark too. */
void tm_pause_check_program(struct tm_session *session);

/* Note in the run how long it was suspended. */
void tm_pause_describe(struct tm_session *session);

#endif
