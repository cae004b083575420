#include "explain/language.h"

/* The command's words that may name it: `env node server.js`. */
#define WORDS 3

const struct tm_language *tm_why_language(const struct tm_run *run)
{
	const struct tm_run_request *request = &run->request;
	const struct tm_language *language = NULL;
	size_t i;

	if (request->program)
		language = tm_language_of_program(request->program);
	for (i = 0; !language && i < request->argv.count && i < WORDS; i++)
		language = tm_language_of_program(request->argv.text[i]);
	return language;
}

int tm_why_language_is_counted(const struct tm_run *run,
			       const struct tm_language *language)
{
	const char *variable = language->counting.variable;

	return variable && tm_texts_has(&run->runtime_variables, variable);
}

int tm_why_language_can_be_asked(const struct tm_language *language)
{
	return language == &tm_language_jvm || language->agent.file ||
	       language->agent.in_library;
}
