/*
 * The pages use the classic man macros, which every formatter knows.  Fonts are
 * set by escapes, so that no text has to be quoted as a macro's argument.
 */
#include "options/manual.h"

#include <ctype.h>
#include <string.h>

#include "options/help.h"

#define BOLD   "\\fB"
#define ITALIC "\\fI"
#define ROMAN  "\\fR"

/* --- text ----------------------------------------------------------------- */

/* At the start of a line a dot or a quote would begin a request. */
static void put_text(FILE *out, const char *text)
{
	const char *c;

	if (*text == '.' || *text == '\'')
		fputs("\\&", out);
	for (c = text; *c; c++) {
		if (*c == '\\')
			fputs("\\e", out);
		else if (*c == '-')
			fputs("\\-", out);
		else if (*c == '\'')
			fputs("\\(aq", out);
		else if (*c == '`')
			fputs("\\(ga", out);
		else if (*c == '^')
			fputs("\\(ha", out);
		else if (*c == '~')
			fputs("\\(ti", out);
		else
			fputc(*c, out);
	}
}

/* A sentence of its own on a line of its own. */
static void put_sentence(FILE *out, const char *text)
{
	char first[2] = {(char)toupper((unsigned char)*text), '\0'};

	if (!*text)
		return;
	put_text(out, first);
	put_text(out, text + 1);
	fputs(".\n", out);
}

static void put_in(FILE *out, const char *font, const char *text)
{
	fputs(font, out);
	put_text(out, text);
	fputs(ROMAN, out);
}

/* A title in capitals. */
static void put_section(FILE *out, const char *title)
{
	fprintf(out, ".SH %s\n", title);
}

/* --- parts ---------------------------------------------------------------- */

static void put_head(FILE *out, const struct tm_command *command,
		     const char *version)
{
	const char *c = command ? command->name : "";

	fputs(".TH TIDEMARK", out);
	if (command)
		fputc('-', out);
	for (; *c; c++)
		fputc(toupper((unsigned char)*c), out);
	fprintf(out, " 1 \"\" \"tidemark %s\" \"User Commands\"\n", version);
	put_section(out, "NAME");
	fprintf(out, "tidemark%s%s \\- ", command ? "\\-" : "",
		command ? command->name : "");
}

static void put_name_and_value(FILE *out, const struct tm_option *option)
{
	const char *argument = option->argument;

	if (option->letter)
		fprintf(out, BOLD "\\-%c" ROMAN ", ", option->letter);
	fputs(BOLD "\\-\\-", out);
	put_text(out, option->name);
	fputs(ROMAN, out);
	if (argument && tm_option_is_optional(option)) {
		fputs("[=", out);
		argument++;
	} else if (argument) {
		fputc(' ', out);
	}
	if (argument)
		put_in(out, ITALIC, argument);
	fputc('\n', out);
}

static void put_group(FILE *out, const struct tm_option_group *group)
{
	const struct tm_option *option;
	char text[320];

	if (group->title) {
		fputs(".SS ", out);
		put_text(out, group->title);
		fputc('\n', out);
	}
	for (option = group->options; option->name; option++) {
		if (!option->help)
			continue;
		fputs(".TP\n", out);
		put_name_and_value(out, option);
		tm_help_text(option, text, sizeof(text));
		put_sentence(out, text);
	}
}

static void put_names(FILE *out, const char *names, const char *last)
{
	const char *before = "";
	char name[40];
	size_t length;

	for (; *names; names += length) {
		names += strspn(names, " ");
		length = strcspn(names, " ");
		snprintf(name, sizeof(name), "--%.*s", (int)length, names);
		fputs(names[length] ? before : *before ? last : "", out);
		put_in(out, BOLD, name);
		before = ", ";
	}
}

/* "save and check" */
static void put_words(FILE *out, const char *words)
{
	char word[40];
	size_t length;

	for (; *words; words += length) {
		words += strspn(words, " ");
		length = strcspn(words, " ");
		snprintf(word, sizeof(word), "%.*s", (int)length, words);
		put_in(out, BOLD, word);
		fputs(words[length] ? " and " : "", out);
	}
}

static void put_rule(FILE *out, const struct tm_option_rule *rule)
{
	char other[40];

	fputs(".PP\n", out);
	if (rule->type == TM_RULE_ACTION) {
		put_names(out, rule->names, " and ");
		fputs(strchr(rule->names, ' ') ? " are for " : " is for ", out);
		put_words(out, rule->other);
		fputs(" only.\n", out);
		return;
	}
	if (rule->type == TM_RULE_ONE_OF)
		fputs("At most one of ", out);
	put_names(out, rule->names, " and ");
	snprintf(other, sizeof(other), "--%s", rule->other ? rule->other : "");
	if (rule->type == TM_RULE_ONE_OF)
		fputs(" can be given", out);
	else if (rule->type == TM_RULE_NEEDS)
		fputs(strchr(rule->names, ' ') ? " need " : " needs ", out);
	else
		fputs(" cannot be used with ", out);
	if (rule->other)
		put_in(out, BOLD, other);
	if (rule->because) {
		fputs(rule->type == TM_RULE_NEEDS ? ", " : ": ", out);
		put_text(out, rule->because);
	}
	fputs(".\n", out);
}

static void put_options(FILE *out, const struct tm_command *command)
{
	const struct tm_option_group *group;
	const struct tm_option_rule *rule = command->rules;
	size_t i;

	put_section(out, "OPTIONS");
	for (i = 0; (group = tm_command_group(command, i)); i++)
		put_group(out, group);
	fputs(".SS Other\n.TP\n" BOLD "\\-h" ROMAN ", " BOLD "\\-\\-help" ROMAN
	      "\nShow the options in short.\n",
	      out);
	for (; rule && rule->names; rule++)
		put_rule(out, rule);
}

static void put_examples(FILE *out, const struct tm_example *example)
{
	if (!example || !example->command)
		return;
	put_section(out, "EXAMPLES");
	for (; example->command; example++) {
		fputs(".TP\n" BOLD "tidemark ", out);
		put_text(out, example->command);
		fputs(ROMAN "\n", out);
		put_sentence(out, example->text);
	}
}

static void put_codes(FILE *out, const struct tm_command *command)
{
	static const char *const codes[] = {
		"Success: nothing is over its budget",
		"Something grows by more than its budget",
		"A mistake on the command line or in a file that was given",
		"A run could not be measured, or is inconclusive",
		"An internal error in tidemark",
	};
	size_t i;

	put_section(out, "EXIT STATUS");
	if (command && command->operands == TM_OPERANDS_COMMAND)
		fputs("That of the program when it did not end with 0, "
		      "128 + N when signal N ended it, 3 when tidemark "
		      "stopped it; else:\n",
		      out);
	for (i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		fprintf(out, ".TP\n" BOLD "%zu" ROMAN "\n%s.\n", i, codes[i]);
}

/* Each line of the usage is another way to call it. */
static void put_usage(FILE *out, const struct tm_command *command)
{
	const char *line = command->usage;
	char text[160];

	put_section(out, "SYNOPSIS");
	while (line) {
		const char *end = strchr(line, '\n');
		size_t length = end ? (size_t)(end - line) : strlen(line);

		snprintf(text, sizeof(text), "%.*s", (int)length, line);
		fprintf(out, BOLD "tidemark %s" ROMAN " ", command->name);
		put_text(out, text);
		fputs(end ? "\n.br\n" : "\n", out);
		line = end ? end + 1 : NULL;
	}
}

/* --- pages ---------------------------------------------------------------- */

void tm_manual_print(FILE *out, const struct tm_command *command,
		     const char *version)
{
	put_head(out, command, version);
	put_text(out, command->summary);
	fputc('\n', out);
	put_usage(out, command);
	put_section(out, "DESCRIPTION");
	put_sentence(out, command->summary);
	if (tm_help_operands(command))
		put_sentence(out, tm_help_operands(command));
	put_options(out, command);
	put_examples(out, command->examples);
	put_codes(out, command);
	put_section(out, "SEE ALSO");
	fputs(".BR tidemark (1)\n", out);
}

static void put_commands(FILE *out, const struct tm_command *const *commands)
{
	put_section(out, "COMMANDS");
	for (; *commands; commands++) {
		fprintf(out, ".TP\n.BR tidemark\\-%s (1)\n", (*commands)->name);
		put_sentence(out, (*commands)->summary);
	}
}

static void put_rows(FILE *out, const char *const rows[][2])
{
	for (; (*rows)[0]; rows++) {
		fputs(".TP\n", out);
		put_in(out, BOLD, (*rows)[0]);
		fputc('\n', out);
		put_sentence(out, (*rows)[1]);
	}
}

void tm_manual_print_all(FILE *out, const struct tm_command *const *commands,
			 const char *version)
{
	static const char *const variables[][2] = {
		{"NO_COLOR", "when it is set, nothing is coloured"},
		{"GITHUB_ACTIONS", "when it is `true`, each run that fails its "
				   "budget is an annotation too"},
		{"TIDEMARK_TRACE", "a file to which tidemark appends what it "
				   "saw and decided, a line for each event; "
				   "the measured program does not inherit it"},
		{"TIDEMARK_FD", "set for a measured program: the number of the "
				"file descriptor that takes its marks, a line "
				"`mark N` for each iteration"},
		{"TIDEMARK_PIPE, TIDEMARK_ACK_PIPE",
		 "set with TIDEMARK_FD and TIDEMARK_ACK_FD: the name of the "
		 "descriptor's pipe, such as `pipe:[12345]`; where the "
		 "descriptor is another file, as in a child that did not "
		 "inherit the pipe, a program must not use it"},
		{"TIDEMARK_ACK_FD", "set with --mark-ack: one byte comes back "
				    "for each mark, after its sample"},
		{"TIDEMARK_PID", "set for a measured program: the process that "
				 "signals of --mark-signal go to"},
		{"TIDEMARK_PRELOAD_SEED",
		 "a number with which --preload samples the same allocations "
		 "in each run of a program that allocates the same"},
		{"TIDEMARK_PRELOAD_LIBRARY",
		 "the library that --preload loads; unset, it is looked for "
		 "next to tidemark"},
		{"TIDEMARK_PRELOAD, TIDEMARK_PRELOAD_SAMPLE, TIDEMARK_INSIDE",
		 "set by tidemark for what it loads into a measured program, "
		 "with --preload and --inside"},
		{"TIDEMARK_SCENARIOS", "the folder of the scenarios; unset, "
				       "the one next to tidemark"},
		{"TIDEMARK_SHARE", "the folder of the scripts and figures that "
				   "`tidemark plot` draws with"},
		{NULL, NULL}};
	static const char *const files[][2] = {
		{"results/runs/", "the stored runs, a folder for each"},
		{"results/plots/", "pictures of `tidemark plot`"},
		{NULL, NULL}};

	put_head(out, NULL, version);
	fputs("measure how a program\\(aqs memory grows\n", out);
	put_section(out, "SYNOPSIS");
	fputs(BOLD "tidemark" ROMAN " " ITALIC "COMMAND" ROMAN " ...\n", out);
	put_section(out, "DESCRIPTION");
	fputs("Runs a program, samples its memory, and decides whether it "
	      "grows: by how much per iteration, where what grows was "
	      "allocated, and whether a build should fail for it.\n"
	      "Start with:\n.PP\n" BOLD "tidemark exec \\-\\- " ROMAN ITALIC
	      "PROGRAM" ROMAN " [" ITALIC "ARG" ROMAN "...]\n",
	      out);
	put_commands(out, commands);
	put_codes(out, NULL);
	put_section(out, "ENVIRONMENT");
	put_rows(out, variables);
	put_section(out, "FILES");
	put_rows(out, files);
}
