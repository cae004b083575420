/*
 * Stored runs that are not whole, or not as tidemark writes them.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../support/folders.h"
#include "../support/runs.h"
#include "results/store.h"

static char folder[] = "/tmp/tidemark-load-XXXXXX";
static struct tm_run *run, *back;
static struct tm_err err;

static void start(void)
{
	cr_assert_not_null(mkdtemp(folder));
	run = run_new("stored");
	run_spread(run, 2, 1000);
	run_curve(run, TM_METRIC_rss_bytes, 4096, 0);
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK, "%s", err.text);
}

static void stop(void)
{
	run_free(run);
	run_free(back);
	folder_remove(folder);
}

TestSuite(load, .init = start, .fini = stop);

static void replace(const char *file, const char *content)
{
	char path[512];
	FILE *stream;

	snprintf(path, sizeof(path), "%s/%s", run->directory, file);
	stream = fopen(path, "w");
	cr_assert_not_null(stream);
	fputs(content, stream);
	fclose(stream);
}

static void expect_refused(const char *file, const char *says)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", run->directory, file);
	cr_assert_eq(tm_run_load(&back, run->directory, &err), TM_EUSAGE,
		     "not refused: %s", says);
	cr_expect_null(back);
	cr_expect_not_null(strstr(err.text, path), "%s", err.text);
	cr_expect_not_null(strstr(err.text, says), "%s", err.text);
}

struct row {
	char content[200];
	char says[60];
};

#define ROWS(rows)                                                             \
	cr_make_param_array(struct row, rows, sizeof(rows) / sizeof(*(rows)))

/* --- run.json ------------------------------------------------------------- */

/* A key by another value, and all other keys that a run needs. */
static void replace_key(const char *key, const char *value)
{
	json_t *json = json_loads(
		"{\"schema\": 1, \"name\": \"a\", \"started\": \"b\", "
		"\"outcome\": \"complete\", \"wall_ns\": 1, "
		"\"exit_code\": 0, \"sample_count\": 2, "
		"\"unit\": \"second\", \"per_unit\": 1000}",
		0, NULL);
	char *text;

	cr_assert_not_null(json);
	json_object_del(json, key);
	if (*value)
		json_object_set_new(json, key,
				    json_loads(value, JSON_DECODE_ANY, NULL));
	text = json_dumps(json, 0);
	replace("run.json", text);
	free(text);
	json_decref(json);
}

ParameterizedTestParameters(load, refuses_a_run_with_a_wrong_key)
{
	/* Key and value; none: without the key. */
	static struct row rows[] = {
		{"", "name"},
		{"7", "name"},
		{"", "started"},
		{"null", "started"},
		{"", "outcome"},
		{"3", "outcome"},
		{"\"won\"", "outcome"},
		{"\"\"", "outcome"},
		{"", "wall_ns"},
		{"1.5", "wall_ns"},
		{"-1", "wall_ns"},
		{"", "exit_code"},
		{"\"0\"", "exit_code"},
		{"", "sample_count"},
		{"2.0", "sample_count"},
		{"-1", "sample_count"},
		{"", "unit"},
		{"7", "unit"},
		{"\"week\"", "unit"},
		{"", "per_unit"},
		{"1000.0", "per_unit"},
		{"999", "per_unit"},
		{"1001", "per_unit"},
	};

	return ROWS(rows);
}

ParameterizedTest(struct row *row, load, refuses_a_run_with_a_wrong_key)
{
	char says[96];

	replace_key(row->says, row->content);
	snprintf(says, sizeof(says), "missing or invalid \"%s\"", row->says);
	expect_refused("run.json", says);
}

Test(load, takes_the_least_that_a_run_has)
{
	replace_key("wall_ns", "0");
	cr_assert_eq(tm_run_load(&back, run->directory, &err), TM_OK, "%s",
		     err.text);
	cr_expect_eq(back->wall_ns, 0);
	cr_expect_eq(back->unit, TM_UNIT_SECOND);
	cr_expect_str_eq(back->name, "a");
	cr_expect_str_eq(back->started, "b");
	cr_expect_eq(back->signal, 0);
}

Test(load, takes_a_run_without_samples)
{
	replace_key("sample_count", "0");
	replace("samples.csv", "iteration,elapsed_ns\n");
	cr_assert_eq(tm_run_load(&back, run->directory, &err), TM_OK, "%s",
		     err.text);
	cr_expect_eq(back->sample_count, 0);
}

Test(load, refuses_a_key_that_is_there_twice)
{
	replace("run.json", "{\"schema\": 1, \"schema\": 1}");
	expect_refused("run.json", "line 1: duplicate object key");
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK);
	replace("sites.json", "{\"sites\": [],\n \"sites\": []}");
	expect_refused("sites.json", "line 2: duplicate object key");
}

/* --- samples.csv ---------------------------------------------------------- */

#define HEAD "iteration,elapsed_ns,rss_bytes\n"

ParameterizedTestParameters(load, refuses_what_is_not_a_sample)
{
	static struct row rows[] = {
		{HEAD "0,1,2x\n1,2,3\n", "line 2: not a valid sample"},
		{HEAD "0,1,2\n1,2 ,3\n", "line 3: not a valid sample"},
		{HEAD "0,1, 2\n1,2,3\n", "line 2: not a valid sample"},
		{HEAD "0,1,+2\n1,2,3\n", "line 2: not a valid sample"},
		{HEAD "0x1,1,2\n1,2,3\n", "line 2: not a valid sample"},
		{HEAD "0,1,18446744073709551616\n1,2,3\n",
		 "line 2: not a valid sample"},
		{HEAD "0,1,2\n1,2,3\n\n", "line 4: not a valid sample"},
		{HEAD "0,1,2\n1,2,3\n,,\n", "line 4: not a valid sample"},
		{HEAD "\n0,1,2\n1,2,3\n", "line 2: not a valid sample"},
		{HEAD "1,1,2\n0,2,3\n", "line 3: iteration decreases from 1 "},
		{"\n", "column 1 is ''"},
	};

	return ROWS(rows);
}

ParameterizedTest(struct row *row, load, refuses_what_is_not_a_sample)
{
	replace("samples.csv", row->content);
	expect_refused("samples.csv", row->says);
}

Test(load, refuses_a_run_without_its_samples)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/samples.csv", run->directory);
	cr_assert_eq(unlink(path), 0);
	expect_refused("samples.csv", "cannot read '");
	cr_expect_not_null(strstr(err.text, "No such file"), "%s", err.text);
}

Test(load, takes_the_largest_number)
{
	replace("samples.csv",
		HEAD "0,1,18446744073709551615\n18446744073709551615,2,0\n");
	cr_assert_eq(tm_run_load(&back, run->directory, &err), TM_OK, "%s",
		     err.text);
	cr_expect_eq(back->samples[0].value[TM_METRIC_rss_bytes], UINT64_MAX);
	cr_expect_eq(back->samples[1].iteration, UINT64_MAX);
	cr_expect(tm_sample_has(&back->samples[1], TM_METRIC_rss_bytes));
}

/* --- sites.json, types.json ----------------------------------------------- */

ParameterizedTestParameters(load, refuses_sites_of_another_form)
{
	static struct row rows[] = {
		{"{\"schema\": \"1\", \"sites\": []}", "schema is not 1"},
		{"{\"schema\": 1.0, \"sites\": []}", "schema is not 1"},
		{"{\"schema\": 0, \"sites\": []}", "schema is not 1"},
		{"{\"schema\": 1}", "no allocation sites"},
		{"{\"schema\": 1,\n\"sites\": }", "line 2: "},
	};

	return ROWS(rows);
}

ParameterizedTest(struct row *row, load, refuses_sites_of_another_form)
{
	replace("sites.json", row->content);
	expect_refused("sites.json", row->says);
}

#define TYPES_OF(list) "{\"positions\": [1, 2], \"types\": [" list "]}"

ParameterizedTestParameters(load, refuses_types_of_another_form)
{
	static struct row rows[] = {
		{"[]", "'positions' must be rising"},
		{"{\"schema\": 2, \"positions\": [], \"types\": []}",
		 "schema 2 is newer than this tidemark reads (1)"},
		{"{\"positions\": [1], \"types\": {}}", "'types' a list"},
		{"{\"positions\": [1, 2.5], \"types\": []}", "rising numbers"},
		{"{\"positions\": [1, 3, 2], \"types\": []}", "rising numbers"},
		{"{\"positions\": [2, 2, 3], \"types\": []}", "rising numbers"},
		{TYPES_OF("7"), "type 1 needs a name"},
		{TYPES_OF("{\"type\": \"a\", \"objects\": [1, 2]}, "
			  "{\"type\": \"b\", \"objects\": [1]}"),
		 "type 2 needs a name and a number"},
		{TYPES_OF("{\"type\": \"a\", \"objects\": [1, 2, 3]}"),
		 "type 1 needs "},
		{TYPES_OF("{\"type\": \"a\", \"objects\": [1, \"2\"]}"),
		 "type 1 needs "},
		{TYPES_OF("{\"type\": 3, \"objects\": [1, 2]}"),
		 "type 1 needs "},
	};

	return ROWS(rows);
}

ParameterizedTest(struct row *row, load, refuses_types_of_another_form)
{
	replace("types.json", row->content);
	expect_refused("types.json", row->says);
}

/* A list of another length is not known; the objects are. */
Test(load, takes_types_without_the_bytes)
{
	replace("types.json",
		"{\"schema\": 1, \"type_count\": \"x\", \"positions\": [-1, "
		"5], "
		"\"types\": [{\"type\": \"a\", \"objects\": [0, -3], "
		"\"bytes\": [1], \"uncollectable\": {}}]}");
	cr_assert_eq(tm_run_load(&back, run->directory, &err), TM_OK, "%s",
		     err.text);
	cr_expect(back->types.is_known);
	cr_expect_eq(back->types.position[0], -1);
	cr_expect_eq(back->types.position[1], 5);
	cr_expect_eq(back->types.types[0].objects[1], -3);
	cr_expect_null(back->types.types[0].bytes);
	cr_expect_null(back->types.types[0].uncollectable);
	cr_expect_not(back->types.type_count.is_known);
}

/* --- files that are not there --------------------------------------------- */

Test(load, finds_only_files_that_a_run_needs)
{
	static const char *const optional[] = {"census.csv", "sites.json",
					       "types.json"};
	char path[512];
	size_t i;

	for (i = 0; i < sizeof(optional) / sizeof(*optional); i++) {
		snprintf(path, sizeof(path), "%s/%s", run->directory,
			 optional[i]);
		cr_expect_neq(access(path, F_OK), 0, "%s", path);
	}
	cr_assert_eq(tm_run_load(&back, run->directory, &err), TM_OK);
	cr_expect_not(back->sites.is_known);
	cr_expect_not(back->types.is_known);
	cr_expect_str_eq(back->directory, run->directory);
}
