#include "cli/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "transport/url.h"
#include "util/quantity.h"

static json_t *redacted(const char *word)
{
	size_t size = strlen(word) + 64;
	json_t *json;
	char *shown;

	if (!strstr(word, "://"))
		return json_string(word);
	shown = malloc(size);
	if (!shown)
		return NULL;
	tm_url_redact(word, shown, size);
	json = json_string(shown);
	free(shown);
	return json;
}

static json_t *typed(enum tm_job_option option, const char *value)
{
	uint64_t number;

	if (tm_job_is_switch(option))
		return json_boolean(strcmp(value, "yes") == 0);
	if (tm_quantity_count(value, &number) && number <= INT64_MAX)
		return json_integer((json_int_t)number);
	return redacted(value);
}

/* Keys as in a report: "read_results", not "read-results". */
static json_t *options_json(const struct tm_job *job)
{
	json_t *options = json_object();
	char key[32];
	unsigned int i;

	for (i = 0; i < TM_JOB_memory_limit; i++) {
		char *c = key;

		if (!job->value[i])
			continue;
		snprintf(key, sizeof(key), "%s", tm_job_key(i));
		while ((c = strchr(c, '-')))
			*c = '_';
		json_object_set_new(options, key, typed(i, job->value[i]));
	}
	return options;
}

json_t *tm_cli_request(const struct tm_job *job, const char *program,
		       char *const *argv)
{
	json_t *words = json_array();

	for (; *argv; argv++)
		json_array_append_new(words, redacted(*argv));
	return json_pack("{s:s, s:s, s:o, s:o, s:I, s:I}", "job", job->name,
			 "program", program, "argv", words, "options",
			 options_json(job), "memory_limit_bytes",
			 (json_int_t)tm_job_memory_limit_bytes(job),
			 "timeout_ms", (json_int_t)tm_job_timeout_ms(job));
}
