#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver.h"

/* The lines that a person copies, in examples/marks, run as they are. */

static char marks[PATH_MAX];

static void find_examples(void)
{
	char *here = realpath(".", NULL);

	cr_assert_not_null(here);
	snprintf(marks, sizeof(marks), "%s/examples/marks", here);
	cr_assert_eq(access(marks, X_OK), 0,
		     "run the tests from the project's folder");
	snprintf(marks, sizeof(marks), "%s", here);
	free(here);
	setenv("PROJECT", marks, 1);
	driver_open();
}

TestSuite(cli_marks, .init = find_examples, .fini = driver_close);

/* A child that Python or Node starts has the variables, and not the descriptors:
 * they are closed, or files of its own, from which nothing may be missing. */
static void leaves_alone(const char *program)
{
	char call[640];

	snprintf(call, sizeof(call),
		 "export TIDEMARK_FD=8 TIDEMARK_PIPE='pipe:[1]' "
		 "TIDEMARK_ACK_FD=9 TIDEMARK_ACK_PIPE='pipe:[2]'; "
		 "%s 8>&- 9>&- >o 2>&1 && ! test -s o && echo line >in && "
		 "%s 8>out 9<in >o 2>&1 && ! test -s o && ! test -s out",
		 program, program);
	cr_assert_eq(system(call), 0);
}

/* With --mark-ack each mark has its sample; without it the last one is known;
 * without tidemark nothing happens at all. */
static void marks_well(const char *program)
{
	char call[512];
	json_t *run, *sample, *samples;
	size_t i;

	snprintf(call, sizeof(call),
		 "exec --quiet --mark-ack --export-json o.json -- %s", program);
	cr_assert_eq(tidemark(call), 0, "%s", driver_err());
	run = driver_first_run("o.json");
	samples = json_object_get(run, "samples");
	cr_assert_eq(json_array_size(samples), 100);
	json_array_foreach(samples, i, sample)
	{
		cr_assert_eq(json_integer_value(
				     json_object_get(sample, "iteration")),
			     (json_int_t)i + 1);
		cr_assert_not_null(json_object_get(sample, "rss_bytes"), "%zu",
				   i);
	}
	json_decref(run);
	snprintf(call, sizeof(call), "exec --quiet --export-json o.json -- %s",
		 program);
	cr_assert_eq(tidemark(call), 0, "%s", driver_err());
	run = driver_first_run("o.json");
	cr_assert_eq(json_integer_value(json_object_get(run, "iterations")),
		     100);
	json_decref(run);
	snprintf(call, sizeof(call), "%s </dev/null >o 2>&1 && ! test -s o",
		 program);
	cr_assert_eq(system(call), 0);
	leaves_alone(program);
}

/* The whole check counts a skipped test as a failure. */
static void need(const char *program)
{
	char command[64];

	snprintf(command, sizeof(command), "command -v %s >/dev/null", program);
	if (system(command) != 0)
		cr_skip("SKIPPED: there is no %s here", program);
}

Test(cli_marks, from_python)
{
	need("/usr/bin/python3");
	marks_well("/usr/bin/python3 \"$PROJECT/examples/marks/mark.py\"");
}

/* Python closes the descriptors, and the child opens a file as the same number. */
Test(cli_marks, are_not_written_to_a_file_of_a_child)
{
	need("/usr/bin/python3");
	driver_write("parent.py",
		     "import subprocess, sys\n"
		     "sys.exit(subprocess.call(['sh', '-c', 'eval \"exec $* "
		     "$TIDEMARK_FD>out $TIDEMARK_ACK_FD</dev/null\"', 'sh', "
		     "*sys.argv[1:]]))\n");
	cr_assert_eq(tidemark("exec --quiet --mark-ack -- /usr/bin/python3 "
			      "parent.py /usr/bin/python3 "
			      "\"$PROJECT/examples/marks/mark.py\""),
		     0, "%s", driver_err());
	cr_assert_eq(system("test -e out && ! test -s out"), 0);
}

Test(cli_marks, from_node)
{
	need("node");
	marks_well("node \"$PROJECT/examples/marks/mark.js\"");
}

Test(cli_marks, from_a_shell)
{
	marks_well("sh \"$PROJECT/examples/marks/mark.sh\"");
}

Test(cli_marks, from_another_shell)
{
	need("bash");
	marks_well("bash \"$PROJECT/examples/marks/mark.sh\"");
}

Test(cli_marks, from_c)
{
	cr_assert_eq(system("cc -std=c99 -Wall -Wextra -Werror "
			    "-I\"$PROJECT/include\" -o marks "
			    "\"$PROJECT/examples/marks/mark.c\""),
		     0);
	marks_well("./marks");
}

Test(cli_marks, from_cpp)
{
	need("g++");
	cr_assert_eq(system("g++ -std=c++98 -Wall -Wextra -Werror "
			    "-Wno-long-long -I\"$PROJECT/include\" -x c++ -o "
			    "marks \"$PROJECT/examples/marks/mark.c\""),
		     0);
	marks_well("./marks");
}
