/* What the layers mean together, in sentences. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "metric/traits.h"
#include "util/text.h"
#include "explain/analysis.h"
#include "explain/language.h"
#include "explain/next.h"
#include "explain/processes.h"
#include "preload/allocators/table.h"

/* A share of the growth of resident memory between the two is all of it, as
 * exactly as it is measured; above, part is not in touched pages, or in pages
 * that were resident already. */
#define ALL 1.005

static void TM_PRINTF(2, 3)
	add_cause(struct tm_analysis *facts, const char *format, ...)
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

/* ", 98 % of the growth of resident memory", when that grows too. */
static void format_share(const struct tm_analysis *facts,
			 const struct tm_why_layer *part, char *out,
			 size_t size)
{
	const struct tm_why_layer *whole = layer(facts, TM_METRIC_rss_bytes);

	double share;

	*out = '\0';
	if (!whole->grows || slope(whole) <= 0.0)
		return;
	share = slope(part) / slope(whole);
	if (share < ALL)
		snprintf(out, size,
			 ", %.0f %% of the growth of resident memory",
			 100.0 * share);
	else if (share < TM_WHY_MORE_THAN_ALL)
		snprintf(out, size,
			 ", about all of the growth of resident memory");
	else
		snprintf(out, size,
			 ", more than the growth of resident memory");
}

/* --- runtimes ------------------------------------------------------------- */

/* Advise what shows its heap, unless that was done already. */
static void advise_language(struct tm_analysis *facts)
{
	const struct tm_language *language = tm_why_language(facts->run);

	if (language && language->advice &&
	    !tm_why_language_is_counted(facts->run, language))
		add_cause(facts, "%s: %s.", language->heap, language->advice);
}

/* --- memory --------------------------------------------------------------- */

static void add_malloc_cause(struct tm_analysis *facts,
			     const struct tm_why_layer *heap)
{
	char amount[TM_AMOUNT_MAX], share[96];

	tm_amount_format(amount, slope(heap), heap->unit);
	format_share(facts, heap, share, sizeof(share));
	add_cause(facts,
		  "The program allocates %s %s with malloc and does not free "
		  "it%s.",
		  amount, facts->per, share);
}

/* The verb for a layer that was not found to grow. */
static const char *not_growing(const struct tm_why_layer *layer)
{
	return layer->decision.growth == TM_GROWTH_FLAT
		       ? "does not grow"
		       : "is not known to grow";
}

static void add_allocator_cause(struct tm_analysis *facts,
				const struct tm_why_layer *heap)
{
	const char *advice =
		tm_allocator_named(tm_facts_text(&facts->run->environment.facts,
						 "allocator"))
			->advice;

	add_cause(facts,
		  "What the program has allocated %s, but what its allocator "
		  "keeps does: fragmentation, or free memory that is not "
		  "returned to the kernel. Try %s%sanother allocator.",
		  not_growing(heap), advice ? advice : "",
		  advice ? ", or " : "");
}

/* Memory outside malloc that is not shared either. */
static double unshared_slope(const struct tm_analysis *facts)
{
	const struct tm_why_layer *shm = layer(facts, TM_METRIC_shm_bytes);

	return slope(layer(facts, TM_WHY_outside)) -
	       (shm->grows ? slope(shm) : 0.0);
}

static void add_shared_cause(struct tm_analysis *facts)
{
	const struct tm_why_layer *shm = layer(facts, TM_METRIC_shm_bytes);
	char amount[TM_AMOUNT_MAX], share[96];

	if (!shm->grows)
		return;
	tm_amount_format(amount, slope(shm), shm->unit);
	format_share(facts, shm, share, sizeof(share));
	add_cause(facts,
		  "Shared memory grows %s %s%s: mappings with MAP_SHARED, "
		  "shm_open() or shmat(), or files in a tmpfs such as "
		  "/dev/shm, that are kept. malloc does not see it; strace -f "
		  "-k -e trace=mmap,shmat shows which code maps it.",
		  amount, facts->per, share);
}

/* What malloc has grows, but is a small part of the growth. */
static int has_bulk(const struct tm_analysis *facts)
{
	return facts->verdict.bulk < TM_METRIC_COUNT;
}

static void add_mapping_cause(struct tm_analysis *facts, int heap_grows)
{
	int shares = layer(facts, TM_METRIC_shm_bytes)->grows;
	char amount[TM_AMOUNT_MAX];
	const char *part = "The growth, ";

	if (has_bulk(facts) && !shares)
		part = "Nearly all of the growth, ";
	else if (heap_grows || shares)
		part = "The rest, ";
	tm_amount_format(amount, unshared_slope(facts), "bytes");
	add_cause(facts,
		  "%s%s %s, is not in malloc at all: memory that the program "
		  "or its runtime maps itself, thread stacks, or blocks that "
		  "were allocated long ago and are touched only now. strace -f "
		  "-k -e trace=mmap,brk shows which code maps memory.",
		  part, amount, facts->per);
	advise_language(facts);
}

/* Without the allocator's own statistics there are two possible causes. */
static void add_unknown_cause(struct tm_analysis *facts,
			      const struct tm_why_layer *heap)
{
	if (facts->knows_allocator) {
		add_cause(facts,
			  "Resident memory grows, but what the program has "
			  "allocated with malloc %s; no measured layer "
			  "explains the growth.",
			  not_growing(heap));
		return;
	}
	add_cause(
		facts,
		"Resident memory grows, but what the program has allocated "
		"with malloc %s: its allocator keeps free memory, or the "
		"program or its runtime maps memory itself. The allocator's "
		"own statistics, which would show which, were not read. strace "
		"-f -k -e trace=mmap,munmap,brk shows which code maps "
		"memory.",
		not_growing(heap));
	advise_language(facts);
}

/* What is not, or not for certain, what the program has from malloc. */
static void explain_beside_malloc(struct tm_analysis *facts,
				  const struct tm_why_layer *heap)
{
	const struct tm_why_layer *rss = layer(facts, TM_METRIC_rss_bytes);

	add_shared_cause(facts);
	if (!rss->grows || tm_why_is_shared(facts))
		return;
	if (!heap->is_measured) {
		add_cause(facts,
			  "%s allocated with malloc is not known: its "
			  "allocations were not counted.",
			  layer(facts, TM_METRIC_shm_bytes)->grows
				  ? "Whether the rest was"
				  : "Resident memory grows. Whether it was");
		return;
	}
	if (heap->grows) {
		if (facts->knows_allocator &&
		    layer(facts, TM_WHY_outside)->grows &&
		    unshared_slope(facts) > 0.2 * slope(rss))
			add_mapping_cause(facts, 1);
		return;
	}
	if (facts->verdict.resident == TM_KIND_RETENTION)
		add_allocator_cause(facts, heap);
	else if (facts->verdict.resident == TM_KIND_OUTSIDE)
		add_mapping_cause(facts, 0);
	else
		add_unknown_cause(facts, heap);
}

/* The larger part first. */
static void explain_resident(struct tm_analysis *facts,
			     const struct tm_why_layer *heap)
{
	if (heap->grows && !has_bulk(facts))
		add_malloc_cause(facts, heap);
	explain_beside_malloc(facts, heap);
	if (heap->grows && has_bulk(facts))
		add_malloc_cause(facts, heap);
}

/* --- a heap that is collected --------------------------------------------- */

/* Whether its runtime reported its live objects. */
static int knows_heap(const struct tm_run *run,
		      const struct tm_why_layer *alive)
{
	return run->heaps.count && alive->is_measured;
}

static int fails(const struct tm_analysis *facts, enum tm_metric metric)
{
	const struct tm_judged *judged =
		tm_verdict_find(&facts->verdict, metric);

	return judged && judged->decision.judgement == TM_JUDGEMENT_FAIL;
}

/* ": 1 byte[], 1 java.lang.Integer per iteration", the first few types. */
static void format_types(const struct tm_analysis *facts, char *out,
			 size_t size)
{
	const struct tm_why_types *types = &facts->types;
	size_t used = 0, i;

	*out = '\0';
	for (i = 0; i < types->count && i < 3; i++) {
		char rate[TM_AMOUNT_MAX];
		int length;

		/* With the digits of what grows slowly, and without a unit. */
		tm_amount_format(rate, types->type[i].rate, "objects");
		rate[strcspn(rate, " ")] = '\0';
		length = snprintf(out + used, size - used, "%s%s %.60s",
				  i ? ", " : ": ", rate, types->type[i].name);
		if (length < 0 || (size_t)length >= size - used)
			return;
		used += (size_t)length;
	}
	if (used)
		snprintf(out + used, size - used, " %s", facts->per);
}

static void explain_heap(struct tm_analysis *facts,
			 const struct tm_why_layer *malloced)
{
	const struct tm_why_layer *alive = layer(facts, TM_METRIC_live_bytes);
	const struct tm_why_layer *native =
		layer(facts, TM_METRIC_native_bytes);
	char amount[TM_AMOUNT_MAX], types[TM_WHY_CAUSE_MAX / 2];

	if (alive->grows) {
		tm_amount_format(amount, slope(alive), alive->unit);
		format_types(facts, types, sizeof(types));
		add_cause(facts,
			  "Live memory after full collections (%s) grows %s "
			  "%s%s.",
			  facts->run->heaps.text[0], amount, facts->per, types);
	}
	add_shared_cause(facts);
	if (fails(facts, TM_METRIC_net_bytes))
		add_malloc_cause(facts, malloced);
	else if (native->grows && fails(facts, TM_METRIC_native_bytes)) {
		tm_amount_format(amount, slope(native), native->unit);
		add_cause(
			facts,
			"Resident memory outside the heap grows %s %s: thread "
			"stacks, or memory that is mapped without malloc.",
			amount, facts->per);
	}
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

/* The verdict may rest on another metric than resident memory, when that is too
 * noisy: a peak does not fall, and private memory may grow steadily. */
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
	add_cause(facts, "%s (%s) grows, %s %s; resident memory itself %s.",
		  tm_trait_of(metric)->role == TM_ROLE_PEAK
			  ? "The peak of its memory"
			  : "Its memory",
		  tm_metric_name(metric), amount, facts->per,
		  rss->decision.growth == TM_GROWTH_FLAT
			  ? "is flat"
			  : "is too noisy to classify; try a longer run");
}

/* A layer may grow without the run being over its budget, or without being
 * judged at all. */
static void explain_verdict(struct tm_analysis *facts)
{
	const struct tm_verdict *verdict = &facts->verdict;

	if (verdict->standing == TM_JUDGEMENT_INCONCLUSIVE)
		add_cause(facts,
			  "Growth is not certain enough for a verdict: %.340s.",
			  verdict->reason);
	else if (tm_verdict_count_growing(verdict))
		add_cause(facts, "Growth is within the budget: %.340s.",
			  verdict->reason);
	else
		add_cause(facts, "No metric that is judged grows: %.340s.",
			  verdict->reason);
}

/* Whether it is in one of several. */
static int explain_process(struct tm_analysis *facts)
{
	struct tm_why_processes processes;
	struct tm_why_process process;

	tm_why_processes_count(&processes, facts->run);
	if (processes.seen < 2 || !tm_why_memory_grows(facts) ||
	    !tm_why_process_find_culprit(&process, facts->run))
		return 0;
	add_cause(facts,
		  "Nearly all of the growth is in one process: pid %lld (%s), "
		  "one of %zu.",
		  process.pid, process.name, processes.seen);
	return 1;
}

static void explain_threads(struct tm_analysis *facts)
{
	if (layer(facts, TM_METRIC_threads)->grows)
		add_cause(facts,
			  "Threads are started and do not end, each with its "
			  "own stack: eu-stack -p PID shows where they wait.");
}

static void explain_rest(struct tm_analysis *facts)
{
	static const struct {
		enum tm_metric id;
		const char *text;
	} rows[] = {
		{TM_METRIC_swap_bytes,
		 "Memory is swapped out: RSS alone understates the growth."},
		{TM_METRIC_descriptors,
		 "Files or sockets are opened and not closed: ls -l "
		 "/proc/PID/fd lists them."},
		{TM_METRIC_processes,
		 "Processes are started and do not end, or are not waited "
		 "for."},
		{TM_METRIC_mappings, "Mappings are made and not unmapped: "
				     "/proc/PID/maps lists them."},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (layer(facts, rows[i].id)->grows)
			add_cause(facts, "%s", rows[i].text);
	}
	if (layer(facts, TM_METRIC_cgroup_bytes)->grows &&
	    layer(facts, TM_METRIC_rss_bytes)->decision.growth ==
		    TM_GROWTH_FLAT)
		add_cause(facts,
			  "The control group's memory grows, but that of the "
			  "processes does not: page cache, which the kernel "
			  "reclaims when it needs memory, or other programs in "
			  "the group.");
}

/* The names of the inconclusive metrics on which the run's own verdict depends:
 * it passes all the same where replicates overrule it.  Returns their number. */
static size_t name_undecided(const struct tm_analysis *facts,
			     char out[TM_WHY_CAUSE_MAX / 2])
{
	const struct tm_verdict *verdict = &facts->verdict;
	size_t size = TM_WHY_CAUSE_MAX / 2, used = 0, count = 0, i;

	*out = '\0';
	for (i = 0; i < verdict->count; i++) {
		const struct tm_judged *judged = &verdict->judged[i];
		int length;

		if (judged->deferred ||
		    judged->decision.judgement != TM_JUDGEMENT_INCONCLUSIVE)
			continue;
		length = snprintf(out + used, size - used, "%s%s",
				  count++ ? ", " : "",
				  tm_metric_name(judged->metric));
		if (length < 0 || (size_t)length >= size - used)
			break;
		used += (size_t)length;
	}
	return count;
}

/* What rose and then stopped, by its name: a curve that rose in the warm-up
 * alone is shown as flat. */
static void explain_plateau(struct tm_analysis *facts)
{
	enum tm_metric metric = facts->verdict.cause;
	const struct tm_judged *judged =
		tm_verdict_find(&facts->verdict, metric);

	if (!judged)
		add_cause(facts, "Nothing grows.");
	else if (judged->decision.slope > 0)
		add_cause(
			facts,
			"%s rose and has stopped: a warm-up, or a full cache.",
			tm_metric_name(metric));
	else
		add_cause(facts,
			  "Nothing grows after the warm-up, in which %s rose.",
			  tm_metric_name(metric));
}

/* Types are counted more finely than bytes, which may be undecided or within
 * their budget while objects grow in number. */
static void explain_types(struct tm_analysis *facts)
{
	char types[TM_WHY_CAUSE_MAX / 2];

	if (facts->types.count == 0 ||
	    facts->verdict.standing == TM_JUDGEMENT_FAIL ||
	    layer(facts, TM_METRIC_live_bytes)->grows)
		return;
	format_types(facts, types, sizeof(types));
	add_cause(facts, "The live objects of some types grow in number%s.%s",
		  types,
		  facts->verdict.standing == TM_JUDGEMENT_INCONCLUSIVE
			  ? " A longer run may decide whether that is growth."
			  : "");
}

static void explain_no_growth(struct tm_analysis *facts)
{
	char undecided[TM_WHY_CAUSE_MAX / 2];

	if (facts->run->sample_count == 0)
		add_cause(facts, "Nothing was measured.");
	else if (facts->verdict.standing == TM_JUDGEMENT_FAIL)
		add_cause(facts, "%.340s.", facts->verdict.reason);
	else if (facts->verdict.standing == TM_JUDGEMENT_PASS &&
		 (facts->verdict.kind == TM_KIND_BOUNDED ||
		  facts->verdict.kind == TM_KIND_STEP))
		explain_plateau(facts);
	else if (facts->verdict.standing == TM_JUDGEMENT_INCONCLUSIVE)
		add_cause(facts,
			  "Growth was neither found nor ruled out: %.340s.",
			  facts->verdict.reason);
	else if (tm_verdict_is_flat_by_budget(&facts->verdict))
		add_cause(facts,
			  "No metric grows more than its budget: %.340s.",
			  facts->verdict.reason);
	else if (name_undecided(facts, undecided) > 0)
		add_cause(facts,
			  "No growth was found. Not decided: %s. A longer run "
			  "may decide.",
			  undecided);
	else if (facts->types.count)
		add_cause(facts, "No metric grows.");
	else
		add_cause(facts, "Nothing grows.");
}

/* --- all of it ------------------------------------------------------------ */

/* Whether the allocator may say what the program's own count leaves open.  It is
 * asked only while the program allocates: its rate may be of a part of the run, and
 * is none that the count rules out. */
static int may_stand_for(const struct tm_why_layer *allocated,
			 const struct tm_why_layer *net)
{
	return net->decision.growth == TM_GROWTH_INCONCLUSIVE &&
	       allocated->grows &&
	       (!net->decision.has_slope ||
		(slope(allocated) >= net->decision.low &&
		 slope(allocated) <= net->decision.high));
}

/* What the program has from malloc: as it counts it or, where that is not
 * decided, as the allocator does. */
static const struct tm_why_layer *malloc_layer(const struct tm_analysis *facts)
{
	const struct tm_why_layer *net = layer(facts, TM_METRIC_net_bytes);
	const struct tm_why_layer *allocated =
		layer(facts, TM_METRIC_allocated_bytes);

	if (!net->is_measured)
		return allocated;
	return may_stand_for(allocated, net) ? allocated : net;
}

void tm_why_conclude(struct tm_analysis *facts)
{
	const struct tm_why_layer *heap = malloc_layer(facts);
	int is_in_one;

	if (has_bulk(facts))
		explain_threads(facts);
	if (knows_heap(facts->run, layer(facts, TM_METRIC_live_bytes)))
		explain_heap(facts, heap);
	else
		explain_resident(facts, heap);
	explain_other_memory(facts);
	is_in_one = explain_process(facts);
	if (!has_bulk(facts))
		explain_threads(facts);
	explain_rest(facts);
	if (facts->verdict.standing != TM_JUDGEMENT_FAIL &&
	    (any_layer_grows(facts) ||
	     tm_verdict_count_growing(&facts->verdict)))
		explain_verdict(facts);
	else if (facts->cause_count == (size_t)is_in_one)
		explain_no_growth(facts);
	explain_types(facts);
	tm_why_find_next(facts);
}
