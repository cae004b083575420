#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "run/session.h"
#include "util/clock.h"

/* --- being stopped -------------------------------------------------------- */

void tm_pause_open(struct tm_session *session)
{
	struct sigaction action;
	sigset_t stopping;

	session->pause_fd = -1;
	/* Where no shell can continue a job, none is to be stopped. */
	if (sigaction(SIGTSTP, NULL, &action) != 0 ||
	    action.sa_handler == SIG_IGN)
		return;
	sigemptyset(&stopping);
	sigaddset(&stopping, SIGTSTP);
	sigprocmask(SIG_BLOCK, &stopping, NULL);
	session->pause_fd = signalfd(-1, &stopping, SFD_NONBLOCK | SFD_CLOEXEC);
	if (session->pause_fd < 0)
		sigprocmask(SIG_UNBLOCK, &stopping, NULL);
}

/*
 * SIGTSTP, and not SIGSTOP: the kernel stops nobody by it whom no shell could
 * continue.  Of those that were really stopped somebody has sent SIGCONT.
 * Returns whether it was so.
 */
static int stop_ourselves(pid_t whom)
{
	static const struct timespec at_once = {0};
	sigset_t stopping, continuing, before;
	int was_stopped;

	sigemptyset(&stopping);
	sigaddset(&stopping, SIGTSTP);
	sigemptyset(&continuing);
	sigaddset(&continuing, SIGCONT);
	sigprocmask(SIG_BLOCK, &continuing, &before);
	kill(whom, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stopping, NULL); /* here it stops */
	was_stopped = sigtimedwait(&continuing, NULL, &at_once) == SIGCONT;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return was_stopped;
}

/* --- together ------------------------------------------------------------- */

static void signal_program(struct tm_session *session, int signal)
{
	if (!session->opts->attach && !session->reaped)
		tm_child_signal(&session->child, signal);
}

/* Leave the terminal to the shell, and take it again when that says so. */
static int pause_with(struct tm_session *session, pid_t whom)
{
	uint64_t since_ns = tm_clock_ns();
	int was_stopped;

	if (session->opts->on_pause)
		session->opts->on_pause(session->opts->context);
	tm_child_return_terminal(&session->child);
	was_stopped = stop_ourselves(whom);
	if (!session->reaped)
		tm_child_give_terminal(&session->child, &session->opts->child);
	signal_program(session, SIGCONT);
	if (was_stopped)
		session->paused_ns += tm_clock_ns() - since_ns;
	return was_stopped;
}

static int take_typed(struct tm_session *session)
{
	struct signalfd_siginfo info;

	return session->pause_fd >= 0 &&
	       read(session->pause_fd, &info, sizeof(info)) ==
		       (ssize_t)sizeof(info);
}

void tm_pause_check_typed(struct tm_session *session)
{
	if (!take_typed(session))
		return;
	/* One that defies Ctrl-Z would go on unmeasured. */
	signal_program(session, SIGSTOP);
	pause_with(session, getpid());
}

void tm_pause_close(struct tm_session *session)
{
	sigset_t stopping;

	if (session->pause_fd < 0)
		return;
	tm_pause_check_typed(session);
	close(session->pause_fd);
	session->pause_fd = -1;
	sigemptyset(&stopping);
	sigaddset(&stopping, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stopping, NULL);
}

/* --- the program was stopped ---------------------------------------------- */

static void refuse(struct tm_session *session, const char *why)
{
	tm_run_set_outcome(session->run, TM_OUTCOME_FAILED,
			   "stopped, as it asked for the terminal, %s", why);
	tm_stop_gently(session, SIGTERM);
}

void tm_pause_check_program(struct tm_session *session)
{
	siginfo_t info = {0};
	int asks;

	if (session->opts->attach || session->stopped ||
	    waitid(P_PID, (id_t)session->child.pid, &info,
		   WSTOPPED | WNOHANG) != 0 ||
	    info.si_pid == 0)
		return;
	asks = info.si_status == SIGTTIN || info.si_status == SIGTTOU;
	if (session->opts->child.input != TM_CHILD_INPUT_TERMINAL) {
		if (asks)
			refuse(session, "which only --stdin gives it");
		return;
	}
	/* It came to the front with us, while it ran. */
	if (asks &&
	    tm_child_give_terminal(&session->child, &session->opts->child))
		signal_program(session, SIGCONT);
	/* The shell waits until each of a job's processes has stopped. */
	else if (!pause_with(session, 0) && asks)
		refuse(session, "which tidemark has not got itself");
}

void tm_pause_describe(struct tm_session *session)
{
	double seconds = (double)session->paused_ns / 1e9;

	if (!session->paused_ns)
		return;
	if (session->opts->attach)
		tm_run_note(session->run,
			    "nothing was sampled for %.1f s, as tidemark was "
			    "stopped",
			    seconds);
	else
		tm_run_note(session->run,
			    "it was stopped for %.1f s, which count in its "
			    "times and in rates per second",
			    seconds);
}
