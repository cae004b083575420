#include <signal.h>

#include "run/sources.h"

/* Signals closer together than this may have become one. */
#define MERGING_NS 10000000u

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

static void set_count(json_t *json, const char *key, uint64_t count)
{
	json_object_set_new(json, key, json_integer((json_int_t)count));
}

static void describe_pattern(struct tm_session *session)
{
	const struct tm_pattern *pattern = &session->marks.pattern;
	struct tm_run *run = session->run;
	size_t i;

	if (pattern->not_numbers)
		tm_run_note(run,
			    "%llu matches ignored: group 1 is not an integer "
			    "('%s')",
			    (unsigned long long)pattern->not_numbers,
			    pattern->not_number);
	if (pattern->overlong_lines)
		tm_run_note(run,
			    "of %llu lines only the first %d bytes were "
			    "searched",
			    (unsigned long long)pattern->overlong_lines,
			    TM_PATTERN_LINE_MAX);
	if (!pattern->matches)
		tm_run_note(run, "no output line matched '%.200s'",
			    session->opts->marks.regex);
	for (i = 0; i < TM_STREAMS; i++) {
		if (session->marks.streams[i].passthrough.reader_gone)
			tm_run_note(run, "not all of its output was passed on: "
					 "the reader had closed it");
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

void tm_sources_describe(struct tm_session *session)
{
	const struct tm_collector *collector = &session->watch.collector;
	struct tm_run *run = session->run;
	json_t *json = json_object();

	json_object_set_new(json, "marks", json_string(name_source(session)));
	if (collector->by_time) {
		set_count(json, "every_ms",
			  session->marks.schedule.interval_ns / TM_NS_PER_MS);
		json_object_set_new(json, "jitter",
				    json_real(TM_SCHEDULE_JITTER));
		/* As text: JSON's integers are signed here. */
		json_object_set_new(
			json, "seed",
			json_sprintf("%llu", (unsigned long long)session->marks
						     .schedule.seed));
		set_count(json, "late", session->marks.schedule.late);
	}
	if (collector->dropped)
		set_count(json, "dropped_by_time", collector->dropped);
	if (collector->marks) {
		set_count(json, "marks_seen", collector->marks);
		set_count(json, "marks_skipped", collector->skipped);
	}
	if (session->marks.answered)
		set_count(json, "acknowledged", session->marks.answered);
	if (session->marks.unread_answers)
		tm_run_note(run,
			    "%llu acknowledgements were not read: its marks "
			    "are sampled a little later than it wrote them",
			    (unsigned long long)session->marks.unread_answers);
	if (session->marks.streams)
		describe_pattern(session);
	if (session->marks.source == TM_MARKS_SIGNAL)
		describe_signals(session);
	json_decref(run->sampling);
	run->sampling = json;
}
