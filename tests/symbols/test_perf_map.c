#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#include "symbols/perf_map.h"

static char path[64];
static struct tm_perf_map map;

static void remove_map(void)
{
	tm_perf_map_release(&map);
	unlink(path);
}

TestSuite(perf_map, .fini = remove_map);

static void read_map(const char *text)
{
	FILE *file;

	snprintf(path, sizeof(path), "/tmp/perf-%ld.map", (long)getpid());
	file = fopen(path, "we");
	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
	tm_perf_map_read(&map, getpid());
}

Test(perf_map, finds_the_function_that_covers_an_address)
{
	read_map("1000 20 LazyCompile:*step /srv/a.js:7\n"
		 "1020 10 other\n");
	cr_assert_str_eq(tm_perf_map_find(&map, 0x101f),
			 "LazyCompile:*step /srv/a.js:7");
	cr_assert_str_eq(tm_perf_map_find(&map, 0x1020), "other");
	cr_assert_null(tm_perf_map_find(&map, 0x1030));
}

Test(perf_map, the_last_compilation_counts)
{
	read_map("1000 20 old\n1000 20 new\n");
	cr_assert_str_eq(tm_perf_map_find(&map, 0x1000), "new");
}

Test(perf_map, without_a_map_nothing_is_found)
{
	tm_perf_map_read(&map, getpid());
	cr_assert_null(tm_perf_map_find(&map, 0x1000));
}

Test(perf_map, garbage_is_passed_over)
{
	read_map("\n zz\n1000\nffffffffffffffff ffffffffffffffff x\n1000 20 "
		 "good\n1000");
	cr_assert_str_eq(tm_perf_map_find(&map, 0x1000), "good");
}
