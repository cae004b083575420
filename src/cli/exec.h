/*
 * exec.h - what a call of `tidemark exec` asks for.
 *
 * Purpose:   flags and the words of the user's own command become one struct,
 *            and every mistake is found before anything is started.
 * Ownership: words are argv's; the struct owns `given`.
 * Units:     in the names.
 * Errors:    TM_EUSAGE, in one line.
 */
#ifndef TM_CLI_EXEC_H
#define TM_CLI_EXEC_H

#include "cli/gating.h"

enum tm_cli_picture {
	TM_CLI_PICTURE_AUTO, /* when a terminal shows it */
	TM_CLI_PICTURE_TERM,
	TM_CLI_PICTURE_NONE
};

struct tm_cli_exec {
	char **command; /* ended by NULL; NULL with `pid` */
	pid_t pid;	/* 0: none */
	const char *name;

	struct tm_mark_opts marks;
	int passes_stdin; /* also a terminal */
	int preloads;
	uint64_t sampling_bytes;
	int keeps_sampling; /* it was asked for */

	struct tm_job given; /* memory limit, timeout, runs */
	uint64_t warmup;

	const char *results_directory;
	struct tm_cli_exports exports;
	struct tm_cli_gating gating;
	enum tm_cli_picture picture;
	int quiet;
};

/* TM_CLI_END when all was read and makes sense, TM_CLI_HELP when there is
 * nothing to do, TM_CLI_BAD when `err` says why not.  Release it in any case.
 */
enum tm_cli_item tm_cli_exec_read(struct tm_cli_exec *out, int argc,
				  char **argv, struct tm_err *err);
void tm_cli_exec_release(struct tm_cli_exec *exec);

/* For the table of commands. */
extern const struct tm_cli_flag tm_cli_exec_flags[];
extern const struct tm_cli_letter tm_cli_exec_letters[];

#endif
