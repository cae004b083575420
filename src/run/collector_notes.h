/*
 * collector_notes.h - what a reader of the samples must know.
 *
 * Purpose:   say in the run's notes which marks and samples were ignored, and
 *            why metrics are absent.
 * Ownership: all is borrowed.
 * Errors:    none.
 */
#ifndef TM_RUN_COLLECTOR_NOTES_H
#define TM_RUN_COLLECTOR_NOTES_H

#include "run/collector.h"

/* After tm_collector_finish(). */
void tm_collector_describe(const struct tm_collector *collector);

#endif
