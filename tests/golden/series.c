#include "series.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support/runs.h"

#define TOKEN_MAX 64

struct cursor {
	char *rest;
	char token[TOKEN_MAX];
	size_t repeat; /* how often the token still holds */
};

static const char *next_token(struct cursor *cursor)
{
	const char *word;
	char *star;

	if (cursor->repeat > 0) {
		cursor->repeat--;
		return cursor->token;
	}
	word = strsep(&cursor->rest, " ");
	if (!word)
		return NULL;
	cr_assert_lt(strlen(word), TOKEN_MAX, "%s", word);
	memcpy(cursor->token, word, strlen(word) + 1);
	star = strchr(cursor->token, '*');
	if (star) {
		*star = '\0';
		cursor->repeat = strtoul(star + 1, NULL, 10) - 1;
	}
	return cursor->token;
}

static struct tm_run *read_head(char *line)
{
	struct tm_run *run;
	const char *word;
	char *rest = line;

	cr_assert_str_eq(strsep(&rest, " "), "run");
	run = run_new(strsep(&rest, " "));
	while ((word = strsep(&rest, " "))) {
		if (strncmp(word, "outcome=", 8) == 0)
			cr_assert(tm_outcome_find(&run->outcome, word + 8),
				  "%s", word);
		else if (strcmp(word, "unit=second") == 0)
			run_by_time(run);
		else
			cr_assert_str_eq(word, "unit=iteration");
	}
	return run;
}

static void read_places(struct tm_run *run, char *text)
{
	struct cursor cursor = {.rest = text};
	struct tm_sample sample = {.present = 0};
	struct tm_err err;
	const char *token;

	while ((token = next_token(&cursor))) {
		sample.iteration += strtoull(token, NULL, 10);
		sample.elapsed_ns = sample.iteration * 1000000;
		cr_assert_eq(tm_run_add_sample(run, &sample, &err), TM_OK);
	}
}

static void read_values(struct tm_run *run, const char *name, char *text)
{
	enum tm_metric metric = tm_metric_find(name);
	struct cursor cursor = {.rest = text};
	uint64_t value = 0; /* differences may wrap: a hostile series does */
	const char *token;
	size_t i;

	cr_assert_neq(metric, TM_METRIC_COUNT, "no metric '%s'", name);
	for (i = 0; (token = next_token(&cursor)); i++) {
		cr_assert_lt(i, run->sample_count, "%s: %s", run->name, name);
		if (strcmp(token, "-") == 0)
			continue;
		value += (uint64_t)strtoll(token, NULL, 10);
		tm_sample_set(&run->samples[i], metric, value);
	}
	cr_assert_eq(i, run->sample_count, "%s: %s has %zu values", run->name,
		     name, i);
}

static void add(struct series *series, struct tm_run *run)
{
	series->runs = realloc(series->runs,
			       (series->count + 1) * sizeof(*series->runs));
	cr_assert_not_null(series->runs);
	series->runs[series->count++] = run;
}

void series_read(struct series *series, const char *path)
{
	struct tm_run *run = NULL;
	size_t capacity = 0;
	char *line = NULL, *rest, *name;
	FILE *file = fopen(path, "r");

	cr_assert_not_null(file, "%s", path);
	while (getline(&line, &capacity, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "run ", 4) == 0) {
			run = read_head(line);
			add(series, run);
			continue;
		}
		if (!*line)
			continue;
		cr_assert_not_null(run, "%s begins without a run", path);
		rest = line;
		name = strsep(&rest, " ");
		if (strcmp(name, "at") == 0)
			read_places(run, rest);
		else
			read_values(run, name, rest);
	}
	free(line);
	fclose(file);
}

void series_read_all(struct series *series)
{
	static const char *const files[] = {
		"tests/golden/series/corpus.txt",
		"tests/golden/series/simulated.txt",
		"tests/golden/series/programs.txt",
		"tests/golden/series/made.txt",
		"tests/golden/series/edges.txt",
	};
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(*files); i++)
		series_read(series, files[i]);
}

void series_free(struct series *series)
{
	size_t i;

	for (i = 0; i < series->count; i++)
		run_free(series->runs[i]);
	free(series->runs);
}

const struct tm_run *series_find(const struct series *series, const char *name)
{
	size_t i;

	for (i = 0; i < series->count; i++) {
		if (strcmp(series->runs[i]->name, name) == 0)
			return series->runs[i];
	}
	cr_assert_fail("no stored run is called '%s'", name);
	return NULL;
}
