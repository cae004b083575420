#include "lab/program/options.h"

#include <getopt.h>
#include <jansson.h>
#include <string.h>

#include "options/help.h"
#include "options/options.h"

/* The version of what --describe-options prints. */
#define DESCRIPTION_VERSION 1

#define COUNT_MAX 1000000000000u
#define DAY_MS	  86400000u

/* getopt's number of the first row; below are letters. */
#define FIRST_ROW 256

static const char *const shape_names[] = {
	[TM_SHAPE_CHORD] = "chord",
	[TM_SHAPE_GROUP] = "group",
	[TM_SHAPE_DELAY] = "delay",
	NULL,
};

static const char *const wire_names[] = {
	[TM_WIRE_5_2_6] = "5.2.6",
	[TM_WIRE_4_2_2] = "4.2.2",
	NULL,
};

static const struct tm_scenario_options defaults = {
	.iterations = 10000,
	.every = 1000,
	.header = 1,
	.broker = "memory://",
	.backend = "memory://",
	.read_timeout_ms = 10000,
};

#define INTO(what, field)                                                      \
	TM_OPTION_INTO(what, struct tm_scenario_options, field)

/* The options of a run; `tidemark run` and suites take them, too. */
static const struct tm_option run_options[] = {
	{.name = "iterations",
	 INTO(COUNT, iterations),
	 .argument = "N",
	 .least = 1,
	 .most = COUNT_MAX,
	 .is_not_compared = 1,
	 .help = "iterations of the loop"},
	{.name = "every",
	 INTO(COUNT, every),
	 .argument = "N",
	 .least = 1,
	 .most = COUNT_MAX,
	 .is_not_compared = 1,
	 .help = "take a sample every N iterations"},
	{.name = "header",
	 INTO(COUNT, header),
	 .argument = "N",
	 .least = 1,
	 .most = 100000,
	 .help = "tasks in a chord's header or group"},
	{.name = "shape",
	 INTO(CHOICE, shape),
	 .argument = "SHAPE",
	 .choices = shape_names,
	 .help = "what the loop calls"},
	{.name = "rules",
	 INTO(CHOICE, rules),
	 .argument = "RULES",
	 .choices = tm_rules_names,
	 .help = "the collector's rules: legacy as in CPython 2.7, pep442 as "
		 "in 3.4 and later"},
	{.name = "broker",
	 INTO(TEXT, broker),
	 .argument = "URL",
	 .help = "where messages are sent: memory://, amqp:// or null://"},
	{.name = "backend",
	 INTO(TEXT, backend),
	 .argument = "URL",
	 .help = "where results are stored: memory://, redis:// or null://"},
	{.name = "read-results",
	 INTO(FLAG, read_results),
	 .help = "wait for each result and read it"},
	{.name = "read-timeout-ms",
	 INTO(COUNT, read_timeout_ms),
	 .argument = "N",
	 .least = 1,
	 .most = DAY_MS,
	 .is_not_compared = 1,
	 .help = "how long to wait for one result"},
	{.name = "confirms",
	 INTO(FLAG, confirms),
	 .help = "wait for the broker to confirm messages"},
	{.name = "wire",
	 INTO(CHOICE, wire),
	 .argument = "VERSION",
	 .choices = wire_names,
	 .help = "the Celery version whose message format is used"},
	{.name = "pause-ms",
	 INTO(COUNT, pause_ms),
	 .argument = "N",
	 .most = DAY_MS,
	 .is_not_compared = 1,
	 .help = "pause between two iterations"},
	{.name = "inject-leak",
	 INTO(COUNT, inject_leak),
	 .argument = "N",
	 .most = 1u << 30,
	 .is_not_compared = 1,
	 .help = "leak N bytes per iteration on purpose, to test the gate"},
	TM_OPTIONS_END};

/* Of the program alone. */
static const struct tm_option own_options[] = {
	{.name = "describe",
	 INTO(FLAG, describe),
	 .help = "print name and summary"},
	{.name = "describe-options",
	 INTO(FLAG, describe_options),
	 .help = "print the options of a run as lines of JSON"},
	{.name = "help", INTO(FLAG, help), .help = "print this"},
	TM_OPTIONS_END};

#define RUN_COUNT (sizeof(run_options) / sizeof(*run_options) - 1)
#define OWN_COUNT (sizeof(own_options) / sizeof(*own_options) - 1)
#define ROW_COUNT (RUN_COUNT + OWN_COUNT)

static const struct tm_option *row_at(size_t i)
{
	return i < RUN_COUNT ? &run_options[i] : &own_options[i - RUN_COUNT];
}

const char *tm_shape_name(enum tm_shape shape)
{
	return shape_names[shape];
}

const char *tm_wire_name(enum tm_wire wire)
{
	return wire_names[wire];
}

/* --- reading -------------------------------------------------------------- */

static void make_flags(struct option flags[ROW_COUNT + 1])
{
	size_t i;

	memset(flags, 0, (ROW_COUNT + 1) * sizeof(*flags));
	for (i = 0; i < ROW_COUNT; i++) {
		flags[i].name = row_at(i)->name;
		flags[i].has_arg =
			row_at(i)->argument ? required_argument : no_argument;
		flags[i].val = FIRST_ROW + (int)i;
	}
}

enum tm_rc tm_scenario_options_parse(struct tm_scenario_options *out, int argc,
				     char **argv, struct tm_err *err)
{
	struct option flags[ROW_COUNT + 1];
	enum tm_rc rc = TM_OK;
	int flag;

	*out = defaults;
	make_flags(flags);
	opterr = 0;
	optind = 0;
	while (rc == TM_OK &&
	       (flag = getopt_long(argc, argv, ":", flags, NULL)) != -1) {
		if (flag == ':')
			return tm_fail(err, TM_EUSAGE,
				       "%s needs a value (see --help)",
				       argv[optind - 1]);
		if (flag == '?')
			return tm_fail(err, TM_EUSAGE,
				       "unknown flag %s (see --help)",
				       argv[optind - 1]);
		rc = tm_option_keep(row_at((size_t)(flag - FIRST_ROW)), out,
				    optarg, err);
	}
	if (rc == TM_OK && optind < argc)
		return tm_fail(err, TM_EUSAGE,
			       "unexpected argument '%s' (see --help)",
			       argv[optind]);
	return rc;
}

/* --- describing ----------------------------------------------------------- */

/* An option's default as it would be typed; "" for none and for 0. */
static void initial_text(const struct tm_option *option, char *out, size_t size)
{
	const char *field = (const char *)&defaults + option->field;
	unsigned int choice;
	const char *text;
	uint64_t number;

	*out = '\0';
	if (option->type == TM_OPTION_COUNT) {
		memcpy(&number, field, sizeof(number));
		if (number)
			snprintf(out, size, "%llu", (unsigned long long)number);
	} else if (option->type == TM_OPTION_CHOICE) {
		memcpy(&choice, field, sizeof(choice));
		snprintf(out, size, "%s", option->choices[choice]);
	} else if (option->type == TM_OPTION_TEXT) {
		memcpy(&text, field, sizeof(text));
		snprintf(out, size, "%s", text ? text : "");
	}
}

void tm_scenario_options_help(FILE *stream, const char *program)
{
	char name[64], text[200], initial[64];
	size_t i;

	fprintf(stream, "Usage: %s [OPTION...]\n\n", program);
	for (i = 0; i < ROW_COUNT; i++) {
		tm_help_option(row_at(i), name, sizeof(name));
		tm_help_text(row_at(i), text, sizeof(text));
		initial_text(row_at(i), initial, sizeof(initial));
		fprintf(stream, "  %-21s %s%s%s%s\n", name, text,
			*initial ? " (" : "", initial, *initial ? ")" : "");
	}
}

static int add_choices(json_t *row, const struct tm_option *option)
{
	json_t *choices = json_array();
	size_t i;
	int failed = !choices;

	for (i = 0; option->choices[i]; i++)
		failed |=
			json_array_append_new(
				choices, json_string(option->choices[i])) != 0;
	return json_object_set_new(row, "choices", choices) != 0 || failed;
}

/* NULL when memory is short. */
static char *describe_row(const struct tm_option *option)
{
	json_t *row = json_pack("{s:s, s:s}", "name", option->name, "help",
				option->help);
	char initial[64], *text = NULL;
	int failed = !row;

	initial_text(option, initial, sizeof(initial));
	if (option->argument)
		failed |= json_object_set_new(row, "argument",
					      json_string(option->argument));
	if (option->choices)
		failed |= add_choices(row, option);
	if (option->type == TM_OPTION_COUNT)
		failed |= json_object_set_new(
				  row, "least",
				  json_integer((json_int_t)option->least)) |
			  json_object_set_new(
				  row, "most",
				  json_integer((json_int_t)option->most));
	if (*initial)
		failed |= json_object_set_new(row, "default",
					      json_string(initial));
	if (option->is_not_compared)
		failed |= json_object_set_new(row, "compared", json_false());
	if (!failed)
		text = json_dumps(row, JSON_COMPACT);
	json_decref(row);
	return text;
}

enum tm_rc tm_scenario_options_describe(FILE *stream, struct tm_err *err)
{
	size_t i;

	fprintf(stream, "{\"options\":%d}\n", DESCRIPTION_VERSION);
	for (i = 0; i < RUN_COUNT; i++) {
		char *text = describe_row(&run_options[i]);

		if (!text)
			return tm_fail(err, TM_ENOMEM,
				       "no memory to describe options");
		fprintf(stream, "%s\n", text);
		free(text);
	}
	return TM_OK;
}
