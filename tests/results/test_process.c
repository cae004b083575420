/*
 * What the libraries of a process tell of its allocator and sanitizer.  Only
 * their files' names count: here each is a copy of some library.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/folders.h"
#include "results/environment.h"

static char folder[] = "/tmp/tidemark-process-XXXXXX";
static char some_library[512];
static struct tm_run_environment environment;

/* One that this process has, and that needs nothing else. */
static void find_library(void)
{
	FILE *file = fopen("/proc/self/maps", "r");
	char line[1024];
	char *path;

	cr_assert_not_null(file);
	while (!*some_library && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		path = strchr(line, '/');
		if (path && strstr(path, "/libjansson"))
			snprintf(some_library, sizeof(some_library), "%s",
				 path);
	}
	fclose(file);
}

static void start(void)
{
	find_library();
	if (!*some_library)
		cr_skip_test("linked with all of its libraries");
	cr_assert_not_null(mkdtemp(folder));
}

static void stop(void)
{
	tm_run_environment_release(&environment);
	folder_remove(folder);
}

TestSuite(process, .init = start, .fini = stop);

static void copy_library(const char *name)
{
	char path[128], block[4096];
	FILE *from = fopen(some_library, "r");
	FILE *to;
	size_t got;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	to = fopen(path, "w");
	cr_assert(from && to);
	while ((got = fread(block, 1, sizeof(block), from)) > 0)
		cr_assert_eq(fwrite(block, 1, got, to), got);
	fclose(from);
	fclose(to);
}

/* A program that has the two libraries, the second may be NULL. */
static pid_t start_program(const char *first, const char *second)
{
	char libraries[512];
	pid_t child;

	copy_library(first);
	if (second)
		copy_library(second);
	snprintf(libraries, sizeof(libraries), "%s/%s %s%s%s", folder, first,
		 second ? folder : "", second ? "/" : "", second ? second : "");
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		setenv("LD_PRELOAD", libraries, 1);
		execlp("sleep", "sleep", "30", NULL);
		_exit(127);
	}
	return child;
}

/* Whether the program has got as far as its C library, which comes last: until
 * then it is this program still, or has not all of its own. */
static int is_running(pid_t child)
{
	char path[64], line[1024];
	int is_sleep = 0, has_libc = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/maps", (long)child);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file)) {
		is_sleep |= strstr(line, folder) != NULL;
		has_libc |= strstr(line, "/libc.so") != NULL ||
			    strstr(line, "/libc-") != NULL;
	}
	if (file)
		fclose(file);
	return is_sleep && has_libc;
}

static void expect_facts(const char *first, const char *second,
			 const char *allocator, const char *sanitizer)
{
	pid_t child = start_program(first, second);
	const char *told;
	int i;

	for (i = 0; i < 500 && !is_running(child); i++)
		usleep(10000);
	tm_run_environment_release(&environment);
	tm_environment_add_process(&environment, child);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	told = tm_facts_text(&environment.facts, "allocator");
	cr_expect(told && strcmp(told, allocator) == 0, "%s is taken for %s",
		  first, told ? told : "none");
	told = tm_facts_text(&environment.facts, "sanitizer");
	cr_expect_str_eq(told ? told : "none", sanitizer, "%s", first);
	/* It has no more of jemalloc than its name. */
	cr_expect_null(tm_facts_text(&environment.facts, "allocator_version"));
}

Test(process, has_the_allocator_whose_library_it_has)
{
	expect_facts("libjemalloc.so.2", NULL, "jemalloc", "none");
	expect_facts("libtcmalloc.so.4", NULL, "tcmalloc", "none");
	expect_facts("libtcmalloc_minimal.so.4", NULL, "tcmalloc", "none");
	expect_facts("libmimalloc.so.2", NULL, "mimalloc", "none");
	expect_facts("mylibjemalloc.so", NULL, "libc", "none");
}

/* In the order of the table. */
Test(process, has_one_allocator)
{
	expect_facts("libmimalloc.so.2", "libtcmalloc.so.4", "tcmalloc",
		     "none");
	expect_facts("libtcmalloc.so.4", "libjemalloc.so.2", "jemalloc",
		     "none");
	expect_facts("libmimalloc.so.2", "libjemalloc.so.2", "jemalloc",
		     "none");
}

Test(process, has_the_sanitizer_whose_library_it_has)
{
	expect_facts("libasan.so.8", NULL, "libc", "address");
	expect_facts("libclang_rt.asan-x86_64.so", NULL, "libc", "address");
	expect_facts("libtsan.so.2", NULL, "libc", "thread");
	expect_facts("libubsan.so.1", NULL, "libc", "undefined");
	expect_facts("libubsan.so.1", "libasan.so.8", "libc", "address");
	expect_facts("libtsan.so.2", "libmimalloc.so.2", "mimalloc", "thread");
}

/* The library itself, which ld.so finds by its name. */
Test(process, says_which_jemalloc_it_has)
{
	const char *version = NULL;
	pid_t child = fork();
	int i;

	cr_assert_geq(child, 0);
	if (child == 0) {
		setenv("LD_PRELOAD", "libjemalloc.so.2", 1);
		execlp("sleep", "sleep", "30", NULL);
		_exit(127);
	}
	for (i = 0; i < 500 && !version; i++) {
		tm_run_environment_release(&environment);
		tm_environment_add_process(&environment, child);
		version =
			tm_facts_text(&environment.facts, "allocator_version");
		usleep(10000);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	cr_assert_not_null(version);
	cr_expect_eq(strncmp(version, "5.", 2), 0, "%s", version);
}
