#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "generated/version.h"
#include "options/help.h"
#include "util/suggest.h"
#include "util/trace.h"

/* In the order of use. */
const struct tm_command *const tm_cli_commands[] = {
	&tm_cli_exec, &tm_cli_why,
	&tm_cli_gate, &tm_cli_compare,
	&tm_cli_plot, &tm_cli_baseline,
	&tm_cli_run,  &tm_cli_list,
	&tm_cli_help, NULL,
};

static enum tm_rc fail_unknown(const char *name, struct tm_err *err)
{
	struct tm_suggest suggest;
	char suggestion[96];
	size_t i;

	tm_suggest_init(&suggest, name);
	for (i = 0; tm_cli_commands[i]; i++)
		tm_suggest_offer(&suggest, tm_cli_commands[i]->name);
	tm_suggest_text(&suggest, suggestion, sizeof(suggestion));
	return tm_fail(err, TM_EUSAGE,
		       "unknown %s '%.40s'%s; `tidemark help` shows all",
		       *name == '-' ? "option" : "command", name, suggestion);
}

const struct tm_command *tm_cli_find(const char *name, struct tm_err *err)
{
	size_t i;

	for (i = 0; tm_cli_commands[i]; i++) {
		if (strcmp(tm_cli_commands[i]->name, name) == 0)
			return tm_cli_commands[i];
	}
	fail_unknown(name, err);
	return NULL;
}

static int dispatch(int argc, char **argv)
{
	const struct tm_command *command;
	struct tm_err err = {0};

	if (argc < 2) {
		tm_help_print_all(stderr, tm_cli_commands);
		return TM_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("tidemark %s (%s)\n", TM_VERSION, TM_COMMIT);
		return TM_EXIT_PASS;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return tm_cli_help.run(argc - 1, argv + 1);
	command = tm_cli_find(argv[1], &err);
	return command ? command->run(argc - 1, argv + 1) : tm_cli_fail(&err);
}

/* With a standard descriptor closed, the next file opened would get its number
 * and receive the output. */
static void open_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

static enum tm_rc open_trace(const char *command, struct tm_err *err)
{
	const char *path = getenv(TM_TRACE_VARIABLE);
	char text[TM_TRACE_TEXT_MAX];
	enum tm_rc rc;

	if (!path || !*path)
		return TM_OK;
	rc = tm_trace_open(path, err);
	if (rc == TM_OK)
		tm_trace("tidemark",
			 "version=%s commit=%s pid=%ld command=\"%s\"",
			 TM_VERSION, TM_COMMIT, (long)getpid(),
			 tm_trace_text(text, command ? command : ""));
	return rc;
}

/* A trace that could not be written does not fail the measurement. */
static void close_trace(int code)
{
	struct tm_err err = {0};

	tm_trace("exit", "code=%d", code);
	if (tm_trace_close(&err) != TM_OK)
		tm_cli_warn("%s", err.text);
}

int main(int argc, char **argv)
{
	struct tm_err err = {0};
	int code;

	open_standard_descriptors();
	if (open_trace(argv[1], &err) != TM_OK)
		return tm_cli_fail(&err);
	code = dispatch(argc, argv);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		tm_fail_errno(&err, errno, "cannot write the output");
		tm_cli_fail(&err);
		if (code == TM_EXIT_PASS)
			code = TM_EXIT_UNMEASURED;
	}
	close_trace(code);
	return code;
}
