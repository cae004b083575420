#include "options/completion.h"

#include <string.h>

static const struct {
	const char *shell;
	void (*print)(FILE *out, const struct tm_command *const *commands);
} shells[] = {
	{"bash", tm_completion_bash},
	{"zsh", tm_completion_zsh},
	{"fish", tm_completion_fish},
};

enum tm_rc tm_completion_print(FILE *out, const char *shell,
			       const struct tm_command *const *commands,
			       struct tm_err *err)
{
	size_t i;

	for (i = 0; i < sizeof(shells) / sizeof(*shells); i++) {
		if (strcmp(shells[i].shell, shell) == 0) {
			shells[i].print(out, commands);
			return TM_OK;
		}
	}
	return tm_fail(err, TM_EUSAGE,
		       "--completion is bash, zsh or fish, not '%.20s'", shell);
}

enum tm_value tm_completion_value(const struct tm_option *option)
{
	const char *argument = option->argument;

	if (!argument || tm_option_is_optional(option))
		return TM_VALUE_NONE;
	if (option->choices || strchr(argument, '|'))
		return TM_VALUE_CHOICE;
	if (strcmp(argument, "FILE") == 0)
		return TM_VALUE_FILE;
	if (strcmp(argument, "DIR") == 0)
		return TM_VALUE_FOLDER;
	return strstr(argument, "METRIC") ? TM_VALUE_METRICS : TM_VALUE_OTHER;
}

void tm_completion_choices(const struct tm_option *option, char *out,
			   size_t size)
{
	const char *const *choice = option->choices;
	size_t used = 0;
	char *c;

	*out = '\0';
	if (!choice)
		snprintf(out, size, "%s", option->argument);
	for (; choice && *choice && used < size; choice++) {
		if (**choice)
			used += (size_t)snprintf(out + used, size - used,
						 "%s%s", used ? " " : "",
						 *choice);
	}
	while ((c = strchr(out, '|')))
		*c = ' ';
}

void tm_completion_text(const struct tm_option *option, char *out, size_t size)
{
	size_t i;

	snprintf(out, size, "%s", option->help);
	/* A colon within a word, as in "redis://", ends nothing. */
	for (i = strcspn(out, ";:("); out[i] == ':' && !strchr(" ", out[i + 1]);
	     i += 1 + strcspn(out + i + 1, ";:("))
		;
	out[i] = '\0';
	while (*out && out[strlen(out) - 1] == ' ')
		out[strlen(out) - 1] = '\0';
}
