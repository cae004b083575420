#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../support/folders.h"
#include "subprocess/oom.h"

/* Files as the kernel has them, below a folder of the test's own. */

static char root[] = "/tmp/tidemark-oom-XXXXXX";
static struct tm_oom oom;

static void make_root(void)
{
	cr_assert_not_null(mkdtemp(root));
}

static void remove_root(void)
{
	folder_remove(root);
}

TestSuite(oom, .init = make_root, .fini = remove_root);

static void write_below(const char *name, const char *content)
{
	char path[256];
	char *slash = path + strlen(root) + 1;
	FILE *file;

	snprintf(path, sizeof(path), "%s%s", root, name);
	while ((slash = strchr(slash, '/'))) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash++ = '/';
	}
	file = fopen(path, "w");
	cr_assert_not_null(file, "%s", path);
	fputs(content, file);
	fclose(file);
}

#define V1_FILE "/sys/fs/cgroup/memory/job/memory.oom_control"
#define V2_FILE "/sys/fs/cgroup/job/memory.events"

static void open_oom(void)
{
	tm_oom_open_below(&oom, 42, root);
}

Test(oom, sees_a_kill_in_the_group_v2)
{
	write_below("/proc/42/cgroup", "0::/job\n");
	write_below(V2_FILE, "low 0\noom 1\noom_kill 3\noom_group_kill 0\n");
	open_oom();
	cr_assert_eq(tm_oom_check(&oom), TM_OOM_NONE);
	write_below(V2_FILE, "low 0\noom 2\noom_kill 4\noom_group_kill 0\n");
	cr_assert_eq(tm_oom_check(&oom), TM_OOM_GROUP);
}

Test(oom, sees_a_kill_in_the_group_v1)
{
	write_below("/proc/42/cgroup", "4:cpu:/other\n3:memory:/job\n0::/\n");
	write_below(V1_FILE, "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n");
	open_oom();
	cr_assert_eq(tm_oom_check(&oom), TM_OOM_NONE);
	write_below(V1_FILE, "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
	cr_assert_eq(tm_oom_check(&oom), TM_OOM_GROUP);
}

/* Inside a container its group is the root of the mount. */
Test(oom, finds_the_group_of_a_container)
{
	write_below("/proc/42/cgroup", "0::/../../host/name\n");
	write_below("/sys/fs/cgroup/memory.events", "oom_kill 0\n");
	open_oom();
	write_below("/sys/fs/cgroup/memory.events", "oom_kill 1\n");
	cr_assert_eq(tm_oom_check(&oom), TM_OOM_GROUP);
}

Test(oom, takes_the_machines_counter_for_less)
{
	write_below("/proc/42/cgroup", "0::/job\n");
	write_below("/proc/vmstat", "pgfault 7\noom_kill 1\n");
	open_oom();
	cr_assert_eq(tm_oom_check(&oom), TM_OOM_NONE);
	write_below("/proc/vmstat", "pgfault 9\noom_kill 2\n");
	cr_assert_eq(tm_oom_check(&oom), TM_OOM_MACHINE);
}

Test(oom, proves_nothing_without_counters)
{
	open_oom();
	cr_assert_eq(tm_oom_check(&oom), TM_OOM_NONE);
	write_below("/proc/vmstat", "oom_kill 2\n");
	cr_assert_eq(tm_oom_check(&oom), TM_OOM_NONE);
}
