/*
 * What stores and finds runs gives back all that it takes: jemalloc, which the
 * tests are linked with, counts what this thread has.  AddressSanitizer's builds
 * find leaks by themselves.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../support/folders.h"
#include "../support/memory.h"
#include "results/environment.h"
#include "results/find.h"
#include "results/store.h"
#include "../support/runs.h"

/* In memory where there is room for that: hundreds of runs are saved, and each
 * is flushed to the disk. */
static char folder[40] = "/dev/shm/tidemark-memory-XXXXXX";
static char stored[512]; /* a run */
static struct tm_err err;

static void add_site(struct tm_run *run)
{
	static char function[] = "f", file[] = "f.c";
	struct tm_run_frame frame = {
		.function = function, .file = file, .line = tm_known_int(7)};
	struct tm_run_sites *sites = &run->sites;

	sites->is_known = 1;
	sites->first_x = tm_known_real(1);
	sites->last_x = tm_known_real(2);
	sites->sites = calloc(2, sizeof(*sites->sites));
	cr_assert_not_null(sites->sites);
	sites->count = 2;
	sites->sites[0].process = strdup("p");
	sites->sites[1].process = strdup("q");
	tm_texts_add(&sites->sites[0].script, "main");
	tm_run_site_add_frame(&sites->sites[0], &frame);
	tm_run_site_add_frame(&sites->sites[0], &frame);
}

static void add_types(struct tm_run *run)
{
	static const char text[] =
		"{\"positions\": [1, 2], \"type_count\": 9, \"types\": "
		"[{\"type\": \"a\xc3\xa9\", \"objects\": [1, 2], "
		"\"bytes\": [3, 4], \"uncollectable\": [5, 6]}, "
		"{\"type\": \"b\", \"objects\": [7, 8]}]}";
	json_t *json = json_loads(text, 0, NULL);

	cr_assert_not_null(json);
	cr_assert_eq(tm_run_types_from_json(&run->types, json, &err), TM_OK);
	json_decref(json);
}

static void add_tree(struct tm_run *run)
{
	run->tree.is_known = 1;
	run->tree.largest_child.pid = tm_known_int(5);
	run->tree.largest_child.name = strdup("child");
	run->tree.processes = calloc(2, sizeof(*run->tree.processes));
	cr_assert_not_null(run->tree.processes);
	run->tree.processes[0].name = strdup("first");
	run->tree.processes[1].name = strdup("second");
	run->tree.process_count = 2;
}

static void add_request(struct tm_run *run)
{
	run->request.is_known = 1;
	run->request.program = strdup("p");
	tm_texts_add(&run->request.argv, "p");
	tm_texts_add(&run->request.argv, "not UTF-8: \xff");
	tm_facts_set_text(&run->request.options, "marks", "fd");
	run->request.job = strdup("j");
	run->request.file_build_id = strdup("abc");
	tm_texts_add(&run->request.given, "--name x");
	run->request.is_given_known = 1;
	tm_facts_set_text(&run->request.variables, "A", "b");
}

/* A run that has everything that a run can have. */
static struct tm_run *make_run(void)
{
	struct tm_sample sample = {.iteration = 5, .elapsed_ns = 9};
	static const struct tm_run_ending error = {.cause = TM_ENDING_ERROR};
	struct tm_run *run;

	cr_assert_eq(tm_run_new(&run, "full", &err), TM_OK);
	cr_assert_eq(tm_run_add_sample(run, &sample, &err), TM_OK);
	tm_run_set_ending(run, &error, "first");
	tm_run_set_ending(run, &error, "second");
	tm_run_set_absent(run, TM_METRIC_maxrss_bytes, "first");
	tm_run_set_absent(run, TM_METRIC_maxrss_bytes, "second");
	tm_run_note(run, "noted");
	run->sampling.marks = strdup("fd");
	run->sampling.seed = strdup("7");
	add_tree(run);
	run_report(run, "{\"census\": [{\"type\": \"a\"}, "
			"{\"type\": \"b\"}], \"mine\": [1], "
			"\"rules\": \"r\", \"callbacks\": {\"fired\": 3}, "
			"\"live_per_iteration\": {\"a\": 1}, "
			"\"tables_per_iteration\": {\"b\": 2}, "
			"\"curve\": {\"family\": \"f\", \"panel\": \"p\", "
			"\"pictures\": [\"one\", \"two\"]}}");
	add_request(run);
	tm_environment_fill(&run->environment);
	tm_texts_add(&run->runtime_variables, "PYTHONMALLOC");
	tm_texts_add(&run->heaps, "JVM");
	run->judged.max_growth = tm_known_real(5);
	run->judged.budgets[TM_METRIC_rss_bytes] = tm_known_real(6);
	run->judged.ignored[TM_METRIC_mappings] = 1;
	run->judged.only[TM_METRIC_rss_bytes] = 1;
	add_site(run);
	add_types(run);
	return run;
}

static void start(void)
{
	struct tm_run *run;

	if (!mkdtemp(folder)) {
		strcpy(folder, "/tmp/tidemark-memory-XXXXXX");
		cr_assert_not_null(mkdtemp(folder));
	}
	run = make_run();
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK, "%s", err.text);
	snprintf(stored, sizeof(stored), "%s", run->directory);
	tm_run_free(run);
}

static void stop(void)
{
	folder_remove(folder);
}

TestSuite(memory, .init = start, .fini = stop);

static void make_and_free(void)
{
	tm_run_free(make_run());
	tm_run_free(NULL);
}

static void save_twice(void)
{
	struct tm_run *run = make_run();

	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK);
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK);
	tm_run_free(run);
}

static void save_least(void)
{
	struct tm_run *run;

	cr_assert_eq(tm_run_new(&run, "least", &err), TM_OK);
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK);
	tm_run_free(run);
}

static void load(void)
{
	struct tm_run *run;

	cr_assert_eq(tm_run_load(&run, stored, &err), TM_OK, "%s", err.text);
	cr_assert_str_eq(run->ending.text, "second");
	cr_assert_str_eq(run->absent[TM_METRIC_maxrss_bytes], "second");
	tm_run_free(run);
}

static void read_report(void)
{
	struct tm_run_report report = {0};
	struct tm_err why = {0};

	cr_assert_eq(tm_run_report_read(&report, "{\"a\": 1, \"a\": 2}", &why),
		     TM_EUSAGE);
	cr_expect_not_null(strstr(why.text, "duplicate"), "%s", why.text);
	cr_expect_not(report.is_known);
	cr_assert_eq(tm_run_report_read(&report, "{\"rules\": \"x\"}", &why),
		     TM_OK);
	cr_expect_str_eq(report.rules, "x");
	tm_run_report_release(&report);
}

static void export_runs(void)
{
	struct tm_run *run = make_run();
	const struct tm_run *runs[] = {run, run};
	char path[600];

	snprintf(path, sizeof(path), "%s/export.json", folder);
	cr_assert_eq(run_export(path, runs, 2, &err), TM_OK);
	tm_run_free(run);
}

static void ignore(void *context, const char *run, const char *name)
{
	(void)context;
	(void)run;
	(void)name;
}

static void find(void)
{
	char path[512];

	cr_assert_eq(tm_run_find(folder, "full", path, sizeof(path), &err),
		     TM_OK);
	cr_assert_eq(tm_run_find(folder, "ful", path, sizeof(path), &err),
		     TM_EUSAGE);
	cr_assert_eq(tm_run_find("/none", "full", path, sizeof(path), &err),
		     TM_EUSAGE);
	cr_assert_eq(tm_run_find_newest(folder, 0, path, sizeof(path), &err),
		     TM_OK);
	cr_assert_eq(tm_run_find_newest(folder, 99, path, sizeof(path), &err),
		     TM_EUSAGE);
	cr_assert_eq(tm_run_find_newest("/none", 0, path, sizeof(path), &err),
		     TM_EUSAGE);
	tm_run_each(folder, ignore, NULL);
}

static void ask_the_process(void)
{
	struct tm_run_environment environment = {0};

	tm_environment_fill(&environment);
	tm_environment_add_process(&environment, getpid());
	tm_environment_add_process(&environment, -1);
	tm_run_environment_release(&environment);
}

Test(memory, of_a_run_is_given_back)
{
	memory_expect_nothing_kept(make_and_free);
}

Test(memory, of_a_run_that_is_saved_is_given_back)
{
	memory_expect_nothing_kept(save_twice);
}

Test(memory, of_a_run_that_has_nothing_is_given_back)
{
	memory_expect_nothing_kept(save_least);
}

Test(memory, of_a_run_that_is_loaded_is_given_back)
{
	memory_expect_nothing_kept(load);
}

Test(memory, of_a_report_that_is_read_is_given_back)
{
	memory_expect_nothing_kept(read_report);
}

Test(memory, of_an_export_is_given_back)
{
	memory_expect_nothing_kept(export_runs);
}

Test(memory, of_a_search_is_given_back)
{
	memory_expect_nothing_kept(find);
}

Test(memory, of_what_is_asked_of_a_process_is_given_back)
{
	memory_expect_nothing_kept(ask_the_process);
}

/* --- files that are none -------------------------------------------------- */

static void fail_to_load(void)
{
	struct tm_run *run;

	cr_assert_eq(tm_run_load(&run, stored, &err), TM_EUSAGE);
	cr_assert_null(run);
}

static void expect_failure_keeps_nothing(const char *name, const char *text)
{
	char path[600];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", stored, name);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
	memory_expect_nothing_kept(fail_to_load);
}

Test(memory, of_sites_that_cannot_be_read_is_given_back)
{
	expect_failure_keeps_nothing("sites.json", "[]");
	expect_failure_keeps_nothing("sites.json", "{");
	expect_failure_keeps_nothing("types.json", "[]");
	expect_failure_keeps_nothing(
		"types.json", "{\"positions\": [1], \"types\": "
			      "[{\"type\": \"a\", \"objects\": [1]}, 7]}");
}

Test(memory, of_samples_that_cannot_be_read_is_given_back)
{
	expect_failure_keeps_nothing("samples.csv", "");
	expect_failure_keeps_nothing("samples.csv", "iteration,elapsed_ns\n");
	expect_failure_keeps_nothing("samples.csv",
				     "iteration,elapsed_ns\n1,2");
	expect_failure_keeps_nothing("samples.csv",
				     "iteration,elapsed_ns\n1,x\n");
}

Test(memory, of_a_json_that_is_no_run_is_given_back)
{
	expect_failure_keeps_nothing("run.json", "{\"schema\": 99}");
	expect_failure_keeps_nothing("run.json", "{\"schema\": 1}");
	expect_failure_keeps_nothing("run.json", "{");
}

static void fail_to_save(void)
{
	struct tm_run *run = make_run();

	cr_assert_eq(tm_run_save(run, "/proc/none", &err), TM_ESYSTEM);
	tm_run_free(run);
}

Test(memory, of_a_run_that_cannot_be_saved_is_given_back)
{
	memory_expect_nothing_kept(fail_to_save);
}

/* --- what may be refused -------------------------------------------------- */

static enum tm_rc make_and_sample(struct tm_err *why)
{
	struct tm_sample sample = {.iteration = 5, .elapsed_ns = 9};
	struct tm_run *run;
	enum tm_rc rc = tm_run_new(&run, "made", why);
	size_t i;

	cr_expect_eq(run == NULL, rc != TM_OK);
	if (rc != TM_OK)
		return rc;
	for (i = 0; i < 130 && rc == TM_OK; i++) {
		rc = tm_run_add_sample(run, &sample, why);
		cr_expect_eq(run->sample_count, i + (rc == TM_OK));
	}
	tm_run_free(run);
	return rc;
}

/* What is only said is lost, and nothing else. */
static void say_all(struct tm_run *run)
{
	static const struct tm_run_ending error = {.cause = TM_ENDING_ERROR};
	size_t i;

	for (i = 0; i < 5; i++) {
		tm_run_note(run, "note %zu", i);
		tm_texts_add(&run->request.argv, "p");
		tm_facts_set_text(&run->request.options, "marks", "fd");
		tm_facts_set_int(&run->request.options, "every", 5);
		tm_facts_set_bool(&run->environment.facts, "yes", 1);
		tm_run_set_absent(run, TM_METRIC_rss_bytes, "absent");
		tm_run_set_ending(run, &error, "failed");
	}
	cr_expect_eq(run->outcome, TM_OUTCOME_FAILED);
}

static enum tm_rc say(struct tm_err *why)
{
	struct tm_run *run;
	enum tm_rc rc = tm_run_new(&run, "said", why);

	if (rc == TM_OK)
		say_all(run);
	tm_run_free(run);
	return rc;
}

/* Each try saves one run, and takes it away again. */
static struct tm_run *whole;

/* What the first try wrote, which had all memory: none that succeeds writes
 * less. */
static char wanted[65536];
static size_t wanted_size;

/* Add a file's content; here memory may still be refused. */
static void add_content(char *out, size_t *size, const char *directory,
			const char *name)
{
	char path[600];
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_RDONLY);
	cr_assert_geq(fd, 0, "%s", path);
	while ((got = read(fd, out + *size, sizeof(wanted) - *size)) > 0)
		*size += (size_t)got;
	close(fd);
	cr_assert_lt(*size, sizeof(wanted));
}

static void expect_written(const char *directory, const char *const *names)
{
	static char written[sizeof(wanted)];
	size_t size = 0;

	for (; *names; names++)
		add_content(written, &size, directory, *names);
	if (wanted_size == 0) {
		memcpy(wanted, written, size);
		wanted_size = size;
	}
	cr_expect_eq(size, wanted_size);
	cr_expect_eq(memcmp(written, wanted, wanted_size), 0, "a part is lost");
}

static enum tm_rc save_one(struct tm_err *why)
{
	static const char *const names[] = {"run.json",	  "samples.csv",
					    "sites.json", "types.json",
					    "census.csv", NULL};
	enum tm_rc rc = tm_run_save(whole, folder, why);

	if (rc == TM_OK)
		expect_written(whole->directory, names);
	if (whole->directory)
		folder_remove(whole->directory);
	free(whole->directory);
	whole->directory = NULL;
	return rc;
}

static enum tm_rc export_one(struct tm_err *why)
{
	static const char *const names[] = {"export.json", NULL};
	const struct tm_run *runs[] = {whole, whole};
	char path[600];
	enum tm_rc rc;

	snprintf(path, sizeof(path), "%s/export.json", folder);
	rc = run_export(path, runs, 2, why);
	if (rc == TM_OK)
		expect_written(folder, names);
	return rc;
}

static enum tm_rc load_one(struct tm_err *why)
{
	struct tm_run *run;
	enum tm_rc rc = tm_run_load(&run, stored, why);

	cr_expect_eq(run == NULL, rc != TM_OK);
	if (rc == TM_OK) {
		cr_expect_str_eq(run->directory, stored);
		cr_expect(run->name && run->started);
	}
	tm_run_free(run);
	return rc;
}

static enum tm_rc find_one(struct tm_err *why)
{
	char path[512];

	return tm_run_find(folder, "full", path, sizeof(path), why);
}

static enum tm_rc ask(struct tm_err *why)
{
	(void)why;
	ask_the_process();
	return TM_OK;
}

Test(memory, for_a_run_and_its_samples_may_be_refused)
{
	memory_sweep(make_and_sample);
}

Test(memory, for_what_is_said_of_a_run_may_be_refused)
{
	memory_survive(say);
}

Test(memory, for_a_run_that_is_saved_may_be_refused)
{
	whole = make_run();
	memory_sweep(save_one);
	memory_sweep_json(save_one);
	tm_run_free(whole);
}

Test(memory, for_an_export_may_be_refused)
{
	whole = make_run();
	memory_sweep_json(export_one);
	tm_run_free(whole);
}

Test(memory, for_a_run_that_is_loaded_may_be_refused)
{
	memory_survive(load_one);
}

Test(memory, for_the_order_of_runs_may_be_refused)
{
	memory_survive(find_one);
}

Test(memory, for_what_is_asked_of_a_process_may_be_refused)
{
	memory_survive(ask);
}
