/* Fish: a line for each option. */
#include "options/completion.h"

static void put_text(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('\'', out);
}

static void put_condition(FILE *out, const struct tm_command *command)
{
	fprintf(out, "complete -c tidemark -n '__fish_seen_subcommand_from %s'",
		command->name);
}

static void put_option(FILE *out, const struct tm_command *command,
		       const struct tm_option *option)
{
	char text[160];

	put_condition(out, command);
	fprintf(out, " -l %s", option->name);
	if (option->letter)
		fprintf(out, " -s %c", option->letter);
	switch (tm_completion_value(option)) {
	case TM_VALUE_NONE:
		break;
	case TM_VALUE_CHOICE:
		tm_completion_choices(option, text, sizeof(text));
		fprintf(out, " -x -a '%s'", text);
		break;
	case TM_VALUE_FILE:
		fputs(" -r -F", out);
		break;
	case TM_VALUE_FOLDER:
		fputs(" -x -a '(__fish_complete_directories)'", out);
		break;
	case TM_VALUE_METRICS:
		fputs(" -x -a '(tidemark list --metrics --brief)'", out);
		break;
	case TM_VALUE_OTHER:
		fputs(" -x", out);
	}
	tm_completion_text(option, text, sizeof(text));
	fputs(" -d ", out);
	put_text(out, text);
	fputc('\n', out);
}

static void put_operands(FILE *out, const struct tm_command *command,
			 const struct tm_command *const *commands)
{
	static const char *const asked[] = {
		[TM_OPERANDS_RUNS] = "(tidemark list --runs --brief)",
		[TM_OPERANDS_SCENARIOS] = "(tidemark list --brief)",
		[TM_OPERANDS_COMMAND] =
			"(__fish_complete_subcommand --fcs-skip=2)",
		[TM_OPERANDS_ACTION] = "(tidemark list --runs --brief)",
		[TM_OPERANDS_NONE] = NULL,
	};
	const char *const *action = command->actions;

	for (; action && *action; action++) {
		put_condition(out, command);
		fprintf(out, " -a %s\n", *action);
	}
	if (command->operands == TM_OPERANDS_COMMANDS) {
		put_condition(out, command);
		fputs(" -a '", out);
		for (; *commands; commands++)
			fprintf(out, "%s%s", (*commands)->name,
				commands[1] ? " " : "");
		fputs("'\n", out);
	}
	if (!asked[command->operands])
		return;
	put_condition(out, command);
	fprintf(out, "%s -a '%s'\n",
		command->operands == TM_OPERANDS_SCENARIOS ? " -F" : "",
		asked[command->operands]);
}

static void put_command(FILE *out, const struct tm_command *command,
			const struct tm_command *const *commands)
{
	const struct tm_option_group *group;
	const struct tm_option *option;
	size_t i;

	for (i = 0; (group = tm_command_group(command, i)); i++) {
		for (option = group->options; option->name; option++) {
			if (option->help)
				put_option(out, command, option);
		}
	}
	put_operands(out, command, commands);
}

void tm_completion_fish(FILE *out, const struct tm_command *const *commands)
{
	const struct tm_command *const *command;

	fputs("# Completion for fish; made by `tidemark help --completion "
	      "fish`.\n"
	      "complete -c tidemark -f\n"
	      "complete -c tidemark -s h -l help -d 'show the options'\n",
	      out);
	for (command = commands; *command; command++) {
		fprintf(out,
			"complete -c tidemark -n __fish_use_subcommand -a %s "
			"-d ",
			(*command)->name);
		put_text(out, (*command)->summary);
		fputc('\n', out);
	}
	for (command = commands; *command; command++)
		put_command(out, *command, commands);
}
