#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "subprocess/child.h"

static struct tm_err err;
static char folder[] = "/tmp/tidemark-child-XXXXXX";
static char path[64];

static void open_folder(void)
{
	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/program", folder);
}

static void remove_folder(void)
{
	unlink(path);
	rmdir(folder);
}

static void write_program(const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
	cr_assert_eq(chmod(path, mode), 0);
}

TestSuite(child, .init = open_folder, .fini = remove_folder);

/* --- what cannot be started ----------------------------------------------- */

static void refuses(const char *program, const char *says)
{
	static char name[] = "program";
	char *argv[] = {name, NULL};
	struct tm_child_opts opts = {.program = program, .argv = argv};
	struct tm_child child;

	cr_assert_eq(tm_child_start(&child, &opts, &err), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, says), "%s", err.text);
	cr_assert_not_null(strstr(err.text, program), "%s", err.text);
}

Test(child, says_what_is_in_no_folder_of_the_path)
{
	refuses("tidemark-no-such-program", "not found in PATH");
}

Test(child, says_that_a_folder_is_no_program)
{
	refuses("/tmp", "is a folder");
}

Test(child, says_how_a_file_becomes_a_program)
{
	write_program("#!/bin/sh\n", 0600);
	refuses(path, "chmod +x");
}

Test(child, says_that_the_interpreter_is_missing)
{
	write_program("#!/no/such/interpreter\n", 0700);
	refuses(path, "interpreter");
}

Test(child, refuses_an_empty_name)
{
	refuses("", "without a name");
}

/* --- what the program gets ------------------------------------------------ */

/* The output of a shell command that is started with `opts`. */
static const char *output_of(const char *command, struct tm_child_opts *opts)
{
	static char sh[] = "sh", c[] = "-c", text[512], out[512];
	char *argv[] = {sh, c, text, NULL};
	struct tm_child child;
	size_t length = 0;
	ssize_t got = 1;
	int ends[2];

	snprintf(text, sizeof(text), "%s", command);
	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	opts->program = "sh";
	opts->argv = argv;
	opts->stdout_fd = ends[1];
	cr_assert_eq(tm_child_start(&child, opts, &err), TM_OK, "%s", err.text);
	close(ends[1]);
	while (got > 0 && length < sizeof(out) - 1) {
		got = read(ends[0], out + length, sizeof(out) - 1 - length);
		length += got > 0 ? (size_t)got : 0;
	}
	out[length] = '\0';
	close(ends[0]);
	cr_assert(tm_child_reap(&child, NULL));
	if (child.marks_fd >= 0)
		close(child.marks_fd);
	if (child.ack_fd >= 0)
		close(child.ack_fd);
	return out;
}

Test(child, is_found_in_the_path)
{
	struct tm_child_opts opts = {0};

	cr_assert_str_eq(output_of("echo found", &opts), "found\n");
}

Test(child, of_a_file_without_a_first_line_is_run_by_the_shell)
{
	char *argv[] = {path, NULL};
	struct tm_child_opts opts = {
		.program = path, .argv = argv, .stdout_fd = -1};
	struct tm_child child;
	int status = -1;
	siginfo_t ended;

	write_program("exit 7\n", 0700);
	cr_assert_eq(tm_child_start(&child, &opts, &err), TM_OK, "%s",
		     err.text);
	cr_assert_eq(waitid(P_PID, (id_t)child.pid, &ended, WEXITED | WNOWAIT),
		     0);
	cr_assert_eq(tm_child_poll(&child, &status), TM_CHILD_EXITED);
	cr_assert_eq(status, 7);
	cr_assert(tm_child_reap(&child, NULL));
}

Test(child, reads_nothing)
{
	struct tm_child_opts opts = {0};
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(write(ends[1], "words", 5), 5);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	cr_assert_str_eq(output_of("cat", &opts), "");
}

Test(child, reads_what_is_passed)
{
	struct tm_child_opts opts = {.input = TM_CHILD_INPUT_PASSED};
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(write(ends[1], "words", 5), 5);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	cr_assert_str_eq(output_of("cat", &opts), "words");
}

/* A POSIX shell redirects to descriptors of one digit only. */
Test(child, gets_descriptors_that_a_shell_can_use)
{
	struct tm_child_opts opts = {.want_marks = 1, .want_ack = 1};

	cr_assert_str_eq(output_of("expr \"$TIDEMARK_FD$TIDEMARK_ACK_FD\" : "
				   "'[3-9][3-9]$'; echo mark 1 >&$TIDEMARK_FD "
				   "&& echo done",
				   &opts),
			 "2\ndone\n");
}

/* What a program compares before it writes. */
Test(child, is_told_which_pipes_they_are)
{
	struct tm_child_opts opts = {.want_marks = 1, .want_ack = 1};

	cr_assert_str_eq(
		output_of("is() { test \"$(readlink /proc/self/fd/$1)\" = "
			  "\"$2\" && echo it is; }; is $TIDEMARK_FD "
			  "$TIDEMARK_PIPE; is $TIDEMARK_ACK_FD "
			  "$TIDEMARK_ACK_PIPE",
			  &opts),
		"it is\nit is\n");
}

/* `tidemark exec -- CMD 3>file` is the user's.  The test program's own ones
 * below 10 are all taken, so one of them makes room. */
Test(child, keeps_the_descriptors_that_the_user_gave)
{
	struct tm_child_opts opts = {.want_marks = 1};
	char command[80];
	int ends[2];
	int given, aside;

	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	for (given = 3; !(fcntl(given, F_GETFD) & FD_CLOEXEC); given++)
		;
	cr_assert(given < 10);
	aside = fcntl(given, F_DUPFD_CLOEXEC, 10);
	cr_assert_eq(dup2(ends[1], given), given);
	snprintf(command, sizeof(command),
		 "echo kept >&%d; echo $((TIDEMARK_FD == %d))", given, given);
	cr_assert_str_eq(output_of(command, &opts), "0\n");
	cr_assert_eq(dup3(aside, given, O_CLOEXEC), given);
	close(aside);
	close(ends[1]);
	cr_assert_eq(read(ends[0], command, sizeof(command)), 5);
}

/* A measured tidemark that measures must not hand on what it was given. */
Test(child, gets_nothing_that_it_was_not_given)
{
	struct tm_child_opts opts = {0};

	setenv("TIDEMARK_FD", "7", 1);
	setenv("TIDEMARK_PIPE", "pipe:[7]", 1);
	setenv("TIDEMARK_ACK_FD", "8", 1);
	setenv("TIDEMARK_ACK_PIPE", "pipe:[8]", 1);
	setenv("TIDEMARK_PID", "9", 1);
	cr_assert_str_eq(output_of("echo ${TIDEMARK_FD-no} ${TIDEMARK_PIPE-no} "
				   "${TIDEMARK_ACK_FD-no} "
				   "${TIDEMARK_ACK_PIPE-no} ${TIDEMARK_PID-no}",
				   &opts),
			 "no no no no no\n");
}

Test(child, is_told_who_measures_it)
{
	struct tm_child_opts opts = {.want_pid = 1};
	char wanted[32];

	snprintf(wanted, sizeof(wanted), "%ld\n", (long)getpid());
	cr_assert_str_eq(output_of("echo $TIDEMARK_PID", &opts), wanted);
}
