/*
 * Stored runs are found by their name and by their age.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/find.h"
#include "results/store.h"
#include "stored.h"

TestSuite(found, .init = stored_open, .fini = stored_close);

static void save_at(const char *name, const char *started)
{
	struct tm_run *run = stored_make(name);

	free(run->started);
	run->started = strdup(started);
	cr_assert_eq(tm_run_save(run, stored_folder, &stored_err), TM_OK, "%s",
		     stored_err.text);
	tm_run_free(run);
}

/* As if the run's last file had been written `nanoseconds` into a second. */
static void set_filled(const char *name, long nanoseconds)
{
	struct timespec times[2] = {{.tv_nsec = nanoseconds},
				    {.tv_nsec = nanoseconds}};
	char path[512];

	snprintf(path, sizeof(path), "%s/20260101T000001Z-%s", stored_folder,
		 name);
	cr_assert_eq(utimensat(AT_FDCWD, path, times, 0), 0, "%s", path);
}

/* Short runs take less than the second that their folders' names tell. */
Test(found, knows_the_order_of_runs_in_one_second)
{
	char path[512];

	save_at("zebra", "2026-01-01T00:00:01Z");
	save_at("ape", "2026-01-01T00:00:01Z");
	set_filled("zebra", 1);
	set_filled("ape", 2);
	cr_assert_eq(tm_run_find_newest(stored_folder, 0, path, sizeof(path),
					&stored_err),
		     TM_OK, "%s", stored_err.text);
	cr_assert_not_null(strstr(path, "Z-ape"), "%s", path);
	cr_assert_eq(tm_run_find_newest(stored_folder, 1, path, sizeof(path),
					&stored_err),
		     TM_OK, "%s", stored_err.text);
	cr_assert_not_null(strstr(path, "Z-zebra"), "%s", path);
}

Test(found, finds_the_newest_run_of_a_name)
{
	char path[512];

	save_at("weak-ref", "2026-01-01T00:00:02Z");
	save_at("weak-ref", "2026-01-01T00:00:01Z");
	save_at("weak-ref-naive", "2026-01-01T00:00:09Z");
	cr_assert_eq(tm_run_find(stored_folder, "weak-ref", path, sizeof(path),
				 &stored_err),
		     TM_OK, "%s", stored_err.text);
	cr_assert_not_null(strstr(path, "20260101T000002Z-weak-ref"), "%s",
			   path);
	cr_assert_eq(tm_run_find(stored_folder, "20260101T000001Z-weak-ref",
				 path, sizeof(path), &stored_err),
		     TM_OK);
	cr_assert_not_null(strstr(path, "20260101T000001Z-weak-ref"));
	cr_assert_eq(tm_run_find(stored_folder, "weak-rfe", path, sizeof(path),
				 &stored_err),
		     TM_EUSAGE);
	cr_assert_not_null(strstr(stored_err.text, "mean 'weak-ref'"), "%s",
			   stored_err.text);
}

Test(found, finds_runs_by_their_age)
{
	char path[512];

	save_at("a", "2026-01-01T00:00:02Z");
	save_at("b", "2026-01-01T00:00:01Z");
	cr_assert_eq(tm_run_find_newest(stored_folder, 0, path, sizeof(path),
					&stored_err),
		     TM_OK);
	cr_assert_not_null(strstr(path, "Z-a"));
	cr_assert_eq(tm_run_find_newest(stored_folder, 1, path, sizeof(path),
					&stored_err),
		     TM_OK);
	cr_assert_not_null(strstr(path, "Z-b"));
	cr_assert_eq(tm_run_find_newest(stored_folder, 2, path, sizeof(path),
					&stored_err),
		     TM_EUSAGE);
}

/* `tidemark exec -- ./leak.py` in the folder of leak.py is named after it. */
Test(found, finds_a_run_that_is_named_as_a_file_here)
{
	struct tm_run *run = stored_save("leak.py");
	char found[256];

	stored_replace(stored_folder, "leak.py", "a program");
	cr_assert_eq(chdir(stored_folder), 0);
	cr_assert_eq(tm_run_find(stored_folder, "leak.py", found, sizeof(found),
				 &stored_err),
		     TM_OK, "%s", stored_err.text);
	cr_assert_str_eq(found, run->directory);
	tm_run_free(run);
}
