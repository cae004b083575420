#include "suite/job.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "run/measure.h"
#include "util/quantity.h"

static const struct {
	const char *key;
	const char *argument;
} limits[TM_JOB_LIMIT_COUNT] = {
#define LIMIT(id, key, argument, text) {key, argument},
	TM_JOB_LIMITS(LIMIT)
#undef LIMIT
};

/* --- making --------------------------------------------------------------- */

void tm_job_init(struct tm_job *job)
{
	memset(job, 0, sizeof(*job));
	tm_budget_init(&job->budget);
}

void tm_job_release(struct tm_job *job)
{
	size_t i;

	for (i = 0; i < TM_JOB_LIMIT_COUNT; i++)
		free(job->limit[i]);
	for (i = 0; i < job->argument_count; i++) {
		free(job->arguments[i].name);
		free(job->arguments[i].flag);
		free(job->arguments[i].value);
	}
	free(job->arguments);
	free(job->scenario);
	free(job->name);
	tm_job_init(job);
}

static enum tm_rc keep(char **place, const char *text, struct tm_err *err)
{
	char *copy = strdup(text);

	if (!copy)
		return tm_fail(err, TM_ENOMEM, "no memory for a job");
	free(*place);
	*place = copy;
	return TM_OK;
}

enum tm_rc tm_job_set_name(struct tm_job *job, const char *name,
			   struct tm_err *err)
{
	return keep(&job->name, name, err);
}

enum tm_rc tm_job_set_scenario(struct tm_job *job, const char *scenario,
			       struct tm_err *err)
{
	if (*scenario == '\0')
		return tm_fail(err, TM_EUSAGE, "a scenario needs a name");
	return keep(&job->scenario, scenario, err);
}

/* A text that is only read, where a struct or argv has a pointer to non-const. */
static char *as_argument(const char *text)
{
	union {
		const char *in;
		char *out;
	} pointer = {.in = text};

	return pointer.out;
}

/* --- limits --------------------------------------------------------------- */

enum tm_job_limit tm_job_find_limit(const char *key)
{
	unsigned int i;

	for (i = 0; i < TM_JOB_LIMIT_COUNT; i++) {
		if (tm_program_option_is_key(limits[i].key, key))
			break;
	}
	return (enum tm_job_limit)i;
}

const char *tm_job_limit_key(enum tm_job_limit limit)
{
	return limits[limit].key;
}

/* What `value` should have been; NULL: it is right. */
static const char *find_fault(enum tm_job_limit limit, const char *value)
{
	uint64_t number;

	switch (limit) {
	case TM_JOB_memory_limit:
		return tm_quantity_bytes(value, &number)
			       ? NULL
			       : "a size such as 512MiB or 2G";
	case TM_JOB_timeout:
		return tm_quantity_ms(value, &number)
			       ? NULL
			       : "a time in seconds, or with s, m or h";
	default:
		return tm_quantity_count(value, &number) && number > 0 &&
				       number <= INT64_MAX
			       ? NULL
			       : "a whole number above 0";
	}
}

enum tm_rc tm_job_set_limit(struct tm_job *job, enum tm_job_limit limit,
			    const char *value, struct tm_err *err)
{
	const char *wanted;

	assert(limit < TM_JOB_LIMIT_COUNT);
	wanted = find_fault(limit, value);
	if (wanted)
		return tm_fail(err, TM_EUSAGE, "%s is %s, not '%.40s'",
			       limits[limit].key, wanted, value);
	return keep(&job->limit[limit], value, err);
}

/* --- arguments of the program --------------------------------------------- */

static struct tm_job_argument *find_argument(const struct tm_job *job,
					     const char *name)
{
	size_t i;

	for (i = 0; i < job->argument_count; i++) {
		if (tm_program_option_is_key(job->arguments[i].name, name))
			return &job->arguments[i];
	}
	return NULL;
}

const char *tm_job_value(const struct tm_job *job, const char *name)
{
	const struct tm_job_argument *argument = find_argument(job, name);

	return argument ? argument->value : NULL;
}

/* Make room for one more, before those with a later place. */
static struct tm_job_argument *insert_argument(struct tm_job *job, size_t place)
{
	size_t count = job->argument_count;
	struct tm_job_argument *grown =
		realloc(job->arguments, (count + 1) * sizeof(*grown));
	size_t at = count;

	if (!grown)
		return NULL;
	job->arguments = grown;
	while (at > 0 && grown[at - 1].place > place)
		at--;
	memmove(&grown[at + 1], &grown[at], (count - at) * sizeof(*grown));
	memset(&grown[at], 0, sizeof(grown[at]));
	job->argument_count++;
	return &grown[at];
}

static enum tm_rc add_argument(struct tm_job *job,
			       const struct tm_job_argument *wanted,
			       struct tm_err *err)
{
	struct tm_job_argument added = *wanted;
	struct tm_job_argument *place;
	size_t size = strlen(wanted->name) + sizeof("--");

	added.name = strdup(wanted->name);
	added.value = strdup(wanted->value);
	added.flag = malloc(size);
	place = added.name && added.value && added.flag
			? insert_argument(job, wanted->place)
			: NULL;
	if (!place) {
		free(added.name);
		free(added.value);
		free(added.flag);
		return tm_fail(err, TM_ENOMEM, "no memory for a job");
	}
	snprintf(added.flag, size, "--%s", wanted->name);
	*place = added;
	return TM_OK;
}

/* Copies the texts of `wanted`, which needs no flag. */
static enum tm_rc put_argument(struct tm_job *job,
			       const struct tm_job_argument *wanted,
			       struct tm_err *err)
{
	struct tm_job_argument *argument = find_argument(job, wanted->name);

	if (!argument)
		return add_argument(job, wanted, err);
	return keep(&argument->value, wanted->value, err);
}

/* "yes" or "no" for what means them, or NULL. */
static const char *read_switch(const char *value)
{
	static const char *const yes[] = {"yes", "true", "on", "1"};
	static const char *const no[] = {"no", "false", "off", "0"};
	size_t i;

	for (i = 0; i < sizeof(yes) / sizeof(*yes); i++) {
		if (strcasecmp(value, yes[i]) == 0)
			return "yes";
		if (strcasecmp(value, no[i]) == 0)
			return "no";
	}
	return NULL;
}

enum tm_rc tm_job_set(struct tm_job *job,
		      const struct tm_program_option *option, const char *value,
		      struct tm_err *err)
{
	int is_switch = option->argument == NULL;
	const char *yes_or_no = is_switch ? read_switch(value) : NULL;
	struct tm_job_argument wanted = {.name = option->name,
					 .is_switch = is_switch,
					 .is_not_compared =
						 option->is_not_compared,
					 .place = option->place};
	enum tm_rc rc;

	if (yes_or_no)
		value = yes_or_no;
	rc = tm_program_option_check(option, value, err);
	if (rc != TM_OK)
		return rc;
	wanted.value = as_argument(value);
	return put_argument(job, &wanted, err);
}

enum tm_rc tm_job_pass(struct tm_job *job, const char *name, const char *value,
		       struct tm_err *err)
{
	struct tm_job_argument wanted = {.name = as_argument(name),
					 .value = as_argument(value),
					 .place = SIZE_MAX};

	wanted.is_not_compared = tm_program_option_is_understood(name);

	return put_argument(job, &wanted, err);
}

/* --- one job from another ------------------------------------------------- */

/* Copy what `from` has; when `is_winner`, also over what `job` has. */
static enum tm_rc merge(struct tm_job *job, const struct tm_job *from,
			int is_winner, struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	size_t i;

	for (i = 0; i < TM_JOB_LIMIT_COUNT && rc == TM_OK; i++) {
		if (from->limit[i] && (is_winner || !job->limit[i]))
			rc = keep(&job->limit[i], from->limit[i], err);
	}
	for (i = 0; i < from->argument_count && rc == TM_OK; i++) {
		const struct tm_job_argument *argument = &from->arguments[i];

		if (is_winner || !find_argument(job, argument->name))
			rc = put_argument(job, argument, err);
	}
	return rc;
}

enum tm_rc tm_job_inherit(struct tm_job *job, const struct tm_job *from,
			  struct tm_err *err)
{
	enum tm_rc rc = TM_OK;

	if (!job->scenario && from->scenario)
		rc = keep(&job->scenario, from->scenario, err);
	if (rc == TM_OK)
		rc = merge(job, from, 0, err);
	tm_budget_inherit(&job->budget, &from->budget);
	return rc;
}

enum tm_rc tm_job_override(struct tm_job *job, const struct tm_job *from,
			   struct tm_err *err)
{
	enum tm_rc rc = merge(job, from, 1, err);

	tm_budget_override(&job->budget, &from->budget);
	return rc;
}

/* --- using ---------------------------------------------------------------- */

char **tm_job_argv(const struct tm_job *job, const char *program)
{
	char **argv = calloc(2 + 2 * job->argument_count, sizeof(*argv));
	size_t count = 0;
	size_t i;

	if (!argv)
		return NULL;
	argv[count++] = as_argument(program);
	for (i = 0; i < job->argument_count; i++) {
		const struct tm_job_argument *argument = &job->arguments[i];

		if (argument->is_switch && strcmp(argument->value, "yes") != 0)
			continue;
		argv[count++] = argument->flag;
		if (!argument->is_switch)
			argv[count++] = argument->value;
	}
	return argv;
}

uint64_t tm_job_memory_limit_bytes(const struct tm_job *job)
{
	uint64_t bytes = TM_MEMORY_LIMIT_BYTES;

	if (job->limit[TM_JOB_memory_limit])
		(void)tm_quantity_bytes(job->limit[TM_JOB_memory_limit],
					&bytes);
	return bytes;
}

uint64_t tm_job_timeout_ms(const struct tm_job *job)
{
	uint64_t ms = 0;

	if (job->limit[TM_JOB_timeout])
		(void)tm_quantity_ms(job->limit[TM_JOB_timeout], &ms);
	return ms;
}

uint64_t tm_job_runs(const struct tm_job *job)
{
	uint64_t runs = 1;

	if (job->limit[TM_JOB_runs])
		(void)tm_quantity_count(job->limit[TM_JOB_runs], &runs);
	return runs;
}
