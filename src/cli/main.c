#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "generated/version.h"
#include "options/help.h"
#include "util/suggest.h"

/* In the order of use. */
static const struct tm_command *const commands[] = {
	&tm_cli_exec,	 &tm_cli_why,  &tm_cli_gate,
	&tm_cli_compare, &tm_cli_plot, &tm_cli_baseline,
	&tm_cli_run,	 &tm_cli_list, NULL,
};

static const struct tm_command *find_command(const char *name)
{
	size_t i;

	for (i = 0; commands[i]; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	}
	return NULL;
}

static int fail_command(const char *name)
{
	struct tm_suggest suggest;
	struct tm_err err = {0};
	char hint[96];
	size_t i;

	tm_suggest_init(&suggest, name);
	for (i = 0; commands[i]; i++)
		tm_suggest_offer(&suggest, commands[i]->name);
	tm_suggest_text(&suggest, hint, sizeof(hint));
	tm_fail(&err, TM_EUSAGE,
		"unknown %s '%.40s'%s; `tidemark help` shows all",
		*name == '-' ? "option" : "command", name, hint);
	return tm_cli_fail(&err);
}

static int show_help(const char *name)
{
	const struct tm_command *command = name ? find_command(name) : NULL;

	if (name && !command)
		return fail_command(name);
	if (command)
		tm_help_print(stdout, command);
	else
		tm_help_print_all(stdout, commands);
	return TM_EXIT_PASS;
}

static int dispatch(int argc, char **argv)
{
	const struct tm_command *command;

	if (argc < 2) {
		tm_help_print_all(stderr, commands);
		return TM_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		return show_help(argc > 2 ? argv[2] : NULL);
	if (strcmp(argv[1], "--version") == 0) {
		printf("tidemark %s (%s)\n", TM_VERSION, TM_COMMIT);
		return TM_EXIT_PASS;
	}
	command = find_command(argv[1]);
	if (!command)
		return fail_command(argv[1]);
	return command->run(argc - 1, argv + 1);
}

/* With a standard descriptor closed, the next file that is opened would take
 * its number and receive what is printed. */
static void open_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct tm_err err = {0};
	int code;

	open_standard_descriptors();
	code = dispatch(argc, argv);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		tm_fail_errno(&err, errno, "cannot write the output");
		tm_cli_fail(&err);
		if (code == TM_EXIT_PASS)
			code = TM_EXIT_UNMEASURED;
	}
	return code;
}
