#include <errno.h>
#include <signal.h>
#include <string.h>

#include "run/session.h"

/* --- how ------------------------------------------------------------------ */

/* A process that tidemark did not start is never signalled. */
static void send_signal(struct tm_session *session, int signal)
{
	if (session->opts->attach)
		return;
	session->sent_kill |= signal == SIGKILL;
	tm_child_signal(&session->child, signal);
	/* One that is stopped hears nothing else. */
	if (signal != SIGKILL)
		tm_child_signal(&session->child, SIGCONT);
}

static uint64_t in_grace(const struct tm_session *session)
{
	return tm_session_elapsed_ns(session) +
	       session->opts->grace_ms * TM_NS_PER_MS + 1;
}

/* What is typed reaches the program as it was. */
static int is_typed(int signal)
{
	return signal == SIGINT || signal == SIGQUIT;
}

/* `signal`, SIGTERM after the grace, and SIGKILL after another one. */
void tm_stop_gently(struct tm_session *session, int signal)
{
	session->stopped = 1;
	if (is_typed(signal))
		session->term_ns = in_grace(session);
	else
		session->kill_ns = in_grace(session);
	send_signal(session, signal);
}

/* What grows past the limit may take the machine with it. */
void tm_stop_at_once(struct tm_session *session)
{
	session->stopped = 1;
	session->detached = session->opts->attach != 0;
	send_signal(session, SIGKILL);
}

/* It was not ours to stop: it goes on, and what was measured is whole. */
static void detach(struct tm_session *session, const char *why)
{
	if (session->detached)
		return;
	session->stopped = session->detached = 1;
	tm_run_note(session->run,
		    "detached after %.1f s (%s): the program goes on",
		    (double)tm_session_elapsed_ns(session) / 1e9, why);
}

/* --- why ------------------------------------------------------------------ */

void tm_stop_check_memory(struct tm_session *session, uint64_t rss_bytes)
{
	uint64_t limit = session->opts->memory_limit_bytes;

	if (rss_bytes > session->seen_bytes)
		session->seen_bytes = rss_bytes;
	if (session->stopped || limit == 0 || rss_bytes <= limit)
		return;
	tm_run_set_outcome(session->run, TM_OUTCOME_LIMIT,
			   "%s at %.1f MiB resident: the memory limit is "
			   "%.1f MiB",
			   session->opts->attach ? "let go" : "stopped",
			   (double)rss_bytes / 1048576.0,
			   (double)limit / 1048576.0);
	tm_stop_at_once(session);
}

static void press_on(struct tm_session *session, uint64_t now_ns)
{
	if (session->term_ns && now_ns >= session->term_ns) {
		session->term_ns = 0;
		session->kill_ns = in_grace(session);
		send_signal(session, SIGTERM);
	}
	if (session->kill_ns && now_ns >= session->kill_ns) {
		session->kill_ns = 0;
		send_signal(session, SIGKILL);
	}
}

/* What it was stopped for is not its time.  0: never. */
static uint64_t when_too_late_ns(const struct tm_session *session)
{
	if (!session->opts->timeout_ms)
		return 0;
	return session->opts->timeout_ms * TM_NS_PER_MS + session->paused_ns;
}

void tm_stop_check_time(struct tm_session *session)
{
	uint64_t timeout_ms = session->opts->timeout_ms;
	uint64_t now_ns = tm_session_elapsed_ns(session);

	press_on(session, now_ns);
	if (session->stopped || timeout_ms == 0 ||
	    now_ns < when_too_late_ns(session))
		return;
	if (session->opts->attach) {
		detach(session, "its time limit");
		return;
	}
	tm_run_set_outcome(session->run, TM_OUTCOME_TIMEOUT,
			   "stopped after %.1f s, its time limit",
			   (double)timeout_ms / 1000.0);
	tm_stop_gently(session, SIGTERM);
}

static const char *name_interrupt(int signal)
{
	if (signal == SIGINT)
		return "Ctrl-C";
	return signal == SIGQUIT ? "Ctrl-\\" : strsignal(signal);
}

void tm_stop_check_interrupt(struct tm_session *session)
{
	int signal;

	if (!session->opts->interrupt)
		return;
	signal = tm_interrupt_take(session->opts->interrupt);
	if (!signal)
		return;
	if (session->opts->attach) {
		detach(session, name_interrupt(signal));
		return;
	}
	if (session->stopped) { /* the second Ctrl-C: no patience left */
		send_signal(session, SIGKILL);
		return;
	}
	tm_run_set_outcome(session->run, TM_OUTCOME_INTERRUPTED,
			   "interrupted by %s", name_interrupt(signal));
	tm_stop_gently(session, is_typed(signal) ? signal : SIGTERM);
}

static uint64_t sooner(uint64_t a_ns, uint64_t b_ns)
{
	return b_ns && b_ns < a_ns ? b_ns : a_ns;
}

uint64_t tm_stop_due_ns(const struct tm_session *session)
{
	uint64_t due_ns = UINT64_MAX;

	due_ns = sooner(due_ns, session->term_ns);
	due_ns = sooner(due_ns, session->kill_ns);
	if (!session->stopped)
		due_ns = sooner(due_ns, when_too_late_ns(session));
	return due_ns;
}
