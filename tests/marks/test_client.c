#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "marks/pipe_name.h"
#include "tidemark_mark.h"

/* This process is the program, and what tidemark would read is in `marks`. */

static int marks[2], answers[2];

static void name_descriptor(const char *number_name, const char *pipe_name,
			    int fd)
{
	char number[16], name[TM_PIPE_NAME_MAX];

	snprintf(number, sizeof(number), "%d", fd);
	setenv(number_name, number, 1);
	cr_assert(tm_pipe_name(name, fd));
	setenv(pipe_name, name, 1);
}

static void name_marks(void)
{
	name_descriptor("TIDEMARK_FD", "TIDEMARK_PIPE", marks[1]);
}

static void name_answers(void)
{
	name_descriptor("TIDEMARK_ACK_FD", "TIDEMARK_ACK_PIPE", answers[0]);
}

static void open_pipes(void)
{
	cr_assert_eq(pipe2(marks, O_CLOEXEC), 0);
	cr_assert_eq(pipe2(answers, O_CLOEXEC), 0);
	fcntl(marks[0], F_SETFL, O_NONBLOCK);
	unsetenv("TIDEMARK_ACK_FD");
	unsetenv("TIDEMARK_ACK_PIPE");
	name_marks();
}

TestSuite(client, .init = open_pipes);

static const char *written(void)
{
	static char text[256];
	ssize_t got = read(marks[0], text, sizeof(text) - 1);

	text[got > 0 ? got : 0] = '\0';
	return text;
}

Test(client, writes_a_line_for_each_mark)
{
	tm_mark(0);
	tm_mark(1);
	tm_mark(1234567890);
	tm_mark(ULLONG_MAX);
	cr_assert_str_eq(written(), "mark 0\nmark 1\nmark 1234567890\n"
				    "mark 18446744073709551615\n");
}

Test(client, does_nothing_without_tidemark)
{
	unsetenv("TIDEMARK_FD");
	errno = 77;
	tm_mark(1);
	tm_mark_next();
	cr_assert_eq(errno, 77);
	/* It was asked for once. */
	name_marks();
	tm_mark(2);
	cr_assert_str_eq(written(), "");
}

Test(client, does_nothing_with_a_variable_that_is_no_descriptor)
{
	setenv("TIDEMARK_FD", "none", 1);
	tm_mark(1);
	cr_assert_str_eq(written(), "");
}

/* Without the answer this would wait for ever. */
Test(client, takes_one_acknowledgement_for_each_mark)
{
	char rest[8];

	name_answers();
	cr_assert_eq(write(answers[1], "\n\n\n", 3), 3);
	tm_mark(1);
	tm_mark(2);
	cr_assert_eq(read(answers[0], rest, sizeof(rest)), 1);
}

Test(client, continues_when_acknowledgements_stop)
{
	name_answers();
	close(answers[1]);
	tm_mark(1);
	tm_mark(2);
	cr_assert_str_eq(written(), "mark 1\nmark 2\n");
}

/* A write would raise SIGPIPE. */
Test(client, continues_when_tidemark_has_ended)
{
	close(marks[0]);
	errno = 77;
	tm_mark(1);
	tm_mark(2);
	cr_assert_eq(errno, 77);
}

Test(client, continues_when_its_descriptor_was_closed)
{
	close(marks[1]);
	tm_mark(1);
	tm_mark(2);
}

/* Put `fd` under the number of `ours`, as a program does that opens a file
 * where Python has closed the pipe. */
static void take_number(int ours, int fd)
{
	cr_assert_geq(fd, 0);
	cr_assert_eq(dup2(fd, ours), ours);
	close(fd);
}

Test(client, writes_nothing_to_a_file_with_its_number)
{
	struct stat info;

	take_number(marks[1], memfd_create("file", 0));
	errno = 77;
	tm_mark(1);
	tm_mark_next();
	cr_assert_eq(errno, 77);
	cr_assert_eq(fstat(marks[1], &info), 0);
	cr_assert_eq(info.st_size, 0);
}

Test(client, writes_nothing_to_a_socket_with_its_number)
{
	int ends[2];
	char byte;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	take_number(marks[1], ends[0]);
	tm_mark(1);
	cr_assert_lt(recv(ends[1], &byte, 1, MSG_DONTWAIT), 0);
}

Test(client, writes_nothing_to_another_pipe_with_its_number)
{
	int ends[2];

	cr_assert_eq(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	take_number(marks[1], ends[1]);
	tm_mark(1);
	marks[0] = ends[0];
	cr_assert_str_eq(written(), "");
}

/* As a daemon does that closes all it has. */
Test(client, stops_when_its_number_becomes_that_of_a_file)
{
	struct stat info;

	tm_mark(1);
	take_number(marks[1], memfd_create("file", 0));
	tm_mark(2);
	cr_assert_eq(fstat(marks[1], &info), 0);
	cr_assert_eq(info.st_size, 0);
	cr_assert_str_eq(written(), "mark 1\n");
}

Test(client, writes_nothing_when_no_pipe_is_named)
{
	unsetenv("TIDEMARK_PIPE");
	tm_mark(1);
	cr_assert_str_eq(written(), "");
}

/* What it read would be missing where it belongs. */
Test(client, reads_nothing_from_another_pipe_with_the_number_of_the_ack_pipe)
{
	int ends[2];
	char byte;

	name_answers();
	cr_assert_eq(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	cr_assert_eq(write(ends[1], "x", 1), 1);
	take_number(answers[0], ends[0]);
	tm_mark(1);
	tm_mark(2);
	cr_assert_str_eq(written(), "mark 1\nmark 2\n");
	cr_assert_eq(read(answers[0], &byte, 1), 1);
}

/* Two that count would make one row that goes back and forth. */
Test(client, marks_in_the_process_that_began)
{
	int status;
	pid_t pid;

	tm_mark(1);
	pid = fork();
	if (pid == 0) {
		tm_mark(7);
		_exit(0);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0);
	tm_mark(2);
	cr_assert_str_eq(written(), "mark 1\nmark 2\n");
}

/* A server's processes each do a part of the iterations. */
Test(client, counts_on_in_every_process)
{
	int status;
	pid_t pid;

	tm_mark_next();
	pid = fork();
	if (pid == 0) {
		tm_mark_next();
		_exit(0);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0);
	tm_mark_next();
	cr_assert_str_eq(written(), "mark\nmark\nmark\n");
}

Test(client, marks_in_a_worker_when_its_parent_did_not)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		tm_mark(7);
		_exit(0);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0);
	cr_assert_str_eq(written(), "mark 7\n");
}
