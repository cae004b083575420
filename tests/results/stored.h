/*
 * stored.h - runs in a folder of results, for the tests of the store.
 *
 * Purpose:   one run that has something of each kind, and what is asked of the
 *            files that it is stored in.
 * Ownership: runs are the caller's, for tm_run_free().
 * Errors:    a helper that fails ends the test.
 */
#ifndef TESTS_RESULTS_STORED_H
#define TESTS_RESULTS_STORED_H

#include "results/run.h"

extern char stored_folder[]; /* the folder of results of this test */
extern struct tm_err stored_err;

/* For TestSuite(): make the folder, and remove it with all that is in it. */
void stored_open(void);
void stored_close(void);

/* A run with an absent value, one of 0 and the largest that there is. */
struct tm_run *stored_make(const char *name);

/* The same, saved in the folder. */
struct tm_run *stored_save(const char *name);

/* Write `text` to the file of that name in `directory`. */
void stored_replace(const char *directory, const char *name, const char *text);

/* Check how the file begins. */
void stored_expect_begins(const char *path, const char *expected);

#endif
