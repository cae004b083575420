/*
 * draw.h - curves, for the commands that show them.
 *
 * Purpose:   call the report's plots with this terminal's size and colours.
 * Ownership: everything is borrowed for the call.
 * Errors:    as report/plot.h.
 */
#ifndef TM_CLI_DRAW_H
#define TM_CLI_DRAW_H

#include "cli/runs.h"
#include "report/plot/plot.h"

/* Draw on the terminal, or into `folder`, which is made when it is missing;
 * prints the pictures or their paths on `out`. */
TM_CHECK enum tm_rc tm_cli_draw(const struct tm_cli_runs *runs,
				enum tm_plot_format format, const char *folder,
				FILE *out, struct tm_err *err);

#endif
