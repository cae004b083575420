#include "options/options.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "util/quantity.h"
#include "util/suggest.h"

/* Options of one command, all groups together. */
#define OPTIONS_MAX 64

const struct tm_option_group *tm_command_group(const struct tm_command *command,
					       size_t index)
{
	const struct tm_option_group *group = command->groups;

	for (; index > 0 && group->options; index--)
		group++;
	if (!group->options && command->more_groups)
		group = command->more_groups() + index;
	return group->options ? group : NULL;
}

/* --- values --------------------------------------------------------------- */

int tm_option_is_optional(const struct tm_option *option)
{
	return option->argument && option->argument[0] == '[' &&
	       option->argument[strlen(option->argument) - 1] == ']';
}

static enum tm_rc fail_range(const struct tm_option *option, const char *value,
			     struct tm_err *err)
{
	char range[80] = "";

	if (option->most)
		snprintf(range, sizeof(range), " from %llu to %llu",
			 (unsigned long long)option->least,
			 (unsigned long long)option->most);
	else if (option->least)
		snprintf(range, sizeof(range), " of at least %llu",
			 (unsigned long long)option->least);
	return tm_fail(err, TM_EUSAGE,
		       "--%s needs a whole number%s, not '%.40s'", option->name,
		       range, value);
}

static enum tm_rc fail_value(const struct tm_option *option, const char *value,
			     struct tm_err *err)
{
	char choices[120];

	switch (option->type) {
	case TM_OPTION_COUNT:
		return fail_range(option, value, err);
	case TM_OPTION_SIZE:
		return tm_fail(err, TM_EUSAGE,
			       "--%s needs a size such as 512KiB or 2G, not "
			       "'%.40s'",
			       option->name, value);
	case TM_OPTION_DURATION:
		return tm_fail(err, TM_EUSAGE,
			       "--%s needs a duration%s, e.g. 0.1 or 2m, not "
			       "'%.40s'",
			       option->name,
			       option->least ? " of at least 1 ms" : "", value);
	default:
		tm_option_list_choices(option, choices, sizeof(choices));
		return tm_fail(err, TM_EUSAGE, "--%s is %s, not '%.40s'",
			       option->name, choices, value);
	}
}

void tm_option_list_choices(const struct tm_option *option, char *out,
			    size_t size)
{
	const char *const *choices = option->choices;
	size_t used = 0, last = 0;
	size_t i;

	*out = '\0';
	for (i = 0; choices && choices[i]; i++)
		last = *choices[i] ? i : last;
	for (i = 0; choices && choices[i] && used < size; i++) {
		const char *before = used == 0 ? "" : i < last ? ", " : " or ";

		if (*choices[i])
			used += (size_t)snprintf(out + used, size - used,
						 "%s%s", before, choices[i]);
	}
}

static int is_in_range(const struct tm_option *option, uint64_t number)
{
	return number >= option->least &&
	       (option->most == 0 || number <= option->most);
}

static int find_choice(const struct tm_option *option, const char *value,
		       unsigned int *out)
{
	for (*out = 0; option->choices[*out]; ++*out) {
		if (*value && strcmp(option->choices[*out], value) == 0)
			return 1;
	}
	return 0;
}

/* Whether `value` is a number of the option's type. */
static int read_number(const struct tm_option *option, const char *value,
		       uint64_t *out)
{
	switch (option->type) {
	case TM_OPTION_COUNT:
		return tm_quantity_count(value, out) &&
		       is_in_range(option, *out);
	case TM_OPTION_SIZE:
		return tm_quantity_bytes(value, out) &&
		       is_in_range(option, *out);
	default:
		return tm_quantity_ms(value, out) && is_in_range(option, *out);
	}
}

enum tm_rc tm_option_keep(const struct tm_option *option, void *group,
			  const char *value, struct tm_err *err)
{
	void *field = (char *)group + option->field;
	unsigned int choice;
	uint64_t number;
	int one = 1;

	switch (option->type) {
	case TM_OPTION_FLAG:
		memcpy(field, &one, sizeof(one));
		return TM_OK;
	case TM_OPTION_TEXT:
		memcpy(field, &value, sizeof(value));
		return TM_OK;
	case TM_OPTION_COUNT:
	case TM_OPTION_SIZE:
	case TM_OPTION_DURATION:
		if (!read_number(option, value, &number))
			return fail_value(option, value, err);
		memcpy(field, &number, sizeof(number));
		return TM_OK;
	case TM_OPTION_CHOICE:
		if (!find_choice(option, value, &choice))
			return fail_value(option, value, err);
		memcpy(field, &choice, sizeof(choice));
		return TM_OK;
	case TM_OPTION_CALL:
		break;
	}
	return option->read(field, option, value, err);
}

/* --- one argument --------------------------------------------------------- */

void tm_option_reader_init(struct tm_option_reader *reader,
			   const struct tm_command *command, int argc,
			   char **argv)
{
	memset(reader, 0, sizeof(*reader));
	reader->command = command;
	reader->argc = argc;
	reader->argv = argv;
	reader->next = 1;
}

static enum tm_option_item fail_unknown(const struct tm_option_reader *reader,
					const char *name, size_t length,
					struct tm_err *err)
{
	const struct tm_option_group *group;
	const struct tm_option *option;
	struct tm_suggest suggest;
	char word[64], suggestion[96], dashed[40];
	size_t i;

	snprintf(word, sizeof(word), "--%.*s", (int)length, name);
	tm_suggest_init(&suggest, word);
	for (i = 0; (group = tm_command_group(reader->command, i)); i++) {
		for (option = group->options; option->name; option++) {
			snprintf(dashed, sizeof(dashed), "--%s", option->name);
			tm_suggest_offer(&suggest, dashed);
		}
	}
	tm_suggest_text(&suggest, suggestion, sizeof(suggestion));
	tm_fail(err, TM_EUSAGE,
		"unknown option '%s'%s; `tidemark help %s` shows all", word,
		suggestion, reader->command->name);
	return TM_ITEM_BAD;
}

/* An option's value: what follows its `=`, or the next argument. */
static enum tm_option_item take_value(struct tm_option_reader *reader,
				      const char *attached, struct tm_err *err)
{
	const struct tm_option *option = reader->option;

	reader->value = attached;
	if (!option->argument && attached) {
		tm_fail(err, TM_EUSAGE, "--%s takes no value", option->name);
		return TM_ITEM_BAD;
	}
	if (attached || !option->argument || tm_option_is_optional(option))
		return TM_ITEM_OPTION;
	if (reader->next < reader->argc) {
		reader->value = reader->argv[reader->next++];
		return TM_ITEM_OPTION;
	}
	tm_fail(err, TM_EUSAGE, "--%s needs a value: %s", option->name,
		option->argument);
	return TM_ITEM_BAD;
}

static int is_called(const struct tm_option *option, const char *name,
		     size_t length)
{
	return strlen(option->name) == length &&
	       memcmp(option->name, name, length) == 0;
}

/* The option of that name, or of that letter when `name` is NULL. */
static int find_option(struct tm_option_reader *reader, const char *name,
		       size_t length, char letter)
{
	const struct tm_option_group *group;
	const struct tm_option *option;
	size_t i;

	for (i = 0; (group = tm_command_group(reader->command, i)); i++) {
		for (option = group->options; option->name; option++) {
			if (name ? !is_called(option, name, length)
				 : option->letter != letter)
				continue;
			reader->group = group;
			reader->option = option;
			return 1;
		}
	}
	return 0;
}

/* --name value, or --name=value. */
static enum tm_option_item read_name(struct tm_option_reader *reader,
				     const char *name, struct tm_err *err)
{
	size_t length = strcspn(name, "=");

	if (strcmp(name, "help") == 0)
		return TM_ITEM_HELP;
	if (!find_option(reader, name, length, 0))
		return fail_unknown(reader, name, length, err);
	return take_value(reader, name[length] ? name + length + 1 : NULL, err);
}

/* -w N, or -wN. */
static enum tm_option_item read_letter(struct tm_option_reader *reader,
				       const char *argument, struct tm_err *err)
{
	if (strcmp(argument, "-h") == 0)
		return TM_ITEM_HELP;
	if (find_option(reader, NULL, 0, argument[1]))
		return take_value(reader, argument[2] ? argument + 2 : NULL,
				  err);
	tm_fail(err, TM_EUSAGE,
		"unknown option '%.20s'; `tidemark help %s` shows all",
		argument, reader->command->name);
	return TM_ITEM_BAD;
}

enum tm_option_item tm_option_next(struct tm_option_reader *reader,
				   struct tm_err *err)
{
	const char *argument;

	if (reader->next < reader->argc && !reader->only_operands &&
	    strcmp(reader->argv[reader->next], "--") == 0) {
		reader->only_operands = 1;
		reader->next++;
	}
	if (reader->next >= reader->argc)
		return TM_ITEM_END;
	argument = reader->argv[reader->next++];
	if (!reader->only_operands && strncmp(argument, "--", 2) == 0)
		return read_name(reader, argument + 2, err);
	if (!reader->only_operands && argument[0] == '-' && argument[1])
		return read_letter(reader, argument, err);
	reader->value = argument;
	return TM_ITEM_OPERAND;
}

/* --- rules ---------------------------------------------------------------- */

/* The options that were given. */
struct given {
	const struct tm_option *options[OPTIONS_MAX];
	size_t count;
};

static void note_given(struct given *given, const struct tm_option *option)
{
	size_t i;

	for (i = 0; i < given->count; i++) {
		if (given->options[i] == option)
			return;
	}
	assert(given->count < OPTIONS_MAX);
	given->options[given->count++] = option;
}

/* Whether the option of those `length` letters was given. */
static int is_given(const struct given *given, const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < given->count; i++) {
		if (is_called(given->options[i], name, length))
			return 1;
	}
	return 0;
}

/* The next of `names` that was given; NULL: none. */
static const char *next_given(const struct given *given, const char *names,
			      size_t *length)
{
	while (names && *names) {
		names += strspn(names, " ");
		*length = strcspn(names, " ");
		if (*length && is_given(given, names, *length))
			return names;
		names += *length;
	}
	return NULL;
}

static enum tm_rc fail_rule(const struct tm_option_rule *rule, const char *name,
			    size_t length, const char *other,
			    struct tm_err *err)
{
	const char *because = rule->because;

	if (rule->type == TM_RULE_NEEDS)
		return tm_fail(err, TM_EUSAGE, "--%.*s needs --%s%s%s",
			       (int)length, name, other, because ? ", " : "",
			       because ? because : "");
	return tm_fail(err, TM_EUSAGE,
		       "--%.*s and --%.*s cannot be used together%s%s",
		       (int)length, name, (int)strcspn(other, " "), other,
		       because ? ": " : "", because ? because : "");
}

static int has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (; *words; words += strcspn(words, " ")) {
		words += strspn(words, " ");
		if (strcspn(words, " ") == length &&
		    strncmp(words, word, length) == 0)
			return 1;
	}
	return 0;
}

/* A word that is not an action is the command's to refuse. */
static enum tm_rc check_action(const struct tm_command *command,
			       const struct given *given, const char *action,
			       struct tm_err *err)
{
	const struct tm_option_rule *rule = command->rules;
	const char *const *known = command->actions;
	const char *name;
	size_t length;

	while (known && *known && strcmp(*known, action) != 0)
		known++;
	if (!known || !*known)
		return TM_OK;
	for (; rule && rule->names; rule++) {
		if (rule->type != TM_RULE_ACTION ||
		    has_word(rule->other, action))
			continue;
		name = next_given(given, rule->names, &length);
		if (name)
			return tm_fail(err, TM_EUSAGE,
				       "--%.*s cannot be used with '%s %s'",
				       (int)length, name, command->name,
				       action);
	}
	return TM_OK;
}

static enum tm_rc check_rule(const struct tm_option_rule *rule,
			     const struct given *given, struct tm_err *err)
{
	size_t length = 0, unused;
	const char *name = next_given(given, rule->names, &length);
	const char *other = rule->other;

	if (!name || rule->type == TM_RULE_ACTION)
		return TM_OK;
	if (rule->type == TM_RULE_ONE_OF)
		other = next_given(given, name + length, &unused);
	else if (is_given(given, other, strlen(other)) ==
		 (rule->type == TM_RULE_NEEDS))
		return TM_OK;
	return other ? fail_rule(rule, name, length, other, err) : TM_OK;
}

static enum tm_rc check_rules(const struct tm_command *command,
			      const struct given *given, const char *operand,
			      struct tm_err *err)
{
	const struct tm_option_rule *rule = command->rules;
	enum tm_rc rc = TM_OK;

	if (operand)
		rc = check_action(command, given, operand, err);

	for (; rule && rule->names && rc == TM_OK; rule++)
		rc = check_rule(rule, given, err);
	return rc;
}

/* --- all of them ---------------------------------------------------------- */

static void add_operand(struct tm_arguments *arguments,
			const struct tm_option_reader *reader)
{
	char **place = arguments->operands + arguments->count++;

	*place = reader->argv[reader->next - 1];
	if (reader->only_operands && !arguments->behind)
		arguments->behind = place;
}

/* All the rest is the program's. */
static void take_rest(struct tm_arguments *arguments,
		      const struct tm_option_reader *reader)
{
	arguments->operands = reader->argv + reader->next - 1;
	arguments->count = (size_t)(reader->argc - reader->next) + 1;
}

/* The operands of a command line move to its front; one that is a program's is
 * left as it is. */
static void init_operands(struct tm_arguments *arguments,
			  const struct tm_command *command)
{
	int first = arguments->argc > 0;

	if (command->operands == TM_OPERANDS_COMMAND)
		first = arguments->argc;
	arguments->operands = arguments->argv + first;
	arguments->count = 0;
	arguments->behind = NULL;
}

enum tm_option_item tm_options_read(const struct tm_command *command,
				    void *settings,
				    struct tm_arguments *arguments,
				    struct tm_err *err)
{
	struct tm_option_reader reader;
	struct given given = {.count = 0};
	enum tm_option_item item;
	void *group;

	tm_option_reader_init(&reader, command, arguments->argc,
			      arguments->argv);
	init_operands(arguments, command);
	while ((item = tm_option_next(&reader, err)) == TM_ITEM_OPTION ||
	       item == TM_ITEM_OPERAND) {
		if (item == TM_ITEM_OPERAND &&
		    command->operands == TM_OPERANDS_COMMAND) {
			take_rest(arguments, &reader);
			break;
		}
		if (item == TM_ITEM_OPERAND) {
			add_operand(arguments, &reader);
			continue;
		}
		group = (char *)settings + reader.group->base;
		note_given(&given, reader.option);
		if (tm_option_keep(reader.option, group, reader.value, err) !=
		    TM_OK)
			return TM_ITEM_BAD;
	}
	if (item == TM_ITEM_HELP || item == TM_ITEM_BAD)
		return item;
	arguments->operands[arguments->count] = NULL;
	return check_rules(command, &given, arguments->operands[0], err) ==
			       TM_OK
		       ? TM_ITEM_END
		       : TM_ITEM_BAD;
}
