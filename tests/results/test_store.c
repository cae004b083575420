#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <dirent.h>
#include <ftw.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/environment.h"
#include "results/find.h"
#include "results/store.h"
#include "../support/runs.h"

static char folder[] = "/tmp/tidemark-store-XXXXXX";
static struct tm_err err;

static int remove_one(const char *path, const struct stat *info, int type,
		      struct FTW *where)
{
	(void)info;
	(void)type;
	(void)where;
	return remove(path);
}

static void make_folder(void)
{
	cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(void)
{
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

TestSuite(store, .init = make_folder, .fini = remove_folder);

/* A run with an absent value, one of 0 and the largest that there is. */
static struct tm_run *make_run(const char *name)
{
	struct tm_sample sample = {.iteration = 0, .elapsed_ns = 1};
	struct tm_run *run;

	cr_assert_eq(tm_run_new(&run, name, &err), TM_OK);
	tm_sample_set(&sample, TM_METRIC_rss_bytes, 4096);
	cr_assert_eq(tm_run_add_sample(run, &sample, &err), TM_OK);
	sample.iteration = 1000;
	sample.elapsed_ns = 500000001;
	tm_sample_set(&sample, TM_METRIC_garbage, 0);
	tm_sample_set(&sample, TM_METRIC_rss_bytes, UINT64_MAX);
	cr_assert_eq(tm_run_add_sample(run, &sample, &err), TM_OK);
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

static struct tm_run *saved(const char *name)
{
	struct tm_run *run = make_run(name);

	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK, "%s", err.text);
	return run;
}

static int count_entries(const char *path)
{
	DIR *dir = opendir(path);
	int count = 0;

	cr_assert_not_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2;
}

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
	struct tm_run *run = saved("fake");
	struct tm_run *back;
	size_t i;

	cr_assert_eq(tm_run_load(&back, run->directory, &err), TM_OK, "%s",
		     err.text);
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
	struct tm_run *run = make_run("bad");
	struct tm_run *back;

	run->outcome = outcome;
	run->ending.text = strdup("because");
	run->exit_code = -1;
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK);
	cr_assert_eq(tm_run_load(&back, run->directory, &err), TM_OK);
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
	struct tm_run *run = make_run("timed");
	struct tm_run *back;

	cr_assert_eq(run->unit, TM_UNIT_ITERATION);
	run->unit = TM_UNIT_SECOND;
	run->usage.user_seconds = tm_known_real(.25);
	run->sampling.marks = strdup("time");
	run->sampling.every_ms = tm_known_int(9);
	run->tree.is_known = 1;
	run->tree.processes_seen = tm_known_int(3);
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK, "%s", err.text);
	cr_assert_eq(tm_run_load(&back, run->directory, &err), TM_OK);
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
	struct tm_run *run = saved("old");
	struct tm_run *back;
	char path[512];
	json_t *json;

	snprintf(path, sizeof(path), "%s/run.json", run->directory);
	json = json_load_file(path, 0, NULL);
	cr_assert_eq(json_object_del(json, "unit"), 0);
	cr_assert_eq(json_object_del(json, "per_unit"), 0);
	cr_assert_eq(json_dump_file(json, path, 0), 0);
	json_decref(json);
	cr_assert_eq(tm_run_load(&back, run->directory, &err), TM_OK);
	cr_assert_eq(back->unit, TM_UNIT_ITERATION);
	tm_run_free(back);
	tm_run_free(run);
}

Test(store, leaves_an_absent_value_empty)
{
	struct tm_run *run = saved("fake");
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
	struct tm_run *run = make_run("fake");

	run_report(run,
		   "{\"census\": [{\"type\": \"a \\\"b\\\"\", \"live\": 3, "
		   "\"live_bytes\": 4, \"garbage\": 5}, {\"type\": \"c\", "
		   "\"live\": \"x\"}, {\"live_bytes\": 7}, "
		   "{\"type\": \"=c\"}]}");
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK, "%s", err.text);
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
	struct tm_run *run = make_run("a b/c-d_e.f");
	struct tm_run *second, *third;

	free(run->started);
	run->started = strdup("2026-11-23T18:00:01Z");
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK);
	cr_expect_str_eq(run->directory + strlen(folder),
			 "/20261123T180001Z-a_b_c-d_e.f");
	second = make_run("a b/c-d_e.f");
	free(second->started);
	second->started = strdup(run->started);
	cr_assert_eq(tm_run_save(second, folder, &err), TM_OK);
	cr_expect_str_eq(second->directory + strlen(folder),
			 "/20261123T180001Z-a_b_c-d_e.f-2");
	third = make_run("a b/c-d_e.f");
	free(third->started);
	third->started = strdup(run->started);
	cr_assert_eq(tm_run_save(third, folder, &err), TM_OK);
	cr_expect_str_eq(third->directory + strlen(folder),
			 "/20261123T180001Z-a_b_c-d_e.f-3");
	tm_run_free(third);
	tm_run_free(second);
	tm_run_free(run);
}

Test(store, refuses_a_folder_whose_name_is_too_long_or_none)
{
	static char name[5000];
	struct tm_run *run = make_run("fake");

	memset(name, '/', sizeof(name) - 1);
	cr_assert_eq(tm_run_save(run, name, &err), TM_EUSAGE);
	cr_expect_str_eq(err.text, "the results folder's name is too long");
	/* 256 bytes are left for the run's own. */
	name[PATH_MAX - 256 + 1] = '\0';
	memcpy(name, "/proc", 5);
	cr_expect_eq(tm_run_save(run, name, &err), TM_EUSAGE);
	name[PATH_MAX - 256] = '\0';
	cr_expect_eq(tm_run_save(run, name, &err), TM_ESYSTEM);
	cr_assert_eq(tm_run_save(run, "", &err), TM_EUSAGE);
	cr_expect_str_eq(err.text, "the results folder's name is empty");
	tm_run_free(run);
}

static void expect_begins(const char *path, const char *expected)
{
	char text[64] = "";
	FILE *file = fopen(path, "r");

	cr_assert_not_null(file, "%s", path);
	text[fread(text, 1, strlen(expected), file)] = '\0';
	fclose(file);
	cr_expect_str_eq(text, expected);
}

/* For people who read a diff: a line a fact, set in by two and by one. */
Test(store, lays_out_its_json)
{
	struct tm_run *run = saved("fake");
	const struct tm_run *runs[] = {run};
	char path[512];

	snprintf(path, sizeof(path), "%s/run.json", run->directory);
	expect_begins(path, "{\n  \"schema\": 1,\n  \"");
	snprintf(path, sizeof(path), "%s/export.json", folder);
	cr_assert_eq(run_export(path, runs, 1, &err), TM_OK);
	expect_begins(path, "{\n \"schema\": 1,\n \"runs\": [");
	tm_run_free(run);
}

Test(store, loads_by_the_name_of_its_json_too)
{
	struct tm_run *run = saved("fake");
	struct tm_run *back;
	char path[512];

	snprintf(path, sizeof(path), "%s/run.json", run->directory);
	cr_assert_eq(tm_run_load(&back, path, &err), TM_OK, "%s", err.text);
	tm_run_free(back);
	snprintf(path, sizeof(path), "%s//", run->directory);
	cr_assert_eq(tm_run_load(&back, path, &err), TM_OK, "%s", err.text);
	tm_run_free(back);
	tm_run_free(run);
}

static void expect_directory(const char *path, const char *expected)
{
	struct tm_run *run;

	cr_assert_eq(tm_run_load(&run, path, &err), TM_OK, "%s", err.text);
	cr_expect_str_eq(run->directory, expected);
	tm_run_free(run);
}

/* Its folder is the same by whatever name it was loaded. */
Test(store, knows_its_folder_without_slashes)
{
	struct tm_run *run = saved("fake");
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
	cr_assert_eq(tm_run_load(&run, "/", &err), TM_EUSAGE);
	cr_expect_not_null(strstr(err.text, "'/' holds no run"), "%s",
			   err.text);
}

/* --- nothing is lost ------------------------------------------------------ */

Test(store, never_takes_a_folder_that_is_there)
{
	struct tm_run *first = make_run("same");
	struct tm_run *second = make_run("same");

	free(second->started);
	second->started = strdup(first->started);
	cr_assert_eq(tm_run_save(first, folder, &err), TM_OK);
	cr_assert_eq(tm_run_save(second, folder, &err), TM_OK);
	cr_assert_str_neq(first->directory, second->directory);
	cr_assert_eq(count_entries(folder), 2);
	tm_run_free(first);
	tm_run_free(second);
}

Test(store, makes_a_file_name_of_any_name)
{
	struct tm_run *run = make_run("../a b/c\n");

	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK, "%s", err.text);
	cr_assert_eq(strncmp(run->directory, folder, strlen(folder)), 0);
	cr_assert_null(strchr(run->directory + strlen(folder) + 1, '/'));
	cr_assert_null(strpbrk(run->directory, " \n"));
	tm_run_free(run);
}

Test(store, makes_the_folders_above)
{
	struct tm_run *run = make_run("deep");
	char path[256];

	snprintf(path, sizeof(path), "%s/a/b//c/", folder);
	cr_assert_eq(tm_run_save(run, path, &err), TM_OK, "%s", err.text);
	tm_run_free(run);
}

Test(store, says_which_folder_cannot_be_written)
{
	struct tm_run *run = make_run("fake");

	cr_assert_eq(tm_run_save(run, "/proc/results", &err), TM_ESYSTEM);
	cr_assert_not_null(strstr(err.text, "/proc/results"), "%s", err.text);
	cr_assert_null(run->directory);
	cr_assert_eq(tm_run_save(run, "", &err), TM_EUSAGE);
	tm_run_free(run);
}

Test(store, leaves_nothing_behind_when_it_fails)
{
	struct tm_run *run = make_run("fake");
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/file", folder);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fclose(file);
	cr_assert_eq(tm_run_save(run, path, &err), TM_ESYSTEM);
	cr_assert_eq(count_entries(folder), 1);
	tm_run_free(run);
}

/* --- what cannot be read -------------------------------------------------- */

/* Replace the content of `file` of a saved run and load that. */
static void refuses(const char *file, const char *content, const char *says)
{
	struct tm_run *run = saved("broken");
	struct tm_run *back;
	char path[512];
	FILE *stream;

	snprintf(path, sizeof(path), "%s/%s", run->directory, file);
	stream = fopen(path, "w");
	cr_assert_not_null(stream);
	fputs(content, stream);
	fclose(stream);
	cr_assert_eq(tm_run_load(&back, run->directory, &err), TM_EUSAGE, "%s",
		     content);
	cr_assert_null(back);
	cr_assert_not_null(strstr(err.text, path), "%s", err.text);
	cr_assert_not_null(strstr(err.text, says), "%s", err.text);
	cr_assert_null(strchr(err.text, '\n'));
	tm_run_free(run);
}

/* All that a run needs, and room for more. */
#define WHOLE                                                                  \
	"{\"schema\": 1, \"name\": \"a\", \"started\": \"\", "                 \
	"\"outcome\": \"complete\", \"wall_ns\": 1, \"exit_code\": 0, "        \
	"\"sample_count\": 2, "

struct broken {
	char content[200];
	char says[48];
};

ParameterizedTestParameters(store, refuses_a_json_that_is_no_run)
{
	static struct broken rows[] = {
		{"", "line 1"},
		{"{\"schema\": 1, \"name\": \"x", "line 1"},
		{"[1, 2]", "not a tidemark run"},
		{"{\"hello\": 1}", "not a tidemark run"},
		{"{\"schema\": \"1\"}", "not a tidemark run"},
		{"{\"schema\": 2}", "newer than the 1"},
		{"{\"schema\": 0}", "unknown schema"},
		{"{\"schema\": 1, \"files\": {\"samples.csv\": 2}}",
		 "its samples.csv is not of version 1"},
		{"{\"schema\": 1}", "missing or invalid \"name\""},
		{"{\"schema\": 1, \"name\": \"a\", \"started\": \"\", "
		 "\"outcome\": \"complete\", \"wall_ns\": 1, \"exit_code\": 0}",
		 "invalid \"sample_count\""},
		{"{\"schema\": 1, \"name\": \"a\", \"started\": 7}",
		 "invalid \"started\""},
		{"{\"schema\": 1, \"name\": \"a\", \"started\": \"\", "
		 "\"outcome\": \"won\", \"wall_ns\": 1, \"exit_code\": 0, "
		 "\"sample_count\": 2}",
		 "outcome"},
		{WHOLE "\"unit\": \"week\", \"per_unit\": 1}", "unit"},
		{WHOLE "\"unit\": \"second\", \"per_unit\": 0}", "per_unit"},
		{WHOLE "\"unit\": \"second\", \"per_unit\": 1}", "per_unit"},
	};

	return cr_make_param_array(struct broken, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct broken *row, store, refuses_a_json_that_is_no_run)
{
	refuses("run.json", row->content, row->says);
}

#define TWO "0,1,4096\n1000,2,4096\n"

ParameterizedTestParameters(store, refuses_samples_that_are_not_whole)
{
	static struct broken rows[] = {
		{"", "is empty"},
		{"iteration,elapsed_ns,rss_bytes\n",
		 "0 samples of the run's 2"},
		{"iteration,elapsed_ns,rss_bytes\n0,1,2\n", "1 samples"},
		{"iteration,elapsed_ns,rss_bytes\n0,1,2\n1,2,40", "cut off"},
		{"iteration,elapsed_ns,rss_bytes\n" TWO "2000,3,4\n",
		 "3 samples"},
		{"iteration,elapsed_ns,rss_bytes\n" TWO "2,3,4\n",
		 "line 4: iteration decreases from 1000 to 2"},
		{"iteration,elapsed_ns,rss_bytes\n0,1\n", "line 2"},
		{"iteration,elapsed_ns,rss_bytes\n0,1,2,3\n", "line 2"},
		{"iteration,elapsed_ns,rss_bytes\n0,1,-2\n", "line 2"},
		{"iteration,elapsed_ns,rss_bytes\n,1,2\n", "line 2"},
		{"iteration,elapsed_ns,size\n" TWO "2000,3\n", "line 4"},
		{"a,b\n" TWO, "column 1 is 'a', where 'iteration' must be"},
		{"iteration,rss_bytes\n" TWO,
		 "column 2 is 'rss_bytes', where 'elapsed_ns'"},
		{"iteration\n0\n1\n", "no samples"},
	};

	return cr_make_param_array(struct broken, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct broken *row, store, refuses_samples_that_are_not_whole)
{
	refuses("samples.csv", row->content, row->says);
}

/* A header of `columns`, of which only the last is known. */
static void write_columns(const char *run_folder, int columns)
{
	char path[512];
	FILE *file;
	int i;

	snprintf(path, sizeof(path), "%s/samples.csv", run_folder);
	file = fopen(path, "w");
	cr_assert(file);
	fputs("iteration,elapsed_ns", file);
	for (i = 3; i < columns; i++)
		fprintf(file, ",metric_%d", i);
	fputs(",rss_bytes\n", file);
	for (i = 3; i < columns; i++)
		fprintf(file, "%s", i == 3 ? "0,1,-7.5" : ",new");
	fputs(",4096\n1000,2,", file);
	for (i = 3; i < columns; i++)
		fputs(i == 3 ? "" : ",", file);
	fputs(",8192\n", file);
	fclose(file);
}

/* A newer tidemark measures more. */
Test(store, skips_columns_of_metrics_that_it_does_not_know)
{
	struct tm_run *run = saved("newer");
	struct tm_run *back;

	write_columns(run->directory, 256);
	cr_assert_eq(tm_run_load(&back, run->directory, &err), TM_OK, "%s",
		     err.text);
	cr_assert_eq(back->sample_count, 2);
	cr_expect(tm_sample_has(&back->samples[0], TM_METRIC_rss_bytes));
	cr_expect_eq(back->samples[0].value[TM_METRIC_rss_bytes], 4096);
	cr_expect_eq(back->samples[1].value[TM_METRIC_rss_bytes], 8192);
	cr_expect_eq(back->samples[1].iteration, 1000);
	tm_run_free(back);
	write_columns(run->directory, 257);
	cr_assert_eq(tm_run_load(&back, run->directory, &err), TM_EUSAGE);
	cr_expect_not_null(strstr(err.text, "more than 256 columns"), "%s",
			   err.text);
	tm_run_free(run);
}

Test(store, refuses_a_folder_without_a_run)
{
	struct tm_run *back;

	cr_assert_eq(tm_run_load(&back, folder, &err), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, folder), "%s", err.text);
}

/* --- found again ---------------------------------------------------------- */

static void save_at(const char *name, const char *started)
{
	struct tm_run *run = make_run(name);

	free(run->started);
	run->started = strdup(started);
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK, "%s", err.text);
	tm_run_free(run);
}

/* As if the run's last file had been written `nanoseconds` into a second. */
static void set_filled(const char *name, long nanoseconds)
{
	struct timespec times[2] = {{.tv_nsec = nanoseconds},
				    {.tv_nsec = nanoseconds}};
	char path[512];

	snprintf(path, sizeof(path), "%s/20260101T000001Z-%s", folder, name);
	cr_assert_eq(utimensat(AT_FDCWD, path, times, 0), 0, "%s", path);
}

/* Short runs take less than the second that their folders' names tell. */
Test(store, knows_the_order_of_runs_in_one_second)
{
	char path[512];

	save_at("zebra", "2026-01-01T00:00:01Z");
	save_at("ape", "2026-01-01T00:00:01Z");
	set_filled("zebra", 1);
	set_filled("ape", 2);
	cr_assert_eq(tm_run_find_newest(folder, 0, path, sizeof(path), &err),
		     TM_OK, "%s", err.text);
	cr_assert_not_null(strstr(path, "Z-ape"), "%s", path);
	cr_assert_eq(tm_run_find_newest(folder, 1, path, sizeof(path), &err),
		     TM_OK, "%s", err.text);
	cr_assert_not_null(strstr(path, "Z-zebra"), "%s", path);
}

Test(store, finds_the_newest_run_of_a_name)
{
	char path[512];

	save_at("weak-ref", "2026-01-01T00:00:02Z");
	save_at("weak-ref", "2026-01-01T00:00:01Z");
	save_at("weak-ref-naive", "2026-01-01T00:00:09Z");
	cr_assert_eq(tm_run_find(folder, "weak-ref", path, sizeof(path), &err),
		     TM_OK, "%s", err.text);
	cr_assert_not_null(strstr(path, "20260101T000002Z-weak-ref"), "%s",
			   path);
	cr_assert_eq(tm_run_find(folder, "20260101T000001Z-weak-ref", path,
				 sizeof(path), &err),
		     TM_OK);
	cr_assert_not_null(strstr(path, "20260101T000001Z-weak-ref"));
	cr_assert_eq(tm_run_find(folder, "weak-rfe", path, sizeof(path), &err),
		     TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "mean 'weak-ref'"), "%s", err.text);
}

Test(store, finds_runs_by_their_age)
{
	char path[512];

	save_at("a", "2026-01-01T00:00:02Z");
	save_at("b", "2026-01-01T00:00:01Z");
	cr_assert_eq(tm_run_find_newest(folder, 0, path, sizeof(path), &err),
		     TM_OK);
	cr_assert_not_null(strstr(path, "Z-a"));
	cr_assert_eq(tm_run_find_newest(folder, 1, path, sizeof(path), &err),
		     TM_OK);
	cr_assert_not_null(strstr(path, "Z-b"));
	cr_assert_eq(tm_run_find_newest(folder, 2, path, sizeof(path), &err),
		     TM_EUSAGE);
}

/* --- exported ------------------------------------------------------------- */

Test(store, exports_a_run_by_time_without_iterations)
{
	struct tm_run *run = make_run("timed");
	const struct tm_run *runs[] = {run};
	char path[256];
	json_t *json, *flat;

	run->unit = TM_UNIT_SECOND;
	snprintf(path, sizeof(path), "%s/out.json", folder);
	cr_assert_eq(run_export(path, runs, 1, &err), TM_OK, "%s", err.text);
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

Test(store, exports_flat_runs_without_what_is_unknown)
{
	struct tm_run *run = make_run("fake");
	const struct tm_run *runs[] = {run};
	char path[256];
	json_t *json, *flat, *sample;

	snprintf(path, sizeof(path), "%s/out.json", folder);
	cr_assert_eq(run_export(path, runs, 1, &err), TM_OK, "%s", err.text);
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
Test(store, exports_what_is_known_best)
{
	struct tm_run *run = make_run("fake");
	const struct tm_run *runs[] = {run, run};
	json_t *json, *first, *sample;
	char path[512];

	tm_facts_set_int(&run->request.options, "every", 10);
	run_report(run, "{\"rules\": \"pep442\", \"exit_code\": 77}");
	run->sites.is_known = 1;
	run->sites.lost = tm_known_int(3);
	run->directory = strdup("/folder");
	snprintf(path, sizeof(path), "%s/export.json", folder);
	cr_assert_eq(run_export(path, runs, 2, &err), TM_OK, "%s", err.text);
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

Test(store, exports_the_largest_integer_as_one)
{
	struct tm_run *run = make_run("fake");
	const struct tm_run *runs[] = {run};
	char path[512];
	json_t *json, *value;

	tm_sample_set(&run->samples[1], TM_METRIC_rss_bytes, INT64_MAX);
	snprintf(path, sizeof(path), "%s/export.json", folder);
	cr_assert_eq(run_export(path, runs, 1, &err), TM_OK);
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

Test(store, says_that_the_disk_is_full)
{
	struct tm_run *run = make_run("fake");
	const struct tm_run *runs[] = {run};

	cr_assert_eq(run_export("/dev/full", runs, 1, &err), TM_ESYSTEM);
	cr_assert_not_null(strstr(err.text, "/dev/full"), "%s", err.text);
	cr_assert_not_null(strstr(err.text, "No space"), "%s", err.text);
	tm_run_free(run);
}

Test(store, keeps_an_older_export_when_it_cannot_write)
{
	struct tm_run *run = make_run("fake");
	const struct tm_run *runs[] = {run};
	char path[256];

	snprintf(path, sizeof(path), "%s/none/out.json", folder);
	cr_assert_eq(run_export(path, runs, 1, &err), TM_ESYSTEM);
	cr_assert_not_null(strstr(err.text, path), "%s", err.text);
	cr_assert_eq(count_entries(folder), 0);
	tm_run_free(run);
}

static void replace_file(const char *directory, const char *name,
			 const char *text)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "we");
	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
}

/* `tidemark exec -- ./leak.py` in the folder of leak.py is named after it. */
Test(store, finds_a_run_that_is_named_as_a_file_here)
{
	struct tm_run *run = saved("leak.py");
	char found[256];

	replace_file(folder, "leak.py", "a program");
	cr_assert_eq(chdir(folder), 0);
	cr_assert_eq(tm_run_find(folder, "leak.py", found, sizeof(found), &err),
		     TM_OK, "%s", err.text);
	cr_assert_str_eq(found, run->directory);
	tm_run_free(run);
}

/* --- allocation sites ----------------------------------------------------- */

Test(store, keeps_the_allocation_sites)
{
	struct tm_run *run = make_run("sited");
	struct tm_run *loaded;
	char path[512];

	run->sites.is_known = 1;
	run->sites.sampling_bytes = tm_known_int(512);
	run->sites.sites = calloc(1, sizeof(*run->sites.sites));
	run->sites.count = 1;
	run->sites.sites[0].last_bytes = tm_known_int(77);
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK, "%s", err.text);
	cr_assert_eq(tm_run_load(&loaded, run->directory, &err), TM_OK, "%s",
		     err.text);
	cr_assert_eq(loaded->sites.sampling_bytes.value, 512);
	cr_assert_not(loaded->sites.lost.is_known);
	cr_assert_eq(loaded->sites.count, 1);
	cr_assert_eq(loaded->sites.sites[0].last_bytes.value, 77);
	snprintf(path, sizeof(path), "%s/sites.json", run->directory);
	expect_begins(path, "{\n \"schema\": 1,\n ");
	tm_run_free(loaded);
	tm_run_free(run);
}

/* A program may be sampled twice in one iteration. */
Test(store, keeps_two_samples_of_one_iteration)
{
	struct tm_sample sample = {.iteration = 7};
	struct tm_run *run = NULL, *loaded;

	cr_assert_eq(tm_run_new(&run, "twice", &err), TM_OK);
	cr_assert_eq(tm_run_add_sample(run, &sample, &err), TM_OK);
	cr_assert_eq(tm_run_add_sample(run, &sample, &err), TM_OK);
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK, "%s", err.text);
	cr_assert_eq(tm_run_load(&loaded, run->directory, &err), TM_OK, "%s",
		     err.text);
	cr_expect_eq(loaded->sample_count, 2);
	tm_run_free(loaded);
	tm_run_free(run);
}

Test(store, a_run_without_sites_has_none)
{
	struct tm_run *run = saved("plain");
	struct tm_run *loaded;

	cr_assert_eq(tm_run_load(&loaded, run->directory, &err), TM_OK);
	cr_assert_not(loaded->sites.is_known);
	tm_run_free(loaded);
	tm_run_free(run);
}

Test(store, says_where_the_sites_are_garbled)
{
	static const char *const garbled[] = {
		"",   "{\"sites\": [",	"[]",
		"{}", "{\"sites\": 3}", "{\"schema\": 2, \"sites\": []}"};
	struct tm_run *run = saved("garbled");
	struct tm_run *loaded;
	size_t i;

	for (i = 0; i < sizeof(garbled) / sizeof(*garbled); i++) {
		replace_file(run->directory, "sites.json", garbled[i]);
		cr_assert_eq(tm_run_load(&loaded, run->directory, &err),
			     TM_EUSAGE);
		cr_assert(strstr(err.text, "sites.json"), "%s", err.text);
	}
	tm_run_free(run);
}

/* "\xff" is not UTF-8, which JSON has to be. */
Test(store, keeps_a_run_whose_name_is_not_utf_8)
{
	struct tm_run *run = make_run("bad\xffname");
	struct tm_run *again;

	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK, "%s", err.text);
	cr_assert_eq(tm_run_load(&again, run->directory, &err), TM_OK, "%s",
		     err.text);
	cr_assert_str_eq(again->name, "bad?name");
	tm_run_free(again);
	tm_run_free(run);
}
