/*
 * Files that are whole or not there.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../support/folders.h"
#include "results/write.h"

static char folder[] = "/tmp/tidemark-write-XXXXXX";
static char path[512];
static struct tm_err err;

static void make_folder(void)
{
	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/file", folder);
}

static void remove_folder(void)
{
	folder_remove(folder);
}

TestSuite(write, .init = make_folder, .fini = remove_folder);

static enum tm_rc put(FILE *file, const void *context)
{
	fputs(context, file);
	return TM_OK;
}

static enum tm_rc lack_memory(FILE *file, const void *context)
{
	fputs(context, file);
	return TM_ENOMEM;
}

static int count_open_files(void)
{
	return folder_count("/proc/self/fd");
}

static void expect_content(const char *expected)
{
	char text[64] = "";
	FILE *file = fopen(path, "r");

	cr_assert_not_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	cr_expect_str_eq(text, expected);
}

Test(write, takes_the_place_of_a_file)
{
	int files = count_open_files();

	cr_assert_eq(tm_write_replace(path, put, "one", &err), TM_OK);
	expect_content("one");
	cr_assert_eq(tm_write_replace(path, put, "two", &err), TM_OK);
	expect_content("two");
	cr_expect_eq(folder_count(folder), 1);
	cr_expect_eq(count_open_files(), files);
}

Test(write, leaves_a_file_whole_when_memory_is_short)
{
	cr_assert_eq(tm_write_replace(path, put, "one", &err), TM_OK);
	cr_assert_eq(tm_write_replace(path, lack_memory, "two", &err),
		     TM_ENOMEM);
	cr_expect_not_null(strstr(err.text, "no memory to write '/tmp/"), "%s",
			   err.text);
	expect_content("one");
	cr_expect_eq(folder_count(folder), 1);
}

/* A name in a folder that others write to may be a link of theirs. */
Test(write, follows_no_link_at_the_temporary_name)
{
	char temporary[600], other[600];
	struct stat made;
	FILE *file;

	snprintf(other, sizeof(other), "%s/other", folder);
	snprintf(temporary, sizeof(temporary), "%s.unfinished-%ld", path,
		 (long)getpid());
	file = fopen(other, "w");
	cr_assert_not_null(file);
	fclose(file);
	cr_assert_eq(symlink(other, temporary), 0);
	cr_assert_eq(tm_write_replace(path, put, "one", &err), TM_OK, "%s",
		     err.text);
	expect_content("one");
	cr_assert_eq(lstat(path, &made), 0);
	cr_expect(S_ISREG(made.st_mode));
	cr_assert_eq(stat(other, &made), 0);
	cr_expect_eq(made.st_size, 0);
	cr_expect_eq(folder_count(folder), 2);
}

Test(write, goes_directly_to_what_is_no_file)
{
	cr_assert_eq(tm_write_replace("/dev/null", put, "one", &err), TM_OK,
		     "%s", err.text);
	cr_assert_eq(tm_write_replace(folder, put, "one", &err), TM_ESYSTEM);
	cr_expect_not_null(strstr(err.text, "cannot write '/tmp/"), "%s",
			   err.text);
	cr_expect_eq(folder_count(folder), 0);
}

Test(write, says_that_the_disk_is_full)
{
	cr_assert_eq(tm_write_replace("/dev/full", put, "one", &err),
		     TM_ESYSTEM);
	cr_expect_str_eq(err.text, "cannot write '/dev/full': No space left "
				   "on device");
}

Test(write, refuses_a_name_that_is_too_long)
{
	static char name[5000];

	memset(name, 'a', sizeof(name) - 1);
	cr_assert_eq(tm_write_replace(name, put, "one", &err), TM_EUSAGE);
	cr_expect_not_null(strstr(err.text, "aaa...' is too long"), "%s",
			   err.text);
	cr_assert_eq(tm_write_check(name, &err), TM_EUSAGE);
}

Test(write, names_the_file_that_the_user_knows)
{
	snprintf(path, sizeof(path), "%s/none/file", folder);
	cr_assert_eq(tm_write_replace(path, put, "one", &err), TM_ESYSTEM);
	cr_expect_null(strstr(err.text, "unfinished"), "%s", err.text);
	cr_expect_not_null(strstr(err.text, "/none/file': No such file"), "%s",
			   err.text);
}

Test(write, never_writes_over_a_file_of_a_run)
{
	cr_assert_eq(tm_write_file(folder, "file", put, "one", &err), TM_OK);
	cr_assert_eq(tm_write_file(folder, "file", put, "two", &err),
		     TM_ESYSTEM);
	expect_content("one");
}

/* --- asked before anything is measured ------------------------------------ */

static void expect_check(const char *name, enum tm_rc rc, const char *says)
{
	int files = count_open_files();

	cr_expect_eq(tm_write_check(name, &err), rc, "%s", name);
	if (rc != TM_OK)
		cr_expect_not_null(strstr(err.text, says), "%s", err.text);
	cr_expect_eq(count_open_files(), files);
}

Test(write, is_checked_and_leaves_nothing)
{
	expect_check(NULL, TM_OK, "");
	expect_check(path, TM_OK, "");
	cr_expect_eq(folder_count(folder), 0);
	cr_assert_eq(tm_write_replace(path, put, "one", &err), TM_OK);
	expect_check(path, TM_OK, "");
	expect_content("one");
	cr_expect_eq(folder_count(folder), 1);
	expect_check("/dev/null", TM_OK, "");
}

Test(write, is_refused_where_it_cannot_be)
{
	expect_check(folder, TM_EUSAGE, "': Is a directory");
	expect_check("/none/such/file", TM_EUSAGE,
		     "cannot write '/none/such/file': No such file");
	snprintf(path, sizeof(path), "/proc/self/file");
	expect_check(path, TM_EUSAGE, "cannot write '/proc/self/file': ");
}

/* --- folders -------------------------------------------------------------- */

Test(write, makes_each_folder_that_is_missing)
{
	struct stat info;

	umask(022);
	snprintf(path, sizeof(path), "%s/a/b/c", folder);
	cr_assert_eq(tm_make_folders(path, &err), TM_OK, "%s", err.text);
	cr_assert_eq(stat(path, &info), 0);
	cr_assert(S_ISDIR(info.st_mode));
	cr_expect_eq(info.st_mode & 07777, 0755);
	cr_assert_eq(tm_make_folders(path, &err), TM_OK);
	cr_assert_eq(tm_make_folders("/proc/none/such", &err), TM_ESYSTEM);
	cr_expect_not_null(strstr(err.text, "make the folder '/proc/none':"),
			   "%s", err.text);
}

Test(write, flushes_a_folder_and_closes_it)
{
	int files = count_open_files();

	cr_assert_eq(tm_sync_folder(folder, &err), TM_OK);
	cr_assert_eq(count_open_files(), files);
	cr_assert_eq(tm_sync_folder("/none/such", &err), TM_ESYSTEM);
	cr_expect_not_null(strstr(err.text, "flush the folder '/none/such'"));
}
