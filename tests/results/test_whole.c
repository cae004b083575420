/*
 * Every key of a run has its member, is written again, and is given back.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support/runs.h"
#include "results/export.h"
#include "results/run_json.h"

static struct tm_run *run;
static json_t *json;

static void start(void)
{
	json = json_load_file("tests/results/data/whole.json",
			      JSON_REJECT_DUPLICATES, NULL);
	cr_assert_not_null(json);
	run = run_new("");
	cr_assert_null(tm_run_from_json(run, json));
}

static void stop(void)
{
	run_free(run);
	json_decref(json);
}

TestSuite(whole, .init = start, .fini = stop);

/* `bytes` are of a struct that was released. */
static void expect_zeros(const void *bytes, size_t size, const char *name)
{
	static const char zeros[sizeof(struct tm_run)];

	cr_assert_leq(size, sizeof(zeros));
	cr_expect_eq(memcmp(bytes, zeros, size), 0, "%s keeps something", name);
}

Test(whole, is_written_as_it_was_read)
{
	json_t *again = tm_run_to_json(run);
	const char *key;
	json_t *value;

	json_object_foreach(json, key, value)
	{
		cr_expect(json_equal(json_object_get(again, key), value), "%s",
			  key);
	}
	cr_expect_eq(json_object_size(again), json_object_size(json));
	json_decref(again);
}

/* A key of a struct's own is not kept as one that is not known. */
Test(whole, has_a_member_for_each_key)
{
	cr_expect_eq(run->request.other.count, 0);
	cr_expect_eq(run->report.other.count, 0);
	cr_expect_null(tm_facts_find(&run->environment.facts, "libraries"));
	cr_expect_str_eq(run->request.file_modified, "2026-01-01T00:00:00Z");
	cr_expect_eq(run->report.garbage_per_iteration.count, 1);
	cr_expect_eq(run->report.curve.pictures.count, 2);
	cr_expect_eq(run->judged.looks_max.value, 3);
	cr_expect(run->judged.only[TM_METRIC_rss_bytes]);
	cr_expect_eq(run->tree.largest_child.hwm_bytes.value, 8);
	cr_expect_eq(run->heaps.count, 1);
	cr_expect_str_eq(run->absent[TM_METRIC_garbage], "none");
}

#define EXPECT_RELEASED(release, part)                                         \
	do {                                                                   \
		release(&(part));                                              \
		expect_zeros(&(part), sizeof(part), #part);                    \
		release(&(part));                                              \
	} while (0)

/* So that it may be filled again, or released twice. */
Test(whole, is_empty_once_it_is_released)
{
	EXPECT_RELEASED(tm_run_ending_release, run->ending);
	EXPECT_RELEASED(tm_run_sampling_release, run->sampling);
	EXPECT_RELEASED(tm_run_tree_release, run->tree);
	EXPECT_RELEASED(tm_run_environment_release, run->environment);
	EXPECT_RELEASED(tm_texts_release, run->request.argv);
	EXPECT_RELEASED(tm_facts_release, run->request.variables);
	EXPECT_RELEASED(tm_run_request_release, run->request);
	EXPECT_RELEASED(tm_run_curve_release, run->report.curve);
	EXPECT_RELEASED(tm_run_census_release, run->report.census);
	EXPECT_RELEASED(tm_run_report_release, run->report);
}

Test(whole, sites_and_types_are_empty_once_they_are_released)
{
	json_t *types = json_loads("{\"positions\": [1], \"types\": "
				   "[{\"type\": \"a\", \"objects\": [2]}]}",
				   0, NULL);

	cr_assert_eq(tm_run_types_from_json(&run->types, types, NULL), TM_OK);
	run->sites.sites = calloc(1, sizeof(*run->sites.sites));
	run->sites.count = 1;
	run->sites.sites[0].process = strdup("p");
	EXPECT_RELEASED(tm_run_types_release, run->types);
	EXPECT_RELEASED(tm_run_sites_release, run->sites);
	json_decref(types);
}

/* What the program reported stands flat beside the rest, and nowhere else. */
Test(whole, is_exported_with_its_report_flat)
{
	const struct tm_run *runs[] = {run};
	json_t *exported = tm_runs_to_json(runs, 1);
	json_t *flat = json_array_get(json_object_get(exported, "runs"), 0);

	cr_assert_not_null(flat);
	cr_expect_null(json_object_get(flat, "report"));
	cr_expect_str_eq(json_string_value(json_object_get(flat, "rules")),
			 "legacy");
	cr_expect_eq(json_integer_value(json_object_get(flat, "every")), 5);
	cr_expect(json_equal(json_object_get(flat, "request"),
			     json_object_get(json, "request")));
	json_decref(exported);
}

/* --- what is known in part ------------------------------------------------ */

/* Takes `actual`. */
static void expect_json(json_t *actual, const char *expected)
{
	char *text = json_dumps(actual, JSON_SORT_KEYS);

	cr_assert_not_null(text);
	cr_expect_str_eq(text, expected);
	free(text);
	json_decref(actual);
}

/* Any of the three says that the file is known. */
Test(whole, has_a_file_by_any_of_its_facts)
{
	struct tm_run_request request = {0};

	expect_json(tm_run_request_to_json(&request), "{}");
	request.file_size_bytes = tm_known_int(0);
	expect_json(tm_run_request_to_json(&request),
		    "{\"file\": {\"size_bytes\": 0}}");
	request.file_size_bytes.is_known = 0;
	request.file_modified = strdup("m");
	expect_json(tm_run_request_to_json(&request),
		    "{\"file\": {\"modified\": \"m\"}}");
	tm_run_request_release(&request);
	request.file_build_id = strdup("b");
	expect_json(tm_run_request_to_json(&request),
		    "{\"file\": {\"build_id\": \"b\"}}");
	tm_run_request_release(&request);
}

Test(whole, has_callbacks_by_either_count)
{
	struct tm_run_report report = {0};

	expect_json(tm_run_report_to_json(&report), "{}");
	report.callbacks_expected = tm_known_int(2);
	expect_json(tm_run_report_to_json(&report),
		    "{\"callbacks\": {\"expected\": 2}}");
	report.callbacks_expected.is_known = 0;
	report.callbacks_fired = tm_known_int(1);
	expect_json(tm_run_report_to_json(&report),
		    "{\"callbacks\": {\"fired\": 1}}");
	report.callbacks_fired.is_known = 0;
	report.curve.is_known = report.census.is_known = 1;
	expect_json(tm_run_report_to_json(&report),
		    "{\"census\": [], \"curve\": {}}");
}

Test(whole, has_positions_of_sites_by_both)
{
	struct tm_run_sites sites = {0};

	sites.first_x = tm_known_real(1);
	expect_json(tm_run_sites_to_json(&sites),
		    "{\"schema\": 1, \"sites\": []}");
	sites.last_x = tm_known_real(2);
	expect_json(tm_run_sites_to_json(&sites),
		    "{\"iterations\": [1.0, 2.0], \"schema\": 1, "
		    "\"sites\": []}");
	sites.first_x.is_known = 0;
	expect_json(tm_run_sites_to_json(&sites),
		    "{\"schema\": 1, \"sites\": []}");
}

Test(whole, has_a_largest_child_when_one_ended)
{
	struct tm_run_tree tree = {0};

	tree.largest_child.hwm_bytes = tm_known_int(3);
	expect_json(tm_run_tree_to_json(&tree), "{\"processes\": []}");
	tree.largest_child.pid = tm_known_int(0);
	expect_json(tm_run_tree_to_json(&tree),
		    "{\"largest_child\": {\"hwm_bytes\": 3, \"pid\": 0}, "
		    "\"processes\": []}");
}

Test(whole, has_types_without_a_count)
{
	struct tm_run_types types = {0};

	expect_json(tm_run_types_to_json(&types),
		    "{\"positions\": [], \"schema\": 1, \"types\": []}");
	types.type_count = tm_known_int(0);
	expect_json(tm_run_types_to_json(&types),
		    "{\"positions\": [], \"schema\": 1, \"type_count\": 0, "
		    "\"types\": []}");
}

/* --- digits --------------------------------------------------------------- */

/* More would differ from one machine to another, fewer are too few for a
 * slope. */
Test(whole, facts_of_lists_have_nine_digits)
{
	struct tm_facts facts = {0};
	json_t *list = json_pack("{s:[f]}", "a", 0.12345678949);

	tm_facts_read(&facts, list);
	cr_expect_str_eq(tm_facts_find(&facts, "a")->text, "[0.123456789]");
	json_decref(list);
	tm_facts_release(&facts);
}
