#include "heap/heap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "metric/traits.h"
#include "util/clock.h"
#include "util/trace.h"

/* A heap that takes longer is left alone in this sample. */
#define LIMIT_MS 5000

enum tm_rc tm_heap_open(struct tm_heap *heap, const char *folder,
			unsigned int share, struct tm_err *err)
{
	enum tm_rc rc = TM_OK;

	memset(heap, 0, sizeof(*heap));
	heap->share = (double)share / 100;
	heap->started_ns = tm_clock_ns();
	heap->agents.listen_fd = -1;
	if (folder)
		rc = tm_agents_open(&heap->agents, folder, err);
	heap->has_agents = folder && rc == TM_OK;
	return rc;
}

void tm_heap_close(struct tm_heap *heap)
{
	tm_agents_close(&heap->agents);
}

/* --- a sample ------------------------------------------------------------- */

static int may_collect(const struct tm_heap *heap, uint64_t now_ns)
{
	double elapsed = (double)(now_ns - heap->started_ns) / 1e9;

	return (double)heap->spent_ns / 1e9 <=
	       heap->share * elapsed + sqrt(elapsed / 2);
}

static void add_pause(struct tm_heap *heap)
{
	uint64_t pause_ns = heap->figures.value[TM_HEAP_pause_ns];

	if (!tm_heap_has(&heap->figures, TM_HEAP_pause_ns))
		return;
	heap->pause_ns += pause_ns;
	if (pause_ns > heap->longest_pause_ns)
		heap->longest_pause_ns = pause_ns;
}

void tm_heap_collect(struct tm_heap *heap)
{
	uint64_t now_ns = tm_clock_ns();

	heap->has_figures = 0;
	if (!heap->has_agents)
		return;
	tm_agents_accept(&heap->agents);
	if (heap->agents.count == 0)
		return;
	if (!may_collect(heap, now_ns)) {
		heap->left_out++;
		return;
	}
	heap->has_figures =
		tm_agents_collect(&heap->agents, LIMIT_MS, &heap->figures) > 0;
	heap->spent_ns += tm_clock_ns() - now_ns;
	if (!heap->has_figures)
		return;
	heap->collections++;
	add_pause(heap);
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
	tm_trace("heap", "live_bytes=%llu used_bytes=%llu pause_us=%llu",
		 (unsigned long long)heap->figures.value[TM_HEAP_live_bytes],
		 (unsigned long long)heap->figures.value[TM_HEAP_used_bytes],
		 (unsigned long long)heap->figures.value[TM_HEAP_pause_ns] /
			 1000u);
}

int tm_heap_has_seen(const struct tm_heap *heap, const char *language)
{
	char entry[40];

	snprintf(entry, sizeof(entry), "%s;", language);
	return strstr(heap->agents.languages, entry) != NULL;
}

/* Those that a heap may tell, but that other programs report themselves. */
static int is_shared(enum tm_metric metric)
{
	return metric == TM_METRIC_live_bytes ||
	       metric == TM_METRIC_live_objects || metric == TM_METRIC_garbage;
}

const char *tm_heap_absent(const struct tm_heap *heap, enum tm_metric metric)
{
	if (tm_trait_of(metric)->source != TM_SOURCE_HEAP &&
	    !(heap->has_agents && is_shared(metric)))
		return NULL;
	if (!heap->has_agents)
		return "only the program's runtime can tell (--inside)";
	if (heap->agents.seen == 0)
		return "no runtime that could be entered was seen";
	return "the program's runtime does not tell";
}
