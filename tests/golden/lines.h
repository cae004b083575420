/*
 * lines.h - decisions as lines of tests/golden/decisions.txt.
 *
 * Purpose:   what was decided about one stored run, in a form that a person can
 *            compare: a line for the run and one for each metric.
 *
 *   RUN[+LABEL] run VERDICT kind=... decisive=METRIC cause=METRIC grows=N of=N
 *   RUN[+LABEL] METRIC GROWTH CURVE JUDGEMENT slope=... low=... high=...
 *
 * A run with a label has a line only for those metrics about which something
 * else is decided than without.  Numbers have six digits.  A reason is named by
 * a key (reasons.h), so that it may be said in other words.
 */
#ifndef TESTS_GOLDEN_LINES_H
#define TESTS_GOLDEN_LINES_H

#include <stdio.h>

#include "asked.h"
#include "series.h"

/* `series` has the runs that baselines are made of; `plain` is the verdict on
 * the run as it is. */
void lines_put(FILE *out, const struct series *series,
	       const struct tm_verdict *plain, const struct asked_row *row);

/* The same for a run as it is; `plain` is its verdict. */
void lines_put_plain(FILE *out, const struct tm_verdict *plain);

#endif
