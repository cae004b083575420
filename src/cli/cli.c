#include "cli/cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "options/help.h"
#include "report/format/grid.h"
#include "results/store.h"
#include "util/escape.h"
#include "util/text.h"

/* --- options that several commands have ----------------------------------- */

const struct tm_option tm_cli_results_dir_option[] = {
	{.name = "results-dir",
	 TM_OPTION_INTO(TEXT, struct tm_cli_store, directory),
	 .argument = "DIR",
	 .help = "where runs are stored (" TM_RESULTS_DIRECTORY ")"},
	TM_OPTIONS_END};

const struct tm_option tm_cli_last_option[] = {
	{.name = "last",
	 TM_OPTION_INTO(COUNT, struct tm_cli_store, last),
	 .least = 1,
	 .argument = "N",
	 .help = "take the newest N runs"},
	TM_OPTIONS_END};

const struct tm_option tm_cli_quiet_option[] = {
	{.name = "quiet",
	 .type = TM_OPTION_FLAG,
	 .help = "print errors and results only: no progress, no hints"},
	TM_OPTIONS_END};

/* --- the command line ----------------------------------------------------- */

int tm_cli_read(const struct tm_command *command, void *settings,
		struct tm_arguments *arguments, int *code)
{
	struct tm_err err = {0};

	switch (tm_options_read(command, settings, arguments, &err)) {
	case TM_ITEM_END:
		return 1;
	case TM_ITEM_HELP:
		tm_help_print(stdout, command);
		*code = TM_EXIT_PASS;
		return 0;
	default:
		*code = tm_cli_fail(&err);
		return 0;
	}
}

/* --- saying things -------------------------------------------------------- */

int tm_cli_is_in_github(void)
{
	const char *value = getenv("GITHUB_ACTIONS");

	return value && strcmp(value, "true") == 0;
}

void tm_cli_write(FILE *out, struct tm_buf *text)
{
	if (!text->length)
		return;
	if (tm_cli_is_in_github())
		tm_github_disarm(text->bytes);
	fwrite(text->bytes, 1, text->length, out);
}

/* Write what `put` makes of a text, and its head; 0 when there was no memory. */
static int write_by(FILE *out,
		    void (*put)(struct tm_writer *writer, const char *head,
				const char *text),
		    const char *head, const char *text)
{
	struct tm_alloc alloc;
	struct tm_buf made;
	struct tm_writer writer = {.out = &made, .width = tm_cli_width(out)};

	tm_alloc_init(&alloc);
	tm_buf_init(&made, &alloc);
	put(&writer, head, text);
	if (writer.rc == TM_OK)
		tm_cli_write(out, &made);
	tm_buf_release(&made);
	return writer.rc == TM_OK;
}

static void put_name(struct tm_writer *writer, const char *head,
		     const char *name)
{
	tm_writer_put(writer, head);
	tm_writer_put(writer, name);
	tm_writer_put(writer, "\n");
}

static void put_line(struct tm_writer *writer, const char *head,
		     const char *line)
{
	(void)head;
	tm_put_paragraph(writer, 0, line);
}

void tm_cli_write_name(FILE *out, const char *name)
{
	write_by(out, put_name, "", name);
}

void tm_cli_say_command(FILE *out, const char *head, const char *command)
{
	write_by(out, tm_put_command, head, command);
}

static void say(FILE *out, const char *head, const char *format, va_list args)
	TM_PRINTF(3, 0);

static void say(FILE *out, const char *head, const char *format, va_list args)
{
	char *text, *line;

	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	if (!text || asprintf(&line, "%s%s", head, text) < 0)
		line = NULL;
	if (line)
		tm_text_clean(line); /* names may contain any byte */
	if (!line || !write_by(out, put_line, "", line))
		fprintf(out, "%s\n", line ? line : "no memory for a message");
	free(line);
	free(text);
}

void tm_cli_say(FILE *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(out, "", format, args);
	va_end(args);
}

void tm_cli_warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(stderr, "tidemark: ", format, args);
	va_end(args);
}

int tm_cli_fail(const struct tm_err *err)
{
	tm_cli_warn("%s", err->text);
	return (int)tm_rc_exit(err->rc);
}

int tm_cli_has_colour(FILE *out)
{
	const char *no_color = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return isatty(fileno(out)) && !(no_color && *no_color) &&
	       !(terminal && strcmp(terminal, "dumb") == 0);
}

size_t tm_cli_width(FILE *out)
{
	struct winsize size;

	if (ioctl(fileno(out), TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}
