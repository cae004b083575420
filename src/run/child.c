#include "run/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/protocol.h"

/* A pipe whose ends are closed on exec. */
static int open_pipe(int ends[2])
{
	return pipe2(ends, O_CLOEXEC);
}

/*
 * After fork(): become the program.  Only what a signal handler may call is
 * called here, save setenv(), which is fine as tidemark has no threads.
 * Returns only on failure, with errno set.
 */
static void become(const struct tm_child_opts *opts, int marks_fd, pid_t parent)
{
	char *const *variable;
	char number[16];
	sigset_t none;
	int null_fd;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127); /* tidemark died before the line above */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0 ||
	    dup2(opts->stdout_fd < 0 ? null_fd : opts->stdout_fd,
		 STDOUT_FILENO) < 0)
		return;
	unsetenv(TM_MARK_FD_VARIABLE);
	if (opts->want_marks) {
		snprintf(number, sizeof(number), "%d", marks_fd);
		if (setenv(TM_MARK_FD_VARIABLE, number, 1) != 0 ||
		    fcntl(marks_fd, F_SETFD, 0) != 0)
			return;
	}
	for (variable = opts->variables; variable && *variable; variable++) {
		if (putenv(*variable) != 0)
			return;
	}
	execv(opts->program, opts->argv);
}

/* What the child wrote before it could not become the program: an errno.
 * Nothing when it could, as the pipe closed with the exec. */
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

/* Fork and exec; 0 or an errno. */
static int start(struct tm_child *child, const struct tm_child_opts *opts,
		 int marks_fd)
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
		become(opts, marks_fd, parent);
		failure = errno;
		if (write(failed[1], &failure, sizeof(failure)) < 0)
			_exit(126);
		_exit(127);
	}
	/* Also here, so that the group exists before anybody signals it. */
	setpgid(child->pid, child->pid);
	close(failed[1]);
	failure = read_failure(failed[0]);
	close(failed[0]);
	if (failure)
		waitpid(child->pid, NULL, 0);
	return failure;
}

enum tm_rc tm_child_start(struct tm_child *out,
			  const struct tm_child_opts *opts, struct tm_err *err)
{
	int marks[2] = {-1, -1};
	int failure;

	out->pid = -1;
	out->marks_fd = -1;
	if (opts->want_marks && open_pipe(marks) != 0)
		return tm_fail_errno(err, errno, "cannot open a pipe");
	failure = start(out, opts, marks[1]);
	if (marks[1] >= 0)
		close(marks[1]);
	if (failure) {
		if (marks[0] >= 0)
			close(marks[0]);
		if (failure == EAGAIN || failure == ENOMEM ||
		    failure == EMFILE || failure == ENFILE)
			return tm_fail_errno(err, failure,
					     "cannot start a process");
		return tm_fail(err, TM_EUSAGE, "cannot start '%s': %s",
			       opts->program, strerror(failure));
	}
	if (marks[0] >= 0)
		fcntl(marks[0], F_SETFL, O_NONBLOCK);
	out->marks_fd = marks[0];
	return TM_OK;
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

void tm_child_reap(const struct tm_child *child)
{
	while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
		;
}
