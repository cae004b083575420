/*
 * preload_note.h - notes about what the preloaded library counted.
 *
 * Purpose:   note in the run which processes were not counted, and keep which
 *            variables were set so that a language runtime was.
 * Ownership: all is borrowed.
 * Errors:    none.
 */
#ifndef TM_RUN_PRELOAD_NOTE_H
#define TM_RUN_PRELOAD_NOTE_H

#include "probe/preload.h"
#include "results/run.h"
#include "run/preload_setup.h"

void tm_preload_note(struct tm_run *run, const struct tm_preload *preload,
		     const struct tm_preload_setup *setup);

#endif
