#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "run/sources.h"
#include "util/amount.h"

/* Signals closer together than this may have become one. */
#define MERGING_NS 10000000u

/* Unread acknowledgements are worth a note when they are more than one in so
 * many. */
#define UNREAD_SHARE 20

/* Where marks came from in the end. */
static const char *name_source(const struct tm_session *session)
{
	enum tm_mark_source source = session->marks.source;

	if (source == TM_MARKS_AUTO)
		source = session->watch.collector.has_iterations
				 ? TM_MARKS_FD
				 : TM_MARKS_TIME;
	return tm_mark_source_name(source);
}

static void describe_pattern(struct tm_session *session)
{
	const struct tm_pattern *pattern = &session->marks.pattern;
	struct tm_run *run = session->run;
	char count[TM_AMOUNT_MAX];
	size_t i;

	tm_amount_format(count, (double)pattern->not_numbers, "matches");
	if (pattern->not_numbers)
		tm_run_note(run, "%s ignored: group 1 is not an integer ('%s')",
			    count, pattern->not_number);
	tm_amount_format(count, (double)pattern->overlong_lines, "lines");
	if (pattern->overlong_lines)
		tm_run_note(run, "of %s only the first %d bytes were searched",
			    count, TM_PATTERN_LINE_MAX);
	if (!pattern->matches)
		tm_run_note(run, "no output line matched '%.200s'",
			    session->opts->marks.regex);
	for (i = 0; i < TM_STREAMS; i++) {
		int failure = session->marks.streams[i].passthrough.failure;

		if (failure)
			tm_run_note(run,
				    "its %s was closed: what it printed could "
				    "not be written (%s)",
				    i == TM_STREAM_OUT ? "stdout" : "stderr",
				    strerror(failure));
	}
}

static void describe_signals(struct tm_session *session)
{
	int signal = session->opts->marks.signal;

	if (!session->marks.signals)
		tm_run_note(session->run, "no mark signal was received");
	/* Real-time signals wait in a queue. */
	if (signal < SIGRTMIN && session->marks.signal_gap_ns &&
	    session->marks.signal_gap_ns < MERGING_NS)
		tm_run_note(session->run,
			    "mark signals came less than 10 ms apart: the "
			    "kernel can merge them into one (it does not merge "
			    "RTMIN)");
}

static void fill_sampling(const struct tm_session *session,
			  struct tm_run_sampling *out)
{
	const struct tm_collector *collector = &session->watch.collector;
	const struct tm_schedule *schedule = &session->marks.schedule;
	char seed[24];

	tm_run_sampling_release(out);
	out->marks = tm_text_copy(name_source(session));
	if (collector->by_time) {
		out->every_ms =
			tm_known_count(schedule->interval_ns / TM_NS_PER_MS);
		out->jitter = tm_known_real(TM_SCHEDULE_JITTER);
		snprintf(seed, sizeof(seed), "%llu",
			 (unsigned long long)schedule->seed);
		out->seed = tm_text_copy(seed);
		out->late = tm_known_count(schedule->late);
	}
	if (collector->dropped)
		out->dropped_by_time = tm_known_count(collector->dropped);
	if (collector->marks) {
		out->marks_seen = tm_known_count(collector->marks);
		out->marks_skipped = tm_known_count(collector->skipped);
	}
	if (session->marks.answered)
		out->acknowledged =
			tm_known_count(session->marks.answered -
				       session->marks.unread_answers);
}

/* A program that ends after its last mark need not wait at that one, and lines
 * that are no marks belong to no moment. */
static void note_unread(struct tm_session *session)
{
	const struct tm_session_marks *marks = &session->marks;

	if (session->watch.collector.marks > 0 && marks->unread_answers > 1 &&
	    marks->unread_answers * UNREAD_SHARE > marks->answered)
		tm_run_note(session->run,
			    "%llu of %llu acknowledgements were not read: it "
			    "did not wait at its marks, which were sampled a "
			    "little later than it wrote them",
			    (unsigned long long)marks->unread_answers,
			    (unsigned long long)marks->answered);
}

void tm_sources_describe(struct tm_session *session)
{
	struct tm_run *run = session->run;

	fill_sampling(session, &run->sampling);
	note_unread(session);
	if (session->marks.streams)
		describe_pattern(session);
	if (session->marks.source == TM_MARKS_SIGNAL)
		describe_signals(session);
}
