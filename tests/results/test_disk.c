/*
 * Runs and exports on a disk that is full or broken: what fails is reported, and
 * nothing that is not whole is left.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../support/folders.h"
#include "../support/disk.h"
#include "../support/runs.h"
#include "results/store.h"
#include "results/write.h"

static char folder[] = "/tmp/tidemark-disk-XXXXXX";
static char path[PATH_MAX + 64];
static struct tm_run *run;
static struct tm_err err;

/* A run of which each file is written. */
static void add_files(void)
{
	struct tm_sample sample = {.iteration = 1};
	json_t *types = json_loads("{\"positions\": [1], \"types\": "
				   "[{\"type\": \"a\", \"objects\": [2]}]}",
				   0, NULL);

	cr_assert_eq(tm_run_add_sample(run, &sample, &err), TM_OK);
	cr_assert_eq(tm_run_types_from_json(&run->types, types, &err), TM_OK);
	json_decref(types);
	run_report(run, "{\"census\": [{\"type\": \"a\"}]}");
	run->sites.is_known = 1;
}

static void start(void)
{
	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/file", folder);
	run = run_new("full");
	add_files();
}

static void stop(void)
{
	run_free(run);
	folder_remove(folder);
}

TestSuite(disk, .init = start, .fini = stop);

static enum tm_rc put(FILE *file, const void *context)
{
	fputs(context, file);
	return TM_OK;
}

/* --- calls that fail ------------------------------------------------------ */

/* Only the last call, which flushes the folder of runs, fails with the run in
 * its place. */
static enum tm_rc save_one(struct tm_err *why)
{
	enum tm_rc rc = tm_run_save(run, folder, why);

	cr_expect_eq(folder_count(folder), run->directory ? 1 : 0);
	if (run->directory) {
		cr_expect_eq(folder_count(run->directory), 5);
		folder_remove(run->directory);
	}
	free(run->directory);
	run->directory = NULL;
	return rc;
}

static enum tm_rc export_one(struct tm_err *why)
{
	enum tm_rc rc = tm_write_replace(path, put, "new", why);

	cr_expect_eq(folder_count(folder), rc == TM_OK);
	unlink(path);
	return rc;
}

Test(disk, that_is_broken_leaves_no_half_of_a_run)
{
	disk_sweep(save_one);
}

Test(disk, that_is_broken_leaves_no_half_of_an_export)
{
	disk_sweep(export_one);
}

/* Its folder is taken by then. */
Test(disk, that_cannot_rename_keeps_no_name)
{
	disk_refuse(DISK_RENAME, EIO);
	cr_assert_eq(tm_run_save(run, folder, &err), TM_ESYSTEM);
	cr_assert(disk_was_refused());
	cr_expect_not_null(strstr(err.text, "cannot rename '"), "%s", err.text);
	cr_expect_null(run->directory);
	cr_expect_eq(folder_count(folder), 0);
}

/* A pipe, or a file system that is mounted read-only behind the file's back. */
Test(disk, may_have_nothing_to_flush)
{
	static const int errors[] = {EINVAL, EROFS, ENOTSUP};
	size_t i;

	for (i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		disk_refuse(DISK_FSYNC, errors[i]);
		cr_expect_eq(tm_write_replace(path, put, "new", &err), TM_OK);
		cr_assert(disk_was_refused());
		disk_refuse(DISK_FSYNC, errors[i]);
		cr_expect_eq(tm_sync_folder(folder, &err),
			     errors[i] == EROFS ? TM_ESYSTEM : TM_OK);
		cr_assert(disk_was_refused());
	}
	cr_expect_not_null(strstr(err.text, "Read-only"), "%s", err.text);
}

/* What fails afterwards is of no use to the user. */
Test(disk, is_reported_by_what_failed_first)
{
	disk_refuse(DISK_FCLOSE, EIO);
	cr_assert_eq(tm_write_replace("/dev/full", put, "new", &err),
		     TM_ESYSTEM);
	cr_assert(disk_was_refused());
	cr_expect_not_null(strstr(err.text, "No space"), "%s", err.text);
}

Test(disk, is_flushed_by_its_folders_only)
{
	cr_assert_eq(tm_write_replace(path, put, "new", &err), TM_OK);
	cr_assert_eq(tm_sync_folder(path, &err), TM_ESYSTEM);
	cr_expect_not_null(strstr(err.text, "Not a directory"), "%s", err.text);
}

/* --- a disk that is full -------------------------------------------------- */

/* As if the disk had room for so many bytes of each file. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void expect_too_large(const char *file)
{
	char quoted[32];

	limit_files(16384);
	cr_assert_eq(tm_run_save(run, folder, &err), TM_ESYSTEM);
	cr_expect_not_null(strstr(err.text, "File too large"), "%s", err.text);
	snprintf(quoted, sizeof(quoted), "/%s'", file);
	cr_expect_not_null(strstr(err.text, quoted), "%s", err.text);
	cr_expect_eq(folder_count(folder), 0);
}

Test(disk, that_is_full_for_samples_alone_keeps_nothing)
{
	struct tm_sample sample = {.iteration = 7, .elapsed_ns = 1234567890};
	int i;

	for (i = 0; i < 2000; i++)
		cr_assert_eq(tm_run_add_sample(run, &sample, &err), TM_OK);
	expect_too_large("samples.csv");
}

Test(disk, that_is_full_for_sites_alone_keeps_nothing)
{
	char frame[1000];
	int i;

	memset(frame, 'x', sizeof(frame) - 1);
	frame[sizeof(frame) - 1] = '\0';
	run->sites.sites = calloc(1, sizeof(*run->sites.sites));
	run->sites.count = 1;
	for (i = 0; i < 40; i++)
		tm_texts_add(&run->sites.sites[0].script, frame);
	expect_too_large("sites.json");
}

Test(disk, that_is_full_for_types_alone_keeps_nothing)
{
	size_t i, count = 5000;

	free(run->types.types[0].bytes);
	free(run->types.position);
	free(run->types.types[0].objects);
	run->types.moments = count;
	run->types.types[0].bytes = NULL;
	run->types.types[0].objects = calloc(count, sizeof(int64_t));
	run->types.position = calloc(count, sizeof(int64_t));
	for (i = 0; i < count; i++)
		run->types.position[i] = (int64_t)i;
	expect_too_large("types.json");
}

Test(disk, that_is_full_for_the_run_alone_keeps_nothing)
{
	int i;

	for (i = 0; i < 500; i++)
		tm_run_note(run, "%0100d", i);
	expect_too_large("run.json");
}

/* --- names of folders and files ------------------------------------------- */

Test(disk, has_folders_of_the_usual_mode)
{
	struct stat info;

	umask(022);
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK, "%s", err.text);
	cr_assert_eq(stat(run->directory, &info), 0);
	cr_expect_eq(info.st_mode & 07777, 0755);
}

static void make_folder_of(const char *name, int number)
{
	char suffix[16] = "";

	if (number > 1)
		snprintf(suffix, sizeof(suffix), "-%d", number);
	snprintf(path, sizeof(path), "%s/%s%s", folder, name, suffix);
	cr_assert_eq(mkdir(path, 0777), 0);
}

Test(disk, has_room_for_a_thousand_runs_of_one_name_and_second)
{
	int i;

	free(run->started);
	run->started = strdup("2026-01-01T00:00:00Z");
	for (i = 1; i < 1000; i++)
		make_folder_of("20260101T000000Z-full", i);
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK, "%s", err.text);
	cr_expect_not_null(strstr(run->directory, "Z-full-1000"), "%s",
			   run->directory);
	cr_assert_eq(tm_run_save(run, folder, &err), TM_ESYSTEM);
	cr_expect_not_null(strstr(err.text, "Z-full-1000': File exists"), "%s",
			   err.text);
	cr_expect_eq(folder_count(folder), 1000);
}

/* A run.json that somebody wrote may say anything. */
Test(disk, has_a_folder_for_any_time)
{
	char expected[64];

	free(run->started);
	run->started = strdup("2026-01-01T00:00:00Z and 123456789012345");
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK, "%s", err.text);
	snprintf(expected, sizeof(expected), "%s/%s", folder,
		 "20260101T000000Z_and_1234567890-full");
	cr_expect_str_eq(run->directory, expected);
}

/* FOLDER/./././file, so long that the name beside it has `size` bytes with its
 * NUL. */
static void make_long_path(size_t size)
{
	char suffix[64];
	size_t rest, used;

	snprintf(suffix, sizeof(suffix), ".unfinished-%ld", (long)getpid());
	used = (size_t)snprintf(path, sizeof(path), "%s/", folder);
	rest = size - 1 - strlen(suffix) - used;
	for (; rest > 20; rest -= 2, used += 2)
		memcpy(path + used, "./", 2);
	memset(path + used, 'f', rest);
	path[used + rest] = '\0';
}

Test(disk, takes_names_as_long_as_the_system_does)
{
	make_long_path(PATH_MAX);
	cr_expect_eq(tm_write_check(path, &err), TM_OK, "%s", err.text);
	cr_expect_eq(tm_write_replace(path, put, "new", &err), TM_OK, "%s",
		     err.text);
	cr_expect_eq(folder_count(folder), 1);
	make_long_path(PATH_MAX + 1);
	cr_expect_eq(tm_write_check(path, &err), TM_EUSAGE);
	cr_expect_not_null(strstr(err.text, "File name too long"));
	cr_expect_eq(tm_write_replace(path, put, "new", &err), TM_EUSAGE);
	cr_expect_not_null(strstr(err.text, "...' is too long"));
}

static void expect_line_end(const char *name)
{
	char file[PATH_MAX + 128];
	FILE *stream;

	snprintf(file, sizeof(file), "%s/%s", run->directory, name);
	stream = fopen(file, "r");
	cr_assert_not_null(stream);
	cr_assert_eq(fseek(stream, -2, SEEK_END), 0);
	cr_expect_eq(fgetc(stream), '}', "%s", name);
	cr_expect_eq(fgetc(stream), '\n', "%s", name);
	fclose(stream);
}

Test(disk, has_files_that_end_in_a_newline)
{
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK, "%s", err.text);
	expect_line_end("run.json");
	expect_line_end("sites.json");
	expect_line_end("types.json");
}

/* The last digits of a double are no result. */
Test(disk, has_files_with_nine_digits)
{
	char text[8192] = "";
	FILE *stream;

	run->usage.user_seconds = tm_known_real(0.12345678949);
	run->sites.first_x = tm_known_real(0.12345678949);
	run->sites.last_x = tm_known_real(2);
	cr_assert_eq(tm_run_save(run, folder, &err), TM_OK, "%s", err.text);
	snprintf(path, sizeof(path), "%s/run.json", run->directory);
	stream = fopen(path, "r");
	cr_assert_not_null(stream);
	text[fread(text, 1, sizeof(text) - 1, stream)] = '\0';
	fclose(stream);
	cr_expect_not_null(strstr(text, "\"user_seconds\": 0.123456789\n"));
	snprintf(path, sizeof(path), "%s/sites.json", run->directory);
	stream = fopen(path, "r");
	cr_assert_not_null(stream);
	text[fread(text, 1, sizeof(text) - 1, stream)] = '\0';
	fclose(stream);
	cr_expect_not_null(strstr(text, "\n  0.123456789,"), "%s", text);
}

/* It is somebody's, whatever its name. */
Test(disk, keeps_an_existing_file_with_the_temporary_name)
{
	char beside[PATH_MAX + 128];

	snprintf(beside, sizeof(beside), "%s.unfinished-%ld", path,
		 (long)getpid());
	close(open(beside, O_WRONLY | O_CREAT, 0600));
	cr_expect_eq(tm_write_check(path, &err), TM_EUSAGE);
	cr_expect_not_null(strstr(err.text, "File exists"), "%s", err.text);
	cr_expect_eq(access(beside, F_OK), 0);
}
