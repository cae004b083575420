/*
 * manual.h - manual pages, from the tables of options.
 *
 * Purpose:   tidemark(1) and a page for each command, for `make man`.
 * Ownership: all is borrowed for the call.
 * Errors:    those of `out`, which keeps them (ferror()).
 */
#ifndef TM_OPTIONS_MANUAL_H
#define TM_OPTIONS_MANUAL_H

#include <stdio.h>

#include "options/options.h"

/* tidemark-NAME(1). */
void tm_manual_print(FILE *out, const struct tm_command *command,
		     const char *version);

/* tidemark(1); the array is ended by NULL. */
void tm_manual_print_all(FILE *out, const struct tm_command *const *commands,
			 const char *version);

#endif
