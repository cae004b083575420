/* What the library counts, seen from inside a program: programs/subject.c has
 * the expectations, each against sizes that it asked the allocator for. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>
#include <unistd.h>

#include "launch.h"

TestSuite(count, .init = launch_open, .fini = launch_close);

#define LINE 80

static void expect_ok(const char *command)
{
	int code = launch(command);

	cr_expect_eq(code, 0, "%s: %d: %s", command, code, launch_output());
}

ParameterizedTestParameters(count, agrees_with_the_program)
{
	static char lines[][LINE] = {
		"$PROGRAMS/subject entry-points",
		"$PROGRAMS/subject reallocation",
		"$PROGRAMS/subject threads",
		"$PROGRAMS/subject many-threads",
		"$PROGRAMS/subject slots-again",
		"$PROGRAMS/subject forks",
		"$PROGRAMS/subject fork-storm",
		"$PROGRAMS/subject without-descriptors",
		"$PROGRAMS/subject in-seccomp",
		"$PROGRAMS/subject vforks",
		"$PROGRAMS/subject execs",
		"$PROGRAMS/subject libraries",
		"$PROGRAMS/subject thresholds",
		"$PROGRAMS/subject signals",
		"$PROGRAMS/subject figures",
		"$PROGRAMS/subject-jemalloc entry-points",
		"$PROGRAMS/subject-jemalloc reallocation",
		"$PROGRAMS/subject-jemalloc threads",
		"$PROGRAMS/subject-jemalloc many-threads",
		"$PROGRAMS/subject-jemalloc slots-again",
		"$PROGRAMS/subject-jemalloc forks",
		"$PROGRAMS/subject-jemalloc fork-storm",
		"$PROGRAMS/subject-jemalloc libraries",
		"$PROGRAMS/subject-jemalloc vforks",
		"$PROGRAMS/subject-jemalloc execs",
		"$PROGRAMS/subject-jemalloc figures",
		"$PROGRAMS/subject-mimalloc entry-points",
		"$PROGRAMS/subject-mimalloc reallocation",
		"$PROGRAMS/subject-mimalloc threads",
		"$PROGRAMS/subject-mimalloc many-threads",
		"$PROGRAMS/subject-mimalloc slots-again",
		"$PROGRAMS/subject-mimalloc forks",
		"$PROGRAMS/subject-mimalloc libraries",
		"$PROGRAMS/subject-mimalloc execs",
		"$PROGRAMS/subject-mimalloc figures",
		"$PROGRAMS/operators",
		"$PROGRAMS/operators-jemalloc",
		"$PROGRAMS/operators-mimalloc without-bad-alloc",
	};

	return cr_make_param_array(char[LINE], lines,
				   sizeof(lines) / sizeof(*lines));
}

/* The Makefile builds these where libmimalloc is installed. */
static void skip_without_mimalloc(const char *command)
{
	if (strstr(command, "-mimalloc") &&
	    launch_plain("test -x $PROGRAMS/subject-mimalloc") != 0)
		cr_skip_test("no libmimalloc (libmimalloc-dev)");
}

ParameterizedTest(char command[LINE], count, agrees_with_the_program)
{
	skip_without_mimalloc(command);
	expect_ok(command);
	launch_sampling("1000");
	expect_ok(command);
}

Test(count, is_silent_in_a_child_without_its_folder)
{
	if (geteuid() != 0)
		cr_skip_test("chroot needs root");
	expect_ok("$PROGRAMS/subject in-chroot");
}
