/* Bash: what is generated are two tables, what an option's value is and which
 * options and operands a command has; the functions that read them are text. */
#include "options/completion.h"

static const char values[] =
	"# What the value of option $2 of command $1 is, in $kind.\n"
	"_tidemark_kind()\n"
	"{\n"
	"\tkind=\n"
	"\tcase \"$1 $2\" in\n";

static const char tables[] =
	"\tesac\n"
	"}\n"
	"\n"
	"# The options and operands of command $1, in $options and $operands.\n"
	"_tidemark_tables()\n"
	"{\n"
	"\toptions=\n"
	"\toperands=\n"
	"\tcase $1 in\n";

static const char functions[] =
	"\tesac\n"
	"}\n"
	"\n"
	"# Fill COMPREPLY with what begins with $2 and is of kind $1.\n"
	"_tidemark_fill()\n"
	"{\n"
	"\tlocal names start=\n"
	"\n"
	"\tcase $1 in\n"
	"\tFILE) compopt -o default ;;\n"
	"\tDIR) compopt -o dirnames ;;\n"
	"\tCOMMAND)\n"
	"\t\tcompopt -o default\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -c -- \"$2\")\n"
	"\t\t;;\n"
	"\tMETRIC)\n"
	"\t\t[[ $2 == *,* ]] && start=${2%,*},\n"
	"\t\tnames=$(\"${COMP_WORDS[0]}\" list --metrics --brief 2>/dev/null)\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -P \"$start\" -W \"$names\" -- "
	"\"${2##*,}\")\n"
	"\t\t;;\n"
	"\tRUN)\n"
	"\t\tcompopt -o default\n"
	"\t\tnames=$(\"${COMP_WORDS[0]}\" list --runs --brief 2>/dev/null)\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$names\" -- \"$2\")\n"
	"\t\t;;\n"
	"\tSCENARIO)\n"
	"\t\tcompopt -o default\n"
	"\t\tnames=$(\"${COMP_WORDS[0]}\" list --brief 2>/dev/null)\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$names\" -- \"$2\")\n"
	"\t\t;;\n"
	"\tVALUE) ;;\n"
	"\t*) mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$2\") ;;\n"
	"\tesac\n"
	"}\n"
	"\n"
	"# Where the operands begin, in $first: 0 when there are none yet.\n"
	"_tidemark_first()\n"
	"{\n"
	"\tlocal i kind\n"
	"\n"
	"\tfirst=0\n"
	"\tfor ((i = 2; i < COMP_CWORD && first == 0; i++)); do\n"
	"\t\tcase ${COMP_WORDS[i]} in\n"
	"\t\t--) first=$((i + 1)) ;;\n"
	"\t\t=) i=$((i + 1)) ;;\n"
	"\t\t-*)\n"
	"\t\t\t_tidemark_kind \"$1\" \"${COMP_WORDS[i]}\"\n"
	"\t\t\t[[ $kind && ${COMP_WORDS[i + 1]} != = ]] && i=$((i + 1))\n"
	"\t\t\t;;\n"
	"\t\t*) first=$i ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"}\n"
	"\n"
	"_tidemark()\n"
	"{\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - "
	"1]}\n"
	"\tlocal command=${COMP_WORDS[1]} kind options operands first\n"
	"\n"
	"\tCOMPREPLY=()\n"
	"\t[[ $cur == = ]] && cur=\n"
	"\t[[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	"\tif ((COMP_CWORD == 1)); then\n"
	"\t\t_tidemark_tables ''\n"
	"\t\t_tidemark_fill \"$options\" \"$cur\"\n"
	"\t\treturn\n"
	"\tfi\n"
	"\t_tidemark_tables \"$command\"\n"
	"\t_tidemark_first \"$command\"\n"
	"\tif [[ $operands == COMMAND ]] && ((first && first < COMP_CWORD)); "
	"then\n"
	"\t\tcompopt -o default # the program's own arguments\n"
	"\t\treturn\n"
	"\tfi\n"
	"\t_tidemark_kind \"$command\" \"$prev\"\n"
	"\tif [[ $kind ]]; then\n"
	"\t\t_tidemark_fill \"$kind\" \"$cur\"\n"
	"\telif [[ $cur == -* ]]; then\n"
	"\t\t_tidemark_fill \"$options\" \"$cur\"\n"
	"\telse\n"
	"\t\t_tidemark_fill \"$operands\" \"$cur\"\n"
	"\tfi\n"
	"}\n"
	"\n"
	"complete -F _tidemark tidemark\n";

static void put_kind(FILE *out, const struct tm_command *command,
		     const struct tm_option *option)
{
	char choices[160];

	if (tm_completion_value(option) == TM_VALUE_NONE)
		return;
	fprintf(out, "\t\"%s --%s\"", command->name, option->name);
	if (option->letter)
		fprintf(out, " | \"%s -%c\"", command->name, option->letter);
	fputs(") kind=", out);
	switch (tm_completion_value(option)) {
	case TM_VALUE_CHOICE:
		tm_completion_choices(option, choices, sizeof(choices));
		fprintf(out, "'%s' ;;\n", choices);
		break;
	case TM_VALUE_FILE:
		fputs("FILE ;;\n", out);
		break;
	case TM_VALUE_FOLDER:
		fputs("DIR ;;\n", out);
		break;
	case TM_VALUE_METRICS:
		fputs("METRIC ;;\n", out);
		break;
	default:
		fputs("VALUE ;;\n", out);
	}
}

static void put_names(FILE *out, const struct tm_command *const *commands)
{
	for (; *commands; commands++)
		fprintf(out, "%s%s", (*commands)->name, commands[1] ? " " : "");
}

static void put_operands(FILE *out, const struct tm_command *command,
			 const struct tm_command *const *commands)
{
	static const char *const kinds[] = {
		[TM_OPERANDS_NONE] = "VALUE",
		[TM_OPERANDS_RUNS] = "RUN",
		[TM_OPERANDS_SCENARIOS] = "SCENARIO",
		[TM_OPERANDS_COMMAND] = "COMMAND",
	};
	const char *const *action = command->actions;

	fputs("\t\toperands='", out);
	for (; action && *action; action++)
		fprintf(out, "%s%s", *action, action[1] ? " " : "");
	if (command->operands == TM_OPERANDS_COMMANDS)
		put_names(out, commands);
	else if (!command->actions)
		fputs(kinds[command->operands], out);
	fputs("'\n", out);
}

static void put_options(FILE *out, const struct tm_command *command,
			const struct tm_command *const *commands)
{
	const struct tm_option_group *group;
	const struct tm_option *option;
	size_t i;

	fprintf(out, "\t%s)\n\t\toptions='", command->name);
	for (i = 0; (group = tm_command_group(command, i)); i++) {
		for (option = group->options; option->name; option++) {
			if (option->help)
				fprintf(out, "--%s ", option->name);
		}
	}
	fputs("--help'\n", out);
	put_operands(out, command, commands);
	fputs("\t\t;;\n", out);
}

static void put_kinds(FILE *out, const struct tm_command *command)
{
	const struct tm_option_group *group;
	const struct tm_option *option;
	size_t i;

	for (i = 0; (group = tm_command_group(command, i)); i++) {
		for (option = group->options; option->name; option++)
			put_kind(out, command, option);
	}
}

void tm_completion_bash(FILE *out, const struct tm_command *const *commands)
{
	const struct tm_command *const *command;

	fputs("# Completion for bash; made by `tidemark help --completion "
	      "bash`.\n\n",
	      out);
	fputs(values, out);
	for (command = commands; *command; command++)
		put_kinds(out, *command);
	fputs(tables, out);
	fputs("\t'') options='", out);
	put_names(out, commands);
	fputs(" --help --version' ;;\n", out);
	for (command = commands; *command; command++)
		put_options(out, *command, commands);
	fputs(functions, out);
}
