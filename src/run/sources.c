#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "results/environment.h"
#include "run/session.h"

/* As much as a pipe may hold without special rights: marks wait in it while no
 * look is due. */
#define MARKS_PIPE_BYTES (1024 * 1024)

/* Reads in a row: more than the pipe holds, as its writer may write on. */
#define READS_MAX 64

/* Samples by time after which a program has loaded its libraries. */
#define SETTLED_SAMPLES 2

enum { WAIT_MARKS, WAIT_SIGNAL, WAIT_STREAMS };

static enum tm_rc match_found(void *context, uint64_t iteration,
			      struct tm_err *err)
{
	struct tm_session *session = context;

	return tm_collector_mark(&session->collector, iteration,
				 tm_session_elapsed_ns(session), err);
}

/* --- opening -------------------------------------------------------------- */

/*
 * The signal stays held back for good: a late one would end tidemark, and what
 * it starts gets an empty mask anyway.
 */
static enum tm_rc open_signal(struct tm_session *session, struct tm_err *err)
{
	int signal = session->opts->marks.signal ? session->opts->marks.signal
						 : SIGUSR1;
	struct signalfd_siginfo stale;
	sigset_t marks;

	if (!tm_mark_signal_is_free(signal))
		return tm_fail(err, TM_EUSAGE,
			       "signal %d cannot be a mark: take USR1, USR2 or "
			       "a real-time signal",
			       signal);
	sigemptyset(&marks);
	sigaddset(&marks, signal);
	sigprocmask(SIG_BLOCK, &marks, NULL);
	session->signal_fd = signalfd(-1, &marks, SFD_NONBLOCK | SFD_CLOEXEC);
	if (session->signal_fd < 0)
		return tm_fail_errno(err, errno, "cannot listen for signals");
	while (read(session->signal_fd, &stale, sizeof(stale)) > 0)
		;
	return TM_OK;
}

/* A pipe stays one; what was a terminal is one to the program, too, and its
 * output is, so that stdio does not keep it back. */
static enum tm_rc open_streams(struct tm_session *session,
			       struct tm_child_opts *child, struct tm_err *err)
{
	struct tm_session_stream *streams;
	enum tm_rc rc;

	rc = tm_pattern_open(&session->pattern, session->opts->marks.regex,
			     err);
	if (rc != TM_OK)
		return rc;
	streams = calloc(TM_STREAMS, sizeof(*streams));
	if (!streams) {
		tm_pattern_close(&session->pattern);
		return tm_fail(err, TM_ENOMEM, "no memory for output");
	}
	session->streams = streams;
	rc = tm_passthrough_open(&streams[TM_STREAM_OUT].passthrough,
				 TM_PASSTHROUGH_TERMINAL, child->stdout_fd,
				 err);
	if (rc == TM_OK)
		rc = tm_passthrough_open(&streams[TM_STREAM_ERR].passthrough,
					 isatty(STDERR_FILENO)
						 ? TM_PASSTHROUGH_TERMINAL
						 : TM_PASSTHROUGH_PIPE,
					 STDERR_FILENO, err);
	child->stdout_fd = streams[TM_STREAM_OUT].passthrough.program_fd;
	child->stderr_fd = streams[TM_STREAM_ERR].passthrough.program_fd;
	return rc;
}

/* What cannot be told of a process that runs already. */
static enum tm_rc choose_source(struct tm_session *session, struct tm_err *err)
{
	session->source = session->opts->marks.source;
	if (!session->opts->attach)
		return TM_OK;
	if (session->source == TM_MARKS_AUTO)
		session->source = TM_MARKS_TIME;
	if (session->source == TM_MARKS_FD || session->source == TM_MARKS_REGEX)
		return tm_fail(
			err, TM_EUSAGE,
			"a program that runs already has no TIDEMARK_FD, "
			"and its output goes elsewhere: take marks by "
			"time or by signal");
	return TM_OK;
}

enum tm_rc tm_sources_open(struct tm_session *session,
			   struct tm_child_opts *child, struct tm_err *err)
{
	const struct tm_mark_opts *marks = &session->opts->marks;
	uint64_t every_ms =
		marks->every_ms ? marks->every_ms : TM_MARKS_EVERY_MS;
	enum tm_rc rc = choose_source(session, err);

	if (rc != TM_OK)
		return rc;
	child->want_marks = session->source == TM_MARKS_AUTO ||
			    session->source == TM_MARKS_FD;
	child->want_ack = child->want_marks && marks->acknowledge;
	child->want_pid = session->source == TM_MARKS_SIGNAL;
	tm_schedule_init(&session->schedule, every_ms * TM_NS_PER_MS,
			 marks->seed ? marks->seed : session->started_ns);
	if (session->source == TM_MARKS_SIGNAL)
		rc = open_signal(session, err);
	if (session->source == TM_MARKS_REGEX)
		rc = open_streams(session, child, err);
	if (rc != TM_OK)
		tm_sources_close(session);
	return rc;
}

void tm_sources_started(struct tm_session *session)
{
	size_t i;

	for (i = 0; session->streams && i < TM_STREAMS; i++)
		tm_passthrough_started(&session->streams[i].passthrough);
	if (session->child.marks_fd >= 0)
		(void)fcntl(session->child.marks_fd, F_SETPIPE_SZ,
			    MARKS_PIPE_BYTES);
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void tm_sources_close(struct tm_session *session)
{
	size_t i;

	close_one(&session->child.marks_fd);
	close_one(&session->child.ack_fd);
	close_one(&session->signal_fd);
	if (!session->streams)
		return;
	for (i = 0; i < TM_STREAMS; i++)
		tm_passthrough_close(&session->streams[i].passthrough);
	tm_pattern_close(&session->pattern);
	free(session->streams);
	session->streams = NULL;
}

/* --- waiting -------------------------------------------------------------- */

/* Marks may stay in their pipe until they can be looked at: the one that is
 * read then is the newest there is.  A program that waits is not kept so. */
static int reads_marks_now(const struct tm_session *session)
{
	return session->child.ack_fd >= 0 ||
	       tm_session_elapsed_ns(session) >=
		       session->collector.look_ready_ns;
}

size_t tm_sources_wait(const struct tm_session *session, struct pollfd *waits)
{
	size_t i;

	for (i = 0; i < TM_SOURCES_MAX; i++)
		waits[i] = (struct pollfd){.fd = -1, .events = POLLIN};
	if (reads_marks_now(session))
		waits[WAIT_MARKS].fd = session->child.marks_fd;
	waits[WAIT_SIGNAL].fd = session->signal_fd;
	for (i = 0; session->streams && i < TM_STREAMS; i++)
		waits[WAIT_STREAMS + i] =
			tm_passthrough_wait(&session->streams[i].passthrough);
	return TM_SOURCES_MAX;
}

static int samples_by_time(const struct tm_session *session)
{
	return session->source == TM_MARKS_TIME ||
	       (session->source == TM_MARKS_AUTO &&
		!session->collector.has_iterations);
}

uint64_t tm_sources_due_ns(const struct tm_session *session)
{
	const struct tm_collector *collector = &session->collector;
	uint64_t due_ns = UINT64_MAX;

	if (collector->has_pending ||
	    (session->child.marks_fd >= 0 && !reads_marks_now(session)))
		due_ns = collector->look_ready_ns;
	if (samples_by_time(session) && session->schedule.due_ns < due_ns)
		due_ns = session->schedule.due_ns;
	return due_ns;
}

/* --- reading -------------------------------------------------------------- */

static void give_up(struct tm_session *session, const struct tm_err *why)
{
	tm_run_set_outcome(session->run, TM_OUTCOME_FAILED, "%s", why->text);
	tm_stop_at_once(session);
}

/* All that is there, so that the look that follows belongs to its last mark. */
static void read_marks(struct tm_session *session)
{
	struct tm_collector *collector = &session->collector;
	struct tm_err why = {0};
	char bytes[65536];
	int i;

	for (i = 0; i < READS_MAX && session->child.marks_fd >= 0; i++) {
		ssize_t got =
			read(session->child.marks_fd, bytes, sizeof(bytes));

		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (got <= 0) {
			close_one(&session->child.marks_fd);
			return;
		}
		if (tm_collector_feed(collector, bytes, (size_t)got,
				      tm_session_elapsed_ns(session),
				      &why) != TM_OK) {
			give_up(session, &why);
			return;
		}
	}
}

/* One byte for each line, a newline so that a shell's `read` ends at it.  Who
 * does not read them is not waited for. */
static void answer(struct tm_session *session)
{
	static const char newlines[] = "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n";
	uint64_t *due = &session->collector.answers;
	size_t part;
	ssize_t written;

	while (*due > 0 && session->child.ack_fd >= 0) {
		part = *due < sizeof(newlines) - 1 ? (size_t)*due
						   : sizeof(newlines) - 1;
		written = write(session->child.ack_fd, newlines, part);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0 && errno == EAGAIN) {
			session->unread_answers += *due;
			break;
		}
		if (written < 0) { /* nobody is there to read them */
			close_one(&session->child.ack_fd);
			break;
		}
		*due -= (uint64_t)written;
		session->answered += (uint64_t)written;
	}
	*due = 0;
}

static void read_signals(struct tm_session *session)
{
	struct signalfd_siginfo info;
	struct tm_err why = {0};

	while (read(session->signal_fd, &info, sizeof(info)) ==
	       (ssize_t)sizeof(info)) {
		uint64_t now_ns = tm_session_elapsed_ns(session);
		uint64_t gap_ns = now_ns - session->signalled_ns;

		if (session->signals++ && (!session->signal_gap_ns ||
					   gap_ns < session->signal_gap_ns))
			session->signal_gap_ns = gap_ns + 1;
		session->signalled_ns = now_ns;
		if (tm_collector_mark(&session->collector, session->signals,
				      now_ns, &why) != TM_OK)
			give_up(session, &why);
	}
}

/* Returns whether there was anything to read. */
static int read_stream(struct tm_session *session,
		       struct tm_session_stream *stream)
{
	size_t length = tm_passthrough_read(&stream->passthrough);
	struct tm_err why = {0};

	if (length && tm_pattern_feed(&session->pattern, &stream->line,
				      stream->passthrough.bytes, length,
				      match_found, session, &why) != TM_OK)
		give_up(session, &why);
	return length > 0;
}

/* --- looking -------------------------------------------------------------- */

static void show(struct tm_session *session, uint64_t looks, size_t seen)
{
	const struct tm_collector *collector = &session->collector;
	uint64_t rss_bytes = collector->last.value[TM_METRIC_rss_bytes];

	if (collector->looks == looks && collector->seen == seen)
		return;
	if (session->opts->on_progress)
		session->opts->on_progress(session->opts->context,
					   &collector->last, rss_bytes);
	if (collector->last.value[TM_METRIC_hwm_bytes] > session->seen_bytes)
		session->seen_bytes =
			collector->last.value[TM_METRIC_hwm_bytes];
	tm_stop_check_memory(session, rss_bytes);
}

/* By its first words, or an interval after its start, it has loaded what it is
 * linked with. */
static void ask_libraries(struct tm_session *session)
{
	const struct tm_collector *collector = &session->collector;

	if (session->knows_libraries ||
	    (!collector->has_iterations && collector->seen < SETTLED_SAMPLES))
		return;
	session->knows_libraries = 1;
	tm_environment_add_process(session->run->environment,
				   session->child.pid);
}

/* A program that has ended has nothing to show: its last mark keeps its
 * iteration only. */
static void look(struct tm_session *session)
{
	struct tm_collector *collector = &session->collector;
	int waits_for_us = session->child.ack_fd >= 0;
	struct tm_err why = {0};
	enum tm_rc rc;
	int status;

	if (tm_session_poll(session, &status) != TM_CHILD_RUNNING)
		return;
	rc = tm_collector_settle(collector, waits_for_us,
				 tm_session_elapsed_ns(session), &why);
	if (rc == TM_OK && samples_by_time(session) &&
	    tm_schedule_take(&session->schedule,
			     tm_session_elapsed_ns(session)))
		rc = tm_collector_tick(collector,
				       tm_session_elapsed_ns(session), &why);
	if (rc != TM_OK)
		give_up(session, &why);
}

void tm_sources_read(struct tm_session *session)
{
	size_t seen = session->collector.seen;
	uint64_t looks = session->collector.looks;
	size_t i;

	if (reads_marks_now(session))
		read_marks(session);
	if (session->signal_fd >= 0)
		read_signals(session);
	for (i = 0; session->streams && i < TM_STREAMS; i++)
		read_stream(session, &session->streams[i]);
	look(session);
	for (i = 0; session->streams && i < TM_STREAMS; i++)
		tm_passthrough_write(&session->streams[i].passthrough);
	show(session, looks, seen);
	answer(session); /* one that has grown too large gets none */
	ask_libraries(session);
}

/* --- the end -------------------------------------------------------------- */

/* Wait until the reader of its output takes some; 0 when Ctrl-C says that it
 * never will. */
static int wait_for_reader(struct tm_session *session)
{
	struct pollfd waits[TM_STREAMS + 2];
	size_t i;

	for (i = 0; i < TM_STREAMS; i++) {
		const struct tm_passthrough *passthrough =
			&session->streams[i].passthrough;

		waits[i] = tm_passthrough_wait(passthrough);
		if (!tm_passthrough_is_waiting(passthrough))
			waits[i].fd = -1;
	}
	waits[TM_STREAMS] = (struct pollfd){.fd = -1, .events = POLLIN};
	if (session->opts->interrupt)
		waits[TM_STREAMS].fd = session->opts->interrupt->fd;
	waits[TM_STREAMS + 1] =
		(struct pollfd){.fd = session->pause_fd, .events = POLLIN};
	(void)poll(waits, TM_STREAMS + 2, -1);
	tm_pause_check_typed(session);
	return !waits[TM_STREAMS].revents;
}

static int is_waiting(const struct tm_session *session)
{
	return tm_passthrough_is_waiting(
		       &session->streams[TM_STREAM_OUT].passthrough) ||
	       tm_passthrough_is_waiting(
		       &session->streams[TM_STREAM_ERR].passthrough);
}

/* A process that was left behind may write for ever: so much is read. */
static void drain_streams(struct tm_session *session)
{
	int rounds, i, got = 1;

	for (rounds = 0; rounds < READS_MAX && got; rounds++) {
		for (i = 0, got = 0; i < TM_STREAMS; i++) {
			got |= read_stream(session, &session->streams[i]);
			tm_passthrough_write(&session->streams[i].passthrough);
		}
		while (is_waiting(session)) {
			if (!wait_for_reader(session)) {
				tm_run_note(session->run,
					    "the end of its output was thrown "
					    "away, as nobody read it");
				return;
			}
			for (i = 0; i < TM_STREAMS; i++)
				tm_passthrough_write(
					&session->streams[i].passthrough);
		}
	}
}

void tm_sources_drain(struct tm_session *session)
{
	struct tm_err why = {0};
	int i;

	read_marks(session);
	if (session->signal_fd >= 0)
		read_signals(session);
	if (!session->streams)
		return;
	drain_streams(session);
	for (i = 0; i < TM_STREAMS; i++) {
		if (tm_pattern_end(&session->pattern, &session->streams[i].line,
				   match_found, session, &why) != TM_OK)
			give_up(session, &why);
	}
}
