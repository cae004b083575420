/*
 * datadir.h - where the installed data files are.
 *
 * Purpose:   find plot/NAME.gp and reference/curves/NAME.csv, in an installed
 *            data directory as in the source tree.
 * Ownership: a struct tm_datadir is plain memory of the caller.
 * Errors:    TM_EUNAVAILABLE, with the places that were searched.
 */
#ifndef TM_REPORT_PLOT_DATADIR_H
#define TM_REPORT_PLOT_DATADIR_H

#include <limits.h>

#include "util/err.h"

struct tm_datadir {
	char plot[PATH_MAX];	  /* the folder with growth.gp */
	char reference[PATH_MAX]; /* the folder with curves/ */
};

/* Look in `asked`; when that is NULL in $TIDEMARK_SHARE; when that is unset in
 * the folders above the running program. */
TM_CHECK enum tm_rc tm_datadir_find(struct tm_datadir *out, const char *asked,
				    struct tm_err *err);

#endif
