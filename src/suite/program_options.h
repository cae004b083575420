/*
 * program_options.h - the options that scenario programs take.
 *
 * Purpose:   read the list that the scenarios' own table printed when they were
 *            built (--describe-options, kept beside them as options.jsonl), so
 *            that a wrong key or value is found before anything is started,
 *            and help and completions can show them.
 * Ownership: tm_program_options_load() fills the struct;
 *            tm_program_options_release() empties it.
 * Errors:    TM_EUSAGE in one line; for a file, with its name and line.
 */
#ifndef TM_SUITE_PROGRAM_OPTIONS_H
#define TM_SUITE_PROGRAM_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

/* The file beside the scenarios. */
#define TM_PROGRAM_OPTIONS_FILE "options.jsonl"

struct tm_program_option {
	char *name;	      /* "read-results" */
	char *argument;	      /* "N", "URL", "first|second"; NULL: yes or no */
	char *initial;	      /* the value by default; NULL: none */
	char *help;	      /* one line */
	int is_number;	      /* a whole number */
	int is_choice;	      /* one of the values in `argument` */
	int is_not_compared;  /* runs with other values may share a baseline */
	uint64_t least, most; /* of a number */
	size_t place;	      /* among all of them */
};

/* Options of a program that tidemark itself understands; none of them is
 * compared. */
#define TM_PROGRAM_ITERATIONS  "iterations" /* how long it runs */
#define TM_PROGRAM_EVERY       "every"	    /* iterations between two samples */
#define TM_PROGRAM_INJECT_LEAK "inject-leak" /* bytes it leaks on purpose */

/* Whether it is one of these. */
int tm_program_option_is_understood(const char *name);

struct tm_program_options {
	struct tm_program_option *rows; /* NULL: none are known */
	size_t count;
};

TM_CHECK enum tm_rc tm_program_options_load(struct tm_program_options *out,
					    const char *path,
					    struct tm_err *err);
void tm_program_options_release(struct tm_program_options *options);

/* The option of that name (`-` and `_` are the same), or NULL. */
const struct tm_program_option *tm_program_options_find(
	const struct tm_program_options *options, const char *name);

/* Whether the program would take `value`, which a switch has as "yes" or
 * "no". */
TM_CHECK enum tm_rc tm_program_option_check(
	const struct tm_program_option *option, const char *value,
	struct tm_err *err);

/* Whether two keys are the same but for `-` and `_`. */
int tm_program_option_is_key(const char *a, const char *b);

#endif
