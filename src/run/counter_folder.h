/*
 * counter_folder.h - where a program's processes write their counters.
 *
 * Purpose:   make the folder, remove it with all that is in it, and remove what
 *            runs left whose tidemark was killed.
 * Ownership: the caller lends the struct, and must remove what was made.
 * Units:     none.
 * Errors:    TM_ESYSTEM when no folder can be made.  What cannot be removed
 *            stays.
 *
 * The folder is called tidemark-PID-XXXXXX after the tidemark that made it, which
 * holds a lock on it for as long as it lives: in another container the number may
 * be another process's, or none's.
 */
#ifndef TM_RUN_COUNTER_FOLDER_H
#define TM_RUN_COUNTER_FOLDER_H

#include <limits.h>

#include "util/err.h"

struct tm_counter_folder {
	char path[PATH_MAX]; /* "" when there is none */
	int fd;		     /* holds the lock */
};

TM_CHECK enum tm_rc tm_counter_folder_make(struct tm_counter_folder *folder,
					   struct tm_err *err);
void tm_counter_folder_remove(struct tm_counter_folder *folder);

/* Remove what this user's tidemarks left that were killed. */
void tm_counter_folder_sweep(void);

#endif
