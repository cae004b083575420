#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite/catalog.h"

static char folder[] = "/tmp/tidemark-catalog-XXXXXX";
static struct tm_catalog catalog;
static struct tm_err err;
static char program[4500];

static void put(const char *name, mode_t mode)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_CREAT | O_WRONLY, mode);
	cr_assert_geq(fd, 0);
	close(fd);
}

static void make_folder(void)
{
	cr_assert_not_null(mkdtemp(folder));
	put("strong_ref", 0755);
	put("weak_ref", 0755);
	put("weak_ref.o", 0755);
	put("notes", 0644);
	setenv("TIDEMARK_SCENARIOS", folder, 1);
	cr_assert_eq(tm_catalog_open(&catalog, &err), TM_OK, "%s", err.text);
}

static void remove_folder(void)
{
	static const char *const files[] = {"strong_ref", "weak_ref",
					    "weak_ref.o", "notes"};
	char path[256];
	size_t i;

	tm_catalog_close(&catalog);
	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		unlink(path);
	}
	rmdir(folder);
}

static enum tm_rc find(const char *scenario)
{
	return tm_catalog_find(&catalog, scenario, program, sizeof(program),
			       &err);
}

TestSuite(catalog, .init = make_folder, .fini = remove_folder);

Test(catalog, holds_programs_only)
{
	cr_assert_eq(catalog.count, 2);
	cr_assert_str_eq(catalog.files[0], "strong_ref");
	cr_assert_str_eq(catalog.files[1], "weak_ref");
}

Test(catalog, finds_a_scenario_with_dashes_or_underscores)
{
	cr_assert_eq(find("strong-ref"), TM_OK);
	cr_assert_not_null(strstr(program, "/strong_ref"));
	cr_assert_eq(find("strong_ref"), TM_OK);
}

Test(catalog, asks_whether_another_one_was_meant)
{
	cr_assert_eq(find("weak-rfe"), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "did you mean 'weak-ref'"), "%s",
			   err.text);
}

Test(catalog, takes_a_path_unchanged)
{
	cr_assert_eq(find("/bin/sh"), TM_OK);
	cr_assert_str_eq(program, "/bin/sh");
	cr_assert_eq(find("/etc/passwd"), TM_EUSAGE);
	cr_assert_eq(find("/tmp"), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "folder"), "%s", err.text);
	cr_assert_eq(find("./no-such"), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "No such file"), "%s", err.text);
}

Test(catalog, says_which_folder_is_missing)
{
	struct tm_catalog other;

	setenv("TIDEMARK_SCENARIOS", "/no/such/folder", 1);
	cr_assert_eq(tm_catalog_open(&other, &err), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "/no/such/folder"));
}
