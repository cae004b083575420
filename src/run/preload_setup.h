/*
 * preload_setup.h - set up LD_PRELOAD for the measured program.
 *
 * Purpose:   find libtidemark-preload.so, make the folder for its counters and
 *            set the environment variables that make a program load it, and
 *            that make language runtimes load their agents (heap/agents.h).
 * Ownership: the caller lends the struct, and must close what was opened: the
 *            folder and all that is in it go then.
 * Units:     bytes.
 * Errors:    TM_EUNAVAILABLE when the library is not installed, TM_ESYSTEM when
 *            no folder can be made.  A program that will not load the library
 *            is not an error: `reason` says why, and it is measured without.
 */
#ifndef TM_RUN_PRELOAD_SETUP_H
#define TM_RUN_PRELOAD_SETUP_H

#include <limits.h>
#include <stdint.h>

#include "run/counter_folder.h"
#include "runtimes/runtimes.h"
#include "util/err.h"

/* Five of its own, and two for each language runtime at most. */
#define TM_PRELOAD_VARIABLES (5 + 2 * TM_LANGUAGE_COUNT)

struct tm_preload_opts {
	/* The mean distance of samples of the allocation sites; 0: none are
	 * taken.  The library makes it longer where samples cost a program too
	 * much, unless it `keeps_rate`. */
	uint64_t sampling_bytes;
	int keeps_rate;
	int inside; /* language runtimes load their agents, too */
	/* The program's command, ended by NULL: its options may rule an agent
	 * out.  NULL: not known. */
	char *const *command;
};

struct tm_preload_setup {
	struct tm_counter_folder folder;
	char library[PATH_MAX];
	char agents[PATH_MAX]; /* the folder of the runtimes' agents */
	struct tm_preload_opts opts;
	struct tm_language_set adjusted; /* by a variable that was not set */
	struct tm_language_set entered;	 /* given an agent */
	struct tm_language_set refusing; /* would not start with one */

	/* For struct tm_child_opts; empty when the program would not start
	 * with the library loaded. */
	char *variables[TM_PRELOAD_VARIABLES + 1];

	/* Why the program itself is not counted, or "". */
	char reason[160];
};

/* A closed or zeroed struct may be opened. */
TM_CHECK enum tm_rc tm_preload_setup_open(struct tm_preload_setup *setup,
					  const char *program,
					  const struct tm_preload_opts *opts,
					  struct tm_err *err);
void tm_preload_setup_close(struct tm_preload_setup *setup);

#endif
