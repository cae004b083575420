#include "cli/cli.h"
#include "generated/version.h"
#include "options/completion.h"
#include "options/help.h"
#include "options/manual.h"

struct settings {
	int manual;
	const char *shell;
};

static const struct tm_option options[] = {
	{.name = "man",
	 TM_OPTION_INTO(FLAG, struct settings, manual),
	 .help = "print the manual page, for man -l -"},
	{.name = "completion",
	 TM_OPTION_INTO(TEXT, struct settings, shell),
	 .argument = "bash|zsh|fish",
	 .help = "print the completions for a shell"},
	TM_OPTIONS_END};

static const struct tm_option_group groups[] = {{"What is printed", options, 0},
						{NULL, NULL, 0}};

static const struct tm_option_rule rules[] = {
	{TM_RULE_ONE_OF, "man completion", NULL, NULL}, {.names = NULL}};

static const struct tm_example examples[] = {
	{"help exec", "the options of a command"},
	{"help --man exec | man -l -", "the same as a manual page"},
	{"help --completion bash > tidemark.bash",
	 "completions, for ~/.bashrc to source; `make install` puts those of "
	 "bash, zsh and fish where they are found"},
	{NULL, NULL}};

static void print_manual(const struct tm_command *command)
{
	if (command)
		tm_manual_print(stdout, command, TM_VERSION);
	else
		tm_manual_print_all(stdout, tm_cli_commands, TM_VERSION);
}

static void print_help(const struct tm_command *command)
{
	if (command)
		tm_help_print(stdout, command);
	else
		tm_help_print_all(stdout, tm_cli_commands);
}

static enum tm_rc print(const struct settings *settings, const char *name,
			struct tm_err *err)
{
	const struct tm_command *command = NULL;

	if (settings->shell)
		return tm_completion_print(stdout, settings->shell,
					   tm_cli_commands, err);
	if (name) {
		command = tm_cli_find(name, err);
		if (!command)
			return err->rc;
	}
	if (settings->manual)
		print_manual(command);
	else
		print_help(command);
	return TM_OK;
}

static int run(int argc, char **argv)
{
	struct tm_arguments arguments = {.argc = argc, .argv = argv};
	struct settings settings = {0};
	struct tm_err err = {0};
	int code;

	if (!tm_cli_read(&tm_cli_help, &settings, &arguments, &code))
		return code;
	return print(&settings, arguments.operands[0], &err) == TM_OK
		       ? TM_EXIT_PASS
		       : tm_cli_fail(&err);
}

const struct tm_command tm_cli_help = {
	.name = "help",
	.run = run,
	.usage = "[COMMAND] [OPTION...]",
	.summary = "Show the commands, or the options of one",
	.operands = TM_OPERANDS_COMMANDS,
	.groups = groups,
	.rules = rules,
	.examples = examples,
};
