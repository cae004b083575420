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
#define CENSUS_RATE 4

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
	heap->census_share = (struct tm_share){most, .rate = CENSUS_RATE};
	heap->sites_share = (struct tm_share){most / 2, .rate = CENSUS_RATE};
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
	tm_censuses_release(&heap->censuses);
	tm_censuses_release(&heap->sites);
}

void tm_heap_locate(struct tm_heap *heap, uint64_t position)
{
	uint64_t since_ns = tm_clock_ns() - heap->answered_ns;

	if (heap->is_loose && since_ns > END_NS)
		tm_heap_hold(heap);
	if (!heap->is_loose || since_ns > UNREAD_NS)
		return;
	if (heap->census_is_loose)
		tm_censuses_move_last(&heap->censuses, position);
	if (heap->sites_are_loose)
		tm_censuses_move_last(&heap->sites, position);
}

void tm_heap_hold(struct tm_heap *heap)
{
	heap->is_loose = heap->census_is_loose = heap->sites_are_loose = 0;
}

int tm_heap_ends_loose(struct tm_heap *heap)
{
	if (heap->census_is_loose)
		tm_censuses_drop_last(&heap->censuses);
	if (heap->sites_are_loose)
		tm_censuses_drop_last(&heap->sites);
	heap->census_is_loose = heap->sites_are_loose = 0;
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

void tm_heap_forget_samples(struct tm_heap *heap)
{
	tm_censuses_release(&heap->censuses);
	tm_censuses_release(&heap->sites);
	heap->jvms.refused = 0;
	heap->agents.refused = heap->agents.late = 0;
	heap->failed = heap->left_out = heap->no_sites = 0;
	tm_share_restart(&heap->share);
	tm_share_restart(&heap->census_share);
	tm_share_restart(&heap->sites_share);
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

/* The sum of all; returns how many answered. */
static size_t collect_all(struct tm_heap *heap)
{
	struct tm_heap_figures more;
	size_t answers = 0, jvms = 0;

	if (heap->agents.count)
		answers = tm_agents_collect(&heap->agents, LIMIT_MS,
					    &heap->figures);
	if (tm_jvms_open_count(&heap->jvms)) {
		jvms = tm_jvms_collect(&heap->jvms, LIMIT_MS, &more);
		tm_heap_figures_add(&heap->figures, &more,
				    heap->agents.count == 0);
	}
	return answers + jvms;
}

static void force_collection(struct tm_heap *heap)
{
	uint64_t now_ns = tm_clock_ns();

	if (!tm_share_allows(&heap->share, now_ns)) {
		heap->left_out++;
		return;
	}
	heap->has_figures = collect_all(heap) > 0;
	tm_share_spend(&heap->share, now_ns, tm_clock_ns());
	if (!heap->has_figures)
		return;
	heap->is_loose = 1;
	heap->census_is_loose = heap->sites_are_loose = 0;
	heap->answered_ns = tm_clock_ns();
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

/* --- censuses ------------------------------------------------------------- */

static void take_census(struct tm_heap *heap, uint64_t position)
{
	struct tm_heap_census census = {0};
	uint64_t before_ns = tm_clock_ns(), after_ns;
	struct tm_err why = {0};

	if (tm_agents_census(&heap->agents, LIMIT_MS, &census, &why) != TM_OK ||
	    tm_jvms_census(&heap->jvms, LIMIT_MS, &census, &why) != TM_OK) {
		heap->failed++;
		snprintf(heap->failed_why, sizeof(heap->failed_why), "%.159s",
			 why.text);
	} else if (census.count) {
		tm_censuses_add(&heap->censuses, position, &census);
		heap->census_is_loose = 1;
		heap->answered_ns = tm_clock_ns();
	}
	tm_heap_census_release(&census);
	after_ns = tm_clock_ns();
	tm_share_spend(&heap->census_share, before_ns, after_ns);
	heap->census_count++;
	heap->census_ns += after_ns - before_ns;
	tm_trace("census", "position=%llu types=%zu cost_us=%llu",
		 (unsigned long long)position, census.count,
		 (unsigned long long)(after_ns - before_ns) / 1000u);
}

/* Where a census fails once, it is hardly worth the next try: the time between
 * two grows as the run does. */
static void census_if_due(struct tm_heap *heap, uint64_t position)
{
	uint64_t now_ns = tm_clock_ns();

	if (!heap->may_enter ||
	    !tm_censuses_is_due(&heap->censuses, now_ns - heap->started_ns) ||
	    !tm_share_allows(&heap->census_share, now_ns))
		return;
	take_census(heap, position);
	tm_censuses_set_due(&heap->censuses, tm_clock_ns() - heap->started_ns);
}

/* --- allocation sites ----------------------------------------------------- */

static void take_sites(struct tm_heap *heap, uint64_t position)
{
	struct tm_heap_census moment = {0};
	uint64_t before_ns = tm_clock_ns(), after_ns;
	struct tm_err why = {0};

	if (tm_agents_sites(&heap->agents, LIMIT_MS, &moment.sites, &why) !=
	    TM_OK) {
		heap->no_sites++;
		snprintf(heap->no_sites_why, sizeof(heap->no_sites_why),
			 "%.159s", why.text);
	} else if (moment.sites.sampling_bytes) {
		tm_censuses_add(&heap->sites, position, &moment);
		heap->sites_are_loose = 1;
		heap->answered_ns = tm_clock_ns();
	}
	tm_heap_census_release(&moment);
	after_ns = tm_clock_ns();
	tm_share_spend(&heap->sites_share, before_ns, after_ns);
	tm_trace("sites", "position=%llu cost_us=%llu",
		 (unsigned long long)position,
		 (unsigned long long)(after_ns - before_ns) / 1000u);
}

/* As censuses; by themselves, as they cost less where there are many objects. */
static void sites_if_due(struct tm_heap *heap, uint64_t position)
{
	uint64_t now_ns = tm_clock_ns();

	if (!heap->may_enter || !tm_agents_have_sites(&heap->agents) ||
	    !tm_censuses_is_due(&heap->sites, now_ns - heap->started_ns) ||
	    !tm_share_allows(&heap->sites_share, now_ns))
		return;
	take_sites(heap, position);
	tm_censuses_set_due(&heap->sites, tm_clock_ns() - heap->started_ns);
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
	census_if_due(heap, sample->iteration);
	sites_if_due(heap, sample->iteration);
	tm_trace("heap", "live_bytes=%llu used_bytes=%llu pause_us=%llu",
		 (unsigned long long)heap->figures.value[TM_HEAP_live_bytes],
		 (unsigned long long)heap->figures.value[TM_HEAP_used_bytes],
		 (unsigned long long)heap->figures.value[TM_HEAP_pause_ns] /
			 1000u);
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

/* Those that a heap may tell, but that other programs report themselves. */
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
		return "only the program's runtime can tell (--inside)";
	if (heap->agents.seen == 0 && heap->jvms.opened == 0)
		return "no runtime that could be entered was seen";
	return "the program's runtime does not tell";
}
