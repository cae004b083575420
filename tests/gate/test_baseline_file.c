/*
 * What is written of a baseline is read as the same, and the other way round:
 * files of today, of before and of a tidemark that knows more.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gate/baseline.h"

static char path[] = "/tmp/tidemark-baseline-file-XXXXXX";
static struct tm_err err;

static void start(void)
{
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	close(fd);
}

static void stop(void)
{
	unlink(path);
}

TestSuite(baseline_file, .init = start, .fini = stop);

static void load(struct tm_baseline *out, const char *text)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
	cr_assert_eq(tm_baseline_load(out, path, &err), TM_OK, "%s", err.text);
}

/* The text that a file of `text` is written as. */
static char *written(const char *text)
{
	struct tm_baseline baseline;
	char *again;

	load(&baseline, text);
	again = tm_baseline_text(&baseline);
	cr_assert_not_null(again);
	tm_baseline_release(&baseline);
	return again;
}

static void expect_same(const char *text)
{
	char *again = written(text);

	cr_expect_str_eq(again, text, "%s", again);
	free(again);
}

static void fill_metrics(struct tm_baseline_job *job)
{
	size_t i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		struct tm_baseline_metric *metric = &job->metric[i];

		if (i % 3 == 2)
			continue;
		metric->is_kept = 1;
		metric->budget = (double)i + .5;
		metric->has_growth = i % 2 == 0;
		metric->growth = i % 4 == 0 ? TM_GROWTH_GROWS : TM_GROWTH_FLAT;
		if (i % 5 == 0)
			metric->slope = tm_known_real(-(double)i / 4);
	}
}

static void add_job(struct tm_baseline *baseline, const char *name,
		    enum tm_unit unit)
{
	struct tm_baseline_job job = {.name = strdup(name), .unit = unit};

	tm_facts_set_text(&job.options, "rules", "legacy");
	tm_facts_set_int(&job.options, "header", 4);
	tm_facts_set_bool(&job.options, "read", 1);
	tm_facts_set_real(&job.options, "rate", .25);
	fill_metrics(&job);
	cr_assert_eq(tm_baseline_put(baseline, &job, &err), TM_OK);
}

static void expect_same_job(const struct tm_baseline_job *a,
			    const struct tm_baseline_job *b)
{
	size_t i;

	cr_expect_str_eq(a->name, b->name);
	cr_expect_eq(a->unit, b->unit);
	cr_expect(tm_facts_are_same(&a->options, &b->options));
	for (i = 0; i < TM_METRIC_COUNT; i++) {
		const struct tm_baseline_metric *left = &a->metric[i];
		const struct tm_baseline_metric *right = &b->metric[i];
		const char *name = tm_metric_name((enum tm_metric)i);

		cr_assert_eq(left->is_kept, right->is_kept, "%s", name);
		cr_expect_eq(left->budget, right->budget, "%s", name);
		cr_expect_eq(left->has_growth, right->has_growth, "%s", name);
		cr_expect(!left->has_growth || left->growth == right->growth,
			  "%s", name);
		cr_expect_eq(left->slope.is_known, right->slope.is_known, "%s",
			     name);
		cr_expect_eq(left->slope.value, right->slope.value, "%s", name);
		cr_expect_eq(right->other.count, 0, "%s", name);
	}
}

Test(baseline_file, holds_all_that_a_baseline_holds)
{
	struct tm_baseline made = {.is_made = 1}, read;

	tm_facts_set_text(&made.environment, "allocator", "jemalloc");
	tm_facts_set_int(&made.environment, "page_bytes", 4096);
	add_job(&made, "one", TM_UNIT_ITERATION);
	add_job(&made, "two \"and\" a half", TM_UNIT_SECOND);
	cr_assert_eq(tm_baseline_store(&made, path, &err), TM_OK);
	cr_assert_eq(tm_baseline_load(&read, path, &err), TM_OK, "%s",
		     err.text);
	cr_expect(tm_facts_are_same(&read.environment, &made.environment));
	cr_assert_eq(read.job_count, 2);
	expect_same_job(&made.jobs[0], tm_baseline_find(&read, "one"));
	expect_same_job(&made.jobs[1],
			tm_baseline_find(&read, made.jobs[1].name));
	tm_baseline_release(&made);
	tm_baseline_release(&read);
}

Test(baseline_file, of_this_project_is_written_unchanged)
{
	static char text[65536];
	FILE *file = fopen(TM_BASELINE_FILE, "r");
	size_t length;

	cr_assert_not_null(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	cr_assert_lt(length, sizeof(text) - 1);
	expect_same(text);
}

#define HEAD "{\n  \"environment\": {},\n"
#define ONE  "\"rss_bytes\": {\"budget\": 7}\n      }"

/* What a later tidemark may add is not lost when this one saves. */
Test(baseline_file, keeps_what_it_does_not_know)
{
	expect_same("{\n"
		    "  \"comment\": [1, {\"a\": null, \"b\": 0.5}],\n"
		    "  \"environment\": {\n"
		    "    \"libc\": \"musl\"\n"
		    "  },\n"
		    "  \"scenarios\": {\n"
		    "    \"loop\": {\n"
		    "      \"metrics\": {\n"
		    "        \"rss_bytes\": {\"budget\": 7, \"growth\": "
		    "\"shrinks\", \"note\": {}, \"slope\": \"none\"}\n"
		    "      },\n"
		    "      \"options\": {\n"
		    "        \"unit\": \"fortnight\"\n"
		    "      },\n"
		    "      \"owner\": \"me\"\n"
		    "    }\n"
		    "  },\n"
		    "  \"schema\": 1\n"
		    "}\n");
}

/* Without options and without growth, as a hand may write it. */
Test(baseline_file, of_little_is_completed)
{
	char *text = written(
		"{\"schema\": 1, \"environment\": {}, \"scenarios\": "
		"{\"b\": {\"metrics\": {\"rss_bytes\": {\"budget\": 7.0}}}}}");

	cr_expect_str_eq(text,
			 HEAD "  \"scenarios\": {\n"
			      "    \"b\": {\n"
			      "      \"metrics\": {\n        " ONE ",\n"
			      "      \"options\": {}\n"
			      "    }\n"
			      "  },\n"
			      "  \"schema\": 1\n"
			      "}\n",
			 "%s", text);
	free(text);
}

/* In six digits this is a whole number, and is read as one the next time. */
Test(baseline_file, is_the_same_from_the_first_time_on)
{
	char *first = written(
		"{\"schema\": 1, \"environment\": {}, \"scenarios\": "
		"{\"b\": {\"metrics\": {\"rss_bytes\": {\"budget\": "
		"999999.97}, \"pss_bytes\": {\"budget\": 12.3456789}}}}}");

	cr_expect_not_null(strstr(first, "\"budget\": 1000000}"), "%s", first);
	cr_expect_not_null(strstr(first, "\"budget\": 12.3457}"), "%s", first);
	expect_same(first);
	free(first);
}
