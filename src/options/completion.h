/*
 * completion.h - completions for shells, from the tables of options.
 *
 * Purpose:   what bash, zsh and fish load to complete tidemark's commands,
 *            options and values, and the names of runs, scenarios and metrics,
 *            which they ask `tidemark list` for.
 * Ownership: all is borrowed for the call.
 * Errors:    TM_EUSAGE for an unknown shell; those of `out` it keeps.
 */
#ifndef TM_OPTIONS_COMPLETION_H
#define TM_OPTIONS_COMPLETION_H

#include <stdio.h>

#include "options/options.h"

/* `shell` is bash, zsh or fish; the array is ended by NULL. */
TM_CHECK enum tm_rc tm_completion_print(
	FILE *out, const char *shell, const struct tm_command *const *commands,
	struct tm_err *err);

/* --- for the shells ------------------------------------------------------- */

enum tm_value {
	TM_VALUE_NONE, /* or only behind a `=` */
	TM_VALUE_OTHER,
	TM_VALUE_CHOICE,
	TM_VALUE_FILE,
	TM_VALUE_FOLDER,
	TM_VALUE_METRICS /* parted by commas */
};

enum tm_value tm_completion_value(const struct tm_option *option);

/* "png svg term" in `out`. */
void tm_completion_choices(const struct tm_option *option, char *out,
			   size_t size);

/* The first sentence of an option's help, or less. */
void tm_completion_text(const struct tm_option *option, char *out, size_t size);

void tm_completion_bash(FILE *out, const struct tm_command *const *commands);
void tm_completion_zsh(FILE *out, const struct tm_command *const *commands);
void tm_completion_fish(FILE *out, const struct tm_command *const *commands);

#endif
