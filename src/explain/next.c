#include "explain/next.h"

#include <stdio.h>
#include <string.h>

#include "explain/language.h"
#include "metric/traits.h"
#include "results/rerun.h"
#include "util/quantity.h"
#include "util/text.h"

/* Samples below which a gate calls its verdict one of few samples. */
#define SAMPLES_ENOUGH 50

/* The interval between samples by time that is advised, and is not shortened. */
#define SHORT_EVERY_MS 20

/* Bytes between two samples of sites, below which more are of no use. */
#define DISTANCE_MIN 64

static const struct tm_why_layer *layer(const struct tm_analysis *facts,
					unsigned int id)
{
	return &facts->layer[id];
}

/* --- what was asked for --------------------------------------------------- */

/* What follows the option where it was given last ("", "=4KiB"), or NULL. */
static const char *find_given(const struct tm_analysis *facts,
			      const char *option)
{
	const struct tm_texts *given = &facts->run->request.given;
	size_t length = strlen(option), i;
	const char *found = NULL;

	for (i = 0; i < given->count; i++) {
		const char *text = given->text[i];

		if (strncmp(text, option, length) == 0 &&
		    strchr(" =", text[length]))
			found = text + length;
	}
	return found;
}

static int was_given(const struct tm_analysis *facts, const char *option)
{
	return find_given(facts, option) != NULL;
}

/* Bytes between two samples of sites as they were asked for; 0: none. */
static int64_t asked_distance(const struct tm_analysis *facts)
{
	const char *given = find_given(facts, "--sample-bytes");
	uint64_t bytes;

	if (!given || !*given || !tm_quantity_bytes(given + 1, &bytes) ||
	    bytes > INT64_MAX)
		return TM_SITES_DISTANCE;
	return (int64_t)bytes;
}

static int is_set(const struct tm_analysis *facts, const char *option)
{
	const struct tm_fact *fact =
		tm_facts_find(&facts->run->request.options, option);

	return fact && fact->number;
}

static int was_asked(const struct tm_analysis *facts)
{
	return is_set(facts, "inside");
}

static int is_attached(const struct tm_analysis *facts)
{
	return facts->run->request.pid.is_known;
}

/* The runtime that was seen, or that the command names. */
static const struct tm_language *language_of(const struct tm_analysis *facts)
{
	const struct tm_texts *seen = &facts->run->heaps;
	size_t i;

	for (i = 0; seen->count && i < TM_LANGUAGE_COUNT; i++) {
		if (strcmp(tm_language_at(i)->name, seen->text[0]) == 0)
			return tm_language_at(i);
	}
	return tm_why_language(facts->run);
}

static const char *name_language(const struct tm_analysis *facts)
{
	const struct tm_texts *seen = &facts->run->heaps;

	return seen->count ? seen->text[0] : language_of(facts)->name;
}

/* --- what was found ------------------------------------------------------- */

static int is_open(const struct tm_analysis *facts)
{
	return facts->verdict.standing == TM_JUDGEMENT_INCONCLUSIVE;
}

static int is_about_memory(const struct tm_analysis *facts)
{
	enum tm_metric metric = facts->verdict.decisive;

	return metric < TM_METRIC_COUNT && !tm_trait_is_handle(metric);
}

static int memory_grows(const struct tm_analysis *facts)
{
	return tm_why_memory_grows(facts) ||
	       layer(facts, TM_METRIC_allocated_bytes)->grows;
}

static int is_counted(const struct tm_analysis *facts)
{
	return layer(facts, TM_METRIC_net_bytes)->is_measured;
}

static int fails(const struct tm_analysis *facts, enum tm_metric metric)
{
	const struct tm_judged *judged =
		tm_verdict_find(&facts->verdict, metric);

	return judged && judged->decision.judgement == TM_JUDGEMENT_FAIL;
}

/* What it reported of its heap names what grows, unless malloc's bytes
 * do, too. */
static int knows_its_heap(const struct tm_analysis *facts)
{
	return facts->run->heaps.count &&
	       layer(facts, TM_METRIC_live_bytes)->is_measured &&
	       !fails(facts, TM_METRIC_net_bytes);
}

static int malloc_grows(const struct tm_analysis *facts)
{
	return layer(facts, TM_METRIC_net_bytes)->grows &&
	       !knows_its_heap(facts);
}

/* --- situations ----------------------------------------------------------- */

static int is_without_marks(const struct tm_analysis *facts, const char *source)
{
	const char *marks = facts->run->sampling.marks;

	return facts->run->sample_count == 0 && marks &&
	       strcmp(marks, source) == 0;
}

static int no_line_matched(const struct tm_analysis *facts)
{
	return is_without_marks(facts, "regex");
}

static int no_signal_came(const struct tm_analysis *facts)
{
	return is_without_marks(facts, "signal");
}

static int no_mark_came(const struct tm_analysis *facts)
{
	return is_without_marks(facts, "fd");
}

static int hides_and_was_asked(const struct tm_analysis *facts)
{
	return tm_verdict_is_hidden(&facts->verdict) && was_asked(facts);
}

static int hides_its_heap(const struct tm_analysis *facts)
{
	return tm_verdict_is_hidden(&facts->verdict) && !was_asked(facts);
}

static int handle_grows(const struct tm_analysis *facts, enum tm_metric metric)
{
	return facts->verdict.standing == TM_JUDGEMENT_FAIL &&
	       facts->verdict.decisive == metric && !memory_grows(facts);
}

static int descriptors_grow(const struct tm_analysis *facts)
{
	return handle_grows(facts, TM_METRIC_descriptors);
}

/* Each takes memory, too. */
static int threads_grow(const struct tm_analysis *facts)
{
	return handle_grows(facts, TM_METRIC_threads) ||
	       (facts->verdict.standing == TM_JUDGEMENT_FAIL &&
		facts->verdict.kind == TM_KIND_HANDLE &&
		facts->verdict.cause == TM_METRIC_threads);
}

static int processes_grow(const struct tm_analysis *facts)
{
	return handle_grows(facts, TM_METRIC_processes);
}

static int mappings_grow(const struct tm_analysis *facts)
{
	return handle_grows(facts, TM_METRIC_mappings);
}

/* The program ended by itself. */
static int is_too_short(const struct tm_analysis *facts)
{
	return is_open(facts) && facts->run->outcome == TM_OUTCOME_COMPLETE;
}

/* The types and sites of its heap are there. */
static int has_told_what_grows(const struct tm_analysis *facts)
{
	return knows_its_heap(facts) && !is_too_short(facts);
}

/* Neither malloc nor a runtime's heap shows it. */
static int shared_memory_grows(const struct tm_analysis *facts)
{
	return facts->verdict.kind == TM_KIND_SHARED ||
	       (tm_why_is_shared(facts) &&
		!layer(facts, TM_METRIC_allocated_bytes)->grows &&
		!malloc_grows(facts));
}

/* By the program, its runtime or, where its figures are not known, its
 * allocator. */
static int maps_memory(const struct tm_analysis *facts)
{
	const struct tm_verdict *verdict = &facts->verdict;

	return tm_why_memory_fails(facts) &&
	       (verdict->kind == TM_KIND_OUTSIDE ||
		(verdict->kind == TM_KIND_UNKNOWN &&
		 verdict->kind_key == TM_KIND_REASON_NOT_HELD));
}

/* Objects that malloc does not see, by a runtime that can report them. */
static int has_a_heap_to_ask(const struct tm_analysis *facts)
{
	const struct tm_language *language = language_of(facts);

	return language && !was_asked(facts) && language->heap &&
	       !language->counting.variable &&
	       tm_why_language_can_be_asked(language) &&
	       (memory_grows(facts) ||
		(is_open(facts) && is_about_memory(facts)));
}

static int is_uncounted(const struct tm_analysis *facts)
{
	return !is_counted(facts) && !is_set(facts, "preload") &&
	       memory_grows(facts);
}

static int is_python_uncounted(const struct tm_analysis *facts)
{
	return is_uncounted(facts) &&
	       language_of(facts) == &tm_language_cpython;
}

/* None is stored: they were not to be sampled, or too little was allocated for
 * a sample, or there was no room. */
static int has_no_sites(const struct tm_analysis *facts)
{
	return is_counted(facts) && !facts->run->sites.is_known &&
	       malloc_grows(facts);
}

static int is_unsampled(const struct tm_analysis *facts)
{
	return has_no_sites(facts) && asked_distance(facts) == 0;
}

static int is_sampled_in_vain(const struct tm_analysis *facts)
{
	return has_no_sites(facts) && asked_distance(facts) >= DISTANCE_MIN;
}

static int any_site_grows(const struct tm_analysis *facts)
{
	const struct tm_run *run = facts->run;
	size_t i;

	for (i = 0; i < run->sites.count; i++) {
		if (tm_is_true(run->sites.sites[i].grows))
			return 1;
	}
	return 0;
}

static int hides_its_sites(const struct tm_analysis *facts)
{
	return is_counted(facts) && facts->run->sites.is_known &&
	       malloc_grows(facts) && !any_site_grows(facts) &&
	       facts->run->sites.sampling_bytes.value >= DISTANCE_MIN;
}

static int has_no_room_for_sites(const struct tm_analysis *facts)
{
	return hides_its_sites(facts) && facts->run->sites.lost.value > 0;
}

static int is_python_unasked(const struct tm_analysis *facts)
{
	return memory_grows(facts) && !was_asked(facts) &&
	       language_of(facts) == &tm_language_cpython;
}

static int is_sampled_too_seldom(const struct tm_analysis *facts)
{
	const struct tm_run *run = facts->run;

	return is_too_short(facts) && run->unit != TM_UNIT_ITERATION &&
	       tm_run_measured_count(run) < SAMPLES_ENOUGH &&
	       run->sampling.every_ms.value > SHORT_EVERY_MS;
}

/* Only marks on TIDEMARK_FD are acknowledged. */
static int is_faster_than_samples(const struct tm_analysis *facts)
{
	const struct tm_run *run = facts->run;
	const char *marks = run->sampling.marks;
	size_t measured = tm_run_measured_count(run);

	return is_too_short(facts) && run->unit == TM_UNIT_ITERATION && marks &&
	       strcmp(marks, "fd") == 0 && measured < SAMPLES_ENOUGH &&
	       measured < run->sample_count / 2 &&
	       !was_given(facts, "--mark-ack");
}

static int is_by_time_attached(const struct tm_analysis *facts)
{
	return facts->run->unit != TM_UNIT_ITERATION && is_attached(facts);
}

static int is_by_time(const struct tm_analysis *facts)
{
	return facts->run->unit != TM_UNIT_ITERATION;
}

/* --- the table ------------------------------------------------------------ */

struct step {
	int (*applies)(const struct tm_analysis *facts);
	/* In words: `name` is the runtime's, if `after` is there. */
	const char *before, *after;
	/* What the command changes.  None: there is no command. */
	const char *change, *other;
	int starts; /* cannot be done to a process that runs already */
};

#define UNIT_TEXT                                                              \
	"it was sampled by time, so rates are per second; for rates per "      \
	"iteration, add marks: "

/* The first that applies is taken. */
static const struct step steps[] = {
	{.applies = no_line_matched,
	 .before = "no line of its output matched: check --mark-regex (POSIX "
		   "extended: [0-9], not \\d)"},
	{.applies = no_signal_came,
	 .before = "no mark was received: --mark-signal needs a program that "
		   "sends the signal to $TIDEMARK_PID"},
	{.applies = no_mark_came,
	 .before = "no mark was received: --mark-fd needs a program with a "
		   "line of code that marks (docs/exec.md)"},
	{.applies = hides_and_was_asked,
	 .before = "its runtime (",
	 .after = ") did not report its live objects: see the notes"},
	{.applies = hides_its_heap,
	 .before = "--inside asks its runtime (",
	 .after = ") for its live objects",
	 .change = "--inside",
	 .starts = 1},
	{.applies = has_told_what_grows},
	{.applies = descriptors_grow,
	 .before = "while it runs, ls -l /proc/PID/fd lists its open files and "
		   "sockets"},
	{.applies = threads_grow,
	 .before = "while it runs, eu-stack -p PID shows where its threads "
		   "wait"},
	{.applies = processes_grow,
	 .before = "while it runs, pstree -p PID shows its processes"},
	{.applies = mappings_grow,
	 .before = "while it runs, /proc/PID/maps lists its mappings"},
	{.applies = shared_memory_grows,
	 .before = "while it runs, /proc/PID/maps lists what shared memory it "
		   "maps, and ls -l /dev/shm the files"},
	{.applies = has_a_heap_to_ask,
	 .before = "--inside asks its runtime (",
	 .after = ") for its live objects",
	 .change = "--inside",
	 .starts = 1},
	{.applies = maps_memory,
	 .before = "while it runs, strace -f -k -e trace=mmap,munmap,brk -p "
		   "PID shows which code maps memory, and /proc/PID/maps lists "
		   "what is mapped"},
	{.applies = is_python_uncounted,
	 .before = "--preload finds the code that allocates what grows; "
		   "--inside also counts its objects by type",
	 .change = "--preload",
	 .starts = 1},
	{.applies = is_uncounted,
	 .before = "--preload finds the code that allocates what grows",
	 .change = "--preload",
	 .starts = 1},
	{.applies = is_unsampled,
	 .before = "allocation sites were not sampled (--sample-bytes 0): "
		   "samples show which code allocates what grows",
	 .change = "--preload",
	 .other = "--sample-bytes 4KiB"},
	{.applies = is_sampled_in_vain,
	 .before = "no allocation site was stored: more samples "
		   "(--sample-bytes) may find the code that allocates what "
		   "grows",
	 .change = "--preload",
	 .other = "--sample-bytes"},
	{.applies = has_no_room_for_sites,
	 .before = "no growing site was found, and not all sites fitted: fewer "
		   "samples leave room for all",
	 .change = "--preload",
	 .other = "--sample-bytes"},
	{.applies = hides_its_sites,
	 .before = "no growing site was found: more samples (--sample-bytes) "
		   "may find one",
	 .change = "--preload",
	 .other = "--sample-bytes"},
	{.applies = is_python_unasked,
	 .before = "--inside counts its objects by type",
	 .starts = 1},
	{.applies = is_sampled_too_seldom,
	 .before = "inconclusive: let it run longer, or sample more often "
		   "(--every 0.02)"},
	{.applies = is_faster_than_samples,
	 .before = "inconclusive: let it run longer, or wait for the sample "
		   "of each mark (--mark-ack)"},
	{.applies = is_too_short, .before = "inconclusive: let it run longer"},
	{.applies = NULL}};

/* What an iteration is, whatever the next step. */
static const struct step unit_steps[] = {
	{.applies = is_by_time_attached,
	 .before = UNIT_TEXT "--mark-signal, or start it with tidemark exec"},
	{.applies = is_by_time,
	 .before = UNIT_TEXT
	 "--mark-regex RE for lines that it prints, or a line of "
	 "code that marks (docs/exec.md)"},
	{.applies = NULL}};

/* --- taking one ----------------------------------------------------------- */

static const struct step *find(const struct step *step,
			       const struct tm_analysis *facts)
{
	while (step->applies && !step->applies(facts))
		step++;
	return step;
}

/* Only a JVM can be asked where it already runs. */
static int needs_a_start(const struct step *step,
			 const struct tm_analysis *facts)
{
	return step->starts && is_attached(facts) &&
	       !(step->change && strcmp(step->change, "--inside") == 0 &&
		 language_of(facts) == &tm_language_jvm);
}

static void write_hint(const struct step *step, const struct tm_analysis *facts,
		       char out[TM_WHY_CAUSE_MAX])
{
	if (!step->before)
		return;
	snprintf(out, TM_WHY_CAUSE_MAX, "%s%s%s%s", step->before,
		 step->after ? name_language(facts) : "",
		 step->after ? step->after : "",
		 needs_a_start(step, facts)
			 ? "; start it with tidemark exec for that"
			 : "");
	tm_text_clean(out);
}

/* Where there was no room for all sites, fewer samples show more. */
static long long distance_of(const struct tm_analysis *facts)
{
	const struct tm_run_sites *sites = &facts->run->sites;
	const int64_t bytes = sites->is_known ? sites->sampling_bytes.value
					      : asked_distance(facts);

	return has_no_room_for_sites(facts) ? bytes * 8 : bytes / 16;
}

static void write_command(const struct step *step, struct tm_analysis *facts)
{
	const char *changes[] = {step->change, step->other, NULL};
	char distance[64];

	if (!step->change || facts->is_scenario)
		return;
	if (step->other && strcmp(step->other, "--sample-bytes") == 0) {
		snprintf(distance, sizeof(distance), "--sample-bytes %lld",
			 distance_of(facts));
		changes[1] = distance;
	}
	tm_rerun_text(facts->run, changes, facts->next, sizeof(facts->next));
}

void tm_why_find_next(struct tm_analysis *facts)
{
	const struct step *step = find(steps, facts);

	write_hint(find(unit_steps, facts), facts, facts->unit_hint);
	if (facts->verdict.standing != TM_JUDGEMENT_PASS)
		write_hint(step, facts, facts->hint);
	write_command(step, facts);
}
