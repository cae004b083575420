/*
 * interrupt.h - poll for Ctrl-C and SIGTERM.
 *
 * Purpose:   a signal must not end a command that has measurements to store.
 *            Between open and close SIGINT, SIGQUIT, SIGTERM and SIGHUP (unless
 *            nohup has it ignored) are blocked and only make `fd` readable.
 * Ownership: one at a time; close what was opened.
 * Errors:    TM_ESYSTEM.
 */
#ifndef TM_SUBPROCESS_INTERRUPT_H
#define TM_SUBPROCESS_INTERRUPT_H

#include <signal.h>

#include "util/err.h"

struct tm_interrupt {
	int fd;
	sigset_t before;
};

TM_CHECK enum tm_rc tm_interrupt_open(struct tm_interrupt *out,
				      struct tm_err *err);
void tm_interrupt_close(struct tm_interrupt *interrupt);

/* Take one interrupt off; the signal, or 0 when there is none. */
int tm_interrupt_take(struct tm_interrupt *interrupt);

#endif
