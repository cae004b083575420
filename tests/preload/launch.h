/*
 * launch.h - start test programs with the library preloaded.
 *
 * Purpose:   each test has a folder of its own for the areas.
 * Ownership: the folder is removed at the end of the test.
 * Errors:    what keeps a test from running fails the test.
 */
#ifndef TM_TESTS_PRELOAD_LAUNCH_H
#define TM_TESTS_PRELOAD_LAUNCH_H

#include <stddef.h>
#include <sys/types.h>

/* For TestSuite's .init and .fini. */
void launch_open(void);
void launch_close(void);

/* The folder in which areas appear. */
const char *launch_folder(void);

/* TIDEMARK_PRELOAD_SAMPLE of the programs that follow. */
void launch_sampling(const char *bytes);

/* Remove the areas that are there. */
void launch_clear(void);

/* Run `command` by a shell, preloaded or not.  $PROGRAMS is where the test
 * programs are, `$PRELOADED PROGRAM` starts a program preloaded.  The exit
 * code; 128 and more after a signal. */
int launch(const char *command);
int launch_plain(const char *command);

/* What the last command printed, stdout and stderr. */
const char *launch_output(void);

#endif
