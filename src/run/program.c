#include "run/program.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "subprocess/attach.h"

static enum tm_rc start_program(struct tm_session *session,
				struct tm_child_opts *child, struct tm_err *err)
{
	struct tm_session_program *program = &session->program;
	enum tm_rc rc;

	if (session->opts->preload)
		child->variables = session->opts->preload->variables;
	tm_orphans_open(&program->orphans);
	tm_oom_open(&program->oom, getpid());
	rc = tm_child_start(&program->child, child, err);
	if (rc != TM_OK) {
		tm_orphans_close(&program->orphans);
		return rc;
	}
	program->pid_fd = pidfd_open(program->child.pid, 0);
	return TM_OK;
}

enum tm_rc tm_program_open(struct tm_session *session,
			   struct tm_child_opts *child, struct tm_err *err)
{
	struct tm_session_program *program = &session->program;
	pid_t attach = session->opts->attach;

	tm_usage_open(&program->usage);
	if (!attach)
		return start_program(session, child, err);
	program->child.pid = attach;
	return tm_attach_open(&program->pid_fd, attach, err);
}

void tm_program_close(struct tm_session *session)
{
	tm_orphans_close(&session->program.orphans);
	if (session->program.pid_fd >= 0)
		close(session->program.pid_fd);
	session->program.pid_fd = -1;
}

enum tm_child_state tm_program_poll(const struct tm_session *session,
				    int *status)
{
	const struct tm_session_program *program = &session->program;

	if (!session->opts->attach)
		return tm_child_poll(&program->child, status);
	return tm_attach_has_ended(program->pid_fd) ? TM_CHILD_EXITED
						    : TM_CHILD_RUNNING;
}

void tm_program_reap_orphans(struct tm_session *session)
{
	struct tm_session_program *program = &session->program;

	if (!session->opts->attach)
		tm_orphans_reap(&program->orphans, program->child.pid);
}

/* Not known: it may have. */
static int has_children(pid_t pid)
{
	char path[64], byte;
	ssize_t got = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children", (long)pid,
		 (long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		got = read(fd, &byte, 1);
		close(fd);
	}
	return got != 0;
}

/* With children it is not known which process wrote: each sees its next write
 * fail, and none is ended. */
void tm_program_break_pipe(const struct tm_session *session)
{
	const struct tm_session_program *program = &session->program;

	if (!session->opts->attach && !program->reaped &&
	    !has_children(program->child.pid))
		kill(program->child.pid, SIGPIPE);
}

void tm_program_stop_group(struct tm_session *session)
{
	struct tm_session_program *program = &session->program;

	if (session->ending.stopped && !session->opts->attach)
		tm_child_signal(&program->child, SIGKILL);
	tm_child_return_terminal(&program->child);
}

void tm_program_reap(struct tm_session *session)
{
	struct tm_session_program *program = &session->program;

	if (!session->opts->attach)
		program->usage.has_program =
			tm_child_reap(&program->child, &program->usage.program);
	program->reaped = 1;
	tm_program_reap_orphans(session);
}
