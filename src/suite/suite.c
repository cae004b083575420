#include "suite/suite.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/suggest.h"

/*
 * inih calls back for keys only, neither with their line nor for a section
 * without any.  It takes its lines from us, though, so both are seen as they
 * pass: the parser is then always at `line`, in the section last seen.
 */
struct parser {
	const char *path;
	FILE *file;
	unsigned int line;
	struct tm_suite *suite;
	const struct tm_program_options *known;
	struct tm_job global;
	int in_global;
	enum tm_rc rc;
	struct tm_err *err;
};

void tm_suite_release(struct tm_suite *suite)
{
	size_t i;

	for (i = 0; i < suite->count; i++)
		tm_job_release(&suite->jobs[i]);
	free(suite->jobs);
	suite->jobs = NULL;
	suite->count = 0;
}

enum tm_rc tm_suite_add(struct tm_suite *suite, const char *name,
			struct tm_job **out, struct tm_err *err)
{
	struct tm_job *jobs =
		realloc(suite->jobs, (suite->count + 1) * sizeof(*jobs));
	enum tm_rc rc;

	*out = NULL;
	if (!jobs)
		return tm_fail(err, TM_ENOMEM, "no memory for a job");
	suite->jobs = jobs;
	tm_job_init(&jobs[suite->count]);
	rc = tm_job_set_name(&jobs[suite->count], name, err);
	if (rc == TM_OK)
		*out = &jobs[suite->count++];
	return rc;
}

/* Only the first failure counts.  Returns what inih expects of a failure. */
static int fail_here(struct parser *parser, enum tm_rc rc, const char *text)
{
	if (parser->rc == TM_OK)
		parser->rc = tm_fail(parser->err, rc, "%.200s:%u: %.160s",
				     parser->path, parser->line, text);
	return 0;
}

/* --- sections ------------------------------------------------------------- */

static void start_section(struct parser *parser, char *name)
{
	struct tm_err why = {0};
	struct tm_job *job;
	char text[160];
	enum tm_rc rc;
	size_t i;

	parser->in_global = strcasecmp(name, "global") == 0;
	if (parser->in_global)
		return;
	if (*name == '\0') {
		fail_here(parser, TM_EUSAGE, "a section without a name");
		return;
	}
	for (i = 0; i < parser->suite->count; i++) {
		if (strcmp(parser->suite->jobs[i].name, name) != 0)
			continue;
		snprintf(text, sizeof(text), "a second section [%.60s]", name);
		fail_here(parser, TM_EUSAGE, text);
	}
	rc = tm_suite_add(parser->suite, name, &job, &why);
	if (rc != TM_OK)
		fail_here(parser, rc, why.text);
	else
		job->line = parser->line;
}

/* Read a line before inih does. */
static void watch_line(struct parser *parser, const char *line)
{
	char name[256];
	const char *end;

	while (isspace((unsigned char)*line))
		line++;
	if (*line != '[')
		return;
	end = strchr(line, ']');
	if (!end)
		return; /* inih says so */
	snprintf(name, sizeof(name), "%.*s", (int)(end - line - 1), line + 1);
	start_section(parser, name);
}

static char *next_line(char *line, int size, void *context)
{
	struct parser *parser = context;
	size_t length;

	if (parser->rc != TM_OK || !fgets(line, size, parser->file))
		return NULL;
	parser->line++;
	length = strlen(line);
	if (length + 1 == (size_t)size && line[length - 1] != '\n') {
		fail_here(parser, TM_EUSAGE, "the line is too long");
		return NULL;
	}
	watch_line(parser, line);
	return line;
}

/* --- keys ----------------------------------------------------------------- */

static int fail_key(struct parser *parser, const char *key)
{
	struct tm_suggest suggest;
	char suggestion[96], text[160];
	size_t i;

	tm_suggest_init(&suggest, key);
	tm_suggest_offer(&suggest, "scenario");
	tm_suggest_offer(&suggest, "max-growth");
	tm_suggest_offer(&suggest, "ignore");
	for (i = 0; i < parser->known->count; i++)
		tm_suggest_offer(&suggest, parser->known->rows[i].name);
	for (i = 0; i < TM_JOB_LIMIT_COUNT; i++)
		tm_suggest_offer(&suggest,
				 tm_job_limit_key((enum tm_job_limit)i));
	tm_suggest_text(&suggest, suggestion, sizeof(suggestion));
	snprintf(text, sizeof(text), "unknown key '%.40s'%s", key, suggestion);
	return fail_here(parser, TM_EUSAGE, text);
}

/* A run's budget; TM_EUNAVAILABLE when the key is not of a budget. */
static enum tm_rc take_budget(struct tm_job *job, const char *key,
			      const char *value, struct tm_err *why)
{
	static const char growth[] = "max-growth";
	size_t length = strlen(growth);

	if (strcmp(key, "ignore") == 0)
		return tm_budget_ignore(&job->budget, value, why);
	if (strncmp(key, growth, length) != 0 ||
	    (key[length] != '\0' && key[length] != '.'))
		return TM_EUNAVAILABLE;
	return tm_budget_set(&job->budget,
			     key[length] ? key + length + 1 : NULL, value, why);
}

/* A limit, or an option of the program; TM_EUNAVAILABLE when the key is neither.
 */
static enum tm_rc take_option(const struct parser *parser, struct tm_job *job,
			      const char *key, const char *value,
			      struct tm_err *why)
{
	enum tm_job_limit limit = tm_job_find_limit(key);
	const struct tm_program_option *option =
		tm_program_options_find(parser->known, key);

	if (limit != TM_JOB_LIMIT_COUNT)
		return tm_job_set_limit(job, limit, value, why);
	if (option)
		return tm_job_set(job, option, value, why);
	if (parser->known->count == 0)
		return tm_job_pass(job, key, value, why);
	return TM_EUNAVAILABLE;
}

static int take_key(void *context, const char *section, const char *key,
		    const char *value)
{
	struct parser *parser = context;
	struct tm_err why = {0};
	struct tm_job *job = &parser->global;
	enum tm_rc rc;

	if (parser->rc != TM_OK)
		return 0;
	if (*section == '\0')
		return fail_here(parser, TM_EUSAGE,
				 "a key before the first [section]");
	if (!parser->in_global)
		job = &parser->suite->jobs[parser->suite->count - 1];
	rc = take_budget(job, key, value, &why);
	if (rc == TM_EUNAVAILABLE && strcmp(key, "scenario") == 0)
		rc = tm_job_set_scenario(job, value, &why);
	else if (rc == TM_EUNAVAILABLE)
		rc = take_option(parser, job, key, value, &why);
	if (rc == TM_EUNAVAILABLE)
		return fail_key(parser, key);
	return rc == TM_OK || fail_here(parser, rc, why.text);
}

/* --- the whole file ------------------------------------------------------- */

static enum tm_rc fill_in(struct parser *parser)
{
	struct tm_suite *suite = parser->suite;
	enum tm_rc rc = TM_OK;
	size_t i;

	for (i = 0; i < suite->count && rc == TM_OK; i++) {
		struct tm_job *job = &suite->jobs[i];

		rc = tm_job_inherit(job, &parser->global, parser->err);
		if (rc == TM_OK && !job->scenario)
			rc = tm_job_set_scenario(job, job->name, parser->err);
	}
	if (rc == TM_OK && suite->count == 0)
		rc = tm_fail(parser->err, TM_EUSAGE,
			     "%.300s: no jobs: it has no section other than "
			     "[global]",
			     parser->path);
	return rc;
}

enum tm_rc tm_suite_load(struct tm_suite *out, const char *path,
			 const struct tm_program_options *known,
			 struct tm_err *err)
{
	struct parser parser = {
		.path = path, .suite = out, .known = known, .err = err};
	int bad_line;

	out->jobs = NULL;
	out->count = 0;
	parser.file = fopen(path, "re");
	if (!parser.file)
		return tm_fail(err, TM_EUSAGE, "cannot read the suite '%s': %s",
			       path, strerror(errno));
	tm_job_init(&parser.global);
	bad_line = ini_parse_stream(next_line, &parser, take_key, &parser);
	if (parser.rc == TM_OK && ferror(parser.file))
		parser.rc =
			tm_fail(err, errno == EISDIR ? TM_EUSAGE : TM_ESYSTEM,
				"cannot read the suite '%s': %s", path,
				strerror(errno));
	if (parser.rc == TM_OK && bad_line > 0) {
		parser.line = (unsigned int)bad_line;
		fail_here(&parser, TM_EUSAGE,
			  "neither [section] nor key = value");
	}
	if (parser.rc == TM_OK)
		parser.rc = fill_in(&parser);
	fclose(parser.file);
	tm_job_release(&parser.global);
	if (parser.rc != TM_OK)
		tm_suite_release(out);
	return parser.rc;
}
