/* Zsh: a specification for _arguments for each option. */
#include "options/completion.h"

#include <string.h>

/* Within '...' and a specification's brackets. */
static void put_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", out);
		else if (strchr(":[]\\", *text))
			fprintf(out, "\\%c", *text);
		else
			fputc(*text, out);
	}
}

static void put_value(FILE *out, const struct tm_option *option)
{
	char choices[160];

	if (!option->argument)
		return;
	fputc(':', out);
	if (tm_option_is_optional(option))
		fputc(':', out);
	put_text(out,
		 tm_option_is_optional(option) ? "value" : option->argument);
	fputc(':', out);
	switch (tm_completion_value(option)) {
	case TM_VALUE_CHOICE:
		tm_completion_choices(option, choices, sizeof(choices));
		fprintf(out, "(%s)", choices);
		break;
	case TM_VALUE_FILE:
		fputs("_files", out);
		break;
	case TM_VALUE_FOLDER:
		fputs("_files -/", out);
		break;
	case TM_VALUE_METRICS:
		fputs("_sequence _tidemark_metric", out);
		break;
	default:
		break;
	}
}

static void put_option(FILE *out, const struct tm_option *option)
{
	const char *equals = !option->argument		     ? ""
			     : tm_option_is_optional(option) ? "=-"
							     : "=";
	char text[160];

	tm_completion_text(option, text, sizeof(text));
	if (option->letter) {
		fprintf(out, "\t\t\t'-%c%s[", option->letter,
			option->argument ? "+" : "");
		put_text(out, text);
		fputc(']', out);
		put_value(out, option);
		fputs("' \\\n", out);
	}
	fprintf(out, "\t\t\t'--%s%s[", option->name, equals);
	put_text(out, text);
	fputc(']', out);
	put_value(out, option);
	fputs("' \\\n", out);
}

static void put_operands(FILE *out, const struct tm_command *command)
{
	const char *const *action = command->actions;

	switch (command->operands) {
	case TM_OPERANDS_RUNS:
		fputs("'*:run:_tidemark_runs'", out);
		break;
	case TM_OPERANDS_SCENARIOS:
		fputs("'*:scenario:_tidemark_scenarios'", out);
		break;
	case TM_OPERANDS_COMMAND:
		fputs("'*::program:_normal'", out);
		break;
	case TM_OPERANDS_ACTION:
		fputs("'1:action:(", out);
		for (; *action; action++)
			fprintf(out, "%s%s", *action, action[1] ? " " : "");
		fputs(")' '*:run:_tidemark_runs'", out);
		break;
	case TM_OPERANDS_COMMANDS:
		fputs("'1:command:_tidemark_commands'", out);
		break;
	case TM_OPERANDS_NONE:
		fputs("'*: :'", out);
	}
}

static void put_command(FILE *out, const struct tm_command *command)
{
	const struct tm_option_group *group;
	const struct tm_option *option;
	size_t i;

	fprintf(out, "\t%s)\n\t\t_arguments -s %s\\\n", command->name,
		command->operands == TM_OPERANDS_COMMAND ? "-A '-*' " : "");
	for (i = 0; (group = tm_command_group(command, i)); i++) {
		for (option = group->options; option->name; option++) {
			if (option->help)
				put_option(out, option);
		}
	}
	fputs("\t\t\t'(-h --help)'{-h,--help}'[show this]' \\\n\t\t\t", out);
	put_operands(out, command);
	fputs("\n\t\t;;\n", out);
}

/* Functions that complete the names of runs, scenarios and metrics. */
static void put_names(FILE *out)
{
	fputs("#compdef tidemark\n"
	      "# Completion for zsh; made by `tidemark help --completion "
	      "zsh`.\n"
	      "\n"
	      "_tidemark_names() {\n"
	      "\tlocal what=$1\n"
	      "\tshift\n"
	      "\tcompadd \"$@\" -- ${(f)\"$(_call_program names tidemark list "
	      "--$what --brief 2>/dev/null)\"}\n"
	      "}\n"
	      "_tidemark_metric() { _tidemark_names metrics \"$@\" }\n"
	      "_tidemark_run() { _tidemark_names runs \"$@\" }\n"
	      "_tidemark_scenario() { _tidemark_names scenarios \"$@\" }\n"
	      "\n"
	      "_tidemark_runs() {\n"
	      "\t_alternative 'runs:run:_tidemark_run' "
	      "'folders:folder:_files -/'\n"
	      "}\n"
	      "\n"
	      "_tidemark_scenarios() {\n"
	      "\t_alternative 'scenarios:scenario:_tidemark_scenario' "
	      "'programs:program:_files'\n"
	      "}\n"
	      "\n",
	      out);
}

static void put_summaries(FILE *out, const struct tm_command *const *command)
{
	fputs("_tidemark_commands() {\n"
	      "\tlocal -a commands=(\n",
	      out);
	for (; *command; command++) {
		fprintf(out, "\t\t'%s:", (*command)->name);
		put_text(out, (*command)->summary);
		fputs("'\n", out);
	}
	fputs("\t)\n"
	      "\t_describe command commands\n"
	      "}\n"
	      "\n",
	      out);
}

void tm_completion_zsh(FILE *out, const struct tm_command *const *commands)
{
	const struct tm_command *const *command;

	put_names(out);
	put_summaries(out, commands);
	fputs("_tidemark() {\n"
	      "\tif (( CURRENT == 2 )); then\n"
	      "\t\t_tidemark_commands\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tshift words\n"
	      "\t(( CURRENT-- ))\n"
	      "\tcase $words[1] in\n",
	      out);
	for (command = commands; *command; command++)
		put_command(out, *command);
	fputs("\tesac\n"
	      "}\n"
	      "\n"
	      "if [[ $funcstack[1] == _tidemark ]]; then\n"
	      "\t_tidemark \"$@\"\n"
	      "else\n"
	      "\tcompdef _tidemark tidemark\n"
	      "fi\n",
	      out);
}
