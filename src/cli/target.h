/*
 * target.h - find the program of the user's command.
 *
 * Purpose:   find it as a shell would, and give its run a name.
 * Ownership: texts go into buffers of the caller.
 * Errors:    TM_EUSAGE, in one line: not there, a folder, not executable.
 */
#ifndef TM_CLI_TARGET_H
#define TM_CLI_TARGET_H

#include <stddef.h>
#include <sys/types.h>

#include "util/err.h"

/* The path of the program `word`: unchanged when it contains a slash, else the
 * first match in PATH. */
TM_CHECK enum tm_rc tm_cli_target_find(const char *word, char *out, size_t size,
				       struct tm_err *err);

/* Whether the process exists. */
TM_CHECK enum tm_rc tm_cli_target_check(pid_t pid, struct tm_err *err);

/* "server" for ./server, "producer.py" for python3 -u producer.py. */
void tm_cli_target_name(char *const *command, char *out, size_t size);

#endif
