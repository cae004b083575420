#include "options/help.h"

#include <string.h>

#define COLUMNS	    80
#define TEXT_COLUMN 28 /* where the text of an option begins */

/* --- pieces --------------------------------------------------------------- */

void tm_help_option(const struct tm_option *option, char *out, size_t size)
{
	const char *argument = option->argument;

	if (!argument)
		snprintf(out, size, "--%s", option->name);
	else if (tm_option_is_optional(option))
		snprintf(out, size, "--%s[=%s", option->name, argument + 1);
	else
		snprintf(out, size, "--%s %s", option->name, argument);
}

void tm_help_text(const struct tm_option *option, char *out, size_t size)
{
	char choices[120];

	tm_option_list_choices(option, choices, sizeof(choices));
	snprintf(out, size, "%s%s%s", option->help, *choices ? ": " : "",
		 choices);
}

static void put_spaces(FILE *out, size_t count)
{
	while (count-- > 0)
		fputc(' ', out);
}

/* Words from column `used` on, and on further lines from `indent` on. */
static void put_wrapped(FILE *out, const char *text, size_t used, size_t indent)
{
	while (*text) {
		size_t length = strcspn(text, " ");

		if (used > indent && used + 1 + length > COLUMNS) {
			fputc('\n', out);
			put_spaces(out, indent);
			used = indent;
		} else if (used > indent) {
			fputc(' ', out);
			used++;
		}
		fwrite(text, 1, length, out);
		used += length;
		text += length;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

/* --- a command ------------------------------------------------------------ */

static void put_row(FILE *out, char letter, const char *name, const char *text)
{
	char left[80];
	size_t used;

	if (letter)
		snprintf(left, sizeof(left), "  -%c, %s", letter, name);
	else
		snprintf(left, sizeof(left), "      %s", name);
	used = strlen(left);
	fputs(left, out);
	if (used + 2 > TEXT_COLUMN) {
		fputc('\n', out);
		used = 0;
	}
	put_spaces(out, TEXT_COLUMN - used);
	put_wrapped(out, text, TEXT_COLUMN, TEXT_COLUMN);
}

static void put_group(FILE *out, const struct tm_option_group *group)
{
	const struct tm_option *option;
	char name[80], text[320];

	if (group->title)
		fprintf(out, "\n%s:\n", group->title);
	for (option = group->options; option->name; option++) {
		if (!option->help)
			continue;
		tm_help_option(option, name, sizeof(name));
		tm_help_text(option, text, sizeof(text));
		put_row(out, option->letter, name, text);
	}
}

void tm_help_print_examples(FILE *out, const struct tm_command *command)
{
	const struct tm_example *example = command->examples;

	for (; example && example->command; example++) {
		fprintf(out, "  tidemark %s\n      ", example->command);
		put_wrapped(out, example->text, 6, 6);
	}
}

static void put_usage(FILE *out, const struct tm_command *command)
{
	const char *line = command->usage;
	const char *before = "Usage:";

	while (line) {
		const char *end = strchr(line, '\n');
		size_t length = end ? (size_t)(end - line) : strlen(line);

		fprintf(out, "%s tidemark %s %.*s\n", before, command->name,
			(int)length, line);
		before = "      ";
		line = end ? end + 1 : NULL;
	}
}

const char *tm_help_operands(const struct tm_command *command)
{
	return command->operands == TM_OPERANDS_RUNS
		       ? "A RUN is the folder of a stored run, or a name: the "
			 "newest run of that name. `tidemark list --runs` "
			 "lists them"
		       : NULL;
}

static void put_operands(FILE *out, const struct tm_command *command)
{
	const char *text = tm_help_operands(command);
	char sentence[200];

	if (!text)
		return;
	snprintf(sentence, sizeof(sentence), "%s.", text);
	fputc('\n', out);
	put_wrapped(out, sentence, 0, 0);
}

void tm_help_print(FILE *out, const struct tm_command *command)
{
	const struct tm_option_group *group;
	size_t i;

	put_usage(out, command);
	fprintf(out, "\n%s.\n", command->summary);
	put_operands(out, command);
	for (i = 0; (group = tm_command_group(command, i)); i++)
		put_group(out, group);
	fputs("\nOther:\n", out);
	put_row(out, 'h', "--help", "show this");
	if (command->examples) {
		fputs("\nExamples:\n", out);
		tm_help_print_examples(out, command);
	}
}

void tm_help_print_all(FILE *out, const struct tm_command *const *commands)
{
	fputs("Usage: tidemark COMMAND ...\n\n"
	      "Measure how a program's memory grows, say what grows, and fail "
	      "a build for it.\n\n",
	      out);
	for (; *commands; commands++)
		fprintf(out, "  %-10s %s\n", (*commands)->name,
			(*commands)->summary);
	fputs("\n  --version  show the version\n"
	      "\n`tidemark help COMMAND` shows a command's options, with "
	      "examples.\nStart with: tidemark exec -- PROGRAM [ARG...]\n",
	      out);
}
