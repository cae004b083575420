#include "runtimes/runtimes.h"

#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "util/text.h"

static const struct tm_language *const rows[TM_LANGUAGE_COUNT] = {
#define ADDRESS(row) &tm_language_##row,
	TM_LANGUAGES(ADDRESS)
#undef ADDRESS
};

static_assert(TM_LANGUAGE_COUNT <= sizeof(unsigned int) * CHAR_BIT,
	      "struct tm_language_set has a bit for each row");

const struct tm_language *tm_language_at(size_t at)
{
	assert(at < TM_LANGUAGE_COUNT);
	return rows[at];
}

/* --- recognising ---------------------------------------------------------- */

/* The program of `language` that `name` begins with, or NULL. */
static const char *find_program(const struct tm_language *language,
				const char *name)
{
	size_t i;

	for (i = 0; i < TM_LANGUAGE_PROGRAMS_MAX && language->programs[i];
	     i++) {
		const char *program = language->programs[i];

		if (strncmp(name, program, strlen(program)) == 0)
			return program;
	}
	return NULL;
}

const struct tm_language *tm_language_of_program(const char *path)
{
	const char *name = tm_base_name(path);
	size_t i;

	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		if (find_program(rows[i], name))
			return rows[i];
	}
	return NULL;
}

/* "python" in "python3.11". */
static size_t length_without_version(const char *name)
{
	size_t length = strlen(name);

	while (length && (isdigit((unsigned char)name[length - 1]) ||
			  name[length - 1] == '.'))
		length--;
	return length;
}

static int is_program(const struct tm_language *language, const char *name)
{
	size_t length = length_without_version(name);
	size_t i;

	for (i = 0; i < TM_LANGUAGE_PROGRAMS_MAX && language->programs[i];
	     i++) {
		const char *program = language->programs[i];

		if (strlen(program) == length &&
		    strncmp(name, program, length) == 0)
			return 1;
	}
	return 0;
}

int tm_language_takes_script(const char *name)
{
	size_t i;

	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		if (rows[i]->takes_script && is_program(rows[i], name))
			return 1;
	}
	return 0;
}

/* --- variables ------------------------------------------------------------ */

static int has_variable(const struct tm_language *language, const char *name)
{
	size_t i;

	for (i = 0; i < TM_LANGUAGE_VARIABLES_MAX && language->variables[i];
	     i++) {
		if (tm_text_matches(name, language->variables[i]))
			return 1;
	}
	return 0;
}

int tm_language_has_variable(const char *name)
{
	size_t i;

	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		if (has_variable(rows[i], name))
			return 1;
	}
	return 0;
}

/* --- stacks --------------------------------------------------------------- */

int tm_script_frame_read(struct tm_script_frame *out, const char *line)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		if (rows[i]->read_frame && rows[i]->read_frame(out, line))
			return 1;
	}
	return 0;
}

static int is_own(const struct tm_language *language, const char *function)
{
	size_t i;

	for (i = 0; i < TM_LANGUAGE_OWN_MAX; i++) {
		const char *own = language->agent.own_functions[i];

		if (own && strncmp(function, own, strlen(own)) == 0)
			return 1;
	}
	return 0;
}

int tm_language_is_agents_function(const char *function)
{
	size_t i;

	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		if (is_own(rows[i], function))
			return 1;
	}
	return 0;
}

/* --- sets ----------------------------------------------------------------- */

static unsigned int bit_of(const struct tm_language *language)
{
	size_t i;

	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		if (rows[i] == language)
			return 1u << i;
	}
	return 0;
}

void tm_language_set_add(struct tm_language_set *set,
			 const struct tm_language *language)
{
	set->bits |= bit_of(language);
}

int tm_language_set_has(struct tm_language_set set,
			const struct tm_language *language)
{
	return (set.bits & bit_of(language)) != 0;
}
