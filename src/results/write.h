/*
 * write.h - files that are either complete or absent.
 *
 * Purpose:   one place that notices a full disk: every file is flushed to the
 *            disk and checked before it counts as written.
 * Ownership: nothing is kept.
 * Errors:    one line that names the file.
 */
#ifndef TM_RESULTS_WRITE_H
#define TM_RESULTS_WRITE_H

#include <stdio.h>

#include "util/err.h"

/* Print the content.  What went wrong with `file` itself is found by the
 * caller; TM_ENOMEM is for what the content needed. */
typedef enum tm_rc tm_write_content(FILE *file, const void *context);

/* Write `folder`/`name`, which must not exist yet. */
TM_CHECK enum tm_rc tm_write_file(const char *folder, const char *name,
				  tm_write_content *content,
				  const void *context, struct tm_err *err);

/*
 * Write `path` under a temporary name beside it and rename it, so that a file
 * that was there stays whole when this fails.  What is not a regular file (a
 * pipe, /dev/stdout) is written to directly.
 */
TM_CHECK enum tm_rc tm_write_replace(const char *path,
				     tm_write_content *content,
				     const void *context, struct tm_err *err);

/*
 * Whether tm_write_replace() will find a folder that can be written to: asked
 * before anything is measured that is to be written there.  NULL: nothing is.
 */
TM_CHECK enum tm_rc tm_write_check(const char *path, struct tm_err *err);

/* Make the names in `folder` last over a power cut. */
TM_CHECK enum tm_rc tm_sync_folder(const char *folder, struct tm_err *err);

/* Make the folder `path`, and those above it that are missing. */
TM_CHECK enum tm_rc tm_make_folders(const char *path, struct tm_err *err);

#endif
