/*
 * gnuplot.h - run gnuplot on scripts, its picture going to an open file.
 *
 * Purpose:   the only place that starts gnuplot, and that reads its errors.
 * Ownership: everything is borrowed for the call.
 * Errors:    TM_EUNAVAILABLE when gnuplot is not installed, TM_ESYSTEM with the
 *            first line that gnuplot wrote when it fails.
 * Threads:   waits for its own child only.
 */
#ifndef TM_REPORT_PLOT_GNUPLOT_H
#define TM_REPORT_PLOT_GNUPLOT_H

#include <stddef.h>

#include "util/err.h"

/*
 * Run the commands in the `length` bytes at `settings`, then `scripts` one
 * after the other (NULL ends the list).  What gnuplot draws goes to the
 * descriptor `picture`.  The user's own .gnuplot is not read.
 */
#define TM_GNUPLOT_SCRIPTS_MAX 4
TM_CHECK enum tm_rc tm_gnuplot_run(const char *settings, size_t length,
				   const char *const *scripts, int picture,
				   struct tm_err *err);

#endif
