/*
 * What is decided about several hundred stored series, and about their runs, is
 * what was decided before: tests/golden/decisions.txt has a line for each.  A
 * decision that changes on purpose is written anew with scripts/golden-update,
 * so that what changes is a diff that somebody reads.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asked.h"
#include "lines.h"

#define DECISIONS "tests/golden/decisions.txt"
#define ASKED	  "tests/golden/asked.txt"
#define SHOWN_MAX 20

static struct series series;
static struct asked asked;

static void start(void)
{
	series_read_all(&series);
	asked_read(&asked, ASKED);
}

static void stop(void)
{
	asked_free(&asked);
	series_free(&series);
}

TestSuite(golden, .init = start, .fini = stop, .timeout = 120);

/* All lines about a run. */
static void decide(FILE *out, const struct tm_run *run)
{
	struct tm_verdict_opts opts = {.only = NULL};
	struct tm_verdict plain;
	struct tm_err err;
	size_t i;

	tm_budget_init(&opts.budget);
	cr_assert_eq(tm_verdict_make(&plain, run, &opts, &err), TM_OK);
	lines_put_plain(out, &plain);
	for (i = 0; i < asked.count; i++) {
		if (asked_matches(&asked.rows[i], run->name))
			lines_put(out, &series, &plain, &asked.rows[i]);
	}
}

static char *decide_all(void)
{
	char *text = NULL;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	cr_assert_not_null(out);
	for (i = 0; i < series.count; i++)
		decide(out, series.runs[i]);
	fclose(out);
	return text;
}

static char *read_whole(const char *path)
{
	size_t size, got;
	char *text = NULL;
	FILE *copy = open_memstream(&text, &size);
	FILE *file = fopen(path, "r");
	char bytes[4096];

	cr_assert_not_null(file, "%s", path);
	while ((got = fread(bytes, 1, sizeof(bytes), file)) > 0)
		fwrite(bytes, 1, got, copy);
	fclose(file);
	fclose(copy);
	return text;
}

/* The number of lines that differ; the first of them are shown. */
static size_t compare(char *then, char *now)
{
	char *old, *new;
	size_t differ = 0;

	while (then || now) {
		old = strsep(&then, "\n");
		new = strsep(&now, "\n");
		if (old && new &&strcmp(old, new) == 0)
			continue;
		if (++differ <= SHOWN_MAX)
			cr_log_error("\nthen: %s\n now: %s", old ? old : "-",
				     new ? new : "-");
	}
	return differ;
}

Test(golden, runs_are_decided_as_before)
{
	const char *update = getenv("TIDEMARK_GOLDEN");
	char *now = decide_all(), *then;
	size_t differ;
	FILE *file;

	if (update) {
		file = fopen(update, "w");
		cr_assert_not_null(file, "%s", update);
		fputs(now, file);
		fclose(file);
		free(now);
		return;
	}
	then = read_whole(DECISIONS);
	differ = compare(then, now);
	cr_assert_eq(differ, 0,
		     "%zu lines of " DECISIONS " are others now; if they shall "
		     "be, run scripts/golden-update and read the diff",
		     differ);
	free(then);
	free(now);
}
