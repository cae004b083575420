/*
 * find.h - stored runs by name or by age.
 *
 * Purpose:   `tidemark compare server-old server-new` without typing the times
 *            in the folders' names.
 * Ownership: paths are written to the caller's buffer.
 * Errors:    TM_EUSAGE, in one line that says what there is instead.
 */
#ifndef TM_RESULTS_FIND_H
#define TM_RESULTS_FIND_H

#include <stddef.h>

#include "util/err.h"

/* TM_EUSAGE, with the reason, when the folder of runs exists and cannot be
 * read. */
TM_CHECK enum tm_rc tm_run_check_folder(const char *results_directory,
					struct tm_err *err);

/* The folder of the run `name`: a path, a folder in the working directory that
 * holds a run, a folder's name below `results_directory`, or the name of runs,
 * of which the newest is taken.  A folder without a run is a path only where no
 * run has its name. */
TM_CHECK enum tm_rc tm_run_find(const char *results_directory, const char *name,
				char *out, size_t size, struct tm_err *err);

/* The folder of the run that is `age` runs older than the newest. */
TM_CHECK enum tm_rc tm_run_find_newest(const char *results_directory,
				       size_t age, char *out, size_t size,
				       struct tm_err *err);

/* Call `each` with the folder and the name of every stored run, the newest
 * first.  Returns how many there are. */
size_t tm_run_each(const char *results_directory,
		   void (*each)(void *context, const char *folder,
				const char *name),
		   void *context);

#endif
