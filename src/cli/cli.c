#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/suggest.h"

void tm_cli_reader_init(struct tm_cli_reader *reader,
			const struct tm_cli_command *command, int argc,
			char **argv)
{
	memset(reader, 0, sizeof(*reader));
	reader->command = command;
	reader->argc = argc;
	reader->argv = argv;
	reader->next = 1;
}

static enum tm_cli_item fail_unknown(const struct tm_cli_reader *reader,
				     const char *name, size_t length,
				     struct tm_err *err)
{
	const struct tm_cli_flag *flag;
	struct tm_suggest suggest;
	char word[64], hint[96], dashed[40];

	snprintf(word, sizeof(word), "--%.*s", (int)length, name);
	tm_suggest_init(&suggest, word);
	for (flag = reader->command->flags; flag->name; flag++) {
		snprintf(dashed, sizeof(dashed), "--%s", flag->name);
		tm_suggest_offer(&suggest, dashed);
	}
	tm_suggest_text(&suggest, hint, sizeof(hint));
	tm_fail(err, TM_EUSAGE,
		"unknown flag '%s'%s; `tidemark help %s` shows all", word, hint,
		reader->command->name);
	return TM_CLI_BAD;
}

static int is_optional(const struct tm_cli_flag *flag)
{
	return flag->argument && strncmp(flag->argument, "[=", 2) == 0;
}

/* A flag's value: what follows its `=`, or the next argument. */
static enum tm_cli_item take_value(struct tm_cli_reader *reader,
				   const char *equals, struct tm_err *err)
{
	const struct tm_cli_flag *flag = reader->flag;

	reader->value = NULL;
	if (equals && is_optional(flag)) {
		reader->value = equals + 1;
		return TM_CLI_FLAG;
	}
	if (!flag->argument || is_optional(flag)) {
		if (!equals)
			return TM_CLI_FLAG;
		tm_fail(err, TM_EUSAGE, "--%s takes no value", flag->name);
		return TM_CLI_BAD;
	}
	if (equals)
		reader->value = equals + 1;
	else if (reader->next < reader->argc)
		reader->value = reader->argv[reader->next++];
	if (reader->value)
		return TM_CLI_FLAG;
	tm_fail(err, TM_EUSAGE, "--%s needs a value: %s", flag->name,
		flag->argument);
	return TM_CLI_BAD;
}

static enum tm_cli_item read_flag(struct tm_cli_reader *reader,
				  const char *name, struct tm_err *err)
{
	const char *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : strlen(name);

	if (strcmp(name, "help") == 0) {
		tm_cli_print_help(reader->command);
		return TM_CLI_HELP;
	}
	for (reader->flag = reader->command->flags; reader->flag->name;
	     reader->flag++) {
		if (strlen(reader->flag->name) == length &&
		    memcmp(reader->flag->name, name, length) == 0)
			return take_value(reader, equals, err);
	}
	return fail_unknown(reader, name, length, err);
}

/* -w N, or -wN. */
static enum tm_cli_item read_letter(struct tm_cli_reader *reader,
				    const char *argument, struct tm_err *err)
{
	const struct tm_cli_letter *letter = reader->command->letters;
	const char *rest = argument[2] ? argument + 1 : NULL;

	while (letter && letter->letter && letter->letter != argument[1])
		letter++;
	if (!letter || !letter->letter) {
		tm_fail(err, TM_EUSAGE,
			"unknown flag '%.20s'; `tidemark help %s` shows all",
			argument, reader->command->name);
		return TM_CLI_BAD;
	}
	reader->flag = reader->command->flags;
	while (strcmp(reader->flag->name, letter->name) != 0)
		reader->flag++;
	return take_value(reader, rest, err);
}

enum tm_cli_item tm_cli_read(struct tm_cli_reader *reader, struct tm_err *err)
{
	const char *argument;

	if (reader->next >= reader->argc)
		return TM_CLI_END;
	argument = reader->argv[reader->next++];
	if (!reader->only_words && strcmp(argument, "--") == 0) {
		reader->only_words = 1;
		return tm_cli_read(reader, err);
	}
	if (!reader->only_words && strcmp(argument, "-h") == 0) {
		tm_cli_print_help(reader->command);
		return TM_CLI_HELP;
	}
	if (!reader->only_words && strncmp(argument, "--", 2) == 0)
		return read_flag(reader, argument + 2, err);
	if (!reader->only_words && argument[0] == '-' && argument[1])
		return read_letter(reader, argument, err);
	reader->value = argument;
	return TM_CLI_WORD;
}

void tm_cli_print_help(const struct tm_cli_command *command)
{
	const struct tm_cli_letter *letter;
	const struct tm_cli_flag *flag;
	char left[64];

	printf("Usage: tidemark %s %s\n\n%s.\n\n", command->name,
	       command->usage, command->text);
	for (flag = command->flags; flag->name; flag++) {
		if (!flag->text)
			continue;
		snprintf(left, sizeof(left), "--%s%s%s", flag->name,
			 is_optional(flag) ? "" : " ",
			 flag->argument ? flag->argument : "");
		printf("  %-28s %s\n", left, flag->text);
	}
	for (letter = command->letters; letter && letter->letter; letter++)
		printf("  -%-27c --%s\n", letter->letter, letter->name);
	printf("  %-28s %s\n", "--help", "show this");
}

int tm_cli_fail(const struct tm_err *err)
{
	fprintf(stderr, "tidemark: %s\n", err->text);
	return (int)tm_rc_exit(err->rc);
}

void tm_cli_warn(const char *format, ...)
{
	va_list args;

	fputs("tidemark: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

int tm_cli_has_colour(FILE *out)
{
	const char *no_color = getenv("NO_COLOR");

	return isatty(fileno(out)) && !(no_color && *no_color);
}
