#include "heap/heap.h"

#include <stdio.h>
#include <string.h>

#include "metric/traits.h"
#include "runtimes/runtimes.h"
#include "util/clock.h"
#include "util/trace.h"

/* A heap that takes longer is left alone in this sample. */
#define LIMIT_MS 5000

/* What a run of any length needs at least (heap/share.h). */
#define RATE	    20
#define SURVEY_RATE 4

/* A runtime has begun, and let its helper in, after so long. */
#define BRIEF_NS 2000000000u

/* Marks that are read so soon after a census were written before its end. */
#define UNREAD_NS 10000000u

/* Where the last mark was read so soon after an answer, the program may have been
 * behind its loop when it answered: on a busy machine, what was written before is
 * read late.  One sample less does no harm. */
#define END_NS 200000000u

enum tm_rc tm_heap_open(struct tm_heap *heap, const struct tm_heap_opts *opts,
			struct tm_err *err)
{
	double most = (double)opts->share / 100;

	memset(heap, 0, sizeof(*heap));
	heap->may_enter = opts->may_enter;
	heap->share = (struct tm_share){most, .rate = RATE};
	heap->types.share = (struct tm_share){most, .rate = SURVEY_RATE};
	heap->sites.share = (struct tm_share){most / 2, .rate = SURVEY_RATE};
	heap->started_ns = tm_clock_ns();
	heap->agents.listen_fd = -1;
	if (!opts->may_enter || !opts->folder)
		return TM_OK;
	heap->jvms.folder = opts->folder;
	return tm_agents_open(&heap->agents, opts->folder, err);
}

void tm_heap_close(struct tm_heap *heap)
{
	tm_agents_close(&heap->agents);
	tm_jvms_close(&heap->jvms);
	tm_censuses_release(&heap->types.taken);
	tm_censuses_release(&heap->sites.taken);
}

static void move_last(struct tm_heap_survey *survey, uint64_t position)
{
	if (survey->is_loose)
		tm_censuses_move_last(&survey->taken, position);
}

void tm_heap_locate(struct tm_heap *heap, uint64_t position)
{
	uint64_t since_ns = tm_clock_ns() - heap->answered_ns;

	if (heap->is_loose && since_ns > END_NS)
		tm_heap_hold(heap);
	if (!heap->is_loose || since_ns > UNREAD_NS)
		return;
	move_last(&heap->types, position);
	move_last(&heap->sites, position);
}

void tm_heap_hold(struct tm_heap *heap)
{
	heap->is_loose = heap->types.is_loose = heap->sites.is_loose = 0;
}

static void drop_loose(struct tm_heap_survey *survey)
{
	if (survey->is_loose)
		tm_censuses_drop_last(&survey->taken);
	survey->is_loose = 0;
}

int tm_heap_ends_loose(struct tm_heap *heap)
{
	drop_loose(&heap->types);
	drop_loose(&heap->sites);
	return heap->is_loose;
}

void tm_heap_finish(struct tm_heap *heap)
{
	heap->ended_ns = tm_clock_ns();
	tm_agents_accept(&heap->agents);
}

int tm_heap_is_brief(const struct tm_heap *heap)
{
	return heap->ended_ns - heap->started_ns < BRIEF_NS;
}

static void restart(struct tm_heap_survey *survey)
{
	tm_censuses_release(&survey->taken);
	tm_share_restart(&survey->share);
	survey->failed = 0;
}

void tm_heap_forget_samples(struct tm_heap *heap)
{
	restart(&heap->types);
	restart(&heap->sites);
	heap->jvms.refused = 0;
	heap->agents.refused = heap->agents.late = heap->agents.asleep = 0;
	heap->uncollected = heap->left_out = 0;
	tm_share_restart(&heap->share);
}

/* --- processes ------------------------------------------------------------ */

void tm_heap_begin_processes(struct tm_heap *heap)
{
	tm_jvms_begin(&heap->jvms);
}

void tm_heap_visit_process(struct tm_heap *heap, pid_t pid, const char *name)
{
	const struct tm_language *language = tm_language_of_program(name);

	tm_language_set_add(&heap->programs, language);
	if (language == &tm_language_jvm)
		tm_jvms_visit(&heap->jvms, pid);
}

void tm_heap_end_processes(struct tm_heap *heap)
{
	tm_jvms_end(&heap->jvms);
}

/* --- a sample ------------------------------------------------------------- */

static void add_pause(struct tm_heap *heap)
{
	uint64_t pause_ns = heap->figures.value[TM_HEAP_pause_ns];

	if (!tm_heap_has(&heap->figures, TM_HEAP_pause_ns))
		return;
	heap->pause_ns += pause_ns;
	if (pause_ns > heap->longest_pause_ns)
		heap->longest_pause_ns = pause_ns;
}

/* How many runtimes there are to ask. */
static size_t count_runtimes(struct tm_heap *heap)
{
	tm_agents_accept(&heap->agents);
	return heap->agents.count + tm_jvms_open_count(&heap->jvms);
}

/* The sum of all; returns how many answered, *collected of them after a
 * collection: what is alive is not told without one. */
static size_t collect_all(struct tm_heap *heap, size_t *collected)
{
	uint64_t without = heap->agents.without_live;
	struct tm_heap_figures more;
	size_t answers = 0, jvms = 0;

	if (heap->agents.count)
		answers = tm_agents_collect(&heap->agents, LIMIT_MS,
					    &heap->figures);
	without = heap->agents.without_live - without;
	heap->uncollected += without > 0;
	*collected = answers - (size_t)without;
	if (tm_jvms_open_count(&heap->jvms)) {
		jvms = tm_jvms_collect(&heap->jvms, LIMIT_MS, &more);
		tm_heap_figures_add(&heap->figures, &more,
				    heap->agents.count == 0);
	}
	*collected += jvms;
	return answers + jvms;
}

static void force_collection(struct tm_heap *heap)
{
	uint64_t now_ns = tm_clock_ns();
	size_t collected;

	if (!tm_share_allows(&heap->share, now_ns)) {
		heap->left_out++;
		return;
	}
	heap->has_figures = collect_all(heap, &collected) > 0;
	tm_share_spend(&heap->share, now_ns, tm_clock_ns());
	if (!heap->has_figures)
		return;
	heap->is_loose = 1;
	heap->types.is_loose = heap->sites.is_loose = 0;
	heap->answered_ns = tm_clock_ns();
	heap->replies++;
	if (!collected)
		return;
	heap->collections++;
	add_pause(heap);
}

void tm_heap_collect(struct tm_heap *heap)
{
	heap->has_figures = 0;
	if (heap->may_enter && count_runtimes(heap))
		force_collection(heap);
	if (heap->has_figures || !tm_jvms_open_count(&heap->jvms))
		return;
	tm_jvms_read(&heap->jvms, &heap->figures);
	heap->has_figures = heap->figures.known != 0;
}

static void set(const struct tm_heap *heap, struct tm_sample *sample,
		enum tm_heap_figure figure, enum tm_metric metric)
{
	if (tm_heap_has(&heap->figures, figure))
		tm_sample_set(sample, metric, heap->figures.value[figure]);
}

/* What is resident beside the heap.  Both are of nearly the same moment. */
static void set_native(const struct tm_heap *heap, struct tm_sample *sample)
{
	uint64_t resident = heap->figures.value[TM_HEAP_resident_bytes];
	uint64_t rss = sample->value[TM_METRIC_rss_bytes];

	if (tm_heap_has(&heap->figures, TM_HEAP_resident_bytes) &&
	    tm_sample_has(sample, TM_METRIC_rss_bytes))
		tm_sample_set(sample, TM_METRIC_native_bytes,
			      rss > resident ? rss - resident : 0);
}

/* --- surveys -------------------------------------------------------------- */

/* Fills in what the runtimes report: types, or sites. */
typedef enum tm_rc ask_runtimes(struct tm_heap *heap,
				struct tm_heap_census *out, struct tm_err *why);

static enum tm_rc ask_types(struct tm_heap *heap, struct tm_heap_census *out,
			    struct tm_err *why)
{
	enum tm_rc rc = tm_agents_census(&heap->agents, LIMIT_MS, out, why);

	return rc == TM_OK ? tm_jvms_census(&heap->jvms, LIMIT_MS, out, why)
			   : rc;
}

static enum tm_rc ask_sites(struct tm_heap *heap, struct tm_heap_census *out,
			    struct tm_err *why)
{
	return tm_agents_sites(&heap->agents, LIMIT_MS, &out->sites, why);
}

static void spend(struct tm_heap_survey *survey, uint64_t from_ns)
{
	uint64_t to_ns = tm_clock_ns();

	tm_share_spend(&survey->share, from_ns, to_ns);
	survey->count++;
	survey->spent_ns += to_ns - from_ns;
}

static void take(struct tm_heap *heap, struct tm_heap_survey *survey,
		 ask_runtimes *ask, uint64_t position)
{
	struct tm_heap_census census = {0};
	uint64_t before_ns = tm_clock_ns();
	struct tm_err why = {0};
	enum tm_rc rc = ask(heap, &census, &why);
	size_t types = census.count;

	if (rc != TM_OK) {
		survey->failed++;
		snprintf(survey->failed_why, sizeof(survey->failed_why),
			 "%.159s", why.text);
	} else if (types || census.sites.sampling_bytes) {
		tm_censuses_add(&survey->taken, position, &census);
		survey->is_loose = 1;
		heap->answered_ns = tm_clock_ns();
	}
	tm_heap_census_release(&census);
	spend(survey, before_ns);
	tm_trace(survey == &heap->types ? "census" : "sites",
		 "position=%llu types=%zu cost_us=%llu",
		 (unsigned long long)position, types,
		 (unsigned long long)(tm_clock_ns() - before_ns) / 1000u);
}

/* Where one fails once, it is hardly worth the next try: the time between two
 * grows as the run does. */
static void take_if_due(struct tm_heap *heap, struct tm_heap_survey *survey,
			ask_runtimes *ask, uint64_t position)
{
	uint64_t now_ns = tm_clock_ns();

	if (!heap->may_enter ||
	    !tm_censuses_is_due(&survey->taken, now_ns - heap->started_ns) ||
	    !tm_share_allows(&survey->share, now_ns))
		return;
	take(heap, survey, ask, position);
	tm_censuses_set_due(&survey->taken, tm_clock_ns() - heap->started_ns);
}

static void trace_heap(const struct tm_heap *heap,
		       const struct tm_sample *sample)
{
	const struct tm_heap_figures *figures = &heap->figures;
	char live[TM_TRACE_COUNT_MAX], used[TM_TRACE_COUNT_MAX],
		pause[TM_TRACE_COUNT_MAX];

	tm_trace("heap", "position=%llu%s%s%s",
		 (unsigned long long)sample->iteration,
		 tm_trace_count(live, "live_bytes",
				tm_heap_has(figures, TM_HEAP_live_bytes),
				figures->value[TM_HEAP_live_bytes]),
		 tm_trace_count(used, "used_bytes",
				tm_heap_has(figures, TM_HEAP_used_bytes),
				figures->value[TM_HEAP_used_bytes]),
		 tm_trace_count(pause, "pause_us",
				tm_heap_has(figures, TM_HEAP_pause_ns),
				figures->value[TM_HEAP_pause_ns] / 1000u));
}

void tm_heap_sample(struct tm_heap *heap, struct tm_sample *sample)
{
	if (!heap->has_figures)
		return;
	set(heap, sample, TM_HEAP_live_bytes, TM_METRIC_live_bytes);
	set(heap, sample, TM_HEAP_live_objects, TM_METRIC_live_objects);
	set(heap, sample, TM_HEAP_uncollectable, TM_METRIC_garbage);
	set(heap, sample, TM_HEAP_used_bytes, TM_METRIC_heap_used_bytes);
	set(heap, sample, TM_HEAP_committed_bytes,
	    TM_METRIC_heap_committed_bytes);
	set_native(heap, sample);
	take_if_due(heap, &heap->types, ask_types, sample->iteration);
	if (tm_agents_have_sites(&heap->agents))
		take_if_due(heap, &heap->sites, ask_sites, sample->iteration);
	if (tm_trace_file)
		trace_heap(heap, sample);
}

static int has_said_hello(const struct tm_heap *heap, const char *language)
{
	char entry[40];

	snprintf(entry, sizeof(entry), "%s;", language);
	return strstr(heap->agents.languages, entry) != NULL;
}

int tm_heap_has_seen(const struct tm_heap *heap, const char *language)
{
	if (strcmp(language, tm_language_jvm.name) == 0)
		return heap->jvms.opened > 0;
	return has_said_hello(heap, language);
}

/* Those that a heap may report, but that other programs report themselves. */
static int is_shared(enum tm_metric metric)
{
	return metric == TM_METRIC_live_bytes ||
	       metric == TM_METRIC_live_objects || metric == TM_METRIC_garbage;
}

int tm_heap_clear(struct tm_sample *sample)
{
	uint32_t before = sample->present;
	int i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		if (tm_trait_of((enum tm_metric)i)->source == TM_SOURCE_HEAP ||
		    is_shared((enum tm_metric)i))
			tm_sample_unset(sample, (enum tm_metric)i);
	}
	return sample->present != before;
}

const char *tm_heap_absent(const struct tm_heap *heap, enum tm_metric metric)
{
	if (tm_trait_of(metric)->source != TM_SOURCE_HEAP &&
	    !(heap->may_enter && is_shared(metric)))
		return NULL;
	if (!heap->may_enter)
		return "only the program's runtime knows it (--inside)";
	if (heap->agents.seen == 0 && heap->jvms.opened == 0)
		return "no runtime that tidemark supports was found";
	if (is_shared(metric) && heap->uncollected)
		return "no full collection was forced: the program has "
		       "switched its collector off, or is debugging it";
	return "the program's runtime does not report it";
}
