#include "run/measure.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <time.h>
#include <unistd.h>

#include "subprocess/attach.h"
#include "run/preload_note.h"
#include "run/session.h"
#include "sites/sites_json.h"
#include "util/clock.h"

/* How often the memory of a silent program is looked at: so often, or as a
 * hundredth of one processor allows. */
#define GUARD_NS    50000000u
#define GUARD_SHARE 100

/* Without a descriptor that tells of its end, a program that has closed its
 * marks is looked at so often, as it is about to end. */
#define END_POLL_NS 5000000u

uint64_t tm_session_elapsed_ns(const struct tm_session *session)
{
	return tm_clock_ns() - session->started_ns;
}

enum tm_child_state tm_session_poll(const struct tm_session *session,
				    int *status)
{
	if (!session->opts->attach)
		return tm_child_poll(&session->child, status);
	return tm_attach_has_ended(session->pid_fd) ? TM_CHILD_EXITED
						    : TM_CHILD_RUNNING;
}

/* --- listening ------------------------------------------------------------ */

static void guard(struct tm_session *session)
{
	const struct tm_collector *collector = &session->collector;
	uint64_t now_ns = tm_session_elapsed_ns(session);
	struct timespec before, after;
	uint64_t cost_ns, rss_bytes;

	if (now_ns < session->guard_again_ns)
		return;
	session->guard_again_ns = now_ns + GUARD_NS;
	if (!session->opts->attach)
		tm_orphans_reap(&session->orphans, session->child.pid);
	tm_pause_check_program(session);
	if (session->streams)
		tm_passthrough_resize(
			&session->streams[TM_STREAM_OUT].passthrough);
	if (!session->has_probe)
		return;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
	rss_bytes = tm_probe_rss(&session->probe);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
	cost_ns = (uint64_t)((after.tv_sec - before.tv_sec) * 1000000000 +
			     after.tv_nsec - before.tv_nsec);
	if (GUARD_SHARE * cost_ns > GUARD_NS)
		session->guard_again_ns = now_ns + GUARD_SHARE * cost_ns;
	if (session->opts->on_progress)
		session->opts->on_progress(
			session->opts->context,
			collector->seen ? &collector->last : NULL, rss_bytes);
	tm_stop_check_memory(session, rss_bytes);
}

/* The time until something is to be done though nothing has happened. */
static struct timespec time_to_wait(const struct tm_session *session)
{
	uint64_t now_ns = tm_session_elapsed_ns(session);
	uint64_t due_ns = session->guard_again_ns;
	uint64_t other_ns = tm_sources_due_ns(session);

	if (other_ns < due_ns)
		due_ns = other_ns;
	other_ns = tm_stop_due_ns(session);
	if (other_ns < due_ns)
		due_ns = other_ns;
	due_ns = due_ns > now_ns ? due_ns - now_ns : 0;
	if (session->pid_fd < 0 && session->child.marks_fd < 0 &&
	    due_ns > END_POLL_NS)
		due_ns = END_POLL_NS;
	return (struct timespec){
		.tv_sec = (time_t)(due_ns / 1000000000u),
		.tv_nsec = (long)(due_ns % 1000000000u),
	};
}

static void wait_for_news(struct tm_session *session)
{
	struct pollfd waits[TM_SOURCES_MAX + 3];
	size_t count = tm_sources_wait(session, waits);
	struct timespec wait = time_to_wait(session);

	waits[count++] =
		(struct pollfd){.fd = session->pid_fd, .events = POLLIN};
	waits[count++] =
		(struct pollfd){.fd = session->pause_fd, .events = POLLIN};
	waits[count++] = (struct pollfd){.fd = -1, .events = POLLIN};
	if (session->opts->interrupt)
		waits[count - 1].fd = session->opts->interrupt->fd;
	(void)ppoll(waits, count, &wait, NULL);
	tm_stop_check_interrupt(session);
	tm_pause_check_typed(session);
}

static void listen_to_the_end(struct tm_session *session)
{
	struct tm_usage *usage = &session->usage;
	enum tm_child_state state;
	int status = -1;

	do {
		wait_for_news(session);
		tm_sources_read(session);
		guard(session);
		tm_stop_check_time(session);
		state = tm_session_poll(session, &status);
	} while (state == TM_CHILD_RUNNING && !session->detached);

	session->run->wall_ns = tm_session_elapsed_ns(session);
	/* What it started goes down with what we stopped. */
	if (session->stopped && !session->opts->attach)
		tm_child_signal(&session->child, SIGKILL);
	tm_child_return_terminal(&session->child);
	tm_sources_drain(session);
	if (!session->opts->attach)
		usage->has_program =
			tm_child_reap(&session->child, &usage->program);
	session->reaped = 1;
	tm_orphans_reap(&session->orphans, session->child.pid);
	tm_ending_set(session, state, status);
	tm_ending_mind_orphans(session);
}

/* --- starting ------------------------------------------------------------- */

static enum tm_rc start_program(struct tm_session *session,
				struct tm_child_opts *child, struct tm_err *err)
{
	enum tm_rc rc;

	if (session->opts->preload)
		child->variables = session->opts->preload->variables;
	tm_orphans_open(&session->orphans);
	tm_oom_open(&session->oom, getpid());
	rc = tm_child_start(&session->child, child, err);
	if (rc != TM_OK) {
		tm_orphans_close(&session->orphans);
		return rc;
	}
	session->pid_fd = pidfd_open(session->child.pid, 0);
	return TM_OK;
}

static enum tm_rc find_program(struct tm_session *session, struct tm_err *err)
{
	session->child = (struct tm_child){
		.pid = session->opts->attach, .marks_fd = -1, .ack_fd = -1};
	return tm_attach_open(&session->pid_fd, session->opts->attach, err);
}

/* From here on the program runs, and what goes wrong is its run's. */
static enum tm_rc begin(struct tm_session *session, struct tm_err *err)
{
	struct tm_child_opts child = session->opts->child;
	enum tm_rc rc = tm_sources_open(session, &child, err);

	if (rc != TM_OK)
		return rc;
	if (session->opts->attach)
		rc = find_program(session, err);
	else
		rc = start_program(session, &child, err);
	if (rc != TM_OK) {
		tm_sources_close(session);
		return rc;
	}
	tm_sources_started(session);
	return TM_OK;
}

static void end(struct tm_session *session)
{
	tm_sources_close(session);
	tm_orphans_close(&session->orphans);
	if (session->pid_fd >= 0)
		close(session->pid_fd);
}

/* --- the program's own counters ------------------------------------------- */

/* Without them the program is measured all the same. */
static void open_preload(struct tm_session *session)
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

static void close_preload(struct tm_session *session)
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

/* A pipe or a terminal that nobody reads any more must not end tidemark. */
static void ignore_broken_pipes(struct sigaction *before)
{
	struct sigaction ignored = {.sa_handler = SIG_IGN};

	sigaction(SIGPIPE, &ignored, before);
}

enum tm_rc tm_measure(struct tm_run *run, const struct tm_measure_opts *opts,
		      struct tm_err *err)
{
	struct tm_session session = {
		.opts = opts,
		.run = run,
		.child = {.pid = -1, .marks_fd = -1, .ack_fd = -1},
		.pid_fd = -1,
		.signal_fd = -1,
		.pause_fd = -1};
	struct sigaction before;
	enum tm_rc rc;

	session.started_ns = tm_clock_ns();
	tm_usage_open(&session.usage);
	rc = begin(&session, err);
	if (rc != TM_OK)
		return rc;
	ignore_broken_pipes(&before);
	tm_pause_open(&session);
	session.has_probe =
		tm_probe_open(&session.probe, session.child.pid, NULL) == TM_OK;
	open_preload(&session);
	tm_collector_init(&session.collector, run,
			  session.has_probe ? &session.probe : NULL,
			  opts->samples_max);
	if (session.source == TM_MARKS_TIME || session.source == TM_MARKS_AUTO)
		tm_collector_count_time(&session.collector);
	listen_to_the_end(&session);
	session.collector.goes_on = session.detached;
	rc = tm_collector_finish(&session.collector, err);
	tm_sources_describe(&session);
	tm_pause_describe(&session);
	close_preload(&session);
	if (session.has_probe)
		tm_probe_close(&session.probe);
	end(&session);
	tm_pause_close(&session);
	sigaction(SIGPIPE, &before, NULL);
	return rc;
}
