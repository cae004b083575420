#include "results/rerun.h"

#include <stdio.h>
#include <string.h>

#include "util/shell.h"
#include "util/text.h"

/* Whether both are the same option, whatever its value. */
static int is_same_option(const char *a, const char *b)
{
	size_t length = strcspn(a, " =");

	return strcspn(b, " =") == length && strncmp(a, b, length) == 0;
}

static int is_changed(const char *given, const char *const *changes)
{
	for (; *changes; changes++) {
		if (is_same_option(given, *changes))
			return 1;
	}
	return 0;
}

/* What is quoted already. */
static int add(char *out, size_t size, const char *text)
{
	size_t used = strlen(out);

	return (size_t)snprintf(out + used, size - used, " %s", text) <
	       size - used;
}

static int add_options(const struct tm_run *run, const char *const *changes,
		       char *out, size_t size)
{
	const struct tm_texts *given = &run->request.given;
	int fits = 1;
	size_t i;

	for (i = 0; i < given->count && fits; i++) {
		if (!is_changed(given->text[i], changes))
			fits = tm_text_is_clean(given->text[i]) &&
			       add(out, size, given->text[i]);
	}
	for (; *changes && fits; changes++)
		fits = add(out, size, *changes);
	return fits && add(out, size, "--");
}

static int add_command(const struct tm_run *run, char *out, size_t size)
{
	const struct tm_texts *argv = &run->request.argv;
	size_t i;

	for (i = 0; i < argv->count; i++) {
		if (!tm_shell_add(out, size, argv->text[i]))
			return 0;
	}
	return argv->count > 0;
}

void tm_rerun_text(const struct tm_run *run, const char *const *changes,
		   char *out, size_t size)
{
	snprintf(out, size, "tidemark exec");
	if (!add_options(run, changes, out, size) ||
	    !add_command(run, out, size))
		*out = '\0';
}
