#include <criterion/criterion.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/cgroup.h"

#define MIB (1024u * 1024u)

/* A folder in the place of "/", with a /proc and a /sys of its own. */
static char root[] = "/tmp/tidemark-cgroup-XXXXXX";
static struct tm_cgroup cgroup;

static void make_root(void)
{
	cr_assert_not_null(mkdtemp(root));
}

static void remove_root(void)
{
	char command[PATH_MAX];
	FILE *rm;

	tm_cgroup_close(&cgroup);
	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	rm = popen(command, "r");
	cr_assert(rm && pclose(rm) == 0);
}

TestSuite(cgroup, .init = make_root, .fini = remove_root);

/* Write `text` to root/path, with the folders that lead there. */
static void write_file(const char *path, const char *text)
{
	char whole[PATH_MAX];
	char *slash;
	FILE *file;

	snprintf(whole, sizeof(whole), "%s/%s", root, path);
	for (slash = whole + strlen(root) + 1; (slash = strchr(slash, '/'));
	     slash++) {
		*slash = '\0';
		mkdir(whole, 0700);
		*slash = '/';
	}
	file = fopen(whole, "w");
	cr_assert_not_null(file, "%s", whole);
	fputs(text, file);
	fclose(file);
}

/* A service in a group of version 1. */
static void make_version_1(const char *mount_root)
{
	char mounts[512];

	write_file("proc/42/cgroup", "5:cpuset:/\n"
				     "4:hugetlb,memory:/jobs/a:b\n"
				     "0::/jobs\n");
	snprintf(mounts, sizeof(mounts),
		 "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
		 "34 31 0:31 / /sys/fs/cgroup/cpuset rw - cgroup cgroup "
		 "rw,cpuset\n"
		 "35 31 0:32 %s /sys/fs/cgroup/memory\\040one rw shared:9 - "
		 "cgroup cgroup rw,hugetlb,memory\n"
		 "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 "
		 "rw\n",
		 mount_root);
	write_file("proc/self/mountinfo", mounts);
}

/* The same in a group of version 2, as systemd makes them. */
static void make_version_2(void)
{
	write_file("proc/42/cgroup", "0::/user.slice/app.scope\n");
	write_file("proc/self/mountinfo",
		   "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 "
		   "cgroup2 rw,nsdelegate\n");
}

static uint64_t value_of(int (*ask)(const struct tm_cgroup *, uint64_t *))
{
	uint64_t value = 0;

	cr_assert(ask(&cgroup, &value));
	return value;
}

Test(cgroup, reads_version_1_where_it_is_mounted)
{
	static const char folder[] = "sys/fs/cgroup/memory one/jobs/a:b/";
	char path[256];

	make_version_1("/");
	snprintf(path, sizeof(path), "%smemory.usage_in_bytes", folder);
	write_file(path, "7000000\n");

	cr_assert_eq(tm_cgroup_open_below(&cgroup, root, 42, NULL), TM_OK);
	cr_assert_eq(cgroup.version, 1);
	cr_assert_eq(value_of(tm_cgroup_current), 7000000);
}

Test(cgroup, reads_version_2)
{
	static const char folder[] = "sys/fs/cgroup/user.slice/app.scope/";
	char path[256];

	make_version_2();
	snprintf(path, sizeof(path), "%smemory.current", folder);
	write_file(path, "7000000\n");

	cr_assert_eq(tm_cgroup_open_below(&cgroup, root, 42, NULL), TM_OK);
	cr_assert_eq(cgroup.version, 2);
	cr_assert_eq(value_of(tm_cgroup_current), 7000000);
}

Test(cgroup, follows_what_changes)
{
	static const char file[] =
		"sys/fs/cgroup/user.slice/app.scope/memory.current";

	make_version_2();
	write_file(file, "1000\n");
	cr_assert_eq(tm_cgroup_open_below(&cgroup, root, 42, NULL), TM_OK);
	write_file(file, "2000\n");
	cr_assert_eq(value_of(tm_cgroup_current), 2000);
}

/* A container sees its own group as the root of the mount. */
Test(cgroup, is_found_below_the_root_of_the_mount)
{
	make_version_1("/jobs");
	write_file("sys/fs/cgroup/memory one/a:b/memory.usage_in_bytes", "5\n");
	cr_assert_eq(tm_cgroup_open_below(&cgroup, root, 42, NULL), TM_OK);
	cr_assert_eq(value_of(tm_cgroup_current), 5);
}

Test(cgroup, is_not_taken_for_a_neighbour_with_a_longer_name)
{
	struct tm_err err = {0};

	make_version_1("/job");
	write_file("sys/fs/cgroup/memory one/s/a:b/memory.usage_in_bytes",
		   "5\n");
	cr_assert_eq(tm_cgroup_open_below(&cgroup, root, 42, &err), TM_ESYSTEM);
	cr_assert_not_null(strstr(err.text, "not mounted"), "%s", err.text);
}

Test(cgroup, says_that_the_root_of_version_2_accounts_for_nothing)
{
	struct tm_err err = {0};

	make_version_2();
	write_file("sys/fs/cgroup/user.slice/app.scope/cgroup.procs", "42\n");
	cr_assert_eq(tm_cgroup_open_below(&cgroup, root, 42, &err), TM_ESYSTEM);
	cr_assert_not_null(strstr(err.text, "does not account"), "%s",
			   err.text);
	cr_assert_lt(strlen(err.text), 96);
	cr_assert_eq(cgroup.current_fd, -1);
}

Test(cgroup, says_that_there_is_no_control_group)
{
	struct tm_err err = {0};
	uint64_t value;

	cr_assert_eq(tm_cgroup_open_below(&cgroup, root, 42, &err), TM_ESYSTEM);
	cr_assert_not_null(strstr(err.text, "no control group"), "%s",
			   err.text);
	cr_assert_not(tm_cgroup_current(&cgroup, &value));
}

Test(cgroup, of_this_machine_is_charged_for_what_this_process_touches)
{
	struct tm_err err = {0};
	uint64_t before, after;
	char *pages;

	if (tm_cgroup_open(&cgroup, 0, &err) != TM_OK)
		cr_skip_test("%s", err.text);
	before = value_of(tm_cgroup_current);
	pages = mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	cr_assert_neq(pages, MAP_FAILED);
	memset(pages, 1, 64 * MIB);
	after = value_of(tm_cgroup_current);
	/* Others live here too, and may give back what we take: but the group
	 * holds what this process holds. */
	cr_assert_geq(after, 64 * MIB, "%lu after %lu", (unsigned long)after,
		      (unsigned long)before);
	munmap(pages, 64 * MIB);
}
