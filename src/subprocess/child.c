#include "subprocess/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "marks/marks.h"
#include "marks/pipe_name.h"
#include "marks/protocol.h"
#include "util/trace.h"

/* A pipe whose ends are closed on exec. */
static int open_pipe(int ends[2])
{
	return pipe2(ends, O_CLOEXEC);
}

/* What the program gets besides its arguments: the ends of tidemark's pipes,
 * and the terminal. */
struct inherited {
	int marks_fd;
	int ack_fd;
	int terminal;
	struct sigaction ended; /* SIGCHLD, as tidemark got it */
};

/* --- in the child --------------------------------------------------------- */

/* The terminal is the program's from now on.  A group in the background that
 * asks for it would be stopped. */
static void take_terminal(pid_t group)
{
	sigset_t stopping, before;

	sigemptyset(&stopping);
	sigaddset(&stopping, SIGTTOU);
	sigprocmask(SIG_BLOCK, &stopping, &before);
	tcsetpgrp(STDIN_FILENO, group);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void reset_signals(const struct sigaction *ended)
{
	sigset_t none;

	sigaction(SIGCHLD, ended, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGTTOU, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* stdin, stdout and stderr as they were asked for; 0 on failure. */
static int place_streams(const struct tm_child_opts *opts)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	int out_fd = opts->stdout_fd < 0 ? null_fd : opts->stdout_fd;
	int err_fd = opts->stderr_fd < 0 ? null_fd : opts->stderr_fd;

	if (null_fd < 0)
		return 0;
	if (opts->input == TM_CHILD_INPUT_NONE &&
	    dup2(null_fd, STDIN_FILENO) < 0)
		return 0;
	if (dup2(out_fd, STDOUT_FILENO) < 0)
		return 0;
	return opts->stderr_fd == 0 || dup2(err_fd, STDERR_FILENO) >= 0;
}

/*
 * Let `fd` survive the exec, under a number of one digit when one is free: a
 * POSIX shell cannot redirect to others.  A descriptor that closes on exec is
 * tidemark's own and free in the program, unless it is one of the `kept`.
 */
static int pass_on(int fd, const int *kept, size_t count)
{
	int number;
	size_t i;

	for (number = 3; number < 10; number++) {
		int flags = fcntl(number, F_GETFD);

		for (i = 0; i < count && kept[i] != number; i++)
			;
		if (i == count && (flags < 0 || (flags & FD_CLOEXEC)))
			return dup2(fd, number);
	}
	return fcntl(fd, F_SETFD, 0) == 0 ? fd : -1;
}

/* The variables that name a descriptor to a program. */
struct told {
	const char *number;
	const char *pipe; /* pipe_name.h */
};

/* The variables name the descriptor, or are not set; 0 on failure. */
static int export_descriptor(const struct told *told, int fd, const int *kept,
			     size_t count)
{
	char number[16], name[TM_PIPE_NAME_MAX];
	int passed;

	if (fd < 0)
		return unsetenv(told->number) == 0 && unsetenv(told->pipe) == 0;
	passed = pass_on(fd, kept, count);
	snprintf(number, sizeof(number), "%d", passed);
	return passed >= 0 && tm_pipe_name(name, passed) &&
	       setenv(told->number, number, 1) == 0 &&
	       setenv(told->pipe, name, 1) == 0;
}

static int set_environment(const struct tm_child_opts *opts,
			   const struct inherited *given, pid_t parent,
			   int failed_fd)
{
	static const struct told marks = {TM_MARK_FD_VARIABLE,
					  TM_MARK_PIPE_VARIABLE};
	static const struct told acks = {TM_MARK_ACK_VARIABLE,
					 TM_MARK_ACK_PIPE_VARIABLE};
	const int kept[] = {given->marks_fd, given->ack_fd, failed_fd};
	char *const *variable;
	char number[16];

	if (!export_descriptor(&marks, given->marks_fd, kept, 3) ||
	    !export_descriptor(&acks, given->ack_fd, kept, 3))
		return 0;
	snprintf(number, sizeof(number), "%ld", (long)parent);
	if (opts->want_pid ? setenv(TM_MARK_PID_VARIABLE, number, 1) != 0
			   : unsetenv(TM_MARK_PID_VARIABLE) != 0)
		return 0;
	/* A tidemark that the program runs must not write to our trace. */
	if (unsetenv(TM_TRACE_VARIABLE) != 0)
		return 0;
	for (variable = opts->variables; variable && *variable; variable++) {
		if (putenv(*variable) != 0)
			return 0;
	}
	return 1;
}

/*
 * After fork(): become the program.  Only what a signal handler may call is
 * called here, except setenv() and execvp(), which are safe as tidemark has no
 * threads.  Returns only on failure, with errno set.
 */
static void become(const struct tm_child_opts *opts,
		   const struct inherited *given, pid_t parent, int failed_fd)
{
	setpgid(0, 0);
	if (given->terminal)
		take_terminal(getpid());
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127); /* tidemark died before the line above */
	reset_signals(&given->ended);
	if (place_streams(opts) &&
	    set_environment(opts, given, parent, failed_fd))
		execvp(opts->program, opts->argv);
}

/* --- in tidemark ---------------------------------------------------------- */

/* Whether the program can have the terminal.  That of a job in the background
 * belongs to the shell, which would lose it. */
static int offers_terminal(struct tm_child *child,
			   const struct tm_child_opts *opts)
{
	return opts->input == TM_CHILD_INPUT_TERMINAL &&
	       tcgetpgrp(STDIN_FILENO) == getpgrp() &&
	       tcgetattr(STDIN_FILENO, &child->our_modes) == 0;
}

/* The errno that the child wrote when exec failed; 0 when it succeeded, as exec
 * closes the pipe. */
static int read_failure(int fd)
{
	int failure = 0;
	ssize_t got;

	do
		got = read(fd, &failure, sizeof(failure));
	while (got < 0 && errno == EINTR);
	return got == (ssize_t)sizeof(failure) ? failure : 0;
}

static void close_pipe(const int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

/* A process that ignores SIGCHLD, as one that perl started with it ignored, is
 * not notified how a child ended. */
static void mind_end(struct tm_child *child)
{
	struct sigaction usual = {.sa_handler = SIG_DFL};

	sigaction(SIGCHLD, &usual, &child->ended_before);
}

static void forget_end(const struct tm_child *child)
{
	sigaction(SIGCHLD, &child->ended_before, NULL);
}

/* Fork and exec; 0 or an errno. */
static int start(struct tm_child *child, const struct tm_child_opts *opts,
		 const struct inherited *given)
{
	pid_t parent = getpid();
	int failed[2];
	int failure;

	if (open_pipe(failed) != 0)
		return errno;
	child->pid = fork();
	if (child->pid < 0) {
		failure = errno;
		close_pipe(failed);
		return failure;
	}
	if (child->pid == 0) {
		become(opts, given, parent, failed[1]);
		failure = errno;
		if (write(failed[1], &failure, sizeof(failure)) < 0)
			_exit(126);
		_exit(127);
	}
	/* Also here, so that the group exists before it is signalled. */
	setpgid(child->pid, child->pid);
	if (given->terminal)
		take_terminal(child->pid);
	close(failed[1]);
	failure = read_failure(failed[0]);
	close(failed[0]);
	if (failure)
		waitpid(child->pid, NULL, 0);
	return failure;
}

/* Say why execvp() failed, and what to do about it. */
static enum tm_rc fail_start(const char *program, int failure,
			     struct tm_err *err)
{
	struct stat info;
	int is_path = strchr(program, '/') != NULL;
	int is_there = is_path && stat(program, &info) == 0;

	if (failure == EAGAIN || failure == ENOMEM || failure == EMFILE ||
	    failure == ENFILE)
		return tm_fail_errno(err, failure, "cannot start a process");
	if (*program == '\0')
		return tm_fail(err, TM_EUSAGE,
			       "cannot start a program without a name");
	if (failure == ENOENT && !is_path)
		return tm_fail(err, TM_EUSAGE,
			       "cannot start '%.200s': not found in PATH",
			       program);
	if (failure == ENOENT && is_there)
		return tm_fail(err, TM_EUSAGE,
			       "cannot start '%.200s': the interpreter that "
			       "its first line or header names is not there",
			       program);
	if (is_there && S_ISDIR(info.st_mode))
		return tm_fail(err, TM_EUSAGE,
			       "cannot start '%.200s': it is a folder",
			       program);
	if (is_there && failure == EACCES && !(info.st_mode & 0111))
		return tm_fail(err, TM_EUSAGE,
			       "cannot start '%.200s': Permission denied (it "
			       "is not executable; chmod +x makes it so)",
			       program);
	return tm_fail(err, TM_EUSAGE, "cannot start '%.200s': %s", program,
		       strerror(failure));
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

enum tm_rc tm_child_start(struct tm_child *out,
			  const struct tm_child_opts *opts, struct tm_err *err)
{
	int marks[2] = {-1, -1}, acks[2] = {-1, -1};
	struct inherited given;
	int failure;

	*out = (struct tm_child){.pid = -1, .marks_fd = -1, .ack_fd = -1};
	out->has_terminal = offers_terminal(out, opts);
	if ((opts->want_marks && open_pipe(marks) != 0) ||
	    (opts->want_ack && open_pipe(acks) != 0)) {
		failure = errno;
	} else {
		given.marks_fd = marks[1];
		given.ack_fd = acks[0];
		given.terminal = out->has_terminal;
		mind_end(out);
		given.ended = out->ended_before;
		failure = start(out, opts, &given);
		if (failure)
			forget_end(out);
	}
	close_one(&marks[1]);
	close_one(&acks[0]);
	if (failure) {
		tm_child_return_terminal(out);
		close_one(&marks[0]);
		close_one(&acks[1]);
		return fail_start(opts->program, failure, err);
	}
	if (marks[0] >= 0)
		fcntl(marks[0], F_SETFL, O_NONBLOCK);
	if (acks[1] >= 0)
		fcntl(acks[1], F_SETFL, O_NONBLOCK);
	out->marks_fd = marks[0];
	out->ack_fd = acks[1];
	return TM_OK;
}

void tm_child_return_terminal(struct tm_child *child)
{
	if (!child->has_terminal)
		return;
	child->has_terminal = 0;
	take_terminal(getpgrp());
	child->was_in_front = tcgetattr(STDIN_FILENO, &child->its_modes) == 0;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &child->our_modes);
}

int tm_child_give_terminal(struct tm_child *child,
			   const struct tm_child_opts *opts)
{
	if (!offers_terminal(child, opts))
		return 0;
	if (child->was_in_front)
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &child->its_modes);
	take_terminal(child->pid);
	child->has_terminal = 1;
	return 1;
}

void tm_child_signal(const struct tm_child *child, int signal)
{
	kill(-child->pid, signal);
}

enum tm_child_state tm_child_poll(const struct tm_child *child, int *status)
{
	siginfo_t info;
	int rc;

	info.si_pid = 0;
	rc = waitid(P_PID, (id_t)child->pid, &info,
		    WEXITED | WNOHANG | WNOWAIT);
	if ((rc == 0 && info.si_pid == 0) || (rc != 0 && errno == EINTR))
		return TM_CHILD_RUNNING;
	*status = rc == 0 ? info.si_status : -1;
	if (rc == 0 && info.si_code != CLD_EXITED)
		return TM_CHILD_SIGNALED;
	return TM_CHILD_EXITED;
}

int tm_child_reap(const struct tm_child *child, struct rusage *usage)
{
	pid_t reaped;

	do
		reaped = wait4(child->pid, NULL, 0, usage);
	while (reaped < 0 && errno == EINTR);
	forget_end(child);
	return reaped == child->pid;
}
