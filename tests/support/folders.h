/*
 * folders.h - folders that tests make and take away.
 *
 * Ownership: paths are borrowed for the call.
 * Errors:    a folder that cannot be read fails the test that asks; one that is
 *            not there is removed already.
 */
#ifndef TM_TESTS_SUPPORT_FOLDERS_H
#define TM_TESTS_SUPPORT_FOLDERS_H

/* With all that is in it. */
void folder_remove(const char *path);

/* How many entries it has. */
int folder_count(const char *path);

#endif
