#include "run/collector.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probe/preload.h"
#include "marks/protocol.h"
#include "run/trim.h"
#include "run/tree_json.h"

/* A report with a census of every type is some KiB. */
#define LINE_MAX_BYTES (4u * 1024 * 1024)

/* After so many bad lines they are only counted. */
#define BAD_LINES_SHOWN 5

#define SAMPLES_MAX 65536

/* How far apart the costly look is at least (it takes 10 ms a GiB), and how
 * many times what the last one cost. */
#define CHECKPOINT_NS	 1000000000u
#define CHECKPOINT_SHARE 200

/* A look may come again after so many times what the last one cost, but is
 * never put off for longer than this: a full pipe would stop the program. */
#define LOOK_SHARE  20
#define LOOK_MAX_NS 100000000u

/* What is left out is worth a note when it is more than a few, and of marks
 * one in so many. */
#define FEW	      10
#define SKIPPED_SHARE 20

#define NS_PER_MS 1000000u

void tm_collector_init(struct tm_collector *collector, struct tm_run *run,
		       struct tm_probe *probe, size_t samples_max)
{
	memset(collector, 0, sizeof(*collector));
	collector->run = run;
	collector->probe = probe;
	collector->samples_max = samples_max ? samples_max : SAMPLES_MAX;
	collector->stride = 1;
	tm_alloc_init(&collector->alloc);
	tm_buf_init(&collector->partial, &collector->alloc);
}

static void note_bad_line(struct tm_collector *collector, const char *why)
{
	if (++collector->bad_lines > BAD_LINES_SHOWN)
		return;
	if (collector->line == 0) /* marks that are no lines */
		tm_run_note(collector->run, "its marks: %s", why);
	else
		tm_run_note(collector->run, "line %zu of its marks: %s",
			    collector->line, why);
}

/* What is behind what was told before, as when several processes count. */
static void leave_out(struct tm_collector *collector)
{
	if (collector->backwards++ == 0)
		collector->backwards_line = collector->line;
}

/* --- samples -------------------------------------------------------------- */

/* Marks that were read together with later ones have nothing to show. */
static void drop_empty(struct tm_run *run)
{
	size_t kept = 0, i;

	for (i = 0; i < run->sample_count; i++) {
		if (run->samples[i].present)
			run->samples[kept++] = run->samples[i];
	}
	run->sample_count = kept;
}

/* When that is not enough, keep every second of the samples, and from now on
 * half as many. */
static void thin(struct tm_collector *collector)
{
	struct tm_run *run = collector->run;
	size_t i;

	collector->looked_at = SIZE_MAX; /* it has moved */
	drop_empty(run);
	if (run->sample_count <= collector->samples_max / 2)
		return;
	for (i = 0; 2 * i < run->sample_count; i++)
		run->samples[i] = run->samples[2 * i];
	run->sample_count = i;
	collector->stride *= 2;
}

/* What was sampled by time while no mark had come is not by iteration. */
static void begin_iterations(struct tm_collector *collector)
{
	struct tm_run *run = collector->run;

	if (collector->has_iterations)
		return;
	collector->has_iterations = 1;
	run->unit = TM_UNIT_ITERATION;
	if (!collector->by_time)
		return;
	collector->dropped = collector->seen;
	collector->by_time = 0;
	collector->seen = run->sample_count = 0;
	collector->has_new = 0;
	collector->stride = 1;
	if (collector->probe)
		tm_probe_forget_samples(collector->probe);
}

static enum tm_rc file_sample(struct tm_collector *collector,
			      const struct tm_sample *sample,
			      struct tm_err *err)
{
	struct tm_run *run = collector->run;
	enum tm_rc rc = TM_OK;

	if (collector->seen && sample->iteration < collector->last.iteration) {
		leave_out(collector);
		return TM_OK;
	}
	if (run->sample_count >= collector->samples_max)
		thin(collector);
	collector->last = *sample;
	collector->has_new = 1;
	collector->last_is_outside = 0;
	collector->last_kept = collector->seen++ % collector->stride == 0;
	if (collector->last_kept)
		rc = tm_run_add_sample(run, sample, err);
	return rc;
}

static void add_metrics(struct tm_sample *sample, const struct tm_sample *more)
{
	unsigned int m;

	for (m = 0; m < TM_METRIC_COUNT; m++) {
		if (tm_sample_has(more, m))
			tm_sample_set(sample, m, more->value[m]);
	}
}

/* Some of what was asked for at the look of `looked_ns` is known only now. */
static void complete_look(struct tm_collector *collector, uint64_t looked_ns)
{
	const struct tm_sample *late =
		tm_preload_late(collector->probe->preload);
	struct tm_run *run = collector->run;

	size_t at = collector->looked_at;

	if (!late->present)
		return;
	if (collector->last_is_outside &&
	    collector->last.elapsed_ns == looked_ns)
		add_metrics(&collector->last, late);
	if (at < run->sample_count && run->samples[at].elapsed_ns == looked_ns)
		add_metrics(&run->samples[at], late);
}

/* Processor time of this thread: how long a look took with the machine's other
 * work in between says nothing about what it cost. */
static uint64_t spent_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* When looks of this depth may come again.  A costly look must not keep the
 * cheap ones from coming, so each depth has its own time. */
static void space_looks(struct tm_collector *collector,
			enum tm_probe_depth depth, uint64_t elapsed_ns,
			uint64_t cost_ns)
{
	uint64_t pause_ns = LOOK_SHARE * cost_ns;

	if (depth == TM_PROBE_CHECKPOINT)
		collector->checkpoint_ns =
			elapsed_ns +
			larger(CHECKPOINT_SHARE * cost_ns, CHECKPOINT_NS);
	else
		collector->look_ready_ns =
			elapsed_ns +
			(pause_ns < LOOK_MAX_NS ? pause_ns : LOOK_MAX_NS);
}

static void look_from_outside(struct tm_collector *collector,
			      struct tm_sample *sample)
{
	enum tm_probe_depth depth = TM_PROBE_MARK;
	uint64_t before_ns = spent_ns();

	collector->looked_ns = sample->elapsed_ns;
	collector->looks++;
	if (!collector->probe)
		return;
	if (sample->elapsed_ns >= collector->checkpoint_ns)
		depth = TM_PROBE_CHECKPOINT;
	tm_probe_sample(collector->probe, depth, sample);
	space_looks(collector, depth, sample->elapsed_ns,
		    spent_ns() - before_ns);
}

/* Look, file, and complete what was filed before with what is known now. */
static enum tm_rc look_and_file(struct tm_collector *collector,
				struct tm_sample *sample, struct tm_err *err)
{
	uint64_t looked_ns = collector->looked_ns;
	enum tm_rc rc;

	look_from_outside(collector, sample);
	if (collector->probe && collector->probe->preload)
		complete_look(collector, looked_ns);
	rc = file_sample(collector, sample, err);
	collector->last_is_outside = 1;
	collector->looked_at = collector->last_kept
				       ? collector->run->sample_count - 1
				       : SIZE_MAX;
	return rc;
}

/* --- marks and time ------------------------------------------------------- */

/* One that a newer mark has overtaken keeps its iteration; what was not
 * measured is absent. */
static enum tm_rc file_pending(struct tm_collector *collector,
			       struct tm_err *err)
{
	if (!collector->has_pending)
		return TM_OK;
	collector->has_pending = 0;
	collector->skipped++;
	return file_sample(collector, &collector->pending, err);
}

/* The mark or sample that was told last; NULL: none yet. */
static const struct tm_sample *newest(const struct tm_collector *collector)
{
	if (collector->has_pending)
		return &collector->pending;
	return collector->seen ? &collector->last : NULL;
}

enum tm_rc tm_collector_mark(struct tm_collector *collector, uint64_t iteration,
			     uint64_t elapsed_ns, struct tm_err *err)
{
	const struct tm_sample *before;
	enum tm_rc rc;

	begin_iterations(collector);
	collector->marks++;
	before = newest(collector);
	if (before && iteration < before->iteration) {
		leave_out(collector);
		return TM_OK;
	}
	rc = file_pending(collector, err);
	collector->has_pending = 1;
	memset(&collector->pending, 0, sizeof(collector->pending));
	collector->pending.iteration = iteration;
	collector->pending.elapsed_ns = elapsed_ns;
	return rc;
}

enum tm_rc tm_collector_mark_next(struct tm_collector *collector,
				  uint64_t elapsed_ns, struct tm_err *err)
{
	const struct tm_sample *before;

	begin_iterations(collector);
	before = newest(collector);
	return tm_collector_mark(collector, before ? before->iteration + 1 : 1,
				 elapsed_ns, err);
}

enum tm_rc tm_collector_settle(struct tm_collector *collector, int at_once,
			       uint64_t elapsed_ns, struct tm_err *err)
{
	struct tm_sample sample = collector->pending;

	if (!collector->has_pending ||
	    (!at_once && elapsed_ns < collector->look_ready_ns))
		return TM_OK;
	collector->has_pending = 0;
	sample.elapsed_ns = elapsed_ns;
	return look_and_file(collector, &sample, err);
}

void tm_collector_count_time(struct tm_collector *collector)
{
	collector->run->unit = TM_UNIT_SECOND;
}

enum tm_rc tm_collector_tick(struct tm_collector *collector,
			     uint64_t elapsed_ns, struct tm_err *err)
{
	struct tm_sample sample = {.iteration = elapsed_ns / NS_PER_MS,
				   .elapsed_ns = elapsed_ns};

	if (collector->has_iterations ||
	    (collector->seen && sample.iteration <= collector->last.iteration))
		return TM_OK;
	collector->by_time = 1;
	return look_and_file(collector, &sample, err);
}

/* --- lines ---------------------------------------------------------------- */

static void file_report(struct tm_collector *collector, const char *text)
{
	struct tm_run *run = collector->run;
	json_error_t error;
	json_t *report;

	if (run->report) {
		note_bad_line(collector, "a second report");
		return;
	}
	report = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!report) {
		note_bad_line(collector, error.text);
		return;
	}
	run->report = report;
}

static enum tm_rc file_line(struct tm_collector *collector, const char *text,
			    uint64_t elapsed_ns, struct tm_err *err)
{
	struct tm_err why = {0};
	struct tm_line line;

	if (tm_protocol_parse(&line, text, &why) != TM_OK) {
		note_bad_line(collector, why.text);
		return TM_OK;
	}
	switch (line.kind) {
	case TM_LINE_MARK:
		if (line.is_next)
			return tm_collector_mark_next(collector, elapsed_ns,
						      err);
		return tm_collector_mark(collector, line.sample.iteration,
					 elapsed_ns, err);
	case TM_LINE_SAMPLE:
		begin_iterations(collector);
		if (file_pending(collector, err) != TM_OK)
			return TM_ENOMEM;
		return file_sample(collector, &line.sample, err);
	case TM_LINE_ABSENT:
		tm_run_set_absent(collector->run, line.metric, line.text);
		return TM_OK;
	case TM_LINE_REPORT:
		file_report(collector, line.text);
		return TM_OK;
	case TM_LINE_ERROR:
		if (!collector->error)
			collector->error = strdup(line.text);
		return TM_OK;
	}
	return TM_OK;
}

/* The partial line is complete: file it, unless it is no text. */
static enum tm_rc end_line(struct tm_collector *collector, uint64_t elapsed_ns,
			   struct tm_err *err)
{
	struct tm_buf *partial = &collector->partial;
	enum tm_rc rc = TM_OK;

	collector->line++;
	if (collector->overlong)
		note_bad_line(collector, "longer than 4 MiB");
	else if (partial->length && strlen(partial->bytes) != partial->length)
		note_bad_line(collector, "it holds a NUL byte");
	else
		rc = file_line(collector, partial->length ? partial->bytes : "",
			       elapsed_ns, err);
	collector->overlong = 0;
	collector->answers++;
	tm_buf_clear(partial);
	return rc;
}

enum tm_rc tm_collector_feed(struct tm_collector *collector, const char *bytes,
			     size_t length, uint64_t elapsed_ns,
			     struct tm_err *err)
{
	const char *end = bytes + length;
	enum tm_rc rc = TM_OK;

	while (bytes < end && rc == TM_OK) {
		const char *newline =
			memchr(bytes, '\n', (size_t)(end - bytes));
		size_t part = (size_t)((newline ? newline : end) - bytes);

		if (collector->partial.length + part > LINE_MAX_BYTES)
			collector->overlong = 1;
		if (!collector->overlong &&
		    tm_buf_add(&collector->partial, bytes, part) != TM_OK)
			return tm_fail(err, TM_ENOMEM,
				       "no memory for a line of marks");
		if (newline)
			rc = end_line(collector, elapsed_ns, err);
		bytes += part + (newline != NULL);
	}
	return rc;
}

/* --- the end -------------------------------------------------------------- */

static int was_measured(const struct tm_run *run, enum tm_metric metric)
{
	size_t i;

	for (i = 0; i < run->sample_count; i++) {
		if (tm_sample_has(&run->samples[i], metric))
			return 1;
	}
	return 0;
}

/* A program that only marks was measured from outside: what that cannot see is
 * absent for the probe's reasons. */
static void explain_outside(struct tm_collector *collector)
{
	static const char too_late[] =
		"the program had ended before it could be looked at";
	struct tm_run *run = collector->run;
	const char *reason;
	unsigned int m;

	for (m = 0;
	     (collector->marks || collector->looks) && m < TM_METRIC_COUNT;
	     m++) {
		if (run->absent[m] || was_measured(run, m))
			continue;
		reason = collector->probe ? tm_probe_absent(collector->probe, m)
					  : NULL;
		tm_run_set_absent(run, m, reason ? reason : too_late);
	}
}

/* Each process that counts for itself is behind the one that is ahead. */
static void note_backwards(const struct tm_collector *collector)
{
	char where[40] = "";

	if (!collector->backwards)
		return;
	if (collector->backwards_line)
		snprintf(where, sizeof(where), ", first in line %zu",
			 collector->backwards_line);
	tm_run_note(collector->run,
		    "%" PRIu64 " of its marks are left out, as the iterations "
		    "go backwards%s: where several processes mark, let them "
		    "write `mark` without a number",
		    collector->backwards, where);
}

static void note_the_unusual(struct tm_collector *collector)
{
	struct tm_run *run = collector->run;

	if (collector->bad_lines > BAD_LINES_SHOWN)
		tm_run_note(run, "%zu more lines of its marks are unreadable",
			    collector->bad_lines - BAD_LINES_SHOWN);
	note_backwards(collector);
	if (collector->partial.length || collector->overlong)
		tm_run_note(run, "its last line of marks is cut off");
	if (collector->stride > 1)
		tm_run_note(run, "one in %zu of %zu samples was kept",
			    collector->stride, collector->seen);
	if (collector->dropped >= FEW)
		tm_run_note(run,
			    "%zu samples by time, from before its first mark, "
			    "are left out",
			    collector->dropped);
	if (collector->skipped >= FEW &&
	    collector->skipped * SKIPPED_SHARE > collector->marks)
		tm_run_note(run,
			    "%llu of %llu marks were not sampled: they came "
			    "too close behind another",
			    (unsigned long long)collector->skipped,
			    (unsigned long long)collector->marks);
	if (run->sample_count && tm_probe_peak_inherited(&run->samples[0]))
		tm_run_note(
			run,
			"maxrss_bytes starts at %.1f MiB, the peak of the "
			"process that started it; its own is hwm_bytes",
			(double)run->samples[0].value[TM_METRIC_maxrss_bytes] /
				1048576.0);
}

enum tm_rc tm_collector_finish(struct tm_collector *collector,
			       struct tm_err *err)
{
	enum tm_rc rc;

	/* It ended before it could be looked at: that it got so far is known.
	 */
	rc = file_pending(collector, err);
	if (rc == TM_OK && collector->seen && !collector->last_kept)
		rc = tm_run_add_sample(collector->run, &collector->last, err);
	if (collector->last_is_outside && !collector->goes_on)
		tm_tail_leave_empty(collector->run, collector->by_time);
	explain_outside(collector);
	if (collector->looks && collector->probe)
		tm_tree_json_add(collector->run, collector->probe);
	note_the_unusual(collector);
	tm_buf_release(&collector->partial);
	free(collector->error);
	collector->error = NULL;
	return rc;
}
