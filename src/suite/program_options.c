#include "suite/program_options.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/quantity.h"

/* Of the first line, {"options": 1}. */
#define VERSION 1

#define LINE_MAX_BYTES 4096

/* What to do about a file that cannot be used. */
#define REMEDY                                                                 \
	"; write the file again from a scenario's `SCENARIO "                  \
	"--describe-options`"

/* --- reading the file ----------------------------------------------------- */

static void release_row(struct tm_program_option *row)
{
	free(row->name);
	free(row->argument);
	free(row->initial);
	free(row->help);
}

void tm_program_options_release(struct tm_program_options *options)
{
	size_t i;

	for (i = 0; i < options->count; i++)
		release_row(&options->rows[i]);
	free(options->rows);
	options->rows = NULL;
	options->count = 0;
}

/* A copy of a text, in which a line break or another control character would
 * end up in help and in scripts.  0 when it is missing, bad or memory is short.
 */
static int copy_text(char **out, const json_t *text)
{
	const char *c = json_string_value(text);

	if (!c)
		return 0;
	*out = strdup(c);
	for (; *out && *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 127)
			return 0;
	}
	return *out != NULL;
}

/* A choice stands in the shells' completions as it is. */
static int is_choice(const char *text)
{
	return text && *text &&
	       text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				 "-_.+")] == '\0';
}

/* "first|second" of a list. */
static int join_choices(char **out, const json_t *choices)
{
	const json_t *choice;
	size_t size = 1, used = 0, i;

	json_array_foreach(choices, i, choice)
	{
		if (!is_choice(json_string_value(choice)))
			return 0;
		size += json_string_length(choice) + 1;
	}
	if (size == 1)
		return 0;
	*out = malloc(size);
	json_array_foreach(choices, i, choice)
	{
		if (*out)
			used += (size_t)snprintf(*out + used, size - used,
						 "%s%s", i ? "|" : "",
						 json_string_value(choice));
	}
	return *out != NULL;
}

/* A name becomes a flag, and a word of the shells' completions. */
static int is_name(const char *name)
{
	return name && *name >= 'a' && *name <= 'z' &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] ==
		       '\0';
}

static int take_number(uint64_t *out, const json_t *number)
{
	if (!json_is_integer(number) || json_integer_value(number) < 0)
		return 0;
	*out = (uint64_t)json_integer_value(number);
	return 1;
}

/* Whether runs are compared by it, true by default. */
static int take_compared(struct tm_program_option *out, const json_t *compared)
{
	out->is_not_compared = json_is_false(compared) ||
			       tm_program_option_is_understood(out->name);
	return !compared || json_is_boolean(compared);
}

static int take_row(struct tm_program_option *out, const json_t *row)
{
	const json_t *argument = json_object_get(row, "argument");
	const json_t *choices = json_object_get(row, "choices");
	const json_t *initial = json_object_get(row, "default");
	const json_t *most = json_object_get(row, "most");

	if (!is_name(json_string_value(json_object_get(row, "name"))) ||
	    !copy_text(&out->name, json_object_get(row, "name")) ||
	    !copy_text(&out->help, json_object_get(row, "help")))
		return 0;
	if (initial && !copy_text(&out->initial, initial))
		return 0;
	if (!take_compared(out, json_object_get(row, "compared")))
		return 0;
	out->is_number = most != NULL;
	out->is_choice = choices != NULL;
	if (most && (!take_number(&out->most, most) ||
		     !take_number(&out->least, json_object_get(row, "least"))))
		return 0;
	if (choices)
		return join_choices(&out->argument, choices);
	return !argument ? !most : copy_text(&out->argument, argument);
}

static enum tm_rc add_row(struct tm_program_options *out, const json_t *row,
			  struct tm_err *err)
{
	struct tm_program_option *rows =
		realloc(out->rows, (out->count + 1) * sizeof(*rows));
	struct tm_program_option *added;

	if (!rows)
		return tm_fail(err, TM_ENOMEM, "no memory for options");
	out->rows = rows;
	added = &rows[out->count];
	memset(added, 0, sizeof(*added));
	added->place = out->count;
	if (take_row(added, row) &&
	    !tm_program_options_find(out, added->name)) {
		out->count++;
		return TM_OK;
	}
	release_row(added);
	return tm_fail(err, TM_EUSAGE, "not the description of an option");
}

/* The first line has the version, each other one an option. */
static enum tm_rc take_line(struct tm_program_options *out, const char *text,
			    int is_first, struct tm_err *err)
{
	json_t *line = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	const json_t *version = json_object_get(line, "options");
	enum tm_rc rc = TM_OK;

	if (!is_first)
		rc = add_row(out, line, err);
	else if (!json_is_integer(version))
		rc = tm_fail(err, TM_EUSAGE, "not a list of options");
	else if (json_integer_value(version) != VERSION)
		rc = tm_fail(err, TM_EUSAGE,
			     "version %lld of the options, but this tidemark "
			     "reads %d",
			     (long long)json_integer_value(version), VERSION);
	json_decref(line);
	return rc;
}

static enum tm_rc read_lines(struct tm_program_options *out, FILE *file,
			     const char *path, struct tm_err *err)
{
	char line[LINE_MAX_BYTES];
	struct tm_err why = {0};
	unsigned int number = 0;
	enum tm_rc rc = TM_OK;

	while (rc == TM_OK && fgets(line, sizeof(line), file)) {
		number++;
		rc = take_line(out, line, number == 1, &why);
	}
	if (rc != TM_OK)
		return tm_fail(err, rc, "%.200s:%u: %.100s" REMEDY, path,
			       number, why.text);
	if (ferror(file))
		return tm_fail_errno(err, errno, "cannot read '%.200s'", path);
	if (number == 0)
		return tm_fail(err, TM_EUSAGE,
			       "%.200s: not a list of options" REMEDY, path);
	return TM_OK;
}

enum tm_rc tm_program_options_load(struct tm_program_options *out,
				   const char *path, struct tm_err *err)
{
	FILE *file = fopen(path, "re");
	enum tm_rc rc;

	memset(out, 0, sizeof(*out));
	if (!file)
		return tm_fail(err, TM_EUSAGE, "cannot read '%.200s': %s", path,
			       strerror(errno));
	rc = read_lines(out, file, path, err);
	fclose(file);
	if (rc != TM_OK)
		tm_program_options_release(out);
	return rc;
}

/* --- using it ------------------------------------------------------------- */

int tm_program_option_is_understood(const char *name)
{
	static const char *const names[] = {TM_PROGRAM_ITERATIONS,
					    TM_PROGRAM_EVERY,
					    TM_PROGRAM_INJECT_LEAK};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (tm_program_option_is_key(names[i], name))
			return 1;
	}
	return 0;
}

int tm_program_option_is_key(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		if (*a != *b && !(strchr("-_", *a) && strchr("-_", *b)))
			return 0;
	}
	return *a == *b;
}

const struct tm_program_option *tm_program_options_find(
	const struct tm_program_options *options, const char *name)
{
	size_t i;

	for (i = 0; i < options->count; i++) {
		if (tm_program_option_is_key(options->rows[i].name, name))
			return &options->rows[i];
	}
	return NULL;
}

/* Whether `value` is one of "a|b|c". */
static int is_one_of(const char *choices, const char *value)
{
	size_t length = strlen(value);

	while (choices) {
		if (strncmp(choices, value, length) == 0 &&
		    (choices[length] == '|' || choices[length] == '\0'))
			return length > 0;
		choices = strchr(choices, '|');
		if (choices)
			choices++;
	}
	return 0;
}

static enum tm_rc check_number(const struct tm_program_option *option,
			       const char *value, struct tm_err *err)
{
	uint64_t number;

	if (tm_quantity_count(value, &number) && number >= option->least &&
	    number <= option->most)
		return TM_OK;
	return tm_fail(err, TM_EUSAGE,
		       "%s is a whole number from %llu to %llu, not '%.40s'",
		       option->name, (unsigned long long)option->least,
		       (unsigned long long)option->most, value);
}

enum tm_rc tm_program_option_check(const struct tm_program_option *option,
				   const char *value, struct tm_err *err)
{
	if (!option->argument &&
	    (strcmp(value, "yes") == 0 || strcmp(value, "no") == 0))
		return TM_OK;
	if (!option->argument)
		return tm_fail(err, TM_EUSAGE, "%s is yes or no, not '%.40s'",
			       option->name, value);
	if (option->is_number)
		return check_number(option, value, err);
	if (option->is_choice && !is_one_of(option->argument, value))
		return tm_fail(err, TM_EUSAGE, "%s is %s, not '%.40s'",
			       option->name, option->argument, value);
	/* Any other value may hold a password: it is not repeated. */
	if (*value == '\0')
		return tm_fail(err, TM_EUSAGE, "%s needs a value: %s",
			       option->name, option->argument);
	return TM_OK;
}
