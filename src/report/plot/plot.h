/*
 * plot.h - growth curves, drawn by gnuplot.
 *
 * Purpose:   two pictures of any set of runs: `growth` (memory against
 *            iterations) and `objects` (objects alive beside bytes); and those
 *            that their programs ask for in their reports (results/curve.h),
 *            by a script of that name in plot/programs.
 * Ownership: runs and options are borrowed for the call.  Pictures are written
 *            to a temporary name and renamed; temporary files are removed.
 * Units:     MiB and iterations on the axes; the samples' own units inside.
 * Errors:    TM_EUNAVAILABLE when gnuplot is missing or its scripts cannot be
 *            found (the line says what to install or set), TM_ESYSTEM when
 *            gnuplot fails (with the first line that it wrote) or a file cannot
 *            be written, TM_EUSAGE when no run has anything to draw.
 */
#ifndef TM_REPORT_PLOT_PLOT_H
#define TM_REPORT_PLOT_PLOT_H

#include <stddef.h>

#include "results/run.h"
#include "util/buf.h"
#include "util/err.h"

enum tm_plot_format { TM_PLOT_PNG, TM_PLOT_SVG, TM_PLOT_TERM };

/* "png", "svg", "term", NULL: by format. */
extern const char *const tm_plot_format_names[];

struct tm_plot_opts {
	enum tm_plot_format format;

	/* Where growth.png, objects.png and others (or .svg) go; must exist.
	 * Not used by TM_PLOT_TERM. */
	const char *output_directory;

	/* Where plot/NAME.gp and reference/ are; NULL looks at $TIDEMARK_SHARE,
	 * then at the source tree or PREFIX/share/tidemark above the running
	 * program. */
	const char *data_directory;

	/* What to show to the person: the pictures themselves (TM_PLOT_TERM),
	 * or the path of each file written, one a line; and one line for each
	 * picture that these runs have no data for. */
	struct tm_buf *out;

	unsigned int columns; /* TM_PLOT_TERM: characters; 0 = 100 by 30 */
	unsigned int rows;
	int colour;	 /* TM_PLOT_TERM: use the terminal's colours */
	int growth_only; /* no line about pictures without data */
};

TM_CHECK enum tm_rc tm_plot_draw(const struct tm_run *const *runs, size_t count,
				 const struct tm_plot_opts *opts,
				 struct tm_err *err);

#endif
