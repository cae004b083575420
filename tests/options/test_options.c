#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>

#include "options/completion.h"
#include "options/help.h"
#include "options/manual.h"
#include "options/options.h"

/* --- a command of every kind ---------------------------------------------- */

enum colour { RED, GREEN };

struct shared {
	const char *folder;
};

struct settings {
	int flag;
	const char *text;
	uint64_t count, size, every_ms, page;
	enum colour colour;
	int called; /* values that were read */
	struct shared shared;
};

static enum tm_rc read_called(void *field, const struct tm_option *option,
			      const char *value, struct tm_err *err)
{
	int *called = field;

	if (value && strcmp(value, "bad") == 0)
		return tm_fail(err, TM_EUSAGE, "--%s: bad", option->name);
	*called += value ? 1 : 10;
	return TM_OK;
}

static const char *const colours[] = {"red", "green", "", NULL};

#define INTO(what, member) TM_OPTION_INTO(what, struct settings, member)

static const struct tm_option own[] = {
	{.name = "flag", .letter = 'f', INTO(FLAG, flag), .help = "a flag"},
	{.name = "text",
	 .letter = 't',
	 INTO(TEXT, text),
	 .argument = "FILE",
	 .help = "a text at red:// or green://: with more to say"},
	{.name = "alias", INTO(TEXT, text), .argument = "FILE"},
	{.name = "count", INTO(COUNT, count), .argument = "N", .help = "many"},
	{.name = "page",
	 INTO(COUNT, page),
	 .least = 1,
	 .most = 9,
	 .argument = "N",
	 .help = "one of nine"},
	{.name = "size", INTO(SIZE, size), .argument = "SIZE", .help = "large"},
	{.name = "every",
	 INTO(DURATION, every_ms),
	 .least = 1,
	 .argument = "SECONDS",
	 .help = "often"},
	{.name = "colour",
	 INTO(CHOICE, colour),
	 .argument = "COLOUR",
	 .choices = colours,
	 .help = "which"},
	{.name = "call",
	 INTO(CALL, called),
	 .read = read_called,
	 .argument = "[WHAT]",
	 .help = "it's read by a function"},
	TM_OPTIONS_END};

static const struct tm_option shared[] = {
	{.name = "folder",
	 TM_OPTION_INTO(TEXT, struct shared, folder),
	 .argument = "DIR",
	 .help = "where"},
	TM_OPTIONS_END};

static const struct tm_option_group groups[] = {
	{"Own", own, 0},
	{"Shared", shared, offsetof(struct settings, shared)},
	{NULL, NULL, 0}};

static const struct tm_option_rule rules[] = {
	{TM_RULE_ONE_OF, "count size every", NULL, "one will do"},
	{TM_RULE_WITHOUT, "flag page", "colour", NULL},
	{TM_RULE_NEEDS, "call", "flag", "which allows it"},
	{.names = NULL}};

static const struct tm_example examples[] = {{"try --text a.b", "an example"},
					     {NULL, NULL}};

static const struct tm_command command = {
	.name = "try",
	.usage = "[RUN...]\n--other",
	.summary = "Try it",
	.operands = TM_OPERANDS_RUNS,
	.groups = groups,
	.rules = rules,
	.examples = examples,
};

/* --- reading -------------------------------------------------------------- */

static struct settings settings;
static struct tm_arguments arguments;
static struct tm_err err;

/* Read a line, whose words are parted by single spaces. */
static enum tm_option_item parse(const struct tm_command *of, const char *line)
{
	static char text[256];
	static char *argv[32];
	int argc = 0;
	char *rest = text;

	memset(&settings, 0, sizeof(settings));
	memset(&err, 0, sizeof(err));
	snprintf(text, sizeof(text), "%s", line);
	while (rest && argc < 31)
		argv[argc++] = strsep(&rest, " ");
	argv[argc] = NULL;
	arguments = (struct tm_arguments){.argc = argc, .argv = argv};
	return tm_options_read(of, &settings, &arguments, &err);
}

Test(options, keeps_each_kind_in_its_field)
{
	cr_assert_eq(parse(&command, "try --flag --call --call=x --text a"),
		     TM_ITEM_END, "%s", err.text);
	cr_assert_eq(settings.flag, 1);
	cr_assert_str_eq(settings.text, "a");
	cr_assert_eq(settings.called, 11);
	cr_assert_eq(parse(&command, "try --size 2KiB --page=3"), TM_ITEM_END);
	cr_assert_eq(settings.size, 2048);
	cr_assert_eq(settings.page, 3);
	cr_assert_eq(parse(&command, "try --every 0.5 --colour green"),
		     TM_ITEM_END);
	cr_assert_eq(settings.every_ms, 500);
	cr_assert_eq(settings.colour, GREEN);
}

Test(options, finds_the_struct_of_a_shared_group)
{
	cr_assert_eq(parse(&command, "try --folder f --alias b"), TM_ITEM_END);
	cr_assert_str_eq(settings.shared.folder, "f");
	cr_assert_str_eq(settings.text, "b");
}

Test(options, reads_letters_with_their_value_behind_or_attached)
{
	cr_assert_eq(parse(&command, "try -f -t a"), TM_ITEM_END);
	cr_assert_eq(settings.flag, 1);
	cr_assert_str_eq(settings.text, "a");
	cr_assert_eq(parse(&command, "try -tb"), TM_ITEM_END);
	cr_assert_str_eq(settings.text, "b");
}

Test(options, gathers_operands_and_those_behind_two_dashes)
{
	cr_assert_eq(parse(&command, "try a --count 3 b - -- --flag -- c"),
		     TM_ITEM_END);
	cr_assert_eq(arguments.count, 6);
	cr_assert_str_eq(arguments.operands[0], "a");
	cr_assert_str_eq(arguments.operands[1], "b");
	cr_assert_str_eq(arguments.operands[2], "-");
	cr_assert_eq(arguments.behind, arguments.operands + 3);
	cr_assert_str_eq(arguments.behind[0], "--flag");
	cr_assert_str_eq(arguments.behind[1], "--");
	cr_assert_null(arguments.operands[6]);
	cr_assert_eq(settings.flag, 0);
	cr_assert_eq(parse(&command, "try"), TM_ITEM_END);
	cr_assert_eq(arguments.count, 0);
	cr_assert_null(arguments.operands[0]);
	cr_assert_null(arguments.behind);
}

Test(options, leaves_a_program_all_that_follows_it)
{
	struct tm_command program = command;

	program.operands = TM_OPERANDS_COMMAND;
	cr_assert_eq(parse(&program, "try --count 3 ls --flag --help"),
		     TM_ITEM_END);
	cr_assert_eq(arguments.count, 3);
	cr_assert_str_eq(arguments.operands[1], "--flag");
	cr_assert_eq(settings.flag, 0);
	cr_assert_eq(parse(&program, "try -- -x"), TM_ITEM_END);
	cr_assert_str_eq(arguments.operands[0], "-x");
	cr_assert_eq(parse(&program, "try --count 3"), TM_ITEM_END);
	cr_assert_eq(arguments.count, 0);
	cr_assert_null(arguments.operands[0]);
	cr_assert_str_eq(arguments.argv[1], "--count");
}

Test(options, asks_for_help_wherever_it_stands)
{
	cr_assert_eq(parse(&command, "try a --help --nonsense"), TM_ITEM_HELP);
	cr_assert_eq(parse(&command, "try -h"), TM_ITEM_HELP);
	cr_assert_eq(parse(&command, "try -- --help"), TM_ITEM_END);
}

struct mistake {
	char line[40];
	char says[96];
};

ParameterizedTestParameters(options, names_the_option_of_a_mistake)
{
	static struct mistake rows[] = {
		{"try --flog", "unknown option '--flog' (did you mean "
			       "'--flag'?); `tidemark help try` shows all"},
		{"try -x", "unknown option '-x'; `tidemark help try`"},
		{"try --flag=1", "--flag takes no value"},
		{"try --text", "--text needs a value: FILE"},
		{"try -t", "--text needs a value: FILE"},
		{"try --count -1", "--count needs a whole number, not '-1'"},
		{"try --page 0", "needs a whole number from 1 to 9, not '0'"},
		{"try --page 10", "needs a whole number from 1 to 9, not '10'"},
		{"try --size huge", "--size needs a size such as 512KiB or 2G"},
		{"try --every 0", "--every needs a duration of at least 1 ms, "
				  "e.g. 0.1 or 2m, not '0'"},
		{"try --colour blue", "--colour is red or green, not 'blue'"},
		{"try --colour=", "--colour is red or green, not ''"},
		{"try --flag --call=bad", "--call: bad"},
		{"try --size 1 --every 1", "--size and --every cannot be used "
					   "together: one will do"},
		{"try --page 1 --colour red", "--page and --colour cannot be "
					      "used together"},
		{"try --call", "--call needs --flag, which allows it"},
	};

	return cr_make_param_array(struct mistake, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct mistake *row, options, names_the_option_of_a_mistake)
{
	cr_assert_eq(parse(&command, row->line), TM_ITEM_BAD, "%s", row->line);
	cr_assert_eq(err.rc, TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, row->says), "%s", err.text);
}

/* --- what is made of the tables ------------------------------------------- */

static char printed[65536];

static const struct tm_command *const commands[] = {&command, NULL};

static FILE *open_text(void)
{
	memset(printed, 0, sizeof(printed));
	return fmemopen(printed, sizeof(printed), "w");
}

#define assert_has(text)                                                       \
	cr_assert_not_null(strstr(printed, text), "%s", printed)

Test(options, shows_help_by_group_with_examples)
{
	FILE *out = open_text();
	char *line, *rest = printed;

	tm_help_print(out, &command);
	fclose(out);
	assert_has(
		"Usage: tidemark try [RUN...]\n       tidemark try --other\n");
	assert_has("\nOwn:\n  -f, --flag                a flag\n");
	assert_has("--call[=WHAT]");
	assert_has("which: red or green\n");
	assert_has("\nShared:\n");
	assert_has("\nExamples:\n  tidemark try --text a.b\n");
	cr_assert_null(strstr(printed, "alias"));
	while ((line = strsep(&rest, "\n")))
		cr_assert_leq(strlen(line), 80, "%s", line);
}

Test(options, writes_a_manual_page)
{
	FILE *out = open_text();

	tm_manual_print(out, &command, "1.2");
	fclose(out);
	assert_has(".TH TIDEMARK-TRY 1 \"\" \"tidemark 1.2\"");
	assert_has("\\fB\\-t\\fR, \\fB\\-\\-text\\fR \\fIFILE\\fR\n");
	assert_has("\\fB\\-\\-call\\fR[=\\fIWHAT]\\fR\nIt\\(aqs read by");
	assert_has("\\fB\\-\\-call\\fR needs \\fB\\-\\-flag\\fR, which");
	cr_assert_null(strstr(printed, "alias"));
}

/* A colon in a word is not the end of a help; zsh wants it escaped. */
static void assert_helps(const char *shell)
{
	if (strcmp(shell, "zsh") == 0)
		assert_has("[a text at red\\:// or green\\://]");
	else if (strcmp(shell, "fish") == 0)
		assert_has("'a text at red:// or green://'");
	cr_assert_null(strstr(printed, "more to say"));
}

Test(options, completes_in_three_shells)
{
	static const char *const shells[] = {"bash", "zsh", "fish"};
	size_t i;

	for (i = 0; i < sizeof(shells) / sizeof(*shells); i++) {
		FILE *out = open_text();

		cr_assert_eq(
			tm_completion_print(out, shells[i], commands, &err),
			TM_OK);
		fclose(out);
		assert_has("colour");
		assert_has("red green");
		assert_helps(shells[i]);
		cr_assert_null(strstr(printed, "alias "));
	}
	cr_assert_eq(tm_completion_print(stderr, "csh", commands, &err),
		     TM_EUSAGE);
}
