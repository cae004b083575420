#include "run/measure.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "probe/preload.h"
#include "results/environment.h"
#include "run/collect.h"
#include "run/preload_note.h"
#include "run/site_json.h"
#include "util/clock.h"

#define NS_PER_MS 1000000u

/* How often the memory of a silent program is looked at. */
#define POLL_MS 50

/* The program has closed its marks and is about to end. */
#define END_POLL_MS 5

/* Reads after the program's end: a pipe holds 16 times this much at most, and
 * a process that it left behind may write on. */
#define DRAIN_READS 64

struct session {
	const struct tm_measure_opts *opts;
	struct tm_run *run;
	struct tm_child child;
	struct tm_probe probe;
	int has_probe;
	struct tm_preload preload;
	int has_preload;
	struct tm_collector collector;
	uint64_t started_ns;
	uint64_t guarded_ns; /* when its memory was last looked at */
	uint64_t kill_ns;    /* when SIGTERM has had its time; 0: never */
	int stopped;	     /* the outcome is decided, it is only dying */
};

static uint64_t elapsed_ns(const struct session *session)
{
	return tm_clock_ns() - session->started_ns;
}

/* --- stopping --------------------------------------------------------------
 */

/* SIGTERM, and after the grace SIGKILL. */
static void stop_gently(struct session *session)
{
	session->stopped = 1;
	session->kill_ns =
		elapsed_ns(session) + session->opts->grace_ms * NS_PER_MS + 1;
	tm_child_signal(&session->child, SIGTERM);
}

/* At once: what grows past the limit may take the machine with it. */
static void stop_now(struct session *session)
{
	session->stopped = 1;
	tm_child_signal(&session->child, SIGKILL);
}

static void check_memory(struct session *session, uint64_t rss_bytes)
{
	uint64_t limit = session->opts->memory_limit_bytes;

	if (session->stopped || limit == 0 || rss_bytes <= limit)
		return;
	tm_run_set_outcome(session->run, TM_OUTCOME_LIMIT,
			   "stopped at %.1f MiB resident: the memory limit is "
			   "%.1f MiB",
			   (double)rss_bytes / 1048576.0,
			   (double)limit / 1048576.0);
	stop_now(session);
}

static void check_time(struct session *session)
{
	uint64_t timeout_ms = session->opts->timeout_ms;
	uint64_t now_ns = elapsed_ns(session);

	if (session->kill_ns && now_ns >= session->kill_ns) {
		tm_child_signal(&session->child, SIGKILL);
		session->kill_ns = 0;
	}
	if (session->stopped || timeout_ms == 0 ||
	    now_ns < timeout_ms * NS_PER_MS)
		return;
	tm_run_set_outcome(session->run, TM_OUTCOME_TIMEOUT,
			   "stopped after %.1f s, its time limit",
			   (double)timeout_ms / 1000.0);
	stop_gently(session);
}

static void check_interrupt(struct session *session)
{
	int signal;

	if (!session->opts->interrupt)
		return;
	signal = tm_interrupt_take(session->opts->interrupt);
	if (!signal)
		return;
	if (session->stopped) { /* the second Ctrl-C: no patience left */
		tm_child_signal(&session->child, SIGKILL);
		return;
	}
	tm_run_set_outcome(session->run, TM_OUTCOME_INTERRUPTED,
			   "interrupted by %s",
			   signal == SIGINT ? "Ctrl-C" : strsignal(signal));
	stop_gently(session);
}

/* --- listening -------------------------------------------------------------
 */

static void close_marks(struct session *session)
{
	if (session->child.marks_fd >= 0)
		close(session->child.marks_fd);
	session->child.marks_fd = -1;
}

/* Read what there is, up to one buffer.  Returns whether there was any. */
static int read_marks(struct session *session)
{
	struct tm_collector *collector = &session->collector;
	struct tm_err why = {0};
	char bytes[65536];
	size_t seen = collector->seen;
	ssize_t got = read(session->child.marks_fd, bytes, sizeof(bytes));

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got <= 0) {
		close_marks(session);
		return 0;
	}
	/* By its first words it has loaded what it is linked with. */
	if (collector->line == 0)
		tm_environment_add_process(session->run->environment,
					   session->child.pid);
	if (tm_collector_feed(collector, bytes, (size_t)got,
			      elapsed_ns(session), &why) != TM_OK) {
		tm_run_set_outcome(session->run, TM_OUTCOME_FAILED, "%s",
				   why.text);
		stop_now(session);
		return 0;
	}
	if (collector->seen == seen)
		return 1;
	if (session->opts->on_progress)
		session->opts->on_progress(
			session->opts->context, &collector->last,
			collector->last.value[TM_METRIC_rss_bytes]);
	check_memory(session, collector->last.value[TM_METRIC_rss_bytes]);
	return 1;
}

/* Look at the memory every POLL_MS, however busy the marks are. */
static void guard(struct session *session)
{
	const struct tm_collector *collector = &session->collector;
	uint64_t now_ns = elapsed_ns(session);
	uint64_t rss_bytes;

	if (!session->has_probe ||
	    now_ns - session->guarded_ns < POLL_MS * NS_PER_MS)
		return;
	session->guarded_ns = now_ns;
	rss_bytes = tm_probe_rss(&session->probe);
	if (session->opts->on_progress)
		session->opts->on_progress(
			session->opts->context,
			collector->seen ? &collector->last : NULL, rss_bytes);
	check_memory(session, rss_bytes);
}

static void wait_for_news(struct session *session)
{
	struct pollfd waits[2] = {
		{.fd = session->child.marks_fd, .events = POLLIN},
		{.fd = -1, .events = POLLIN},
	};

	if (session->opts->interrupt)
		waits[1].fd = session->opts->interrupt->fd;
	if (poll(waits, 2, waits[0].fd < 0 ? END_POLL_MS : POLL_MS) <= 0)
		return;
	if (waits[1].revents)
		check_interrupt(session);
	if (waits[0].revents)
		read_marks(session);
}

/* --- the end ---------------------------------------------------------------
 */

static void set_ending(struct session *session, enum tm_child_state state,
		       int status)
{
	const char *error = session->collector.error;
	struct tm_run *run = session->run;

	if (state == TM_CHILD_EXITED)
		run->exit_code = status;
	else if (state == TM_CHILD_SIGNALED)
		run->signal = status;
	if (session->stopped)
		return;
	if (state == TM_CHILD_SIGNALED)
		tm_run_set_outcome(run, TM_OUTCOME_CRASHED,
				   "ended by signal %d (%s)", status,
				   strsignal(status));
	else if (status != 0 && error)
		tm_run_set_outcome(run, TM_OUTCOME_FAILED, "%s", error);
	else if (status != 0)
		tm_run_set_outcome(run, TM_OUTCOME_FAILED,
				   "ended with exit code %d", status);
	else if (error)
		tm_run_note(run, "it reported an error and went on: %s", error);
}

static void listen_to_the_end(struct session *session)
{
	enum tm_child_state state;
	int status = -1;
	int i;

	do {
		wait_for_news(session);
		guard(session);
		check_time(session);
		state = tm_child_poll(&session->child, &status);
	} while (state == TM_CHILD_RUNNING);

	session->run->wall_ns = elapsed_ns(session);
	for (i = 0; i < DRAIN_READS && session->child.marks_fd >= 0; i++) {
		if (!read_marks(session))
			break;
	}
	close_marks(session);
	/* What it started and left behind goes down with what we stopped. */
	if (session->stopped)
		tm_child_signal(&session->child, SIGKILL);
	(void)tm_child_reap(&session->child, NULL);
	set_ending(session, state, status);
}

/* --- the program's own counters --------------------------------------------
 */

static enum tm_rc start_program(struct session *session, struct tm_err *err)
{
	struct tm_child_opts child = session->opts->child;

	if (session->opts->preload)
		child.variables = session->opts->preload->variables;
	return tm_child_start(&session->child, &child, err);
}

/* Without them the program is measured all the same. */
static void open_preload(struct session *session)
{
	const struct tm_preload_setup *setup = session->opts->preload;
	struct tm_err why = {0};

	if (!setup)
		return;
	session->has_preload =
		tm_preload_open(&session->preload, setup->folder,
				session->child.pid, &why) == TM_OK;
	if (session->has_preload && session->has_probe)
		session->probe.preload = &session->preload;
	else if (!session->has_preload)
		tm_run_note(session->run, "not counted from inside: %s",
			    why.text);
}

static void close_preload(struct session *session)
{
	if (!session->has_preload)
		return;
	session->probe.preload = NULL;
	tm_preload_finish(&session->preload);
	tm_preload_note(session->run, &session->preload,
			session->opts->preload);
	tm_site_json_add(session->run, &session->preload.sites,
			 session->preload.lost_samples, session->started_ns);
	tm_preload_close(&session->preload);
}

enum tm_rc tm_measure(struct tm_run *run, const struct tm_measure_opts *opts,
		      struct tm_err *err)
{
	struct session session = {.opts = opts, .run = run};
	enum tm_rc rc;

	session.started_ns = tm_clock_ns();
	rc = start_program(&session, err);
	if (rc != TM_OK)
		return rc;
	session.has_probe =
		tm_probe_open(&session.probe, session.child.pid, NULL) == TM_OK;
	open_preload(&session);
	tm_collector_init(&session.collector, run,
			  session.has_probe ? &session.probe : NULL,
			  opts->samples_max);
	listen_to_the_end(&session);
	rc = tm_collector_finish(&session.collector, err);
	close_preload(&session);
	if (session.has_probe)
		tm_probe_close(&session.probe);
	return rc;
}
