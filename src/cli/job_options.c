#include "cli/job_options.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "suite/catalog.h"
#include "suite/job.h"

/* --- limits --------------------------------------------------------------- */

static enum tm_rc read_limit(void *field, const struct tm_option *option,
			     const char *value, struct tm_err *err)
{
	struct tm_err why = {0};
	enum tm_rc rc = tm_job_set_limit(field, tm_job_find_limit(option->name),
					 value, &why);

	return rc == TM_OK ? rc : tm_fail(err, rc, "--%s", why.text);
}

#define LIMIT_OPTION(id, key, value, text)                                     \
	{.name = key,                                                          \
	 .type = TM_OPTION_CALL,                                               \
	 .read = read_limit,                                                   \
	 .argument = value,                                                    \
	 .help = text},

const struct tm_option tm_cli_limit_options[] = {TM_JOB_LIMITS(LIMIT_OPTION)
							 TM_OPTIONS_END};

/* --- options of the scenarios --------------------------------------------- */

/* Read once, for the one command that this process runs. */
static struct {
	int is_read;
	struct tm_err err; /* why their options could not be read */
	int is_told;	   /* the user of it */
	struct tm_program_options known;
	struct tm_option *rows; /* NULL: none */
} scenarios;

static enum tm_rc read_program_option(void *field,
				      const struct tm_option *option,
				      const char *value, struct tm_err *err)
{
	const struct tm_program_option *known =
		tm_program_options_find(&scenarios.known, option->name);
	struct tm_err why = {0};
	enum tm_rc rc = tm_job_set(field, known, value ? value : "yes", &why);

	return rc == TM_OK ? rc : tm_fail(err, rc, "--%s", why.text);
}

/* "iterations of the loop (10000)"; kept as long as the rows are. */
static const char *help_of(const struct tm_program_option *known)
{
	char *text;

	if (!known->initial ||
	    asprintf(&text, "%s (%s)", known->help, known->initial) < 0)
		return known->help;
	return text;
}

static void make_rows(void)
{
	const struct tm_program_options *known = &scenarios.known;
	size_t i;

	scenarios.rows = calloc(known->count + 1, sizeof(*scenarios.rows));
	for (i = 0; scenarios.rows && i < known->count; i++) {
		struct tm_option *row = &scenarios.rows[i];

		row->name = known->rows[i].name;
		row->type = TM_OPTION_CALL;
		row->read = read_program_option;
		row->argument = known->rows[i].argument;
		row->help = help_of(&known->rows[i]);
	}
}

/* Without a folder of scenarios a run by path and help still work: the plan
 * reports when it needs one. */
static void read_scenarios(void)
{
	struct tm_catalog catalog;
	struct tm_err unused;

	if (scenarios.is_read)
		return;
	scenarios.is_read = 1;
	if (tm_catalog_open(&catalog, &unused) != TM_OK)
		tm_catalog_close(&catalog);
	if (tm_catalog_options(&catalog, &scenarios.known, &scenarios.err) ==
	    TM_OK)
		scenarios.err.rc = TM_OK;
	tm_catalog_close(&catalog);
	make_rows();
}

enum tm_rc tm_cli_program_options_check(struct tm_err *err)
{
	read_scenarios();
	if (scenarios.err.rc != TM_OK)
		*err = scenarios.err;
	return scenarios.err.rc;
}

const struct tm_program_options *tm_cli_known_options(void)
{
	read_scenarios();
	return &scenarios.known;
}

const struct tm_option *tm_cli_program_options(void)
{
	static const struct tm_option none[] = {TM_OPTIONS_END};

	read_scenarios();
	if (scenarios.err.rc != TM_OK && !scenarios.is_told) {
		scenarios.is_told = 1;
		tm_cli_warn("%s", scenarios.err.text);
	}
	return scenarios.rows ? scenarios.rows : none;
}
