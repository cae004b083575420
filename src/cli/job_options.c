#include "cli/job_options.h"

#include "suite/job.h"

static enum tm_rc read_job_option(void *field, const struct tm_option *option,
				  const char *value, struct tm_err *err)
{
	struct tm_err why = {0};
	enum tm_rc rc;

	rc = tm_job_set(field, tm_job_find(option->name), value ? value : "yes",
			&why);
	return rc == TM_OK ? rc : tm_fail(err, rc, "--%s", why.text);
}

#define JOB_OPTION(id, key, value, text)                                       \
	{.name = key,                                                          \
	 .kind = TM_OPTION_CALL,                                               \
	 .read = read_job_option,                                              \
	 .argument = value,                                                    \
	 .help = text},

const struct tm_option tm_cli_limit_options[] = {
	TM_JOB_LIMIT_OPTIONS(JOB_OPTION) TM_OPTIONS_END};

const struct tm_option tm_cli_program_options[] = {
	TM_JOB_PROGRAM_OPTIONS(JOB_OPTION) TM_OPTIONS_END};
