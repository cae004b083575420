#include "run/watch.h"

#include <time.h>

#include "run/collector_notes.h"
#include "run/heap_note.h"
#include "run/preload_note.h"
#include "run/sites_filing.h"
#include "run/types_filing.h"
#include "sites/summary.h"

/* How often a silent program is checked; less often where reading its memory
 * would take more than a hundredth of one processor. */
#define CHECK_NS    50000000u
#define CHECK_SHARE 100

/* Without the counters a program is measured all the same. */
static void open_preload(struct tm_session *session)
{
	const struct tm_preload_setup *setup = session->opts->preload;
	struct tm_session_watch *watch = &session->watch;
	struct tm_err why = {0};

	if (!setup)
		return;
	watch->has_preload =
		tm_preload_open(&watch->preload, setup->folder.path,
				session->program.child.pid, &why) == TM_OK;
	if (watch->has_preload && watch->has_probe)
		watch->probe.preload = &watch->preload;
	else if (!watch->has_preload)
		tm_run_note(session->run, "its allocations are not counted: %s",
			    why.text);
}

/* The socket must be there before the program is: agents look for it once. */
void tm_watch_prepare(struct tm_session *session)
{
	const struct tm_preload_setup *setup = session->opts->preload;
	struct tm_session_watch *watch = &session->watch;
	const struct tm_heap_opts opts = {
		.may_enter = session->opts->inside,
		.folder = setup ? setup->folder.path : NULL,
		.share = session->opts->inside_share,
	};
	struct tm_err why = {0};

	watch->has_heap = tm_heap_open(&watch->heap, &opts, &why) == TM_OK;
	if (!watch->has_heap)
		tm_run_note(session->run,
			    "--inside: its runtime cannot be asked: %s",
			    why.text);
}

void tm_watch_open(struct tm_session *session)
{
	struct tm_session_watch *watch = &session->watch;
	enum tm_mark_source source = session->marks.source;

	watch->has_probe =
		tm_probe_open(&watch->probe, session->program.child.pid,
			      NULL) == TM_OK;
	if (watch->has_probe && watch->has_heap)
		watch->probe.heap = &watch->heap;
	open_preload(session);
	tm_collector_init(&watch->collector, session->run,
			  watch->has_probe ? &watch->probe : NULL,
			  session->opts->samples_max);
	if (source == TM_MARKS_TIME || source == TM_MARKS_AUTO)
		tm_collector_count_time(&watch->collector);
}

void tm_watch_close(struct tm_session *session)
{
	struct tm_session_watch *watch = &session->watch;

	tm_collector_release(&watch->collector);
	watch->probe.heap = NULL;
	if (watch->has_heap)
		tm_heap_close(&watch->heap);
	if (watch->has_preload) {
		watch->probe.preload = NULL;
		tm_preload_close(&watch->preload);
	}
	if (watch->has_probe)
		tm_probe_close(&watch->probe);
}

/* --- memory --------------------------------------------------------------- */

static void raise_highest(struct tm_session_watch *watch, uint64_t bytes)
{
	if (bytes > watch->highest_bytes)
		watch->highest_bytes = bytes;
}

int tm_watch_is_due(struct tm_session *session)
{
	uint64_t now_ns = tm_session_elapsed_ns(session);

	if (now_ns < session->watch.check_ns)
		return 0;
	session->watch.check_ns = now_ns + CHECK_NS;
	return 1;
}

int tm_watch_read_memory(struct tm_session *session, uint64_t *out)
{
	struct tm_session_watch *watch = &session->watch;
	struct timespec before, after;
	uint64_t cost_ns;

	if (!watch->has_probe)
		return 0;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
	*out = tm_probe_rss(&watch->probe);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
	cost_ns = (uint64_t)((after.tv_sec - before.tv_sec) * 1000000000 +
			     after.tv_nsec - before.tv_nsec);
	if (CHECK_SHARE * cost_ns > CHECK_NS)
		watch->check_ns += CHECK_SHARE * cost_ns - CHECK_NS;
	raise_highest(watch, *out);
	return 1;
}

const struct tm_sample *tm_watch_last_sample(const struct tm_session *session)
{
	return tm_collector_newest(&session->watch.collector);
}

const struct tm_sample *tm_watch_take_sample(struct tm_session *session)
{
	struct tm_session_watch *watch = &session->watch;
	const struct tm_sample *sample = tm_watch_last_sample(session);

	watch->collector.has_new = 0;
	if (!sample)
		return NULL;
	raise_highest(watch, sample->value[TM_METRIC_hwm_bytes]);
	raise_highest(watch, sample->value[TM_METRIC_rss_bytes]);
	return sample;
}

/* --- the end -------------------------------------------------------------- */

/* A program that does not wait at its marks may have left its loop when its heap
 * was asked for the last one: its figures and types are then those of an end. */
static void leave_out_end(struct tm_session *session)
{
	struct tm_run *run = session->run;
	size_t i = run->sample_count;

	if (!session->watch.has_heap || run->unit != TM_UNIT_ITERATION ||
	    session->ending.stopped || session->ending.detached ||
	    !tm_heap_ends_loose(&session->watch.heap))
		return;
	while (i > 0 && !tm_heap_clear(&run->samples[i - 1]))
		i--;
}

enum tm_rc tm_watch_finish(struct tm_session *session, struct tm_err *err)
{
	struct tm_collector *collector = &session->watch.collector;
	enum tm_rc rc;

	if (session->watch.has_heap)
		tm_heap_finish(&session->watch.heap);
	rc = tm_collector_finish(collector, session->ending.detached, err);
	leave_out_end(session);
	tm_collector_describe(collector);
	return rc;
}

/* Of the last sample that was kept. */
static uint64_t last_position(const struct tm_run *run)
{
	size_t i = run->sample_count;

	while (i > 0 && !run->samples[i - 1].present)
		i--;
	return i > 0 ? run->samples[i - 1].iteration : 0;
}

static void describe_heap(struct tm_run *run, struct tm_heap *heap,
			  const struct tm_preload_setup *setup)
{
	uint64_t until = last_position(run);

	tm_heap_note(run, heap, setup);
	tm_types_file(&run->types, &heap->types.taken, until);
	tm_heap_sites_file(run, &heap->sites.taken, until);
}

void tm_watch_describe(struct tm_session *session)
{
	struct tm_preload *preload = &session->watch.preload;
	const struct tm_preload_setup *setup = session->opts->preload;

	if (session->watch.has_heap)
		describe_heap(session->run, &session->watch.heap, setup);
	if (!session->watch.has_preload)
		return;
	session->watch.probe.preload = NULL;
	tm_preload_finish(preload);
	tm_preload_note(session->run, preload, session->opts->preload);
	tm_sites_summarize(session->run, &preload->sites, preload->lost_samples,
			   session->started_ns);
}
