/*
 * cli.h - what the commands share.
 *
 * Purpose:   one table of commands, one reader of flags, one way to fail.
 * Ownership: words are argv's.
 * Errors:    `tidemark: what, where, what to do`, one line on stderr, and the
 *            exit code of enum tm_exit.
 */
#ifndef TM_CLI_CLI_H
#define TM_CLI_CLI_H

#include <stdio.h>

#include "util/err.h"

struct tm_cli_flag {
	int id;
	const char *name; /* without its dashes */
	/* What a value looks like, or NULL for none; "[=VALUE]" for one that
	 * may be left out, and then can only follow a `=`. */
	const char *argument;
	const char *text; /* one line; NULL: not shown */
};

/* One letter that means a flag: -w for --warmup. */
struct tm_cli_letter {
	char letter;
	const char *name;
};

struct tm_cli_command {
	const char *name;
	int (*run)(int argc, char **argv);   /* argv[0] is the command's name */
	const char *usage;		     /* what follows the name */
	const char *text;		     /* one line */
	const struct tm_cli_flag *flags;     /* ended by one without a name */
	const struct tm_cli_letter *letters; /* the same; NULL: none */
};

extern const struct tm_cli_command tm_cli_list;
extern const struct tm_cli_command tm_cli_run;
extern const struct tm_cli_command tm_cli_exec;
extern const struct tm_cli_command tm_cli_compare;
extern const struct tm_cli_command tm_cli_plot;
extern const struct tm_cli_command tm_cli_gate;
extern const struct tm_cli_command tm_cli_baseline;
extern const struct tm_cli_command tm_cli_why;

/* --- reading arguments ---------------------------------------------------- */

struct tm_cli_reader {
	const struct tm_cli_command *command;
	char **argv;
	int argc;
	int next;
	int only_words; /* after -- */
	const struct tm_cli_flag *flag;
	const char *value; /* of the flag, or the word */
};

enum tm_cli_item {
	TM_CLI_END,
	TM_CLI_FLAG,
	TM_CLI_WORD,
	TM_CLI_HELP,
	TM_CLI_BAD
};

void tm_cli_reader_init(struct tm_cli_reader *reader,
			const struct tm_cli_command *command, int argc,
			char **argv);

/* The next flag (`--name value` or `--name=value`) or word.  TM_CLI_BAD has
 * said what is wrong in `err`; TM_CLI_HELP has printed the command's help. */
enum tm_cli_item tm_cli_read(struct tm_cli_reader *reader, struct tm_err *err);

/* A flag that every command knows. */
#define TM_CLI_FLAGS_END                                                       \
	{                                                                      \
		0, NULL, NULL, NULL                                            \
	}

void tm_cli_print_help(const struct tm_cli_command *command);

/* --- saying things -------------------------------------------------------- */

/* Print the error and return the exit code it stands for. */
int tm_cli_fail(const struct tm_err *err);
void tm_cli_warn(const char *format, ...) TM_PRINTF(1, 2);

/* Whether colours may be used there: a terminal, and no NO_COLOR. */
int tm_cli_has_colour(FILE *out);

#endif
