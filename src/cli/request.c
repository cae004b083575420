#include "cli/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/quantity.h"
#include "util/secret.h"

void tm_cli_argv_add(struct tm_texts *out, const char *program,
		     char *const *argv)
{
	size_t i;

	for (i = 0; argv[i]; i++) {
		char *masked = tm_secret_mask_word(
			program, i ? argv[i - 1] : NULL, argv[i]);

		if (masked)
			tm_texts_add(out, masked);
		free(masked);
	}
}

static void set_option(struct tm_facts *options, const char *key,
		       enum tm_job_option option, const char *value)
{
	uint64_t number;
	char *masked;

	if (tm_job_is_switch(option)) {
		tm_facts_set_bool(options, key, strcmp(value, "yes") == 0);
	} else if (tm_quantity_count(value, &number) && number <= INT64_MAX) {
		tm_facts_set_int(options, key, (int64_t)number);
	} else {
		masked = tm_secret_mask_text(value);
		tm_facts_set_text(options, key, masked);
		free(masked);
	}
}

/* Keys as in a report: "read_results", not "read-results". */
static void add_options(struct tm_facts *options, const struct tm_job *job)
{
	char key[32];
	unsigned int i;

	options->is_known = 1;
	for (i = 0; i < TM_JOB_memory_limit; i++) {
		char *c = key;

		if (!job->value[i])
			continue;
		snprintf(key, sizeof(key), "%s", tm_job_key(i));
		while ((c = strchr(c, '-')))
			*c = '_';
		set_option(options, key, i, job->value[i]);
	}
}

void tm_cli_request(struct tm_run_request *out, const struct tm_job *job,
		    const char *program, char *const *argv)
{
	out->is_known = 1;
	out->job = tm_text_copy(job->name);
	out->program = tm_text_copy(program);
	tm_cli_argv_add(&out->argv, program, argv);
	add_options(&out->options, job);
	out->memory_limit_bytes =
		tm_known_count(tm_job_memory_limit_bytes(job));
	out->timeout_ms = tm_known_count(tm_job_timeout_ms(job));
}
