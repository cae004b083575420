#include "run/measure.h"

#include <poll.h>
#include <signal.h>
#include <time.h>

#include "run/outcome.h"
#include "run/pause.h"
#include "run/program.h"
#include "run/sources.h"
#include "run/stop.h"
#include "run/watch.h"
#include "util/trace.h"

/* Where the kernel has no descriptor for the program's end, a program that has
 * closed its marks is about to end and is polled this often. */
#define END_POLL_NS 5000000u

#define TRACED_WAIT_US 1000u

/* How often a trace is written to its file. */
#define TRACE_FLUSH_NS 1000000000u

/* A measurement from its opening to its close: what has to be given back, and
 * how signals were handled before. */
struct measurement {
	struct tm_session session;
	struct sigaction pipe_before;
	struct sigaction users_before[2]; /* SIGUSR1, SIGUSR2 */
};

/* --- opening and closing -------------------------------------------------- */

/* tidemark must outlive the readers of its pipes and of its output. */
static void ignore_broken_pipes(struct measurement *self)
{
	struct sigaction ignored = {.sa_handler = SIG_IGN};

	sigaction(SIGPIPE, &ignored, &self->pipe_before);
}

static void do_nothing(int signal)
{
	(void)signal;
}

/* Nor may a program end it that signals its parent by SIGUSR1 that it is ready.  A
 * handler, and not SIG_IGN, which the program would inherit. */
static void survive_users(struct measurement *self)
{
	struct sigaction survived = {.sa_handler = do_nothing,
				     .sa_flags = SA_RESTART};
	struct sigaction *before = self->users_before;

	sigaction(SIGUSR1, NULL, &before[0]);
	sigaction(SIGUSR2, NULL, &before[1]);
	if (before[0].sa_handler == SIG_DFL)
		sigaction(SIGUSR1, &survived, NULL);
	if (before[1].sa_handler == SIG_DFL)
		sigaction(SIGUSR2, &survived, NULL);
}

static void restore_users(const struct measurement *self)
{
	sigaction(SIGUSR1, &self->users_before[0], NULL);
	sigaction(SIGUSR2, &self->users_before[1], NULL);
}

static void trace_start(const struct tm_session *session)
{
	char text[TM_TRACE_TEXT_MAX];

	tm_trace("start",
		 "pid=%ld attached=%d source=%s every_us=%llu probed=%d "
		 "counted=%d run=\"%s\"",
		 (long)session->program.child.pid, session->opts->attach != 0,
		 tm_mark_source_name(session->marks.source),
		 (unsigned long long)(session->marks.schedule.interval_ns /
				      1000u),
		 session->watch.has_probe, session->watch.has_preload,
		 tm_trace_text(text, session->run->name));
}

/* From its return on the program runs, and what goes wrong belongs to its run.
 */
static enum tm_rc open_measurement(struct measurement *self, struct tm_run *run,
				   const struct tm_measure_opts *opts,
				   struct tm_err *err)
{
	struct tm_session *session = &self->session;
	struct tm_child_opts child = opts->child;
	enum tm_rc rc;

	tm_session_init(session, run, opts);
	tm_trace_set_start(session->started_ns);
	rc = tm_sources_open(session, &child, err);
	if (rc != TM_OK)
		return rc;
	tm_watch_prepare(session);
	survive_users(self);
	rc = tm_program_open(session, &child, err);
	if (rc != TM_OK) {
		restore_users(self);
		tm_watch_close(session);
		tm_sources_close(session);
		return rc;
	}
	tm_sources_started(session);
	ignore_broken_pipes(self);
	tm_pause_open(session);
	tm_watch_open(session);
	trace_start(session);
	return TM_OK;
}

static void close_measurement(struct measurement *self)
{
	struct tm_session *session = &self->session;

	tm_watch_close(session);
	tm_pause_close(session);
	sigaction(SIGPIPE, &self->pipe_before, NULL);
	tm_program_close(session);
	restore_users(self);
	tm_sources_close(session);
}

/* --- while it runs -------------------------------------------------------- */

static uint64_t sooner(uint64_t a_ns, uint64_t b_ns)
{
	return b_ns < a_ns ? b_ns : a_ns;
}

/* The time until something is due though no event came. */
static struct timespec time_to_wait(const struct tm_session *session)
{
	uint64_t now_ns = tm_session_elapsed_ns(session);
	uint64_t due_ns = session->watch.check_ns;

	due_ns = sooner(due_ns, tm_sources_due_ns(session));
	due_ns = sooner(due_ns, tm_stop_due_ns(session));
	due_ns = due_ns > now_ns ? due_ns - now_ns : 0;
	if (session->program.pid_fd < 0 && session->program.child.marks_fd < 0)
		due_ns = sooner(due_ns, END_POLL_NS);
	return (struct timespec){
		.tv_sec = (time_t)(due_ns / 1000000000u),
		.tv_nsec = (long)(due_ns % 1000000000u),
	};
}

/* Shorter waits are those of a program that keeps tidemark busy. */
static void trace_wait(const struct tm_session *session, uint64_t since_ns,
		       const struct timespec *wait, int is_event)
{
	uint64_t for_us = (tm_session_elapsed_ns(session) - since_ns) / 1000u;

	if (for_us < TRACED_WAIT_US)
		return;
	tm_trace("wait", "for_us=%llu most_us=%llu event=%d",
		 (unsigned long long)for_us,
		 (unsigned long long)wait->tv_sec * 1000000u +
			 (unsigned long long)wait->tv_nsec / 1000u,
		 is_event);
}

static void wait_for_events(struct tm_session *session)
{
	struct pollfd waits[TM_SOURCES_MAX + 3];
	size_t count = tm_sources_wait(session, waits);
	struct timespec wait = time_to_wait(session);
	uint64_t since_ns = tm_trace_file ? tm_session_elapsed_ns(session) : 0;
	int events;

	waits[count++] = (struct pollfd){.fd = session->program.pid_fd,
					 .events = POLLIN};
	waits[count++] =
		(struct pollfd){.fd = session->pause.fd, .events = POLLIN};
	waits[count++] = (struct pollfd){.fd = -1, .events = POLLIN};
	if (session->opts->interrupt)
		waits[count - 1].fd = session->opts->interrupt->fd;
	events = ppoll(waits, count, &wait, NULL);
	if (tm_trace_file)
		trace_wait(session, since_ns, &wait, events > 0);
	tm_stop_check_interrupt(session);
	tm_pause_check_typed(session);
}

static void show_progress(const struct tm_session *session,
			  const struct tm_sample *sample, uint64_t rss_bytes)
{
	if (session->opts->on_progress)
		session->opts->on_progress(session->opts->context, sample,
					   rss_bytes);
}

static void read_sources(struct tm_session *session)
{
	const struct tm_sample *sample;
	struct tm_err why = {0};
	uint64_t rss_bytes;

	switch (tm_sources_read(session, &why)) {
	case TM_SOURCES_FAILED:
		tm_stop_failed(session, why.text);
		break;
	case TM_SOURCES_SAMPLED:
		sample = tm_watch_take_sample(session);
		rss_bytes = sample->value[TM_METRIC_rss_bytes];
		show_progress(session, sample, rss_bytes);
		tm_stop_check_memory(session, rss_bytes);
		break;
	case TM_SOURCES_NOTHING:
	case TM_SOURCES_BLOCKED:
		break;
	}
	/* After the check: a program that is too large does not go on. */
	tm_sources_acknowledge(session);
}

/* What is traced must be in the file before a run that hangs is killed. */
static void flush_trace(struct tm_session *session)
{
	uint64_t now_ns = tm_session_elapsed_ns(session);

	if (!tm_trace_file || now_ns < session->flush_ns)
		return;
	session->flush_ns = now_ns + TRACE_FLUSH_NS;
	tm_trace_flush();
}

/* What has to be checked from time to time, marks or not. */
static void check_program(struct tm_session *session)
{
	uint64_t rss_bytes;

	if (!tm_watch_is_due(session))
		return;
	tm_program_reap_orphans(session);
	tm_pause_check_program(session);
	tm_sources_resize(session);
	flush_trace(session);
	if (!tm_watch_read_memory(session, &rss_bytes))
		return;
	show_progress(session, tm_watch_last_sample(session), rss_bytes);
	tm_stop_check_memory(session, rss_bytes);
}

/* Returns how the program ended. */
static enum tm_child_state run_event_loop(struct tm_session *session,
					  int *status)
{
	enum tm_child_state state;

	do {
		wait_for_events(session);
		read_sources(session);
		check_program(session);
		tm_stop_check_time(session);
		state = tm_program_poll(session, status);
	} while (state == TM_CHILD_RUNNING && !session->ending.detached);
	session->run->wall_ns = tm_session_elapsed_ns(session);
	return state;
}

/* --- after it has ended --------------------------------------------------- */

/* Wait until the reader of the program's output takes some of it; 0 when
 * Ctrl-C was typed instead. */
static int wait_for_reader(struct tm_session *session)
{
	struct pollfd waits[TM_STREAMS + 2];

	tm_sources_wait_reader(session, waits);
	waits[TM_STREAMS] = (struct pollfd){.fd = -1, .events = POLLIN};
	if (session->opts->interrupt)
		waits[TM_STREAMS].fd = session->opts->interrupt->fd;
	waits[TM_STREAMS + 1] =
		(struct pollfd){.fd = session->pause.fd, .events = POLLIN};
	(void)poll(waits, TM_STREAMS + 2, -1);
	tm_pause_check_typed(session);
	return !waits[TM_STREAMS].revents;
}

static void drain_sources(struct tm_session *session)
{
	enum tm_sources_news news;
	struct tm_err why = {0};

	do
		news = tm_sources_drain(session, &why);
	while (news == TM_SOURCES_BLOCKED && wait_for_reader(session));
	if (news == TM_SOURCES_BLOCKED)
		tm_run_note(session->run, "the end of its output was dropped: "
					  "nothing read it in time");
	if (news == TM_SOURCES_FAILED || tm_sources_end(session, &why) != TM_OK)
		tm_stop_failed(session, why.text);
}

static void trace_end(const struct tm_session *session)
{
	const struct tm_run *run = session->run;
	char text[TM_TRACE_TEXT_MAX], why[TM_ENDING_TEXT_MAX];

	tm_ending_text(why, &run->ending);
	tm_trace("end", "outcome=%s exit_code=%d signal=%d why=\"%s\"",
		 tm_outcome_name(run->outcome), run->exit_code, run->signal,
		 tm_trace_text(text, why));
}

static enum tm_rc finish(struct tm_session *session, enum tm_child_state state,
			 int status, struct tm_err *err)
{
	enum tm_rc rc;

	tm_program_stop_group(session);
	drain_sources(session);
	tm_program_reap(session);
	tm_outcome_set(session, state, status);
	trace_end(session);
	tm_outcome_check_orphans(session);
	rc = tm_watch_finish(session, err);
	tm_sources_describe(session);
	tm_pause_describe(session);
	tm_watch_describe(session);
	return rc;
}

enum tm_rc tm_measure(struct tm_run *run, const struct tm_measure_opts *opts,
		      struct tm_err *err)
{
	struct measurement self;
	enum tm_child_state state;
	int status = -1;
	enum tm_rc rc;

	rc = open_measurement(&self, run, opts, err);
	if (rc != TM_OK)
		return rc;
	state = run_event_loop(&self.session, &status);
	rc = finish(&self.session, state, status, err);
	close_measurement(&self);
	return rc;
}
