/*
 * trim.h - the last samples of a run, when its program was ending already.
 *
 * Purpose:   a program that ends gives all its memory back: its workers are
 *            sent home, its interpreter clears up.  A look that comes meanwhile
 *            sees less memory than the program held when it worked, and one
 *            such sample would say of any leak that it is taken back.
 * Ownership: the run's samples are changed in place: those of the end keep
 *            their place, and nothing that was measured stays in them.
 * Errors:    none; a note of the run says what was left empty, and why.
 *
 * The end is looked for in the last tenth of the samples, and never found in a
 * fall that is followed by a rise.
 */
#ifndef TM_RUN_TRIM_H
#define TM_RUN_TRIM_H

#include "results/run.h"

/* `by_time`: samples come while the program ends, too.  A mark is written
 * before it ends, and only the last of them can be looked at too late. */
void tm_tail_leave_empty(struct tm_run *run, int by_time);

#endif
