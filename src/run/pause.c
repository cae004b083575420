#include "run/pause.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "run/stop.h"
#include "util/clock.h"
#include "util/trace.h"

/* --- suspending tidemark -------------------------------------------------------- */

void tm_pause_open(struct tm_session *session)
{
	struct sigaction action;
	sigset_t stopping;

	session->pause.fd = -1;
	/* SIGTSTP is ignored where no shell could resume the job. */
	if (sigaction(SIGTSTP, NULL, &action) != 0 ||
	    action.sa_handler == SIG_IGN)
		return;
	sigemptyset(&stopping);
	sigaddset(&stopping, SIGTSTP);
	sigprocmask(SIG_BLOCK, &stopping, NULL);
	session->pause.fd = signalfd(-1, &stopping, SFD_NONBLOCK | SFD_CLOEXEC);
	if (session->pause.fd < 0)
		sigprocmask(SIG_UNBLOCK, &stopping, NULL);
}

/*
 * Suspend `target`, as for kill(): tidemark alone, or its process group.
 * SIGTSTP rather than SIGSTOP, because the kernel ignores SIGTSTP in a process
 * group that no shell can resume.  A process that was really suspended has been
 * sent SIGCONT.  Returns whether it was suspended.
 */
static int suspend(pid_t target)
{
	static const struct timespec no_wait = {0};
	sigset_t stopping, continuing, before;
	int was_stopped;

	sigemptyset(&stopping);
	sigaddset(&stopping, SIGTSTP);
	sigemptyset(&continuing);
	sigaddset(&continuing, SIGCONT);
	sigprocmask(SIG_BLOCK, &continuing, &before);
	kill(target, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stopping, NULL); /* it stops here */
	was_stopped = sigtimedwait(&continuing, NULL, &no_wait) == SIGCONT;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return was_stopped;
}

/* --- together ------------------------------------------------------------- */

static void signal_program(struct tm_session *session, int signal)
{
	if (!session->opts->attach && !session->program.reaped)
		tm_child_signal(&session->program.child, signal);
}

/* Give the terminal to the shell, and take it back when tidemark resumes. */
static int pause_both(struct tm_session *session, pid_t target)
{
	uint64_t since_ns = tm_clock_ns();
	int was_stopped;

	if (session->opts->on_pause)
		session->opts->on_pause(session->opts->context);
	tm_child_return_terminal(&session->program.child);
	was_stopped = suspend(target);
	if (!session->program.reaped)
		tm_child_give_terminal(&session->program.child,
				       &session->opts->child);
	signal_program(session, SIGCONT);
	tm_trace("pause", "suspended=%d for_us=%llu", was_stopped,
		 (unsigned long long)((tm_clock_ns() - since_ns) / 1000u));
	if (was_stopped)
		session->pause.total_ns += tm_clock_ns() - since_ns;
	return was_stopped;
}

static int take_typed(struct tm_session *session)
{
	struct signalfd_siginfo info;

	return session->pause.fd >= 0 &&
	       read(session->pause.fd, &info, sizeof(info)) ==
		       (ssize_t)sizeof(info);
}

void tm_pause_check_typed(struct tm_session *session)
{
	if (!take_typed(session))
		return;
	/* SIGSTOP cannot be caught: the program must not run unmeasured. */
	signal_program(session, SIGSTOP);
	pause_both(session, getpid());
}

void tm_pause_close(struct tm_session *session)
{
	sigset_t stopping;

	if (session->pause.fd < 0)
		return;
	tm_pause_check_typed(session);
	close(session->pause.fd);
	session->pause.fd = -1;
	sigemptyset(&stopping);
	sigaddset(&stopping, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stopping, NULL);
}

/* --- the program was suspended ---------------------------------------------- */

static void refuse_terminal(struct tm_session *session, const char *why)
{
	struct tm_run_ending ending = {.cause = TM_ENDING_TERMINAL};

	tm_run_set_ending(session->run, &ending, why);
	tm_stop_gently(session, SIGTERM);
}

void tm_pause_check_program(struct tm_session *session)
{
	siginfo_t info = {0};
	int asks;

	if (session->opts->attach || session->ending.stopped ||
	    waitid(P_PID, (id_t)session->program.child.pid, &info,
		   WSTOPPED | WNOHANG) != 0 ||
	    info.si_pid == 0)
		return;
	asks = info.si_status == SIGTTIN || info.si_status == SIGTTOU;
	if (session->opts->child.input != TM_CHILD_INPUT_TERMINAL) {
		if (asks)
			refuse_terminal(session, "only --stdin gives it one");
		return;
	}
	/* tidemark was brought to the foreground while the program ran. */
	if (asks && tm_child_give_terminal(&session->program.child,
					   &session->opts->child))
		signal_program(session, SIGCONT);
	/* The shell waits until every process of the job is suspended. */
	else if (!pause_both(session, 0) && asks)
		refuse_terminal(session, "tidemark is in the background");
}

void tm_pause_describe(struct tm_session *session)
{
	double seconds = (double)session->pause.total_ns / 1e9;

	if (!session->pause.total_ns)
		return;
	if (session->opts->attach)
		tm_run_note(session->run,
			    "nothing was sampled for %.1f s, because tidemark "
			    "was suspended",
			    seconds);
	else
		tm_run_note(session->run,
			    "it was suspended for %.1f s; this is included in "
			    "its elapsed time and in rates per second",
			    seconds);
}
