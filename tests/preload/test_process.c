#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "launch.h"
#include "reader.h"

TestSuite(process, .init = launch_open, .fini = launch_close);

static unsigned int areas(void)
{
	return reader_count_areas(launch_folder());
}

/* The only area in the folder. */
static struct tm_area *only_area(void)
{
	DIR *dir = opendir(launch_folder());
	struct tm_area *area = NULL;
	struct dirent *entry;
	unsigned int generation;
	long pid;

	cr_assert_eq(areas(), 1);
	while ((entry = readdir(dir)))
		if (sscanf(entry->d_name, "%ld-%u", &pid, &generation) == 2)
			area = reader_open(launch_folder(), (pid_t)pid,
					   generation);
	closedir(dir);
	cr_assert_not_null(area);
	return area;
}

Test(process, says_who_it_is)
{
	struct tm_area *area;

	cr_assert_eq(launch("$PROGRAMS/subject nothing"), 0);
	area = only_area();
	cr_expect_eq(area->magic, TM_AREA_MAGIC);
	cr_expect_eq(area->version, TM_AREA_VERSION);
	cr_expect_eq(area->generation, 0);
	cr_expect(strstr(area->program, "/programs/subject"), "%s",
		  area->program);
	cr_expect_eq(area->bypassed, 0);
	cr_expect_gt(area->started_ns, 0);
	cr_expect_geq(area->ended_ns, area->started_ns);
	cr_expect_gt(area->hwm_bytes, 0);
	cr_expect_gt(area->own_bytes, 0);
}

Test(process, notes_no_end_of_a_killed_program)
{
	cr_assert_eq(launch("sh -c 'kill -9 $$'"), 128 + 9);
	cr_expect_eq(only_area()->ended_ns, 0);
}

Test(process, leaves_static_programs_alone)
{
	cr_assert_eq(launch("$PROGRAMS/churn-static"), 0, "%s",
		     launch_output());
	/* `env`, which starts it, is the image before. */
	cr_expect_leq(areas(), 1);
}

Test(process, says_when_the_program_has_its_own_malloc)
{
	cr_assert_eq(launch("$PROGRAMS/own-malloc"), 0, "%s", launch_output());
	cr_expect_eq(only_area()->bypassed, 1);
	cr_expect_eq(reader_net_blocks(only_area()), 0);
}

/* --- nowhere to count ----------------------------------------------------- */

Test(process, is_silent_without_a_folder)
{
	rmdir(launch_folder());
	cr_assert_eq(launch("$PROGRAMS/subject nothing"), 0);
	cr_expect_str_eq(launch_output(), "");
}

Test(process, is_silent_under_a_limit_of_the_file_size)
{
	cr_assert_eq(launch_plain("sh -c 'ulimit -f 1; exec $PRELOADED "
				  "$PROGRAMS/subject nothing'"),
		     0);
	cr_expect_str_eq(launch_output(), "");
	cr_expect_eq(areas(), 0);
}

Test(process, outlives_a_full_disk)
{
	/* Enough for nothing, for the counters alone, and for all. */
	static const char *const sizes[] = {"size=4k", "size=256k", "size=16m"};
	const char *folder = launch_folder();
	size_t i;

	launch_sampling("1000");
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		if (mount("none", folder, "tmpfs", 0, sizes[i]) != 0)
			cr_skip_test("mounting needs root");
		launch("$PROGRAMS/subject nothing");
		cr_expect_eq(launch("$PROGRAMS/churn"), 0, "%s: %s", sizes[i],
			     launch_output());
		cr_expect_eq(umount2(folder, MNT_DETACH), 0);
	}
}

/* --- programs that know nothing of it ------------------------------------- */

static void expect_the_same(const char *command)
{
	char *plain;
	int code = launch_plain(command);

	plain = strdup(launch_output());
	cr_expect_eq(launch(command), code, "%s: %s", command, launch_output());
	cr_expect_str_eq(launch_output(), plain, "%s", command);
	free(plain);
}

Test(process, changes_nothing_of_real_programs)
{
	launch_sampling("2000");
	expect_the_same(
		"/usr/bin/python3 -c 'import json, threading, "
		"subprocess, multiprocessing as m\n"
		"m.set_start_method(\"fork\")\n"
		"if __name__ == \"__main__\":\n"
		"  with m.Pool(3) as p: print(p.map(abs, range(-9, 9)))\n"
		"print(subprocess.run([\"echo\", \"hi\"]).returncode)'");
	expect_the_same("sh -c 'ls / | sort | head -3; (echo $((1 + 2)))'");
	expect_the_same("bash -c 'for i in 1 2 3; do echo $i | cat; done; "
			"exit 7'");
	expect_the_same("bash -c 'sleep 100 & kill $!; wait $!; echo $?'");
	expect_the_same("git --version");
	if (launch_plain("which node") == 0)
		expect_the_same("node -e 'const w=require(\"worker_threads\");"
				"console.log([1,2,3].map(x=>x*2))'");
	expect_the_same("sh -c 'kill -SEGV $$'");
}
