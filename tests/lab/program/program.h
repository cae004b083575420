/*
 * program.h - run a scenario program, or a main() of the test's own, as a
 * process, and read all that it says.
 *
 * Ownership: texts are valid until the next call.
 * Errors:    what keeps a program from being run fails the test.
 */
#ifndef TM_TESTS_SCENARIO_PROGRAM_H
#define TM_TESTS_SCENARIO_PROGRAM_H

#include <stddef.h>

/* What runs: a program of this build's scenarios/, or a function. */
struct program {
	const char *name; /* "strong_ref"; argv[0] of a function */
	int (*main)(int argc, char **argv); /* NULL: the program of that name */
	int unmeasured;			    /* without TIDEMARK_FD */
	int signal_at; /* lines on TIDEMARK_FD after which to signal; 0: no */
	int signal;
};

struct outcome {
	int exit_code; /* -1: ended by a signal */
	char out[16384];
	char err[4096];
	char marks[262144]; /* what came over TIDEMARK_FD */
};

/* `arguments` are separated by single spaces. */
void program_run(const struct program *program, const char *arguments,
		 struct outcome *outcome);

size_t lines_of(const char *text);

#endif
