#include "run/stop.h"

#include <signal.h>
#include <string.h>

#include "util/trace.h"

/* --- how ------------------------------------------------------------------ */

/* A process that tidemark did not start is never signalled. */
static void send_signal(struct tm_session *session, int signal)
{
	if (session->opts->attach)
		return;
	tm_trace("signal", "number=%d outcome=%s", signal,
		 tm_outcome_name(session->run->outcome));
	tm_child_signal(&session->program.child, signal);
	/* A suspended process gets other signals only when it resumes. */
	if (signal != SIGKILL)
		tm_child_signal(&session->program.child, SIGCONT);
}

static uint64_t after_grace_ns(const struct tm_session *session)
{
	return tm_session_elapsed_ns(session) +
	       session->opts->grace_ms * TM_NS_PER_MS + 1;
}

/* A key on the terminal sends the program this signal itself. */
static int is_typed(int signal)
{
	return signal == SIGINT || signal == SIGQUIT;
}

/* `signal`, SIGTERM after the grace, and SIGKILL after another grace. */
void tm_stop_gently(struct tm_session *session, int signal)
{
	session->ending.stopped = 1;
	if (is_typed(signal))
		session->ending.term_ns = after_grace_ns(session);
	else
		session->ending.kill_ns = after_grace_ns(session);
	send_signal(session, signal);
}

/* No grace: memory past the limit may bring the machine down. */
static void stop_at_once(struct tm_session *session)
{
	session->ending.stopped = 1;
	session->ending.detached = session->opts->attach != 0;
	send_signal(session, SIGKILL);
}

void tm_stop_failed(struct tm_session *session, const char *why)
{
	struct tm_run_ending ending = {.cause = TM_ENDING_UNMEASURABLE};

	tm_run_set_ending(session->run, &ending, why);
	stop_at_once(session);
}

/* An attached process keeps running, and its run is complete. */
static void detach(struct tm_session *session, const char *why)
{
	if (session->ending.detached)
		return;
	session->ending.stopped = session->ending.detached = 1;
	tm_trace("detach", "why=\"%s\"", why);
	tm_run_note(session->run,
		    "detached after %.1f s (%s); the program keeps running",
		    (double)tm_session_elapsed_ns(session) / 1e9, why);
}

/* --- why ------------------------------------------------------------------ */

void tm_stop_check_memory(struct tm_session *session, uint64_t rss_bytes)
{
	uint64_t limit = session->opts->memory_limit_bytes;
	struct tm_run_ending ending = {0};

	if (session->ending.stopped || limit == 0 || rss_bytes <= limit)
		return;
	ending.cause = session->opts->attach ? TM_ENDING_LET_GO
					     : TM_ENDING_MEMORY_LIMIT;
	ending.resident_bytes = tm_known_count(rss_bytes);
	ending.limit_bytes = tm_known_count(limit);
	tm_run_set_ending(session->run, &ending, NULL);
	stop_at_once(session);
}

static void escalate_signal(struct tm_session *session, uint64_t now_ns)
{
	if (session->ending.term_ns && now_ns >= session->ending.term_ns) {
		session->ending.term_ns = 0;
		session->ending.kill_ns = after_grace_ns(session);
		send_signal(session, SIGTERM);
	}
	if (session->ending.kill_ns && now_ns >= session->ending.kill_ns) {
		session->ending.kill_ns = 0;
		send_signal(session, SIGKILL);
	}
}

/* The time while it was suspended does not count.  0: never. */
static uint64_t time_limit_ns(const struct tm_session *session)
{
	if (!session->opts->timeout_ms)
		return 0;
	return session->opts->timeout_ms * TM_NS_PER_MS +
	       session->pause.total_ns;
}

void tm_stop_check_time(struct tm_session *session)
{
	uint64_t timeout_ms = session->opts->timeout_ms;
	struct tm_run_ending ending = {0};
	uint64_t now_ns = tm_session_elapsed_ns(session);

	escalate_signal(session, now_ns);
	if (session->ending.stopped || timeout_ms == 0 ||
	    now_ns < time_limit_ns(session))
		return;
	if (session->opts->attach) {
		detach(session, "its time limit");
		return;
	}
	ending.cause = TM_ENDING_TIME_LIMIT;
	ending.limit_ms = tm_known_count(timeout_ms);
	tm_run_set_ending(session->run, &ending, NULL);
	tm_stop_gently(session, SIGTERM);
}

void tm_stop_check_interrupt(struct tm_session *session)
{
	struct tm_run_ending ending = {0};
	int signal;

	if (!session->opts->interrupt)
		return;
	signal = tm_interrupt_take(session->opts->interrupt);
	if (!signal)
		return;
	if (session->opts->attach) {
		detach(session, tm_interrupt_name(signal));
		return;
	}
	if (session->ending.stopped) { /* second Ctrl-C: kill at once */
		send_signal(session, SIGKILL);
		return;
	}
	ending.cause = TM_ENDING_INTERRUPT;
	ending.signal = tm_known_int(signal);
	tm_run_set_ending(session->run, &ending, NULL);
	tm_stop_gently(session, is_typed(signal) ? signal : SIGTERM);
}

static uint64_t sooner(uint64_t a_ns, uint64_t b_ns)
{
	return b_ns && b_ns < a_ns ? b_ns : a_ns;
}

uint64_t tm_stop_due_ns(const struct tm_session *session)
{
	uint64_t due_ns = UINT64_MAX;

	due_ns = sooner(due_ns, session->ending.term_ns);
	due_ns = sooner(due_ns, session->ending.kill_ns);
	if (!session->ending.stopped)
		due_ns = sooner(due_ns, time_limit_ns(session));
	return due_ns;
}
