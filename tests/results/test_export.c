/*
 * Runs in one file of JSON, for other programs.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support/folders.h"
#include "../support/runs.h"
#include "results/export.h"
#include "stored.h"

TestSuite(export, .init = stored_open, .fini = stored_close);

Test(export, exports_a_run_by_time_without_iterations)
{
	struct tm_run *run = stored_make("timed");
	const struct tm_run *runs[] = {run};
	char path[256];
	json_t *json, *flat;

	run->unit = TM_UNIT_SECOND;
	snprintf(path, sizeof(path), "%s/out.json", stored_folder);
	cr_assert_eq(run_export(path, runs, 1, &stored_err), TM_OK, "%s",
		     stored_err.text);
	json = json_load_file(path, 0, NULL);
	flat = json_array_get(json_object_get(json, "runs"), 0);
	cr_assert_str_eq(json_string_value(json_object_get(flat, "unit")),
			 "second");
	cr_assert_eq(json_integer_value(json_object_get(flat, "per_unit")),
		     1000);
	cr_assert_null(json_object_get(flat, "iterations"));
	cr_assert_null(json_object_get(flat, "iterations_per_second"));
	json_decref(json);
	tm_run_free(run);
}

Test(export, exports_flat_runs_without_what_is_unknown)
{
	struct tm_run *run = stored_make("fake");
	const struct tm_run *runs[] = {run};
	char path[256];
	json_t *json, *flat, *sample;

	snprintf(path, sizeof(path), "%s/out.json", stored_folder);
	cr_assert_eq(run_export(path, runs, 1, &stored_err), TM_OK, "%s",
		     stored_err.text);
	json = json_load_file(path, 0, NULL);
	flat = json_array_get(json_object_get(json, "runs"), 0);
	cr_assert_str_eq(json_string_value(json_object_get(flat, "outcome")),
			 "complete");
	cr_assert_str_eq(json_string_value(json_object_get(flat, "strategy")),
			 "fake");
	cr_assert_str_eq(json_string_value(json_object_get(flat, "rules")),
			 "off");
	/* What was done, not the 99 that were asked for. */
	cr_assert_eq(json_integer_value(json_object_get(flat, "iterations")),
		     1000);
	cr_assert_float_eq(json_number_value(json_object_get(
				   flat, "iterations_per_second")),
			   2000.0, 0.001);
	cr_assert_null(json_object_get(flat, "published"));
	sample = json_array_get(json_object_get(flat, "samples"), 1);
	cr_assert(json_is_integer(json_object_get(sample, "garbage")));
	cr_assert_gt(json_number_value(json_object_get(sample, "rss_bytes")),
		     1e19);
	cr_assert_null(json_object_get(sample, "pss_bytes"));
	json_decref(json);
	tm_run_free(run);
}

/* Over what was asked for stands what the program says, and over that what was
 * measured. */
Test(export, exports_what_is_known_best)
{
	struct tm_run *run = stored_make("fake");
	const struct tm_run *runs[] = {run, run};
	json_t *json, *first, *sample;
	char path[512];

	tm_facts_set_int(&run->request.options, "every", 10);
	run_report(run, "{\"rules\": \"pep442\", \"exit_code\": 77}");
	run->sites.is_known = 1;
	run->sites.lost = tm_known_int(3);
	run->directory = strdup("/folder");
	snprintf(path, sizeof(path), "%s/export.json", stored_folder);
	cr_assert_eq(run_export(path, runs, 2, &stored_err), TM_OK, "%s",
		     stored_err.text);
	json = json_load_file(path, 0, NULL);
	cr_assert_eq(json_integer_value(json_object_get(json, "schema")), 1);
	cr_assert_eq(json_array_size(json_object_get(json, "runs")), 2);
	first = json_array_get(json_object_get(json, "runs"), 0);
	cr_expect_eq(json_integer_value(json_object_get(first, "every")), 10);
	cr_expect_str_eq(json_string_value(json_object_get(first, "rules")),
			 "pep442");
	cr_expect_eq(json_integer_value(json_object_get(first, "exit_code")),
		     0);
	cr_expect_eq(json_integer_value(json_object_get(first, "iterations")),
		     1000);
	cr_expect_eq(json_number_value(
			     json_object_get(first, "iterations_per_second")),
		     2000);
	cr_expect_str_eq(json_string_value(json_object_get(first, "directory")),
			 "/folder");
	cr_expect_eq(json_integer_value(json_object_get(
			     json_object_get(first, "sites"), "lost")),
		     3);
	cr_assert_eq(json_array_size(json_object_get(first, "samples")), 2);
	sample = json_array_get(json_object_get(first, "samples"), 1);
	cr_expect_eq(json_integer_value(json_object_get(sample, "iteration")),
		     1000);
	cr_expect_eq(json_integer_value(json_object_get(sample, "elapsed_ns")),
		     500000001);
	cr_expect(json_is_integer(json_object_get(sample, "garbage")));
	cr_expect_null(json_object_get(sample, "uss_bytes"));
	/* More than JSON's integers hold is rounded, not negative. */
	cr_expect_float_eq(
		json_real_value(json_object_get(sample, "rss_bytes")),
		18446744073709551615.0, 1e12);
	json_decref(json);
	tm_run_free(run);
}

Test(export, exports_the_largest_integer_as_one)
{
	struct tm_run *run = stored_make("fake");
	const struct tm_run *runs[] = {run};
	char path[512];
	json_t *json, *value;

	tm_sample_set(&run->samples[1], TM_METRIC_rss_bytes, INT64_MAX);
	snprintf(path, sizeof(path), "%s/export.json", stored_folder);
	cr_assert_eq(run_export(path, runs, 1, &stored_err), TM_OK);
	json = json_load_file(path, 0, NULL);
	value = json_object_get(
		json_array_get(
			json_object_get(
				json_array_get(json_object_get(json, "runs"),
					       0),
				"samples"),
			1),
		"rss_bytes");
	cr_expect(json_is_integer(value));
	cr_expect_eq(json_integer_value(value), INT64_MAX);
	json_decref(json);
	tm_run_free(run);
}

Test(export, says_that_the_disk_is_full)
{
	struct tm_run *run = stored_make("fake");
	const struct tm_run *runs[] = {run};

	cr_assert_eq(run_export("/dev/full", runs, 1, &stored_err), TM_ESYSTEM);
	cr_assert_not_null(strstr(stored_err.text, "/dev/full"), "%s",
			   stored_err.text);
	cr_assert_not_null(strstr(stored_err.text, "No space"), "%s",
			   stored_err.text);
	tm_run_free(run);
}

Test(export, keeps_an_older_export_when_it_cannot_write)
{
	struct tm_run *run = stored_make("fake");
	const struct tm_run *runs[] = {run};
	char path[256];

	snprintf(path, sizeof(path), "%s/none/out.json", stored_folder);
	cr_assert_eq(run_export(path, runs, 1, &stored_err), TM_ESYSTEM);
	cr_assert_not_null(strstr(stored_err.text, path), "%s",
			   stored_err.text);
	cr_assert_eq(folder_count(stored_folder), 0);
	tm_run_free(run);
}
