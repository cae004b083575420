#include "cli/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/quantity.h"
#include "util/secret.h"
#include "util/text.h"

json_t *tm_cli_masked_json(char *text)
{
	json_t *json;

	if (!text)
		return NULL;
	json = json_string(text);
	if (!json) { /* no UTF-8 */
		tm_text_clean(text);
		json = json_string(text);
	}
	free(text);
	return json;
}

json_t *tm_cli_argv_json(const char *program, char *const *argv)
{
	json_t *argv_json = json_array();
	size_t i;

	for (i = 0; argv[i]; i++)
		json_array_append_new(
			argv_json,
			tm_cli_masked_json(tm_secret_mask_word(
				program, i ? argv[i - 1] : NULL, argv[i])));
	return argv_json;
}

static json_t *typed(enum tm_job_option option, const char *value)
{
	uint64_t number;

	if (tm_job_is_switch(option))
		return json_boolean(strcmp(value, "yes") == 0);
	if (tm_quantity_count(value, &number) && number <= INT64_MAX)
		return json_integer((json_int_t)number);
	return tm_cli_masked_json(tm_secret_mask_text(value));
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
	return json_pack("{s:s, s:s, s:o, s:o, s:I, s:I}", "job", job->name,
			 "program", program, "argv",
			 tm_cli_argv_json(program, argv), "options",
			 options_json(job), "memory_limit_bytes",
			 (json_int_t)tm_job_memory_limit_bytes(job),
			 "timeout_ms", (json_int_t)tm_job_timeout_ms(job));
}
