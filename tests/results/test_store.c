/*
 * A run is stored, and is the same when it is loaded again.
 */
#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../support/folders.h"
#include "../support/runs.h"
#include "results/store.h"
#include "stored.h"

TestSuite(store, .init = stored_open, .fini = stored_close);

/* --- there and back ------------------------------------------------------- */

/* Takes both. */
static void expect_same(json_t *actual, json_t *expected)
{
	cr_expect(json_equal(actual, expected));
	json_decref(actual);
	json_decref(expected);
}

Test(store, loads_what_it_saved)
{
	struct tm_run *run = stored_save("fake");
	struct tm_run *back;
	size_t i;

	cr_assert_eq(tm_run_load(&back, run->directory, &stored_err), TM_OK,
		     "%s", stored_err.text);
	cr_assert_str_eq(back->name, "fake");
	cr_assert_str_eq(back->started, run->started);
	cr_assert_eq(back->wall_ns, 12345);
	cr_assert_eq(back->exit_code, 0);
	cr_assert_eq(back->signal, 9);
	cr_assert_eq(back->outcome, TM_OUTCOME_COMPLETE);
	cr_assert_str_eq(run_why(back), "");
	cr_assert_eq(back->sample_count, 2);
	cr_assert_eq(
		memcmp(back->samples, run->samples, 2 * sizeof(*run->samples)),
		0);
	cr_assert_str_eq(back->absent[TM_METRIC_allocated_bytes],
			 "no jemalloc");
	cr_assert_null(back->absent[TM_METRIC_rss_bytes]);
	expect_same(tm_run_report_to_json(&back->report),
		    tm_run_report_to_json(&run->report));
	expect_same(tm_run_request_to_json(&back->request),
		    tm_run_request_to_json(&run->request));
	expect_same(tm_run_environment_to_json(&back->environment),
		    tm_run_environment_to_json(&run->environment));
	cr_assert_eq(back->notes.count, run->notes.count);
	for (i = 0; i < run->notes.count; i++)
		cr_assert_str_eq(back->notes.text[i], run->notes.text[i]);
	tm_run_free(back);
	tm_run_free(run);
}

static void keeps_the_outcome(enum tm_outcome outcome)
{
	struct tm_run *run = stored_make("bad");
	struct tm_run *back;

	run->outcome = outcome;
	run->ending.text = strdup("because");
	run->exit_code = -1;
	cr_assert_eq(tm_run_save(run, stored_folder, &stored_err), TM_OK);
	cr_assert_eq(tm_run_load(&back, run->directory, &stored_err), TM_OK);
	cr_assert_eq(back->outcome, outcome);
	cr_assert_str_eq(run_why(back), "because");
	cr_assert_eq(back->exit_code, -1);
	cr_assert_not(tm_run_is_measured(back));
	tm_run_free(back);
	tm_run_free(run);
}

Test(store, keeps_how_a_run_ended)
{
	unsigned int i;

	for (i = TM_OUTCOME_LIMIT; i <= TM_OUTCOME_FAILED; i++)
		keeps_the_outcome(i);
}

Test(store, keeps_what_an_iteration_is)
{
	struct tm_run *run = stored_make("timed");
	struct tm_run *back;

	cr_assert_eq(run->unit, TM_UNIT_ITERATION);
	run->unit = TM_UNIT_SECOND;
	run->usage.user_seconds = tm_known_real(.25);
	run->sampling.marks = strdup("time");
	run->sampling.every_ms = tm_known_int(9);
	run->tree.is_known = 1;
	run->tree.processes_seen = tm_known_int(3);
	cr_assert_eq(tm_run_save(run, stored_folder, &stored_err), TM_OK, "%s",
		     stored_err.text);
	cr_assert_eq(tm_run_load(&back, run->directory, &stored_err), TM_OK);
	cr_assert_eq(back->unit, TM_UNIT_SECOND);
	cr_assert_eq(back->usage.user_seconds.value, .25);
	cr_assert_not(back->usage.system_seconds.is_known);
	cr_assert_str_eq(back->sampling.marks, "time");
	cr_assert_eq(back->sampling.every_ms.value, 9);
	cr_assert(back->tree.is_known);
	cr_assert_eq(back->tree.processes_seen.value, 3);
	tm_run_free(back);
	tm_run_free(run);
}

/* Of before there was a choice. */
Test(store, takes_a_run_that_names_no_unit_for_one_by_iteration)
{
	struct tm_run *run = stored_save("old");
	struct tm_run *back;
	char path[512];
	json_t *json;

	snprintf(path, sizeof(path), "%s/run.json", run->directory);
	json = json_load_file(path, 0, NULL);
	cr_assert_eq(json_object_del(json, "unit"), 0);
	cr_assert_eq(json_object_del(json, "per_unit"), 0);
	cr_assert_eq(json_dump_file(json, path, 0), 0);
	json_decref(json);
	cr_assert_eq(tm_run_load(&back, run->directory, &stored_err), TM_OK);
	cr_assert_eq(back->unit, TM_UNIT_ITERATION);
	tm_run_free(back);
	tm_run_free(run);
}

Test(store, leaves_an_absent_value_empty)
{
	struct tm_run *run = stored_save("fake");
	char path[512], line[512], expected[512] = "0,1";
	unsigned int i;
	FILE *file;

	for (i = 0; i < TM_METRIC_COUNT; i++)
		strcat(expected, i == TM_METRIC_rss_bytes ? ",4096" : ",");
	strcat(expected, "\n");
	snprintf(path, sizeof(path), "%s/samples.csv", run->directory);
	file = fopen(path, "r");
	cr_assert_not_null(file);
	cr_assert_not_null(fgets(line, sizeof(line), file));
	cr_assert_eq(strncmp(line, "iteration,elapsed_ns,maxrss_bytes,", 34),
		     0);
	cr_assert_not_null(fgets(line, sizeof(line), file));
	cr_assert_str_eq(line, expected);
	fclose(file);
	tm_run_free(run);
}

static void expect_file(const struct tm_run *run, const char *name,
			const char *expected)
{
	char path[512], text[2048] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", run->directory, name);
	file = fopen(path, "r");
	cr_assert_not_null(file, "%s", path);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	cr_expect_str_eq(text, expected);
}

/* What is not a number stays empty, a quote is doubled, a formula is not one. */
Test(store, writes_a_census_as_a_table)
{
	struct tm_run *run = stored_make("fake");

	run_report(run,
		   "{\"census\": [{\"type\": \"a \\\"b\\\"\", \"live\": 3, "
		   "\"live_bytes\": 4, \"garbage\": 5}, {\"type\": \"c\", "
		   "\"live\": \"x\"}, {\"live_bytes\": 7}, "
		   "{\"type\": \"=c\"}]}");
	cr_assert_eq(tm_run_save(run, stored_folder, &stored_err), TM_OK, "%s",
		     stored_err.text);
	expect_file(run, "census.csv",
		    "type,live,live_bytes,garbage\n"
		    "\"a \"\"b\"\"\",3,4,5\n"
		    "c,,,\n"
		    ",,7,\n"
		    "\" =c\",,,\n");
	tm_run_free(run);
}

Test(store, names_a_folder_by_second_and_name)
{
	struct tm_run *run = stored_make("a b/c-d_e.f");
	struct tm_run *second, *third;

	free(run->started);
	run->started = strdup("2026-11-23T18:00:01Z");
	cr_assert_eq(tm_run_save(run, stored_folder, &stored_err), TM_OK);
	cr_expect_str_eq(run->directory + strlen(stored_folder),
			 "/20261123T180001Z-a_b_c-d_e.f");
	second = stored_make("a b/c-d_e.f");
	free(second->started);
	second->started = strdup(run->started);
	cr_assert_eq(tm_run_save(second, stored_folder, &stored_err), TM_OK);
	cr_expect_str_eq(second->directory + strlen(stored_folder),
			 "/20261123T180001Z-a_b_c-d_e.f-2");
	third = stored_make("a b/c-d_e.f");
	free(third->started);
	third->started = strdup(run->started);
	cr_assert_eq(tm_run_save(third, stored_folder, &stored_err), TM_OK);
	cr_expect_str_eq(third->directory + strlen(stored_folder),
			 "/20261123T180001Z-a_b_c-d_e.f-3");
	tm_run_free(third);
	tm_run_free(second);
	tm_run_free(run);
}

Test(store, refuses_a_folder_whose_name_is_too_long_or_empty)
{
	static char name[5000];
	struct tm_run *run = stored_make("fake");

	memset(name, '/', sizeof(name) - 1);
	cr_assert_eq(tm_run_save(run, name, &stored_err), TM_EUSAGE);
	cr_expect_str_eq(stored_err.text,
			 "the results folder's name is too long");
	/* 256 bytes are left for the run's own. */
	name[PATH_MAX - 256 + 1] = '\0';
	memcpy(name, "/proc", 5);
	cr_expect_eq(tm_run_save(run, name, &stored_err), TM_EUSAGE);
	name[PATH_MAX - 256] = '\0';
	cr_expect_eq(tm_run_save(run, name, &stored_err), TM_ESYSTEM);
	cr_assert_eq(tm_run_save(run, "", &stored_err), TM_EUSAGE);
	cr_expect_str_eq(stored_err.text, "the results folder's name is empty");
	tm_run_free(run);
}

/* For people who read a diff: a line a fact, set in by two and by one. */
Test(store, lays_out_its_json)
{
	struct tm_run *run = stored_save("fake");
	const struct tm_run *runs[] = {run};
	char path[512];

	snprintf(path, sizeof(path), "%s/run.json", run->directory);
	stored_expect_begins(path, "{\n  \"schema\": 1,\n  \"");
	snprintf(path, sizeof(path), "%s/export.json", stored_folder);
	cr_assert_eq(run_export(path, runs, 1, &stored_err), TM_OK);
	stored_expect_begins(path, "{\n \"schema\": 1,\n \"runs\": [");
	tm_run_free(run);
}

Test(store, loads_by_the_name_of_its_json_too)
{
	struct tm_run *run = stored_save("fake");
	struct tm_run *back;
	char path[512];

	snprintf(path, sizeof(path), "%s/run.json", run->directory);
	cr_assert_eq(tm_run_load(&back, path, &stored_err), TM_OK, "%s",
		     stored_err.text);
	tm_run_free(back);
	snprintf(path, sizeof(path), "%s//", run->directory);
	cr_assert_eq(tm_run_load(&back, path, &stored_err), TM_OK, "%s",
		     stored_err.text);
	tm_run_free(back);
	tm_run_free(run);
}

static void expect_directory(const char *path, const char *expected)
{
	struct tm_run *run;

	cr_assert_eq(tm_run_load(&run, path, &stored_err), TM_OK, "%s",
		     stored_err.text);
	cr_expect_str_eq(run->directory, expected);
	tm_run_free(run);
}

/* Its folder is the same by whatever name it was loaded. */
Test(store, knows_its_folder_without_slashes)
{
	struct tm_run *run = stored_save("fake");
	char path[512];

	expect_directory(run->directory, run->directory);
	snprintf(path, sizeof(path), "%s/", run->directory);
	expect_directory(path, run->directory);
	snprintf(path, sizeof(path), "%s//", run->directory);
	expect_directory(path, run->directory);
	snprintf(path, sizeof(path), "%s//run.json", run->directory);
	expect_directory(path, run->directory);
	cr_assert_eq(chdir(run->directory), 0);
	expect_directory("run.json", ".");
	expect_directory(".", ".");
	expect_directory("./run.json", ".");
	cr_assert_eq(chdir("/"), 0);
	tm_run_free(run);
	cr_assert_eq(tm_run_load(&run, "/", &stored_err), TM_EUSAGE);
	cr_expect_not_null(
		strstr(stored_err.text, "'/' does not contain a run"), "%s",
		stored_err.text);
}

/* --- nothing is lost ------------------------------------------------------ */

Test(store, never_takes_a_folder_that_is_there)
{
	struct tm_run *first = stored_make("same");
	struct tm_run *second = stored_make("same");

	free(second->started);
	second->started = strdup(first->started);
	cr_assert_eq(tm_run_save(first, stored_folder, &stored_err), TM_OK);
	cr_assert_eq(tm_run_save(second, stored_folder, &stored_err), TM_OK);
	cr_assert_str_neq(first->directory, second->directory);
	cr_assert_eq(folder_count(stored_folder), 2);
	tm_run_free(first);
	tm_run_free(second);
}

Test(store, makes_a_file_name_of_any_name)
{
	struct tm_run *run = stored_make("../a b/c\n");

	cr_assert_eq(tm_run_save(run, stored_folder, &stored_err), TM_OK, "%s",
		     stored_err.text);
	cr_assert_eq(
		strncmp(run->directory, stored_folder, strlen(stored_folder)),
		0);
	cr_assert_null(strchr(run->directory + strlen(stored_folder) + 1, '/'));
	cr_assert_null(strpbrk(run->directory, " \n"));
	tm_run_free(run);
}

Test(store, makes_the_folders_above)
{
	struct tm_run *run = stored_make("deep");
	char path[256];

	snprintf(path, sizeof(path), "%s/a/b//c/", stored_folder);
	cr_assert_eq(tm_run_save(run, path, &stored_err), TM_OK, "%s",
		     stored_err.text);
	tm_run_free(run);
}

Test(store, says_which_folder_cannot_be_written)
{
	struct tm_run *run = stored_make("fake");

	cr_assert_eq(tm_run_save(run, "/proc/results", &stored_err),
		     TM_ESYSTEM);
	cr_assert_not_null(strstr(stored_err.text, "/proc/results"), "%s",
			   stored_err.text);
	cr_assert_null(run->directory);
	cr_assert_eq(tm_run_save(run, "", &stored_err), TM_EUSAGE);
	tm_run_free(run);
}

Test(store, leaves_nothing_behind_when_it_fails)
{
	struct tm_run *run = stored_make("fake");
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/file", stored_folder);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fclose(file);
	cr_assert_eq(tm_run_save(run, path, &stored_err), TM_ESYSTEM);
	cr_assert_eq(folder_count(stored_folder), 1);
	tm_run_free(run);
}

/* --- allocation sites ----------------------------------------------------- */

Test(store, keeps_the_allocation_sites)
{
	struct tm_run *run = stored_make("sited");
	struct tm_run *loaded;
	char path[512];

	run->sites.is_known = 1;
	run->sites.sampling_bytes = tm_known_int(512);
	run->sites.sites = calloc(1, sizeof(*run->sites.sites));
	run->sites.count = 1;
	run->sites.sites[0].last_bytes = tm_known_int(77);
	run->heap_sites.is_known = 1;
	run->heap_sites.sampling_bytes = tm_known_int(1024);
	cr_assert_eq(tm_run_save(run, stored_folder, &stored_err), TM_OK, "%s",
		     stored_err.text);
	cr_assert_eq(tm_run_load(&loaded, run->directory, &stored_err), TM_OK,
		     "%s", stored_err.text);
	cr_assert_eq(loaded->sites.sampling_bytes.value, 512);
	cr_assert_not(loaded->sites.lost.is_known);
	cr_assert_eq(loaded->sites.count, 1);
	cr_assert_eq(loaded->sites.sites[0].last_bytes.value, 77);
	cr_assert(loaded->heap_sites.is_known);
	cr_assert_eq(loaded->heap_sites.sampling_bytes.value, 1024);
	cr_assert_eq(loaded->heap_sites.count, 0);
	snprintf(path, sizeof(path), "%s/sites.json", run->directory);
	stored_expect_begins(path, "{\n \"schema\": 1,\n ");
	tm_run_free(loaded);
	tm_run_free(run);
}

/* A program may be sampled twice in one iteration. */
Test(store, keeps_two_samples_of_one_iteration)
{
	struct tm_sample sample = {.iteration = 7};
	struct tm_run *run = NULL, *loaded;

	cr_assert_eq(tm_run_new(&run, "twice", &stored_err), TM_OK);
	cr_assert_eq(tm_run_add_sample(run, &sample, &stored_err), TM_OK);
	cr_assert_eq(tm_run_add_sample(run, &sample, &stored_err), TM_OK);
	cr_assert_eq(tm_run_save(run, stored_folder, &stored_err), TM_OK, "%s",
		     stored_err.text);
	cr_assert_eq(tm_run_load(&loaded, run->directory, &stored_err), TM_OK,
		     "%s", stored_err.text);
	cr_expect_eq(loaded->sample_count, 2);
	tm_run_free(loaded);
	tm_run_free(run);
}

Test(store, a_run_without_sites_has_none)
{
	struct tm_run *run = stored_save("plain");
	struct tm_run *loaded;

	cr_assert_eq(tm_run_load(&loaded, run->directory, &stored_err), TM_OK);
	cr_assert_not(loaded->sites.is_known);
	tm_run_free(loaded);
	tm_run_free(run);
}

/* "\xff" is not UTF-8, which JSON has to be. */
Test(store, keeps_a_run_whose_name_is_not_utf_8)
{
	struct tm_run *run = stored_make("bad\xffname");
	struct tm_run *again;

	cr_assert_eq(tm_run_save(run, stored_folder, &stored_err), TM_OK, "%s",
		     stored_err.text);
	cr_assert_eq(tm_run_load(&again, run->directory, &stored_err), TM_OK,
		     "%s", stored_err.text);
	cr_assert_str_eq(again->name, "bad?name");
	tm_run_free(again);
	tm_run_free(run);
}
