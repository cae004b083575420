/*
 * label.h - a run's name, safe to print, plot and put into a sentence.
 *
 * Purpose:   a run may be called anything; what leaves the report layer is one
 *            line of valid UTF-8 without control characters.
 * Ownership: labels are plain memory of the caller.
 * Errors:    none: a name that is too long is cut.
 */
#ifndef TM_EXPLAIN_LABEL_H
#define TM_EXPLAIN_LABEL_H

#include <stddef.h>

#include "results/run.h"

#define TM_LABEL_MAX 96

/* "name/rules", or the name alone when it contains the rules or they
 * are not known.  What does not fit is cut. */
void tm_label_make(char label[TM_LABEL_MAX], const struct tm_run *run);

#endif
