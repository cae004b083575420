/*
 * How a line of the program becomes a sample.
 *
 * The program writes marks at its own pace; tidemark samples at a pace that
 * costs the machine little.  So a mark is pending until the loop that measures
 * lets it settle: then the program is read from outside, and the values stand at
 * that mark's iteration.  The program goes on meanwhile, by as much as one
 * sample takes; with --mark-ack it waits.  When the next mark comes first, the
 * pending one is filed without values: those of a later moment would be put in
 * the wrong place of the curve.
 *
 * Four things end or change the count, each handled here and nowhere else:
 *
 *   the first mark    samples by time were of another unit: they are dropped
 *   a mark that goes  another process counts for itself: it is left out, and a
 *   backwards         note says so
 *   no number         the count is our own, one more than the last
 *   the end           samples that were taken while the program was ending hold
 *                     the memory of its end, and are cleared (trim.h)
 */
#include "run/collector.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "heap/heap.h"
#include "marks/protocol.h"
#include "probe/preload.h"
#include "run/process_tree.h"
#include "run/trim.h"
#include "util/trace.h"

#define NS_PER_MS 1000000u

static tm_line_found take_line;

void tm_collector_init(struct tm_collector *collector, struct tm_run *run,
		       struct tm_probe *probe, size_t samples_max)
{
	memset(collector, 0, sizeof(*collector));
	collector->run = run;
	collector->probe = probe;
	tm_lines_init(&collector->lines, take_line, collector);
	tm_filing_init(&collector->filing, run, samples_max);
}

void tm_collector_release(struct tm_collector *collector)
{
	tm_lines_release(&collector->lines);
	free(collector->error);
	collector->error = NULL;
}

const struct tm_sample *tm_collector_newest(
	const struct tm_collector *collector)
{
	return tm_filing_newest(&collector->filing);
}

/* --- iterations ----------------------------------------------------------- */

/* Samples that were taken by time before the first mark do not count
 * iterations. */
static void begin_iterations(struct tm_collector *collector)
{
	struct tm_run *run = collector->run;

	if (collector->has_iterations)
		return;
	collector->has_iterations = 1;
	run->unit = TM_UNIT_ITERATION;
	if (!collector->by_time)
		return;
	collector->by_time = 0;
	collector->has_new = 0;
	collector->dropped = tm_filing_restart(&collector->filing);
	if (collector->probe)
		tm_probe_forget_samples(collector->probe);
}

/* The mark or sample that came last; NULL: none yet. */
static const struct tm_sample *find_last(const struct tm_collector *collector)
{
	return collector->has_pending ? &collector->pending
				      : tm_collector_newest(collector);
}

/* Whether `iteration` is behind one that came before, as when several processes
 * count for themselves.  Such a mark is ignored and counted. */
static int goes_backwards(struct tm_collector *collector, uint64_t iteration)
{
	const struct tm_sample *last = find_last(collector);

	if (!last || iteration >= last->iteration)
		return 0;
	tm_trace("mark_ignored", "iteration=%llu last=%llu",
		 (unsigned long long)iteration,
		 (unsigned long long)last->iteration);
	if (collector->backwards++ == 0)
		collector->backwards_line = collector->lines.count;
	return 1;
}

/* --- samples -------------------------------------------------------------- */

/* File a sample that is complete by itself. */
static enum tm_rc add_sample(struct tm_collector *collector,
			     const struct tm_sample *sample, struct tm_err *err)
{
	collector->is_outside = 0;
	collector->has_new = 1;
	return tm_filing_add(&collector->filing, sample, err);
}

/* A mark that a newer one has overtaken keeps its iteration; its values were
 * not measured, so they are absent. */
static enum tm_rc skip_pending(struct tm_collector *collector,
			       struct tm_err *err)
{
	if (!collector->has_pending)
		return TM_OK;
	collector->has_pending = 0;
	collector->skipped++;
	tm_trace("mark_skipped", "iteration=%llu",
		 (unsigned long long)collector->pending.iteration);
	return add_sample(collector, &collector->pending, err);
}

/* Processor time of this thread: other work of the machine does not count as
 * the cost of a sample. */
static uint64_t cpu_time_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static const char *trace_value(char out[TM_TRACE_COUNT_MAX],
			       const struct tm_sample *sample,
			       enum tm_metric metric)
{
	return tm_trace_count(out, tm_metric_name(metric),
			      tm_sample_has(sample, metric),
			      sample->value[metric]);
}

#define PRESENT_MAX 640 /* all names of metrics, with commas */

/* "rss_bytes,threads": what a sample has; "none". */
static const char *name_present(char out[PRESENT_MAX],
				const struct tm_sample *sample)
{
	size_t used = 0;
	unsigned int m;

	snprintf(out, PRESENT_MAX, "none");
	for (m = 0; m < TM_METRIC_COUNT && used < PRESENT_MAX; m++) {
		if (tm_sample_has(sample, m))
			used += (size_t)snprintf(out + used, PRESENT_MAX - used,
						 "%s%s", used ? "," : "",
						 tm_metric_name(m));
	}
	return out;
}

/* `why`: "mark", "waiting" (a mark whose program waits), "time". */
static void trace_sample(const struct tm_collector *collector, const char *why,
			 const struct tm_sample *sample)
{
	const struct tm_pacing *pacing = &collector->pacing;
	char rss[TM_TRACE_COUNT_MAX], processes[TM_TRACE_COUNT_MAX];
	char present[PRESENT_MAX];

	tm_trace("sample",
		 "why=%s iteration=%llu at_us=%llu depth=%s cost_us=%llu "
		 "next_us=%llu checkpoint_us=%llu present=%s"
		 "%s%s",
		 why, (unsigned long long)sample->iteration,
		 (unsigned long long)(sample->elapsed_ns / 1000u),
		 pacing->depth == TM_PROBE_CHECKPOINT ? "checkpoint" : "plain",
		 (unsigned long long)(pacing->cost_ns / 1000u),
		 (unsigned long long)(pacing->sample_ns / 1000u),
		 (unsigned long long)(pacing->checkpoint_ns / 1000u),
		 name_present(present, sample),
		 trace_value(rss, sample, TM_METRIC_rss_bytes),
		 trace_value(processes, sample, TM_METRIC_processes));
}

static void probe_program(struct tm_collector *collector,
			  struct tm_sample *sample)
{
	uint64_t now_ns = sample->elapsed_ns, before_ns = cpu_time_ns();
	enum tm_probe_depth depth = tm_pacing_depth(&collector->pacing, now_ns);

	tm_probe_sample(collector->probe, depth, sample);
	tm_pacing_add_cost(&collector->pacing, depth, now_ns,
			   cpu_time_ns() - before_ns);
	/* What this sample brought for the one before it. */
	if (collector->probe->preload)
		tm_filing_complete(&collector->filing,
				   tm_preload_late(collector->probe->preload));
}

/* Sample the program from outside.  `sample` has its iteration and time. */
static enum tm_rc take_sample(struct tm_collector *collector, const char *why,
			      struct tm_sample *sample, struct tm_err *err)
{
	collector->taken++;
	if (collector->probe)
		probe_program(collector, sample);
	if (tm_trace_file)
		trace_sample(collector, why, sample);
	collector->is_outside = 1;
	collector->has_new = 1;
	return tm_filing_open(&collector->filing, sample, err);
}

/* --- marks and time ------------------------------------------------------- */

enum tm_rc tm_collector_mark(struct tm_collector *collector, uint64_t iteration,
			     uint64_t elapsed_ns, struct tm_err *err)
{
	enum tm_rc rc;

	begin_iterations(collector);
	collector->marks++;
	if (goes_backwards(collector, iteration))
		return TM_OK;
	if (collector->probe && collector->probe->heap)
		tm_heap_locate(collector->probe->heap, iteration);
	rc = skip_pending(collector, err);
	collector->has_pending = 1;
	memset(&collector->pending, 0, sizeof(collector->pending));
	collector->pending.iteration = iteration;
	collector->pending.elapsed_ns = elapsed_ns;
	tm_trace("mark", "iteration=%llu line=%zu",
		 (unsigned long long)iteration, collector->lines.count);
	return rc;
}

enum tm_rc tm_collector_mark_next(struct tm_collector *collector,
				  uint64_t elapsed_ns, struct tm_err *err)
{
	const struct tm_sample *last;

	begin_iterations(collector);
	last = find_last(collector);
	return tm_collector_mark(collector, last ? last->iteration + 1 : 1,
				 elapsed_ns, err);
}

enum tm_rc tm_collector_settle(struct tm_collector *collector, int at_once,
			       uint64_t elapsed_ns, struct tm_err *err)
{
	enum tm_rc rc;

	if (!collector->has_pending ||
	    (!at_once && !tm_pacing_allows(&collector->pacing, elapsed_ns)))
		return TM_OK;
	collector->has_pending = 0;
	collector->pending.elapsed_ns = elapsed_ns;
	rc = take_sample(collector, at_once ? "waiting" : "mark",
			 &collector->pending, err);
	if (at_once && collector->probe && collector->probe->heap)
		tm_heap_hold(collector->probe->heap);
	return rc;
}

void tm_collector_count_time(struct tm_collector *collector)
{
	collector->run->unit = TM_UNIT_SECOND;
}

enum tm_rc tm_collector_tick(struct tm_collector *collector,
			     uint64_t elapsed_ns, struct tm_err *err)
{
	const struct tm_sample *newest = tm_collector_newest(collector);
	struct tm_sample sample = {.iteration = elapsed_ns / NS_PER_MS,
				   .elapsed_ns = elapsed_ns};

	if (collector->has_iterations ||
	    (newest && sample.iteration <= newest->iteration))
		return TM_OK;
	collector->by_time = 1;
	return take_sample(collector, "time", &sample, err);
}

/* --- lines ---------------------------------------------------------------- */

static void note_bad_line(struct tm_collector *collector, const char *why)
{
	char text[TM_TRACE_TEXT_MAX];

	tm_trace("line_bad", "line=%zu why=\"%s\"", collector->lines.count,
		 tm_trace_text(text, why));
	if (++collector->bad_lines <= TM_BAD_LINES_SHOWN)
		tm_run_note(collector->run, "line %zu of its marks: %s",
			    collector->lines.count, why);
}

static void take_report(struct tm_collector *collector, const char *text)
{
	struct tm_run *run = collector->run;
	struct tm_err why;

	if (run->report.is_known)
		note_bad_line(collector, "a second report");
	else if (tm_run_report_read(&run->report, text, &why) != TM_OK)
		note_bad_line(collector, why.text);
}

/* A sample that the program took of itself. */
static enum tm_rc take_own_sample(struct tm_collector *collector,
				  const struct tm_sample *sample,
				  struct tm_err *err)
{
	char rss[TM_TRACE_COUNT_MAX];
	enum tm_rc rc;

	begin_iterations(collector);
	rc = skip_pending(collector, err);
	if (rc != TM_OK || goes_backwards(collector, sample->iteration))
		return rc;
	tm_trace("own_sample", "iteration=%llu%s",
		 (unsigned long long)sample->iteration,
		 trace_value(rss, sample, TM_METRIC_rss_bytes));
	return add_sample(collector, sample, err);
}

static enum tm_rc use_line(struct tm_collector *collector,
			   const struct tm_line *line, struct tm_err *err)
{
	switch (line->type) {
	case TM_LINE_MARK:
		if (line->is_next)
			return tm_collector_mark_next(collector,
						      collector->now_ns, err);
		return tm_collector_mark(collector, line->iteration,
					 collector->now_ns, err);
	case TM_LINE_SAMPLE:
		return take_own_sample(collector, &line->sample, err);
	case TM_LINE_ABSENT:
		tm_run_set_absent(collector->run, line->metric, line->text);
		return TM_OK;
	case TM_LINE_REPORT:
		take_report(collector, line->text);
		return TM_OK;
	case TM_LINE_ERROR:
		if (!collector->error)
			collector->error = strdup(line->text);
		return TM_OK;
	}
	return TM_OK;
}

static enum tm_rc take_line(void *context, const char *text,
			    const char *problem, struct tm_err *err)
{
	struct tm_collector *collector = context;
	struct tm_err why = {0};
	struct tm_line line;

	collector->answers++;
	if (!problem && tm_protocol_parse(&line, text, &why) == TM_OK)
		return use_line(collector, &line, err);
	note_bad_line(collector, problem ? problem : why.text);
	return TM_OK;
}

enum tm_rc tm_collector_feed(struct tm_collector *collector, const char *bytes,
			     size_t length, uint64_t elapsed_ns,
			     struct tm_err *err)
{
	collector->now_ns = elapsed_ns;
	return tm_lines_feed(&collector->lines, bytes, length, err);
}

/* --- the end -------------------------------------------------------------- */

static enum tm_sampled how_sampled(const struct tm_collector *collector)
{
	if (collector->by_time)
		return TM_SAMPLED_BY_TIME;
	return collector->answers ? TM_SAMPLED_WAITING : TM_SAMPLED_MARKS;
}

enum tm_rc tm_collector_finish(struct tm_collector *collector, int running,
			       struct tm_err *err)
{
	struct tm_filing *filing = &collector->filing;
	enum tm_rc rc;

	/* A program that ended before its last mark was sampled got that far. */
	rc = skip_pending(collector, err);
	if (rc == TM_OK)
		rc = tm_filing_finish(filing, err);
	if (collector->is_outside && !running)
		tm_filing_clear_from(
			filing,
			tm_trim_find(collector->run, how_sampled(collector)));
	if (collector->taken && collector->probe)
		tm_process_tree_set(collector->run, collector->probe);
	return rc;
}
