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
		       const struct tm_job_argument *argument)
{
	uint64_t number;
	char *masked;

	if (argument->is_switch) {
		tm_facts_set_bool(options, key,
				  strcmp(argument->value, "yes") == 0);
	} else if (tm_quantity_count(argument->value, &number) &&
		   number <= INT64_MAX) {
		tm_facts_set_int(options, key, (int64_t)number);
	} else {
		masked = tm_secret_mask_text(argument->value);
		tm_facts_set_text(options, key, masked);
		free(masked);
	}
}

/* Keys as in a report: "read_results", not "read-results". */
static void add_options(struct tm_run_request *out, const struct tm_job *job)
{
	char key[64];
	size_t i;

	out->options.is_known = 1;
	out->is_not_compared_known = 1;
	for (i = 0; i < job->argument_count; i++) {
		char *c = key;

		snprintf(key, sizeof(key), "%s", job->arguments[i].name);
		while ((c = strchr(c, '-')))
			*c = '_';
		set_option(&out->options, key, &job->arguments[i]);
		if (job->arguments[i].is_not_compared)
			tm_texts_add(&out->not_compared, key);
	}
}

void tm_cli_request(struct tm_run_request *out, const struct tm_job *job,
		    const char *program, char *const *argv)
{
	out->is_known = 1;
	out->job = tm_text_copy(job->name);
	out->program = tm_text_copy(program);
	tm_cli_argv_add(&out->argv, program, argv);
	add_options(out, job);
	out->memory_limit_bytes =
		tm_known_count(tm_job_memory_limit_bytes(job));
	out->timeout_ms = tm_known_count(tm_job_timeout_ms(job));
}
