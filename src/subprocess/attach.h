/*
 * attach.h - watch a process that is already running.
 *
 * Purpose:   learn when it ends.  It is not signalled, stopped or traced.
 * Ownership: the descriptor is the caller's to close.
 * Errors:    TM_EUSAGE when there is no such process, when it has ended, or
 *            when it has no memory of its own.
 */
#ifndef TM_SUBPROCESS_ATTACH_H
#define TM_SUBPROCESS_ATTACH_H

#include <sys/types.h>

#include "util/err.h"

/* *out refers to this process, even if its number is used again later. */
TM_CHECK enum tm_rc tm_attach_open(int *out, pid_t pid, struct tm_err *err);

int tm_attach_has_ended(int pid_fd);

#endif
