/*
 * exec_options.h - the options of `tidemark exec`.
 *
 * Purpose:   options and the user's own command become one struct, and every
 *            mistake is found before anything is started.
 * Ownership: all texts are argv's.
 * Units:     in the names.
 * Errors:    TM_EUSAGE, in one line.
 */
#ifndef TM_CLI_EXEC_OPTIONS_H
#define TM_CLI_EXEC_OPTIONS_H

#include "cli/gating.h"

enum tm_cli_picture {
	TM_CLI_PICTURE_AUTO, /* when a terminal shows it */
	TM_CLI_PICTURE_TERM,
	TM_CLI_PICTURE_NONE
};

struct tm_cli_exec {
	int argc; /* as it was called */
	char **argv;

	char **command; /* ended by NULL; NULL with `pid` */
	pid_t pid;	/* 0: none */
	const char *name;

	struct tm_mark_opts marks;
	int marks_on_fd_only;
	int passes_stdin; /* also a terminal */
	int preloads;
	int goes_inside;       /* which implies `preloads` */
	uint64_t inside_share; /* hundredths of the time */
	uint64_t sampling_bytes;
	int keeps_sampling; /* --sample-bytes was given */

	uint64_t memory_limit_bytes; /* 0: none */
	uint64_t timeout_ms;	     /* 0: none */
	uint64_t warmup;
	uint64_t runs;

	struct tm_cli_store store;
	struct tm_cli_exports exports;
	struct tm_cli_gating gating;
	enum tm_cli_picture picture;
	int quiet;
};

/* 0: *code is what to exit with, after help was shown or a mistake was
 * reported. */
TM_CHECK int tm_cli_exec_read(struct tm_cli_exec *out, int argc, char **argv,
			      int *code);

/* For the table of commands. */
extern const struct tm_option_group tm_cli_exec_groups[];
extern const struct tm_option_rule tm_cli_exec_rules[];

#endif
