#include "suite/job.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "run/measure.h"
#include "util/quantity.h"

struct option {
	const char *key;
	const char *flag; /* the key with its dashes */
	const char *argument;
};

static const struct option options[TM_JOB_OPTION_COUNT] = {
#define OPTION(id, key, argument, text) {key, "--" key, argument},
	TM_JOB_OPTIONS(OPTION)
#undef OPTION
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

	for (i = 0; i < TM_JOB_OPTION_COUNT; i++)
		free(job->value[i]);
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

/* --- the list of options -------------------------------------------------- */

static int is_same_key(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		if (*a != *b && !(strchr("-_", *a) && strchr("-_", *b)))
			return 0;
	}
	return *a == *b;
}

enum tm_job_option tm_job_find(const char *key)
{
	unsigned int i;

	for (i = 0; i < TM_JOB_OPTION_COUNT; i++) {
		if (is_same_key(options[i].key, key))
			break;
	}
	return (enum tm_job_option)i;
}

const char *tm_job_key(enum tm_job_option option)
{
	return options[option].key;
}

int tm_job_is_switch(enum tm_job_option option)
{
	return options[option].argument == NULL;
}

/* --- values --------------------------------------------------------------- */

/* Whether `value` is one of the words in "a|b|c". */
static int is_one_of(const char *words, const char *value)
{
	size_t length = strlen(value);

	while (words) {
		if (strncmp(words, value, length) == 0 &&
		    (words[length] == '|' || words[length] == '\0'))
			return length > 0;
		words = strchr(words, '|');
		words += words != NULL;
	}
	return 0;
}

/* "yes" or "no" for the words that mean them, or NULL. */
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

/* What is wrong with `value`: what it should have been, or NULL. */
static const char *find_fault(enum tm_job_option option, const char *value)
{
	const char *argument = options[option].argument;
	uint64_t number;

	if (option == TM_JOB_memory_limit)
		return tm_quantity_bytes(value, &number)
			       ? NULL
			       : "a size such as 512MiB or 2G";
	if (option == TM_JOB_timeout)
		return tm_quantity_ms(value, &number)
			       ? NULL
			       : "a time in seconds, or with s, m or h";
	if (strcmp(argument, "N") == 0)
		return tm_quantity_count(value, &number) && number > 0 &&
				       number <= INT64_MAX
			       ? NULL
			       : "a whole number above 0";
	if (strchr(argument, '|'))
		return is_one_of(argument, value) ? NULL : argument;
	return *value ? NULL : argument;
}

enum tm_rc tm_job_set(struct tm_job *job, enum tm_job_option option,
		      const char *value, struct tm_err *err)
{
	const char *wanted;

	assert(option < TM_JOB_OPTION_COUNT);
	if (tm_job_is_switch(option)) {
		const char *word = read_switch(value);

		if (!word)
			return tm_fail(err, TM_EUSAGE,
				       "%s is yes or no, not '%.40s'",
				       options[option].key, value);
		return keep(&job->value[option], word, err);
	}
	wanted = find_fault(option, value);
	/* A URL may hold a password: it is not repeated. */
	if (wanted && strcmp(wanted, "URL") == 0)
		return tm_fail(err, TM_EUSAGE, "%s needs a URL",
			       options[option].key);
	if (wanted)
		return tm_fail(err, TM_EUSAGE, "%s is %s, not '%.40s'",
			       options[option].key, wanted, value);
	return keep(&job->value[option], value, err);
}

enum tm_rc tm_job_inherit(struct tm_job *job, const struct tm_job *from,
			  struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	size_t i;

	if (!job->scenario && from->scenario)
		rc = keep(&job->scenario, from->scenario, err);
	for (i = 0; i < TM_JOB_OPTION_COUNT && rc == TM_OK; i++) {
		if (!job->value[i] && from->value[i])
			rc = keep(&job->value[i], from->value[i], err);
	}
	tm_budget_inherit(&job->budget, &from->budget);
	return rc;
}

enum tm_rc tm_job_override(struct tm_job *job, const struct tm_job *from,
			   struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	size_t i;

	for (i = 0; i < TM_JOB_OPTION_COUNT && rc == TM_OK; i++) {
		if (from->value[i])
			rc = keep(&job->value[i], from->value[i], err);
	}
	tm_budget_override(&job->budget, &from->budget);
	return rc;
}

/* --- using ---------------------------------------------------------------- */

/* argv is an array of pointers to non-const for historical reasons; nobody
 * writes to the words. */
static char *as_argument(const char *word)
{
	union {
		const char *in;
		char *out;
	} pointer = {.in = word};

	return pointer.out;
}

char **tm_job_argv(const struct tm_job *job, const char *program)
{
	char **argv = calloc(2 + 2 * TM_JOB_OPTION_COUNT, sizeof(*argv));
	size_t count = 0;
	unsigned int i;

	if (!argv)
		return NULL;
	argv[count++] = as_argument(program);
	for (i = 0; i < TM_JOB_memory_limit; i++) {
		if (!job->value[i])
			continue;
		if (!tm_job_is_switch(i)) {
			argv[count++] = as_argument(options[i].flag);
			argv[count++] = job->value[i];
		} else if (strcmp(job->value[i], "yes") == 0) {
			argv[count++] = as_argument(options[i].flag);
		}
	}
	return argv;
}

uint64_t tm_job_memory_limit_bytes(const struct tm_job *job)
{
	uint64_t bytes = TM_MEMORY_LIMIT_BYTES;

	if (job->value[TM_JOB_memory_limit])
		(void)tm_quantity_bytes(job->value[TM_JOB_memory_limit],
					&bytes);
	return bytes;
}

uint64_t tm_job_timeout_ms(const struct tm_job *job)
{
	uint64_t ms = 0;

	if (job->value[TM_JOB_timeout])
		(void)tm_quantity_ms(job->value[TM_JOB_timeout], &ms);
	return ms;
}

uint64_t tm_job_runs(const struct tm_job *job)
{
	uint64_t runs = 1;

	if (job->value[TM_JOB_runs])
		(void)tm_quantity_count(job->value[TM_JOB_runs], &runs);
	return runs;
}
