/* What the layers mean together, in sentences, and what to do next. */
#include <stdio.h>
#include <string.h>

#include "metric/traits.h"
#include "util/text.h"
#include "explain/analysis.h"
#include "explain/processes.h"
#include "results/rerun.h"
#include "runtimes/runtimes.h"

static void TM_PRINTF(2, 3)
	say(struct tm_analysis *facts, const char *format, ...)
{
	va_list args;

	if (facts->cause_count == TM_WHY_CAUSES_MAX)
		return;
	va_start(args, format);
	vsnprintf(facts->cause[facts->cause_count], TM_WHY_CAUSE_MAX, format,
		  args);
	va_end(args);
	tm_text_clean(facts->cause[facts->cause_count++]);
}

static const struct tm_why_layer *layer(const struct tm_analysis *facts,
					unsigned int id)
{
	return &facts->layer[id];
}

static double slope(const struct tm_why_layer *of)
{
	return of->decision.has_slope ? of->decision.slope : 0.0;
}

/* " (98 % of the growth of resident memory)", when that grows too. */
static void word_share(const struct tm_analysis *facts,
		       const struct tm_why_layer *part, char *out, size_t size)
{
	const struct tm_why_layer *whole = layer(facts, TM_METRIC_rss_bytes);

	*out = '\0';
	if (whole->grows && slope(whole) > 0.0)
		snprintf(out, size,
			 ", %.0f %% of what resident memory grows by",
			 100.0 * slope(part) / slope(whole));
}

/* --- runtimes ------------------------------------------------------------- */

static const struct tm_language *find_language(const json_t *path)
{
	const char *text = json_string_value(path);

	return text ? tm_language_of_program(text) : NULL;
}

/* The runtime of the program, also of one that a script or `env` starts, by
 * what was asked for; NULL when there is none, or it says nothing of its heap.
 */
static const struct tm_language *language_of(const struct tm_run *run)
{
	const json_t *argv = json_object_get(run->request, "argv");
	const struct tm_language *language =
		find_language(json_object_get(run->request, "program"));
	size_t i;

	for (i = 0; !language && i < json_array_size(argv) && i < 3; i++)
		language = find_language(json_array_get(argv, i));
	return language && language->advice ? language : NULL;
}

/* Whether malloc sees its objects, as a variable was set for that. */
static int is_counted(const struct tm_run *run,
		      const struct tm_language *language)
{
	const char *variable = language->counting.variable;

	return variable && tm_texts_has(&run->runtime_variables, variable);
}

/* What shows its heap, unless that was done already. */
static void advise_language(struct tm_analysis *facts)
{
	const struct tm_language *language = language_of(facts->run);

	if (language && !is_counted(facts->run, language))
		say(facts, "Of this program: %s: %s.", language->heap,
		    language->advice);
}

/* --- memory --------------------------------------------------------------- */

static void blame_malloc(struct tm_analysis *facts,
			 const struct tm_why_layer *heap)
{
	char amount[TM_AMOUNT_MAX], share[96];

	tm_amount_format(amount, slope(heap), heap->unit);
	word_share(facts, heap, share, sizeof(share));
	say(facts,
	    "The program takes %s %s from malloc and does not give it back%s.",
	    amount, facts->per, share);
}

/* What a layer that does not grow does, as far as that is known. */
static const char *not_growing(const struct tm_why_layer *layer)
{
	return layer->decision.growth == TM_GROWTH_FLAT
		       ? "does not grow"
		       : "is not known to grow";
}

static void blame_allocator(struct tm_analysis *facts,
			    const struct tm_why_layer *heap)
{
	say(facts,
	    "What the program holds %s, what its allocator keeps does: "
	    "fragmentation, or free memory that is not given back. With glibc "
	    "compare MALLOC_ARENA_MAX=2 and malloc_trim(0); else another "
	    "allocator.",
	    not_growing(heap));
}

static void blame_mappings(struct tm_analysis *facts, int heap_grows)
{
	const struct tm_why_layer *outside = layer(facts, TM_WHY_outside);
	char amount[TM_AMOUNT_MAX];

	tm_amount_format(amount, slope(outside), outside->unit);
	say(facts,
	    "%s%s %s, is not in malloc at all: memory that the program or its "
	    "runtime maps itself, stacks of threads, or blocks that it took "
	    "long ago and touches only now. strace -f -k -e trace=mmap,brk "
	    "shows who maps.",
	    heap_grows ? "The rest, " : "What grows, ", amount, facts->per);
	advise_language(facts);
}

static void explain_resident(struct tm_analysis *facts,
			     const struct tm_why_layer *heap)
{
	const struct tm_why_layer *rss = layer(facts, TM_METRIC_rss_bytes);
	const struct tm_why_layer *outside = layer(facts, TM_WHY_outside);

	if (heap->grows)
		blame_malloc(facts, heap);
	if (!rss->grows)
		return;
	if (!heap->is_measured) {
		say(facts, "Resident memory grows. Whether malloc holds it is "
			   "not known: the program was not counted from "
			   "inside.");
		return;
	}
	if (layer(facts, TM_WHY_kept)->grows && !heap->grows)
		blame_allocator(facts, heap);
	else if (outside->grows &&
		 (!heap->grows || slope(outside) > 0.2 * slope(rss)))
		blame_mappings(facts, heap->grows);
	else if (!heap->grows)
		say(facts,
		    "Resident memory grows and what the program took from "
		    "malloc %s; no layer that was measured holds the growth.",
		    not_growing(heap));
}

/* --- the verdict ---------------------------------------------------------- */

static int any_layer_grows(const struct tm_analysis *facts)
{
	unsigned int i;

	for (i = 0; i < TM_WHY_LAYER_COUNT; i++) {
		if (layer(facts, i)->grows)
			return 1;
	}
	return 0;
}

/* The verdict goes by more than resident memory, which says little where it is
 * uneven: a peak does not fall, and what is private may grow steadily. */
static void explain_other_memory(struct tm_analysis *facts)
{
	const struct tm_why_layer *rss = layer(facts, TM_METRIC_rss_bytes);
	enum tm_metric metric = facts->verdict.decisive;
	char amount[TM_AMOUNT_MAX];

	if (!tm_why_memory_fails(facts) || rss->grows || !rss->is_measured ||
	    (tm_trait_of(metric)->role != TM_ROLE_PEAK &&
	     tm_trait_of(metric)->role != TM_ROLE_RESIDENT))
		return;
	tm_amount_format(
		amount,
		tm_verdict_find(&facts->verdict, metric)->decision.slope,
		tm_trait_of(metric)->unit);
	say(facts, "%s (%s) grows, %s %s; resident memory itself %s.",
	    tm_trait_of(metric)->role == TM_ROLE_PEAK ? "The peak of its memory"
						      : "Its memory",
	    tm_metric_name(metric), amount, facts->per,
	    rss->decision.growth == TM_GROWTH_FLAT
		    ? "is flat"
		    : "is too uneven to be called growing or flat: a longer "
		      "run would tell");
}

/* A layer may grow and the run as a whole not be over its budget. */
static void explain_verdict(struct tm_analysis *facts)
{
	const struct tm_verdict *verdict = &facts->verdict;

	say(facts,
	    verdict->standing == TM_JUDGEMENT_PASS
		    ? "What grows is no more than may be: %.340s."
		    : "What grows is not sure enough for a verdict: %.340s.",
	    verdict->reason);
}

static void explain_process(struct tm_analysis *facts)
{
	struct tm_why_processes processes;
	struct tm_why_process process;

	tm_why_processes_count(&processes, facts->run);
	if (processes.seen < 2 || !tm_why_memory_grows(facts) ||
	    !tm_why_process_find_culprit(&process, facts->run))
		return;
	say(facts,
	    "Nearly all of the growth is in one process: pid %lld (%s), one of "
	    "%zu.",
	    process.pid, process.name, processes.seen);
}

static void explain_rest(struct tm_analysis *facts)
{
	static const struct {
		enum tm_metric id;
		const char *text;
	} rows[] = {
		{TM_METRIC_swap_bytes,
		 "Memory is swapped out: RSS alone shows too "
		 "little of the growth."},
		{TM_METRIC_threads, "Threads are started and do not end, each "
				    "with a stack of its own: eu-stack -p PID "
				    "shows where they wait."},
		{TM_METRIC_descriptors,
		 "Files or sockets are opened and not "
		 "closed: ls -l /proc/PID/fd names them."},
		{TM_METRIC_processes,
		 "Processes are started and do not end, or "
		 "are not waited for."},
		{TM_METRIC_mappings, "Mappings are made and not unmapped: "
				     "/proc/PID/maps names them."},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (layer(facts, rows[i].id)->grows)
			say(facts, "%s", rows[i].text);
	}
	if (layer(facts, TM_METRIC_cgroup_bytes)->grows &&
	    layer(facts, TM_METRIC_rss_bytes)->decision.growth ==
		    TM_GROWTH_FLAT)
		say(facts, "The control group's memory grows and that of the "
			   "processes does not: page cache, which the kernel "
			   "takes back when it must, or other programs in the "
			   "group.");
}

/* Whether the layer has no answer, and the verdict does not do without it. */
static int is_open(const struct tm_analysis *facts, unsigned int id)
{
	const struct tm_why_layer *one = layer(facts, id);
	const struct tm_judged *judged =
		id < TM_METRIC_COUNT
			? tm_verdict_find(&facts->verdict, (enum tm_metric)id)
			: NULL;

	return one->is_measured &&
	       one->decision.growth == TM_GROWTH_INCONCLUSIVE &&
	       !(judged && judged->deferred);
}

static void explain_lack(struct tm_analysis *facts)
{
	unsigned int i;
	int open = 0;

	for (i = 0; i < TM_WHY_LAYER_COUNT; i++)
		open |= is_open(facts, i);
	if (facts->run->sample_count == 0)
		say(facts, "Nothing was measured.");
	else if (facts->verdict.standing == TM_JUDGEMENT_FAIL)
		say(facts, "%.340s.", facts->verdict.reason);
	else if (facts->verdict.standing == TM_JUDGEMENT_PASS &&
		 (facts->verdict.kind == TM_KIND_BOUNDED ||
		  facts->verdict.kind == TM_KIND_STEP))
		say(facts, "It rose and has stopped: a warm-up, or a cache "
			   "that is full.");
	else if (facts->verdict.standing == TM_JUDGEMENT_INCONCLUSIVE && !open)
		say(facts,
		    "Nothing is known to grow, and there is no verdict: "
		    "%s.",
		    facts->verdict.reason);
	else if (open)
		say(facts, "Nothing is known to grow, but not every layer can "
			   "be called flat: a longer run would tell.");
	else
		say(facts, "Nothing grows.");
}

/* --- what to do next ------------------------------------------------------ */

/* The same program again, with these options. */
static void suggest_run(struct tm_analysis *facts, const char *one,
			const char *other)
{
	const char *const changes[] = {one, other, NULL};

	tm_rerun_text(facts->run, changes, facts->next, sizeof(facts->next));
}

static int any_site_grows(const struct tm_run *run)
{
	size_t i;

	for (i = 0; i < run->sites.count; i++) {
		if (tm_is_true(run->sites.sites[i].grows))
			return 1;
	}
	return 0;
}

static void suggest(struct tm_analysis *facts)
{
	const int64_t distance = facts->run->sites.sampling_bytes.value;
	json_int_t bytes, lost;
	char distance_text[64];

	if (facts->is_scenario)
		return;
	if (!layer(facts, TM_METRIC_net_bytes)->is_measured) {
		if (tm_why_memory_grows(facts) ||
		    layer(facts, TM_METRIC_allocated_bytes)->grows)
			suggest_run(facts, "--preload", NULL);
		return;
	}
	if (!facts->run->sites.is_known) {
		if (layer(facts, TM_METRIC_net_bytes)->grows)
			suggest_run(facts, "--preload", "--sample-bytes 64KiB");
		return;
	}
	if (!layer(facts, TM_METRIC_net_bytes)->grows ||
	    any_site_grows(facts->run) || distance < 64)
		return;
	/* Where sites had no room, fewer samples are what shows more. */
	bytes = distance;
	lost = facts->run->sites.lost.value;
	snprintf(distance_text, sizeof(distance_text), "--sample-bytes %lld",
		 (long long)(lost > 0 ? bytes * 8 : bytes / 16));
	suggest_run(facts, "--preload", distance_text);
}

void tm_why_conclude(struct tm_analysis *facts)
{
	const struct tm_why_layer *heap = layer(facts, TM_METRIC_net_bytes);

	if (!heap->is_measured)
		heap = layer(facts, TM_METRIC_allocated_bytes);
	explain_resident(facts, heap);
	explain_other_memory(facts);
	explain_process(facts);
	explain_rest(facts);
	if (facts->verdict.standing != TM_JUDGEMENT_FAIL &&
	    (any_layer_grows(facts) ||
	     tm_verdict_count_growing(&facts->verdict)))
		explain_verdict(facts);
	else if (facts->cause_count == 0)
		explain_lack(facts);
	suggest(facts);
}
