/*
 * cli.h - what the commands share.
 *
 * Purpose:   one list of commands, one way to read a command line, one way to
 *            fail.
 * Ownership: operands are argv's.
 * Errors:    `tidemark: what, where, what to do`, one line on stderr, and the
 *            exit code of enum tm_exit.
 */
#ifndef TM_CLI_CLI_H
#define TM_CLI_CLI_H

#include <stdio.h>

#include "options/options.h"
#include "util/buf.h"
#include "util/err.h"

extern const struct tm_command tm_cli_list;
extern const struct tm_command tm_cli_run;
extern const struct tm_command tm_cli_exec;
extern const struct tm_command tm_cli_compare;
extern const struct tm_command tm_cli_plot;
extern const struct tm_command tm_cli_gate;
extern const struct tm_command tm_cli_baseline;
extern const struct tm_command tm_cli_why;
extern const struct tm_command tm_cli_help;

/* All of them, ended by NULL. */
extern const struct tm_command *const tm_cli_commands[];

/* NULL when there is no such command: `err` suggests one. */
const struct tm_command *tm_cli_find(const char *name, struct tm_err *err);

/* Read a command's options into its settings.  0: *code is what to exit with,
 * after help was shown or a mistake was reported. */
TM_CHECK int tm_cli_read(const struct tm_command *command, void *settings,
			 struct tm_arguments *arguments, int *code);

/* A line for people, without control characters: wrapped at a terminal's width;
 * a pipe gets one line. */
void tm_cli_say(FILE *out, const char *format, ...) TM_PRINTF(2, 3);

/* The same on stderr, behind "tidemark: ". */
void tm_cli_warn(const char *format, ...) TM_PRINTF(1, 2);

/* A command to paste, behind `head`. */
void tm_cli_say_command(FILE *out, const char *head, const char *command);

/* Print the error and return the exit code it stands for. */
int tm_cli_fail(const struct tm_err *err);

/* Whether the output is the log of a GitHub workflow. */
int tm_cli_is_in_github(void);

/* Print a text for people.  What it quotes can hold a command to GitHub's
 * runner; in a workflow's log none may stand. */
void tm_cli_write(FILE *out, struct tm_buf *text);

/* One name on a line, as tm_cli_write(). */
void tm_cli_write_name(FILE *out, const char *name);

/* Whether colours may be used: on a terminal that is not dumb, without
 * NO_COLOR. */
int tm_cli_has_colour(FILE *out);

/* Columns of the terminal that `out` is; 0 when it is not a terminal: do not
 * wrap. */
size_t tm_cli_width(FILE *out);

/* --- options that several commands have ----------------------------------- */

/* Which stored runs. */
struct tm_cli_store {
	const char *directory; /* where runs are stored */
	uint64_t last;	       /* the newest N; 0: not asked for */
};

extern const struct tm_option tm_cli_results_dir_option[];
extern const struct tm_option tm_cli_last_option[];

/* An int, set to 1 when the option is given. */
extern const struct tm_option tm_cli_quiet_option[];

#endif
