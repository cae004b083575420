#include "run/sources.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "results/environment.h"
#include "run/program.h"
#include "util/amount.h"
#include "util/trace.h"

/* The most that a pipe may hold without privileges: marks wait in it until the
 * next sample is due. */
#define MARKS_PIPE_BYTES TM_MIB

/* Reads in a row: more than the pipe holds, as its writer may go on writing. */
#define READS_MAX 64

/* After this many samples by time a program has loaded its libraries. */
#define SETTLED_SAMPLES 2

enum { WAIT_MARKS, WAIT_SIGNAL, WAIT_STREAMS };

static enum tm_rc match_found(void *context, uint64_t iteration,
			      struct tm_err *err)
{
	struct tm_session *session = context;

	return tm_collector_mark(&session->watch.collector, iteration,
				 tm_session_elapsed_ns(session), err);
}

/* --- opening -------------------------------------------------------------- */

/*
 * The signal stays blocked for good: a late one would end tidemark.  Programs
 * that tidemark starts get an empty mask anyway.
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
	session->marks.signal_fd =
		signalfd(-1, &marks, SFD_NONBLOCK | SFD_CLOEXEC);
	if (session->marks.signal_fd < 0)
		return tm_fail_errno(err, errno, "cannot watch for signals");
	while (read(session->marks.signal_fd, &stale, sizeof(stale)) > 0)
		;
	return TM_OK;
}

/* stdout is a pseudo-terminal, so that the program's stdio flushes each line.
 * stderr is one if tidemark's is. */
static enum tm_rc open_streams(struct tm_session *session,
			       struct tm_child_opts *child, struct tm_err *err)
{
	struct tm_session_stream *streams;
	enum tm_rc rc;

	rc = tm_pattern_open(&session->marks.pattern,
			     session->opts->marks.regex, match_found, session,
			     err);
	if (rc != TM_OK)
		return rc;
	streams = calloc(TM_STREAMS, sizeof(*streams));
	if (!streams) {
		tm_pattern_close(&session->marks.pattern);
		return tm_fail(err, TM_ENOMEM, "no memory for output");
	}
	session->marks.streams = streams;
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

/* A process that already runs has no TIDEMARK_FD, and its output is not ours. */
static enum tm_rc choose_source(struct tm_session *session, struct tm_err *err)
{
	session->marks.source = session->opts->marks.source;
	if (!session->opts->attach)
		return TM_OK;
	if (session->marks.source == TM_MARKS_AUTO)
		session->marks.source = TM_MARKS_TIME;
	if (session->marks.source == TM_MARKS_FD ||
	    session->marks.source == TM_MARKS_REGEX)
		return tm_fail(err, TM_EUSAGE,
			       "a program that already runs has no "
			       "TIDEMARK_FD, and tidemark cannot read its "
			       "output: use --every or --mark-signal");
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
	child->want_marks = session->marks.source == TM_MARKS_AUTO ||
			    session->marks.source == TM_MARKS_FD;
	child->want_ack = child->want_marks && marks->acknowledge;
	child->want_pid = session->marks.source == TM_MARKS_SIGNAL;
	tm_schedule_init(&session->marks.schedule, every_ms * TM_NS_PER_MS,
			 marks->seed ? marks->seed : session->started_ns);
	if (session->marks.source == TM_MARKS_SIGNAL)
		rc = open_signal(session, err);
	if (session->marks.source == TM_MARKS_REGEX)
		rc = open_streams(session, child, err);
	if (rc != TM_OK)
		tm_sources_close(session);
	return rc;
}

void tm_sources_started(struct tm_session *session)
{
	size_t i;

	for (i = 0; session->marks.streams && i < TM_STREAMS; i++)
		tm_passthrough_started(&session->marks.streams[i].passthrough);
	if (session->program.child.marks_fd >= 0)
		(void)fcntl(session->program.child.marks_fd, F_SETPIPE_SZ,
			    (int)MARKS_PIPE_BYTES);
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

	close_one(&session->program.child.marks_fd);
	close_one(&session->program.child.ack_fd);
	close_one(&session->marks.signal_fd);
	if (!session->marks.streams)
		return;
	for (i = 0; i < TM_STREAMS; i++)
		tm_passthrough_close(&session->marks.streams[i].passthrough);
	tm_pattern_close(&session->marks.pattern);
	free(session->marks.streams);
	session->marks.streams = NULL;
}

/* --- waiting -------------------------------------------------------------- */

/* Marks may stay in their pipe until a sample is due: the one that is read then
 * is the newest there is.  A program that waits for its acknowledgement is read
 * at once. */
static int reads_marks_now(const struct tm_session *session)
{
	return session->program.child.ack_fd >= 0 ||
	       tm_pacing_allows(&session->watch.collector.pacing,
				tm_session_elapsed_ns(session));
}

size_t tm_sources_wait(const struct tm_session *session, struct pollfd *waits)
{
	size_t i;

	for (i = 0; i < TM_SOURCES_MAX; i++)
		waits[i] = (struct pollfd){.fd = -1, .events = POLLIN};
	if (reads_marks_now(session))
		waits[WAIT_MARKS].fd = session->program.child.marks_fd;
	waits[WAIT_SIGNAL].fd = session->marks.signal_fd;
	for (i = 0; session->marks.streams && i < TM_STREAMS; i++)
		waits[WAIT_STREAMS + i] = tm_passthrough_wait(
			&session->marks.streams[i].passthrough);
	return TM_SOURCES_MAX;
}

static int samples_by_time(const struct tm_session *session)
{
	return session->marks.source == TM_MARKS_TIME ||
	       (session->marks.source == TM_MARKS_AUTO &&
		!session->watch.collector.has_iterations);
}

uint64_t tm_sources_due_ns(const struct tm_session *session)
{
	const struct tm_collector *collector = &session->watch.collector;
	uint64_t due_ns = UINT64_MAX;

	if (collector->has_pending ||
	    (session->program.child.marks_fd >= 0 && !reads_marks_now(session)))
		due_ns = collector->pacing.sample_ns;
	if (samples_by_time(session) && session->marks.schedule.due_ns < due_ns)
		due_ns = session->marks.schedule.due_ns;
	return due_ns;
}

/* --- reading -------------------------------------------------------------- */

/* Read all that is there, so that the sample that follows belongs to the last
 * mark. */
static enum tm_rc read_marks(struct tm_session *session, struct tm_err *err)
{
	int *fd = &session->program.child.marks_fd;
	enum tm_rc rc = TM_OK;
	char bytes[65536];
	int i;

	for (i = 0; i < READS_MAX && *fd >= 0 && rc == TM_OK; i++) {
		ssize_t got = read(*fd, bytes, sizeof(bytes));

		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (got <= 0)
			close_one(fd);
		else
			rc = tm_collector_feed(
				&session->watch.collector, bytes, (size_t)got,
				tm_session_elapsed_ns(session), err);
	}
	return rc;
}

static enum tm_rc read_signals(struct tm_session *session, struct tm_err *err)
{
	struct tm_session_marks *marks = &session->marks;
	struct signalfd_siginfo info;
	enum tm_rc rc = TM_OK;

	while (marks->signal_fd >= 0 && rc == TM_OK &&
	       read(marks->signal_fd, &info, sizeof(info)) ==
		       (ssize_t)sizeof(info)) {
		uint64_t now_ns = tm_session_elapsed_ns(session);
		uint64_t gap_ns = now_ns - marks->signalled_ns;

		if (marks->signals++ &&
		    (!marks->signal_gap_ns || gap_ns < marks->signal_gap_ns))
			marks->signal_gap_ns = gap_ns + 1;
		marks->signalled_ns = now_ns;
		rc = tm_collector_mark(&session->watch.collector,
				       marks->signals, now_ns, err);
	}
	return rc;
}

/* Search what the program printed; *got becomes 1 if there was anything. */
static enum tm_rc read_streams(struct tm_session *session, int *got,
			       struct tm_err *err)
{
	struct tm_session_marks *marks = &session->marks;
	enum tm_rc rc = TM_OK;
	size_t i, length;

	*got = 0;
	for (i = 0; marks->streams && i < TM_STREAMS && rc == TM_OK; i++) {
		struct tm_session_stream *stream = &marks->streams[i];

		length = tm_passthrough_read(&stream->passthrough);
		*got |= length > 0;
		if (length)
			rc = tm_pattern_feed(&marks->pattern, &stream->line,
					     stream->passthrough.bytes, length,
					     err);
	}
	return rc;
}

static void write_streams(struct tm_session *session)
{
	size_t i;

	for (i = 0; session->marks.streams && i < TM_STREAMS; i++) {
		struct tm_passthrough *passthrough =
			&session->marks.streams[i].passthrough;

		if (!tm_passthrough_is_waiting(passthrough))
			continue;
		tm_passthrough_write(passthrough);
		if (passthrough->failure)
			tm_trace("output_closed", "stream=%s why=\"%s\"",
				 i == TM_STREAM_OUT ? "stdout" : "stderr",
				 strerror(passthrough->failure));
		if (passthrough->failure == EPIPE && passthrough->is_terminal)
			tm_program_break_pipe(session);
	}
}

/* --- sampling ------------------------------------------------------------- */

/* By its first marks, or an interval after its start, a program has loaded the
 * libraries that it is linked with. */
static void record_libraries(struct tm_session *session)
{
	const struct tm_collector *collector = &session->watch.collector;

	if (session->marks.knows_libraries ||
	    (!collector->has_iterations &&
	     collector->filing.count < SETTLED_SAMPLES))
		return;
	session->marks.knows_libraries = tm_environment_add_process(
		&session->run->environment, session->program.child.pid);
}

/* Whether a sample by time is due. */
static int takes_tick(struct tm_session *session, uint64_t now_ns)
{
	struct tm_schedule *schedule = &session->marks.schedule;
	uint64_t late = schedule->late, due_ns = schedule->due_ns;

	if (!samples_by_time(session) || !tm_schedule_take(schedule, now_ns))
		return 0;
	tm_trace("tick", "due_us=%llu missed=%llu",
		 (unsigned long long)(due_ns / 1000u),
		 (unsigned long long)(schedule->late - late));
	return 1;
}

/* A program that has ended can no longer be sampled: its last mark keeps only
 * its iteration. */
static enum tm_rc take_sample(struct tm_session *session, struct tm_err *err)
{
	struct tm_collector *collector = &session->watch.collector;
	int waits_for_us = session->program.child.ack_fd >= 0;
	enum tm_rc rc;
	int status;

	if (tm_program_poll(session, &status) != TM_CHILD_RUNNING)
		return TM_OK;
	rc = tm_collector_settle(collector, waits_for_us,
				 tm_session_elapsed_ns(session), err);
	if (rc == TM_OK && takes_tick(session, tm_session_elapsed_ns(session)))
		rc = tm_collector_tick(collector,
				       tm_session_elapsed_ns(session), err);
	return rc;
}

enum tm_sources_news tm_sources_read(struct tm_session *session,
				     struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	int got;

	if (reads_marks_now(session))
		rc = read_marks(session, err);
	if (rc == TM_OK)
		rc = read_signals(session, err);
	if (rc == TM_OK)
		rc = read_streams(session, &got, err);
	if (rc == TM_OK)
		rc = take_sample(session, err);
	write_streams(session);
	record_libraries(session);
	if (rc != TM_OK)
		return TM_SOURCES_FAILED;
	return session->watch.collector.has_new ? TM_SOURCES_SAMPLED
						: TM_SOURCES_NOTHING;
}

/* A program that waits at its marks has read what was written.  The pipe tells
 * what it holds at this end, too. */
static void count_unread(struct tm_session *session)
{
	int fd = session->program.child.ack_fd, bytes = 0;

	if (fd >= 0 && ioctl(fd, FIONREAD, &bytes) == 0 && bytes > 0)
		session->marks.unread_answers += (uint64_t)bytes;
}

/* One byte for each line, a newline so that a shell's `read` ends at it.  A
 * program that does not read them is not waited for. */
void tm_sources_acknowledge(struct tm_session *session)
{
	static const char newlines[] = "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n";
	uint64_t *due = &session->watch.collector.answers;
	int *fd = &session->program.child.ack_fd;
	size_t part;
	ssize_t written;

	while (*due > 0 && *fd >= 0) {
		part = *due < sizeof(newlines) - 1 ? (size_t)*due
						   : sizeof(newlines) - 1;
		written = write(*fd, newlines, part);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0 && errno == EAGAIN) { /* no room */
			session->marks.answered += *due;
			session->marks.unread_answers += *due;
			break;
		}
		if (written < 0) { /* the reader has closed its end */
			count_unread(session);
			close_one(fd);
			break;
		}
		*due -= (uint64_t)written;
		session->marks.answered += (uint64_t)written;
	}
	*due = 0;
}

void tm_sources_resize(struct tm_session *session)
{
	if (session->marks.streams)
		tm_passthrough_resize(
			&session->marks.streams[TM_STREAM_OUT].passthrough);
}

/* --- the end -------------------------------------------------------------- */

static int is_blocked(const struct tm_session *session)
{
	const struct tm_session_stream *streams = session->marks.streams;

	return tm_passthrough_is_waiting(&streams[TM_STREAM_OUT].passthrough) ||
	       tm_passthrough_is_waiting(&streams[TM_STREAM_ERR].passthrough);
}

void tm_sources_wait_reader(const struct tm_session *session,
			    struct pollfd waits[TM_STREAMS])
{
	size_t i;

	for (i = 0; i < TM_STREAMS; i++) {
		const struct tm_passthrough *passthrough =
			&session->marks.streams[i].passthrough;

		waits[i] = tm_passthrough_wait(passthrough);
		if (!tm_passthrough_is_waiting(passthrough))
			waits[i].fd = -1;
	}
}

/* A process that was left behind may write for ever: there is a limit to what
 * is read. */
enum tm_sources_news tm_sources_drain(struct tm_session *session,
				      struct tm_err *err)
{
	int got = 1;

	if (read_marks(session, err) != TM_OK ||
	    read_signals(session, err) != TM_OK)
		return TM_SOURCES_FAILED;
	while (session->marks.streams) {
		write_streams(session);
		if (is_blocked(session))
			return TM_SOURCES_BLOCKED;
		if (!got || session->marks.drain_reads++ >= READS_MAX)
			break;
		if (read_streams(session, &got, err) != TM_OK)
			return TM_SOURCES_FAILED;
	}
	return TM_SOURCES_NOTHING;
}

enum tm_rc tm_sources_end(struct tm_session *session, struct tm_err *err)
{
	struct tm_session_marks *marks = &session->marks;
	enum tm_rc rc = TM_OK;
	int i;

	count_unread(session);
	for (i = 0; marks->streams && i < TM_STREAMS && rc == TM_OK; i++)
		rc = tm_pattern_end(&marks->pattern, &marks->streams[i].line,
				    err);
	return rc;
}
