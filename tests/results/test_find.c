/*
 * Which stored run is meant: by name, by age, by folder.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../support/folders.h"
#include "results/find.h"

static char folder[] = "/tmp/tidemark-find-XXXXXX";
static char path[512];
static struct tm_err err;

static void make_folder(void)
{
	cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(void)
{
	folder_remove(folder);
}

TestSuite(find, .init = make_folder, .fini = remove_folder);

/* The folder of a run, as if it had been filled at that time. */
static void make(const char *name, time_t seconds, long nanoseconds)
{
	struct timespec times[2] = {
		{.tv_sec = seconds, .tv_nsec = nanoseconds},
		{.tv_sec = seconds, .tv_nsec = nanoseconds}};

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	cr_assert_eq(mkdir(path, 0777), 0, "%s", path);
	cr_assert_eq(utimensat(AT_FDCWD, path, times, 0), 0, "%s", path);
}

static void collect(void *context, const char *name, const char *run)
{
	char *all = context;

	cr_assert_str_eq(run, name + 17);
	snprintf(all + strlen(all), 512 - strlen(all), "%s ", run);
}

static void expect_all(const char *expected)
{
	char all[512] = "";

	tm_run_each(folder, collect, all);
	cr_expect_str_eq(all, expected);
}

static void expect_found(const char *words, const char *expected)
{
	char whole[512];

	snprintf(whole, sizeof(whole), "%s/%s", folder, expected);
	cr_expect_eq(tm_run_find(folder, words, path, sizeof(path), &err),
		     TM_OK, "%s", err.text);
	cr_expect_str_eq(path, whole);
}

static void expect_none(const char *words, const char *says)
{
	cr_expect_eq(tm_run_find(folder, words, path, sizeof(path), &err),
		     TM_EUSAGE, "%s", words);
	cr_expect_not_null(strstr(err.text, says), "%s", err.text);
}

Test(find, takes_only_what_a_run_is_called)
{
	make("20260101T000001Z-a", 1, 0);
	make("20260101T000001Z-", 1, 0);
	make("20260101T000001Z+a", 1, 0);
	make("20260101T000001X-a", 1, 0);
	make("20260101X000001Z-a", 1, 0);
	make("x0260101T000001Z-a", 1, 0);
	make(".unfinished-000001Z-a", 1, 0);
	expect_all("a ");
}

Test(find, goes_from_the_newest_second_to_the_oldest)
{
	make("20260101T000002Z-b", 9, 0);
	make("20260101T000003Z-c", 1, 0);
	make("20260101T000001Z-a", 5, 0);
	expect_all("c b a ");
}

Test(find, goes_by_the_clock_of_the_files_within_a_second)
{
	make("20260101T000001Z-second", 3, 999);
	make("20260101T000001Z-first", 4, 1);
	make("20260101T000001Z-fourth", 2, 1);
	make("20260101T000001Z-third", 2, 2);
	expect_all("first second third fourth ");
}

Test(find, goes_by_the_number_in_the_name_at_the_same_time)
{
	make("20260101T000001Z-a-10", 1, 0);
	make("20260101T000001Z-a-9", 1, 0);
	make("20260101T000001Z-a", 1, 0);
	expect_all("a-10 a-9 a ");
}

Test(find, knows_a_name_with_a_number_behind)
{
	make("20260101T000001Z-loop", 1, 0);
	expect_found("loop", "20260101T000001Z-loop");
	make("20260101T000002Z-loop-2", 1, 0);
	expect_found("loop", "20260101T000002Z-loop-2");
	make("20260101T000003Z-loop-10", 1, 0);
	expect_found("loop", "20260101T000003Z-loop-10");
}

/* The name is as it was given, the folder's as a file may be called. */
Test(find, knows_a_name_that_no_file_may_have)
{
	make("20260101T000001Z-my_service", 1, 0);
	make("20260101T000001Z-a_b", 1, 0);
	expect_found("my service", "20260101T000001Z-my_service");
	expect_found("a/b", "20260101T000001Z-a_b");
	expect_none("my services", "did you mean");
	/* A path that is not there: reading it says so. */
	cr_expect_eq(tm_run_find(folder, "/no/such", path, sizeof(path), &err),
		     TM_OK);
	cr_expect_str_eq(path, "/no/such");
}

Test(find, knows_no_name_by_its_beginning)
{
	make("20260101T000001Z-loop", 1, 0);
	make("20260101T000002Z-loop-", 1, 0);
	make("20260101T000003Z-loop-2x", 1, 0);
	make("20260101T000004Z-loops", 1, 0);
	make("20260101T000005Z-loop_2", 1, 0);
	make("20260101T000006Z-loo", 1, 0);
	expect_found("loop", "20260101T000001Z-loop");
}

Test(find, suggests_the_name_that_was_meant)
{
	make("20260101T000001Z-weak-ref", 1, 0);
	make("20260101T000002Z-other", 1, 0);
	expect_none("weak-rfe", "(did you mean 'weak-ref'?)");
	expect_none("nothing-like-it", "no run 'nothing-like-it' in '/tmp/");
}

Test(find, suggests_the_only_one)
{
	make("20260101T000001Z-weak-ref", 1, 0);
	expect_none("weak-rfe", "(did you mean 'weak-ref'?)");
}

Test(find, takes_a_path_unchanged)
{
	static const char *const paths[] = {"a/b", "./x", "run.json", "/tmp"};
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		cr_expect_eq(
			tm_run_find(folder, paths[i], path, sizeof(path), &err),
			TM_OK);
		cr_expect_str_eq(path, paths[i]);
	}
}

/* The folder `name` is made in the current one, which is the test's own. */
static void make_here(const char *name)
{
	cr_assert_eq(chdir(folder), 0);
	cr_assert_eq(mkdir(name, 0700), 0);
}

Test(find, takes_a_folder_here_without_a_run_for_a_name)
{
	make("20260101T000001Z-server", 1, 0);
	make_here("server");
	expect_found("server", "20260101T000001Z-server");
}

Test(find, takes_a_folder_here_with_a_run_before_a_name)
{
	make("20260101T000001Z-server", 1, 0);
	make_here("server");
	fclose(fopen("server/run.json", "w"));
	cr_expect_eq(tm_run_find(folder, "server", path, sizeof(path), &err),
		     TM_OK);
	cr_expect_str_eq(path, "server");
}

Test(find, leaves_a_folder_here_to_the_reader_when_no_run_has_its_name)
{
	make("20260101T000001Z-other", 1, 0);
	make_here("server");
	cr_expect_eq(tm_run_find(folder, "server", path, sizeof(path), &err),
		     TM_OK);
	cr_expect_str_eq(path, "server");
}

Test(find, takes_the_name_of_a_folder_that_holds_a_run)
{
	char file[600];

	make("kept", 1, 0);
	expect_none("kept", "no run 'kept'");
	snprintf(file, sizeof(file), "%s/kept/run.json", folder);
	fclose(fopen(file, "w"));
	expect_found("kept", "kept");
}

static void expect_newest(size_t age, const char *expected)
{
	char whole[512];

	snprintf(whole, sizeof(whole), "%s/%s", folder, expected);
	cr_expect_eq(tm_run_find_newest(folder, age, path, sizeof(path), &err),
		     TM_OK, "%s", err.text);
	cr_expect_str_eq(path, whole);
}

static void expect_none_of(size_t age, const char *says)
{
	cr_expect_eq(tm_run_find_newest(folder, age, path, sizeof(path), &err),
		     TM_EUSAGE);
	cr_expect_not_null(strstr(err.text, says), "%s", err.text);
}

Test(find, counts_the_ages_of_runs_from_the_newest_on)
{
	expect_none_of(0, "no runs yet in '/tmp/tidemark-find-");
	make("20260101T000001Z-a", 1, 0);
	expect_newest(0, "20260101T000001Z-a");
	expect_none_of(1, "there is only 1 run in '/tmp/");
	make("20260101T000002Z-b", 1, 0);
	expect_newest(0, "20260101T000002Z-b");
	expect_newest(1, "20260101T000001Z-a");
	expect_none_of(2, "there are only 2 runs in ");
	expect_none_of(2, ", not 3");
}

Test(find, finds_nothing_where_no_folder_is)
{
	char all[8] = "";

	cr_expect_eq(
		tm_run_find_newest("/none/such", 0, path, sizeof(path), &err),
		TM_EUSAGE);
	cr_expect_not_null(strstr(err.text, "no runs yet in '/none/such'"));
	cr_expect_eq(tm_run_find("/none/such", "a", path, sizeof(path), &err),
		     TM_EUSAGE);
	tm_run_each("/none/such", collect, all);
	cr_expect_str_eq(all, "");
}

/* Root may read every folder, so a file stands for one without permission. */
Test(find, names_what_cannot_be_read)
{
	char whole[512], says[600];

	snprintf(whole, sizeof(whole), "%s/file", folder);
	fclose(fopen(whole, "w"));
	snprintf(says, sizeof(says), "cannot read '%s': Not a directory",
		 whole);
	cr_expect_eq(tm_run_check_folder(whole, &err), TM_EUSAGE);
	cr_expect_str_eq(err.text, says);
	err.text[0] = '\0';
	cr_expect_eq(tm_run_find_newest(whole, 0, path, sizeof(path), &err),
		     TM_EUSAGE);
	cr_expect_str_eq(err.text, says);
	err.text[0] = '\0';
	cr_expect_eq(tm_run_find(whole, "a", path, sizeof(path), &err),
		     TM_EUSAGE);
	cr_expect_str_eq(err.text, says);
	cr_expect_eq(tm_run_check_folder(folder, &err), TM_OK);
	cr_expect_eq(tm_run_check_folder("/none/such", &err), TM_OK);
}
