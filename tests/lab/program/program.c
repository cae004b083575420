#include "program.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "marks/pipe_name.h"
#include "marks/protocol.h"

#define ARGUMENTS_MAX 32

/* build/VARIANT/tests/lab/program/test: three folders up is the build. */
static void find_program(const char *name, char *path, size_t size)
{
	char self[3072];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	cr_assert_gt(length, 0);
	self[length] = '\0';
	*strrchr(self, '/') = '\0';
	snprintf(path, size, "%s/../../../scenarios/%s", self, name);
	cr_assert_eq(access(path, X_OK), 0, "%s is not built", path);
}

static int temporary(const char *name)
{
	int fd = memfd_create(name, 0);

	cr_assert_geq(fd, 0);
	return fd;
}

static void read_back(int fd, char *text, size_t size)
{
	ssize_t length = pread(fd, text, size - 1, 0);

	cr_assert_geq(length, 0);
	cr_assert_lt((size_t)length, size - 1, "it said too much");
	text[length] = '\0';
	close(fd);
}

/* In the child: never returns. */
static void become(const struct program *program, const char *path, char **argv,
		   int argc, int mark_fd)
{
	char number[16], name[TM_PIPE_NAME_MAX];
	int code;

	snprintf(number, sizeof(number), "%d", mark_fd);
	if (program->unmeasured) {
		unsetenv(TM_MARK_FD_VARIABLE);
	} else if (tm_pipe_name(name, mark_fd)) {
		setenv(TM_MARK_FD_VARIABLE, number, 1);
		setenv(TM_MARK_PIPE_VARIABLE, name, 1);
	}
	if (!program->main) {
		execv(path, argv);
		_exit(127);
	}
	code = program->main(argc, argv);
	fflush(NULL);
	_exit(code);
}

/* Read what comes, and send the signal after so many lines. */
static void read_marks(int fd, const struct program *program, pid_t child,
		       char *marks, size_t size)
{
	size_t used = 0;
	ssize_t length;
	int is_sent = 0;

	while ((length = read(fd, marks + used, size - 1 - used)) > 0) {
		used += (size_t)length;
		marks[used] = '\0';
		cr_assert_lt(used, size - 1, "it marked too much");
		if (program->signal && !is_sent &&
		    lines_of(marks) >= (size_t)program->signal_at) {
			is_sent = 1;
			kill(child, program->signal);
		}
	}
	marks[used] = '\0';
	close(fd);
}

static int split(char *line, char **argv)
{
	int argc = 1;
	char *argument;

	for (argument = strtok(line, " "); argument;
	     argument = strtok(NULL, " ")) {
		cr_assert_lt(argc, ARGUMENTS_MAX - 1);
		argv[argc++] = argument;
	}
	argv[argc] = NULL;
	return argc;
}

void program_run(const struct program *program, const char *arguments,
		 struct outcome *outcome)
{
	char line[1024], path[4096] = "", name[64];
	char *argv[ARGUMENTS_MAX] = {name};
	int out = temporary("out"), err = temporary("err");
	int marks[2], status, argc;
	pid_t child;

	snprintf(line, sizeof(line), "%s", arguments);
	snprintf(name, sizeof(name), "%s", program->name);
	argc = split(line, argv);
	if (!program->main)
		find_program(program->name, path, sizeof(path));
	cr_assert_eq(pipe(marks), 0);
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		dup2(out, STDOUT_FILENO);
		dup2(err, STDERR_FILENO);
		close(marks[0]);
		become(program, path, argv, argc, marks[1]);
	}
	close(marks[1]);
	read_marks(marks[0], program, child, outcome->marks,
		   sizeof(outcome->marks));
	cr_assert_eq(waitpid(child, &status, 0), child);
	outcome->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	read_back(out, outcome->out, sizeof(outcome->out));
	read_back(err, outcome->err, sizeof(outcome->err));
}

size_t lines_of(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}
