/*
 * series.h - stored series: what programs were measured to hold, run by run.
 *
 * Purpose:   read tests/golden/series, which test_golden.c decides about.
 * Ownership: series_read() gives the caller the runs; give them back with
 *            series_free().
 * Errors:    a file that cannot be read, or a line that cannot be, ends the
 *            test.
 *
 * A file holds runs, with an empty line between two:
 *
 *   run NAME outcome=complete unit=iteration
 *   at 1000 1000*99
 *   rss_bytes 4096000 4096 0*90 -4096 -*3 0*4
 *
 * `at` is the iteration of each sample and each line below it a metric.  The
 * first number is a value, the others are differences from the last value
 * before; `*N` repeats one N times, and `-` is a sample that has no value.
 */
#ifndef TESTS_GOLDEN_SERIES_H
#define TESTS_GOLDEN_SERIES_H

#include "results/run.h"

struct series {
	struct tm_run **runs;
	size_t count;
};

/* Add the runs of the file at `path`. */
void series_read(struct series *series, const char *path);
/* Add those of all files of tests/golden/series. */
void series_read_all(struct series *series);
void series_free(struct series *series);

/* The run called `name`; the test ends when there is none. */
const struct tm_run *series_find(const struct series *series, const char *name);

#endif
