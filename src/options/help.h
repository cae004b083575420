/*
 * help.h - what `tidemark help` prints.
 *
 * Purpose:   a command's options by group, with examples, in 80 columns.
 * Ownership: all is borrowed for the call.
 * Errors:    those of `out`, which keeps them (ferror()).
 */
#ifndef TM_OPTIONS_HELP_H
#define TM_OPTIONS_HELP_H

#include <stdio.h>

#include "options/options.h"

void tm_help_print(FILE *out, const struct tm_command *command);

/* All commands, a line each; the array is ended by NULL. */
void tm_help_print_all(FILE *out, const struct tm_command *const *commands);

/* The examples of a command, for when an argument is missing. */
void tm_help_print_examples(FILE *out, const struct tm_command *command);

/* "--name VALUE", "--name[=VALUE]" or "--name" in `out`. */
void tm_help_option(const struct tm_option *option, char *out, size_t size);

/* What an option does, with its choices behind it. */
void tm_help_text(const struct tm_option *option, char *out, size_t size);

/* What the operands of a command are; NULL: its usage says
 * enough. */
const char *tm_help_operands(const struct tm_command *command);

#endif
