#include "stored.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support/folders.h"
#include "../support/runs.h"
#include "results/environment.h"
#include "results/store.h"

char stored_folder[] = "/tmp/tidemark-store-XXXXXX";
struct tm_err stored_err;

void stored_open(void)
{
	cr_assert_not_null(mkdtemp(stored_folder));
}

void stored_close(void)
{
	folder_remove(stored_folder);
}

/* A run with an absent value, one of 0 and the largest that there is. */
struct tm_run *stored_make(const char *name)
{
	struct tm_sample sample = {.iteration = 0, .elapsed_ns = 1};
	struct tm_run *run;

	cr_assert_eq(tm_run_new(&run, name, &stored_err), TM_OK);
	tm_sample_set(&sample, TM_METRIC_rss_bytes, 4096);
	cr_assert_eq(tm_run_add_sample(run, &sample, &stored_err), TM_OK);
	sample.iteration = 1000;
	sample.elapsed_ns = 500000001;
	tm_sample_set(&sample, TM_METRIC_garbage, 0);
	tm_sample_set(&sample, TM_METRIC_rss_bytes, UINT64_MAX);
	cr_assert_eq(tm_run_add_sample(run, &sample, &stored_err), TM_OK);
	tm_run_set_absent(run, TM_METRIC_allocated_bytes, "no jemalloc");
	tm_run_note(run, "a note of line %d", 7);
	run->wall_ns = 12345;
	run->exit_code = 0;
	run->signal = 9;
	run_report(run, "{\"strategy\": \"fake\", \"census\": "
			"[{\"type\": \"a \\\"b\\\"\", \"live\": 3}]}");
	run->request.is_known = 1;
	tm_facts_set_text(&run->request.options, "rules", "off");
	tm_facts_set_int(&run->request.options, "iterations", 99);
	tm_environment_fill(&run->environment);
	return run;
}

struct tm_run *stored_save(const char *name)
{
	struct tm_run *run = stored_make(name);

	cr_assert_eq(tm_run_save(run, stored_folder, &stored_err), TM_OK, "%s",
		     stored_err.text);
	return run;
}

void stored_expect_begins(const char *path, const char *expected)
{
	char text[64] = "";
	FILE *file = fopen(path, "r");

	cr_assert_not_null(file, "%s", path);
	text[fread(text, 1, strlen(expected), file)] = '\0';
	fclose(file);
	cr_expect_str_eq(text, expected);
}

void stored_replace(const char *directory, const char *name, const char *text)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "we");
	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
}
