#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/run_json.h"
#include "results/store.h"

/* --- struct to JSON and back ---------------------------------------------- */

/* A key of a newer version, and keys of another type. */
static json_t *with_strange_keys(json_t *json, const char *number)
{
	json_object_set_new(json, "from_the_future", json_integer(1));
	json_object_set_new(json, number, json_string("many"));
	return json;
}

Test(parts, usage_survives_a_round_trip)
{
	struct tm_run_usage usage = {
		.user_seconds = tm_known_real(.25),
		.system_seconds = tm_known_real(0.0),
		.largest_process_bytes = tm_known_int(1 << 30),
	};
	struct tm_run_usage back = {0};
	json_t *json = tm_run_usage_to_json(&usage);

	cr_assert_eq(json_object_size(json), 3);
	tm_run_usage_from_json(&back, with_strange_keys(json, "major_faults"));
	cr_assert_eq(back.user_seconds.value, .25);
	cr_assert(back.system_seconds.is_known);
	cr_assert_eq(back.system_seconds.value, 0.0);
	cr_assert_eq(back.largest_process_bytes.value, 1 << 30);
	cr_assert_not(back.major_faults.is_known);
	cr_assert_not(back.tidemark_cpu_seconds.is_known);
	json_decref(json);
}

Test(parts, sampling_survives_a_round_trip)
{
	struct tm_run_sampling sampling = {
		.marks = strdup("time"),
		.every_ms = tm_known_int(100),
		.jitter = tm_known_real(.1),
		.seed = strdup("18446744073709551615"),
		.late = tm_known_int(0),
		.marks_seen = tm_known_int(7),
	};
	struct tm_run_sampling back = {0};
	json_t *json = tm_run_sampling_to_json(&sampling);

	cr_assert_eq(json_object_size(json), 6);
	tm_run_sampling_from_json(&back,
				  with_strange_keys(json, "acknowledged"));
	cr_assert_str_eq(back.marks, "time");
	cr_assert_eq(back.every_ms.value, 100);
	cr_assert_eq(back.jitter.value, .1);
	cr_assert_str_eq(back.seed, "18446744073709551615");
	cr_assert(back.late.is_known);
	cr_assert_eq(back.marks_seen.value, 7);
	cr_assert_not(back.marks_skipped.is_known);
	cr_assert_not(back.acknowledged.is_known);
	json_decref(json);
	tm_run_sampling_release(&back);
	tm_run_sampling_release(&sampling);
}

Test(parts, processes_survive_a_round_trip)
{
	struct tm_run_tree tree = {.is_known = 1,
				   .processes_seen = tm_known_int(2),
				   .process_count = 2};
	struct tm_run_tree back = {0};
	json_t *json;

	tree.processes = calloc(2, sizeof(*tree.processes));
	tree.processes[0].name = strdup("worker");
	tree.processes[0].root = tm_known_bool(0);
	tree.processes[0].grew_bytes = tm_known_int(-4096);
	tree.processes[1].pid = tm_known_int(42);
	tree.largest_child.pid = tm_known_int(43);
	tree.largest_child.hwm_bytes = tm_known_int(9);
	json = tm_run_tree_to_json(&tree);
	tm_run_tree_from_json(&back, with_strange_keys(json, "unmeasured"));
	cr_assert(back.is_known);
	cr_assert_eq(back.processes_seen.value, 2);
	cr_assert_not(back.unmeasured.is_known);
	cr_assert_eq(back.process_count, 2);
	cr_assert_str_eq(back.processes[0].name, "worker");
	cr_assert(back.processes[0].root.is_known);
	cr_assert_not(tm_is_true(back.processes[0].root));
	cr_assert_eq(back.processes[0].grew_bytes.value, -4096);
	cr_assert_not(back.processes[0].pid.is_known);
	cr_assert_eq(back.processes[1].pid.value, 42);
	cr_assert_null(back.processes[1].name);
	cr_assert_eq(back.largest_child.pid.value, 43);
	cr_assert_eq(back.largest_child.hwm_bytes.value, 9);
	json_decref(json);
	tm_run_tree_release(&back);
	tm_run_tree_release(&tree);
}

Test(parts, sites_survive_a_round_trip)
{
	struct tm_run_frame frame = {.function = (char[]){"leak\xff"},
				     .line = tm_known_int(31)};
	struct tm_run_sites sites = {.is_known = 1,
				     .sampling_bytes = tm_known_int(512),
				     .first_x = tm_known_real(10.5),
				     .last_x = tm_known_real(90.0),
				     .count = 1};
	struct tm_run_sites back = {0};
	json_t *json;

	sites.sites = calloc(1, sizeof(*sites.sites));
	sites.sites[0].grows = tm_known_bool(1);
	sites.sites[0].last_bytes = tm_known_int(0);
	tm_texts_add(&sites.sites[0].script, "File \"a.py\", line 3 in f");
	tm_run_site_add_frame(&sites.sites[0], &frame);
	json = tm_run_sites_to_json(&sites);
	cr_assert_eq(tm_run_sites_from_json(
			     &back, with_strange_keys(json, "lost"), NULL),
		     TM_OK);
	cr_assert_eq(back.sampling_bytes.value, 512);
	cr_assert_not(back.lost.is_known);
	cr_assert_eq(back.first_x.value, 10.5);
	cr_assert_eq(back.last_x.value, 90.0);
	cr_assert_eq(back.count, 1);
	cr_assert(tm_is_true(back.sites[0].grows));
	cr_assert(back.sites[0].last_bytes.is_known);
	cr_assert_not(back.sites[0].first_bytes.is_known);
	cr_assert_eq(back.sites[0].script.count, 1);
	cr_assert_eq(back.sites[0].depth, 1);
	cr_assert_str_eq(back.sites[0].stack[0].function, "leak?");
	cr_assert_eq(back.sites[0].stack[0].line.value, 31);
	cr_assert_null(back.sites[0].stack[0].file);
	json_decref(json);
	tm_run_sites_release(&back);
	tm_run_sites_release(&sites);
}

/* Innermost first, however many they are. */
Test(parts, frames_are_kept_in_their_order)
{
	struct tm_run_sites sites = {.is_known = 1};
	struct tm_run_frame frame = {0};
	char name[16];
	int i;

	sites.sites = calloc(1, sizeof(*sites.sites));
	cr_assert_not_null(sites.sites);
	sites.count = 1;
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		frame.function = name;
		frame.line = tm_known_int(i);
		tm_run_site_add_frame(&sites.sites[0], &frame);
	}
	cr_assert_eq(sites.sites[0].depth, 20);
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		cr_expect_str_eq(sites.sites[0].stack[i].function, name);
		cr_expect_eq(sites.sites[0].stack[i].line.value, i);
		cr_expect_null(sites.sites[0].stack[i].file);
	}
	tm_run_sites_release(&sites);
	cr_expect_eq(sites.count, 0);
	cr_expect_null(sites.sites);
}

/* Half a pair of positions is none. */
Test(parts, positions_of_sites_come_in_pairs)
{
	static const struct {
		const char *text;
		int is_known;
	} rows[] = {
		{"{\"sites\": [], \"iterations\": [1.5, 2.5]}", 1},
		{"{\"sites\": [], \"iterations\": [1.5]}", 0},
		{"{\"sites\": [], \"iterations\": [\"1\", 2.5]}", 0},
		{"{\"sites\": [], \"iterations\": [1.5, \"2\"]}", 0},
		{"{\"sites\": []}", 0},
	};
	struct tm_run_sites sites = {0};
	struct tm_err err;
	json_t *json;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		json = json_loads(rows[i].text, 0, NULL);
		cr_assert_eq(tm_run_sites_from_json(&sites, json, &err), TM_OK);
		json_decref(json);
		cr_expect_eq(sites.first_x.is_known, rows[i].is_known);
		cr_expect_eq(sites.last_x.is_known, rows[i].is_known);
		json = tm_run_sites_to_json(&sites);
		cr_expect_eq(json_object_get(json, "iterations") != NULL,
			     rows[i].is_known);
		json_decref(json);
		tm_run_sites_release(&sites);
	}
}

Test(parts, notes_survive_a_round_trip)
{
	struct tm_texts notes = {0}, back = {0};
	json_t *json;

	tm_texts_add(&notes, "its last line of marks is cut off");
	tm_texts_add(&notes, "not UTF-8: \xff");
	json = tm_texts_json(&notes);
	json_array_append_new(json, json_integer(7));
	tm_texts_read(&back, json);
	cr_assert_eq(back.count, 2, "what is not a text is left out");
	cr_assert_str_eq(back.text[0], notes.text[0]);
	cr_assert_str_eq(back.text[1], "not UTF-8: ?");
	json_decref(json);
	tm_texts_release(&back);
	tm_texts_release(&notes);
}

/* --- variables of runtimes ------------------------------------------------ */

/* What a run that is stored with these notes, and with `list` under the key,
 * is read as; the caller frees it.  Takes `list`. */
static struct tm_run *read_variables(const char *note, json_t *list)
{
	struct tm_run *run, *back;
	json_t *json;

	cr_assert_eq(tm_run_new(&run, "a", NULL), TM_OK);
	cr_assert_eq(tm_run_new(&back, "b", NULL), TM_OK);
	tm_run_note(run, "%s", note);
	json = tm_run_to_json(run);
	cr_assert_null(json_object_get(json, "runtime_variables"));
	json_object_set_new(json, "runtime_variables", list);
	cr_assert_null(tm_run_from_json(back, json));
	json_decref(json);
	tm_run_free(run);
	return back;
}

Test(parts, variables_of_runtimes_survive_a_round_trip)
{
	struct tm_run *run = read_variables("a note", json_pack("[s]", "ONE"));
	struct tm_run *back;
	json_t *json;

	cr_assert(tm_texts_has(&run->runtime_variables, "ONE"));
	tm_texts_add(&run->heaps, "JVM");
	tm_texts_add(&run->runtime_variables, "OTHER");
	json = tm_run_to_json(run);
	cr_assert_eq(tm_run_new(&back, "c", NULL), TM_OK);
	cr_assert_null(tm_run_from_json(back, json));
	cr_assert_eq(back->runtime_variables.count, 2);
	cr_assert(tm_texts_has(&back->runtime_variables, "OTHER"));
	cr_assert(tm_texts_has(&back->heaps, "JVM"));
	cr_assert_not(tm_texts_has(&back->runtime_variables, "OTHE"));
	json_decref(json);
	tm_run_free(back);
	tm_run_free(run);
}

#define OLD_NOTE "PYTHONMALLOC=malloc was set, so that Python's small objects "

Test(parts, a_run_older_than_the_key_has_its_variable_from_a_note)
{
	struct tm_run *run = read_variables(OLD_NOTE, NULL);

	cr_assert_eq(run->runtime_variables.count, 1);
	cr_assert(tm_texts_has(&run->runtime_variables, "PYTHONMALLOC"));
	tm_run_free(run);
}

Test(parts, a_run_with_the_key_is_not_read_by_its_notes)
{
	struct tm_run *run = read_variables(OLD_NOTE, json_array());

	cr_assert_eq(run->runtime_variables.count, 0);
	tm_run_free(run);
	run = read_variables("PYTHONMALLOC=debug was set", NULL);
	cr_assert_eq(run->runtime_variables.count, 0);
	tm_run_free(run);
}

/* --- runs as they were stored before -------------------------------------- */

static void loads_and_stays(const char *folder)
{
	char path[256], sites_path[256];
	struct tm_err err = {0};
	struct tm_run *run;
	json_t *stored, *again;

	snprintf(path, sizeof(path), "%s/run.json", folder);
	snprintf(sites_path, sizeof(sites_path), "%s/sites.json", folder);
	cr_assert_eq(tm_run_load(&run, folder, &err), TM_OK, "%s", err.text);
	stored = json_load_file(path, 0, NULL);
	again = tm_run_to_json(run);
	json_object_set_new(again, "schema", json_integer(1));
	json_object_set_new(again, "sample_count",
			    json_integer((json_int_t)run->sample_count));
	if (!json_object_get(again, "report"))
		json_object_set_new(again, "report", json_null());
	cr_assert(json_equal(again, stored),
		  "%s is another run when it is "
		  "written again",
		  folder);
	json_decref(stored);
	json_decref(again);
	stored = json_load_file(sites_path, 0, NULL);
	cr_assert_eq(stored != NULL, run->sites.is_known);
	if (stored) {
		again = tm_run_sites_to_json(&run->sites);
		json_object_del(again, "schema");
		cr_assert(json_equal(again, stored), "its sites differ");
		json_decref(again);
	}
	json_decref(stored);
	tm_run_free(run);
}

Test(parts, a_run_of_another_program_that_was_stored_before_stays_the_same)
{
	loads_and_stays("tests/results/data/leak");
}

Test(parts, a_run_of_a_scenario_that_was_stored_before_stays_the_same)
{
	loads_and_stays("tests/results/data/strong-ref");
}
