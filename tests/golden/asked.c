#include "asked.h"

#include <criterion/criterion.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void read_only(struct asked_row *row, char *names)
{
	struct tm_err err;
	enum tm_metric metric;
	const char *name;

	row->has_only = 1;
	while ((name = strsep(&names, ","))) {
		cr_assert_eq(tm_budget_metric(&metric, name, &err), TM_OK, "%s",
			     err.text);
		row->only[metric] = 1;
	}
}

static void read_rule(struct asked_row *row, const char *name)
{
	if (strcmp(name, "shape") == 0)
		row->rule = TM_RULE_SHAPE;
	else if (strcmp(name, "line") == 0)
		row->rule = TM_RULE_LINE;
	else
		cr_assert_fail("no rule '%s'", name);
}

static void read_word(struct asked_row *row, char *word)
{
	struct tm_verdict_opts *opts = &row->opts;
	char *value = strchr(word, '=');
	struct tm_err err;

	cr_assert_not_null(value, "%s", word);
	*value++ = '\0';
	if (strcmp(word, "budget") == 0)
		cr_assert_eq(tm_budget_read(&opts->budget, value, &err), TM_OK,
			     "%s", err.text);
	else if (strcmp(word, "ignore") == 0)
		cr_assert_eq(tm_budget_ignore(&opts->budget, value, &err),
			     TM_OK, "%s", err.text);
	else if (strcmp(word, "only") == 0)
		read_only(row, value);
	else if (strcmp(word, "look") == 0)
		cr_assert_eq(
			sscanf(value, "%u/%u", &opts->look, &opts->looks_max),
			2);
	else if (strcmp(word, "baseline") == 0)
		snprintf(row->baseline, sizeof(row->baseline), "%s", value);
	else if (strcmp(word, "rule") == 0)
		read_rule(row, value);
	else
		cr_assert_fail("what is '%s'?", word);
}

static void read_row(struct asked_row *row, char *line)
{
	char *rest = NULL, *word;
	int at = 0;

	memset(row, 0, sizeof(*row));
	tm_budget_init(&row->opts.budget);
	for (word = strtok_r(line, " \t\n", &rest); word;
	     word = strtok_r(NULL, " \t\n", &rest), at++) {
		if (at == 0)
			snprintf(row->pattern, sizeof(row->pattern), "%s",
				 word);
		else if (at == 1)
			snprintf(row->label, sizeof(row->label), "%s", word);
		else
			read_word(row, word);
	}
	cr_assert_gt(at, 2, "%s asks for nothing", row->pattern);
}

void asked_read(struct asked *asked, const char *path)
{
	FILE *file = fopen(path, "r");
	size_t capacity = 0;
	char *line = NULL;

	cr_assert_not_null(file, "%s", path);
	while (getline(&line, &capacity, file) > 0) {
		if (*line == '#' || *line == '\n')
			continue;
		asked->rows = realloc(
			asked->rows, (asked->count + 1) * sizeof(*asked->rows));
		cr_assert_not_null(asked->rows);
		read_row(&asked->rows[asked->count++], line);
	}
	free(line);
	fclose(file);
}

void asked_free(struct asked *asked)
{
	free(asked->rows);
}

int asked_matches(const struct asked_row *row, const char *name)
{
	return fnmatch(row->pattern, name, 0) == 0;
}
