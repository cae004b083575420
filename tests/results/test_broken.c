/*
 * Each file of a stored run, with content that it cannot have.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

#include "../support/runs.h"
#include "results/store.h"
#include "stored.h"

TestSuite(broken, .init = stored_open, .fini = stored_close);

/* Replace the content of `file` of a saved run and load that. */
static void refuses(const char *file, const char *content, const char *says)
{
	struct tm_run *run = stored_save("broken");
	struct tm_run *back;
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", run->directory, file);
	stored_replace(run->directory, file, content);
	cr_assert_eq(tm_run_load(&back, run->directory, &stored_err), TM_EUSAGE,
		     "%s", content);
	cr_assert_null(back);
	cr_assert_not_null(strstr(stored_err.text, path), "%s",
			   stored_err.text);
	cr_assert_not_null(strstr(stored_err.text, says), "%s",
			   stored_err.text);
	cr_assert_null(strchr(stored_err.text, '\n'));
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

ParameterizedTestParameters(broken, refuses_a_json_that_is_no_run)
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

ParameterizedTest(struct broken *row, broken, refuses_a_json_that_is_no_run)
{
	refuses("run.json", row->content, row->says);
}

#define TWO "0,1,4096\n1000,2,4096\n"

ParameterizedTestParameters(broken, refuses_samples_that_are_not_whole)
{
	static struct broken rows[] = {
		{"", "is empty"},
		{"iteration,elapsed_ns,rss_bytes\n",
		 "has 0 of the run's 2 samples"},
		{"iteration,elapsed_ns,rss_bytes\n0,1,2\n", "has 1 of"},
		{"iteration,elapsed_ns,rss_bytes\n0,1,2\n1,2,40", "cut off"},
		{"iteration,elapsed_ns,rss_bytes\n" TWO "2000,3,4\n",
		 "has 3 of"},
		{"iteration,elapsed_ns,rss_bytes\n" TWO "2,3,4\n",
		 "line 4: iteration decreases from 1000 to 2"},
		{"iteration,elapsed_ns,rss_bytes\n0,1\n", "line 2"},
		{"iteration,elapsed_ns,rss_bytes\n0,1,2,3\n", "line 2"},
		{"iteration,elapsed_ns,rss_bytes\n0,1,-2\n", "line 2"},
		{"iteration,elapsed_ns,rss_bytes\n,1,2\n", "line 2"},
		{"iteration,elapsed_ns,size\n" TWO "2000,3\n", "line 4"},
		{"a,b\n" TWO, "column 1 is 'a' instead of 'iteration'"},
		{"iteration,rss_bytes\n" TWO,
		 "column 2 is 'rss_bytes' instead of 'elapsed_ns'"},
		{"iteration\n0\n1\n", "no samples"},
	};

	return cr_make_param_array(struct broken, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct broken *row, broken,
		  refuses_samples_that_are_not_whole)
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
Test(broken, skips_columns_of_metrics_that_it_does_not_know)
{
	struct tm_run *run = stored_save("newer");
	struct tm_run *back;

	write_columns(run->directory, 256);
	cr_assert_eq(tm_run_load(&back, run->directory, &stored_err), TM_OK,
		     "%s", stored_err.text);
	cr_assert_eq(back->sample_count, 2);
	cr_expect(tm_sample_has(&back->samples[0], TM_METRIC_rss_bytes));
	cr_expect_eq(back->samples[0].value[TM_METRIC_rss_bytes], 4096);
	cr_expect_eq(back->samples[1].value[TM_METRIC_rss_bytes], 8192);
	cr_expect_eq(back->samples[1].iteration, 1000);
	tm_run_free(back);
	write_columns(run->directory, 257);
	cr_assert_eq(tm_run_load(&back, run->directory, &stored_err),
		     TM_EUSAGE);
	cr_expect_not_null(strstr(stored_err.text, "more than 256 columns"),
			   "%s", stored_err.text);
	tm_run_free(run);
}

Test(broken, refuses_a_folder_without_a_run)
{
	struct tm_run *back;

	cr_assert_eq(tm_run_load(&back, stored_folder, &stored_err), TM_EUSAGE);
	cr_assert_not_null(strstr(stored_err.text, stored_folder), "%s",
			   stored_err.text);
}

Test(broken, says_where_the_sites_are_garbled)
{
	static const char *const garbled[] = {
		"",   "{\"sites\": [",	"[]",
		"{}", "{\"sites\": 3}", "{\"schema\": 2, \"sites\": []}"};
	struct tm_run *run = stored_save("garbled");
	struct tm_run *loaded;
	size_t i;

	for (i = 0; i < sizeof(garbled) / sizeof(*garbled); i++) {
		stored_replace(run->directory, "sites.json", garbled[i]);
		cr_assert_eq(tm_run_load(&loaded, run->directory, &stored_err),
			     TM_EUSAGE);
		cr_assert(strstr(stored_err.text, "sites.json"), "%s",
			  stored_err.text);
	}
	tm_run_free(run);
}
