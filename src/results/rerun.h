/*
 * rerun.h - the command that made a run, to be run again.
 *
 * Purpose:   a suggested command keeps the options of the run
 *            (--mark-regex, --name, --timeout ...).
 * Ownership: plain memory of the caller.
 * Errors:    an empty text: the command is not known, is too long to type, or
 *            cannot be written in one line.
 */
#ifndef TM_RESULTS_RERUN_H
#define TM_RESULTS_RERUN_H

#include "results/run.h"

/* `tidemark exec ... -- PROGRAM [ARG...]` in `out`, quoted for a shell.  Each
 * of `changes` ("--preload", "--sample-bytes 4KiB"; ended by NULL) takes the
 * place of the same option, or is added. */
void tm_rerun_text(const struct tm_run *run, const char *const *changes,
		   char *out, size_t size);

#endif
