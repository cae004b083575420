#include "run/heap_note.h"

#include <stdio.h>
#include <string.h>

#include "util/amount.h"

/* Only those that the program loaded: the variables of all were set. */
static void note_variable(struct tm_run *run, const struct tm_heap *heap,
			  const struct tm_preload_setup *setup)
{
	size_t i;

	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		const struct tm_language *language = tm_language_at(i);

		if (!tm_language_set_has(setup->entered, language) ||
		    !tm_heap_has_seen(heap, language->name))
			continue;
		if (language->agent.in_library)
			tm_run_note(
				run,
				"the preloaded library asked %s between two "
				"instructions of the program's own code",
				language->name);
		else
			tm_run_note(run,
				    "%s was set, so that %s loads tidemark's "
				    "helper, which reports its heap",
				    language->agent.variable, language->name);
	}
}

/* What a runtime did not answer a few times, as while it started, is not worth
 * a note: the samples between are there. */
#define FEW 20 /* answers for one that was missing */

/* Nor is the census that a program's end cuts off. */
#define FEW_CENSUSES 3

static int is_worth_a_note(const struct tm_heap *heap, uint64_t missing)
{
	return missing && missing * FEW > heap->replies;
}

static void note_missing(struct tm_run *run, const struct tm_heap *heap,
			 uint64_t missing, const char *why)
{
	char times[TM_AMOUNT_MAX];

	if (!is_worth_a_note(heap, missing))
		return;
	tm_amount_format(times, (double)missing, "questions");
	tm_run_note(run, "its runtime did not reply to %s: %s", times, why);
}

static void note_jvm(struct tm_run *run, const struct tm_heap *heap)
{
	if (heap->jvms.opened && heap->collections)
		tm_run_note(run, "the JVM was asked through its attach socket; "
				 "nothing was loaded into it");
}

/* Of the run's time, in hundredths. */
static double share_of(const struct tm_heap *heap, uint64_t ns)
{
	uint64_t run_ns = heap->ended_ns - heap->started_ns;

	return run_ns ? 100.0 * (double)ns / (double)run_ns : 0;
}

static void note_left_out(struct tm_run *run, const struct tm_heap *heap)
{
	double most = 100 * heap->share.most;
	char samples[TM_AMOUNT_MAX];

	if (!heap->left_out)
		return;
	tm_amount_format(samples, (double)heap->left_out, "samples");
	tm_run_note(
		run,
		"%s without a full collection: limited by --inside-share "
		"%.0f%s",
		samples, most,
		share_of(heap, heap->pause_ns) > most
			? "; a short run exceeds it to have enough collections"
			: "");
}

static void note_collections(struct tm_run *run, const struct tm_heap *heap)
{
	char count[TM_AMOUNT_MAX];

	if (heap->collections == 0)
		return;
	tm_amount_format(count, (double)heap->collections, "full collections");
	tm_run_note(run,
		    "%s forced at samples: %.1f ms all together, %.1f %% of "
		    "the run, %.1f ms the longest",
		    count, (double)heap->pause_ns / 1e6,
		    share_of(heap, heap->pause_ns),
		    (double)heap->longest_pause_ns / 1e6);
	note_left_out(run, heap);
}

static void note_censuses(struct tm_run *run, const struct tm_heap *heap)
{
	char count[TM_AMOUNT_MAX];

	if (heap->types.count == 0)
		return;
	tm_amount_format(count, (double)heap->types.count, "times");
	tm_run_note(run,
		    "its objects were counted %s: %.1f ms all together, %.1f "
		    "%% of the run",
		    count, (double)heap->types.spent_ns / 1e6,
		    share_of(heap, heap->types.spent_ns));
}

static void note_troubles(struct tm_run *run, const struct tm_heap *heap)
{
	note_missing(run, heap, heap->jvms.refused, heap->jvms.why);
	note_missing(run, heap, heap->agents.refused, heap->agents.why);
	note_missing(run, heap, heap->agents.late, "it was too slow");
	note_missing(run, heap, heap->agents.asleep,
		     "its process was waiting in a system call");
	if (heap->types.failed > 1 ||
	    (heap->types.failed && heap->types.taken.count < FEW_CENSUSES))
		tm_run_note(run, "%s count of its objects is complete: %s",
			    heap->types.taken.count ? "not every" : "no",
			    heap->types.failed_why);
	if (heap->sites.failed)
		tm_run_note(run,
			    "some samples do not show where its objects were "
			    "allocated: %s",
			    heap->sites.failed_why);
}

static void note_refusing(struct tm_run *run,
			  const struct tm_preload_setup *setup)
{
	size_t i;

	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		const struct tm_language *language = tm_language_at(i);

		if (tm_language_set_has(setup->refusing, language))
			tm_run_note(
				run,
				"%s was not set: an option of this command "
				"keeps %s from starting with tidemark's helper",
				language->agent.variable, language->name);
	}
}

static int can_be_entered(const struct tm_language *language,
			  const struct tm_preload_setup *setup)
{
	return language == &tm_language_jvm ||
	       (setup && tm_language_set_has(setup->entered, language));
}

static int was_refused(const struct tm_heap *heap,
		       const struct tm_language *language)
{
	return language == &tm_language_jvm
		       ? heap->jvms.refused > 0
		       : heap->agents.refused + heap->agents.late +
					 heap->agents.asleep >
				 0;
}

/* Those whose programs were seen, and that did not reply once, without a reason
 * that was noted. */
static void note_silent(struct tm_run *run, const struct tm_heap *heap,
			const struct tm_preload_setup *setup)
{
	size_t i;

	for (i = 0; i < TM_LANGUAGE_COUNT && !heap->replies; i++) {
		const struct tm_language *language = tm_language_at(i);

		if (!tm_language_set_has(heap->programs, language) ||
		    !can_be_entered(language, setup) ||
		    was_refused(heap, language))
			continue;
		if (tm_heap_is_brief(heap))
			tm_run_note(run,
				    "--inside: the run ended before %s replied",
				    language->name);
		else if (!tm_heap_has_seen(heap, language->name))
			tm_run_note(run,
				    "--inside: %s was found, but no connection "
				    "to it was made",
				    language->name);
	}
}

/* CPython does not collect for tidemark where its program has ruled that out.  It
 * is the first of all notes: nothing else says why --inside shows little. */
static void note_uncollected(struct tm_run *run, const struct tm_heap *heap)
{
	char samples[TM_AMOUNT_MAX + 8] = "", count[TM_AMOUNT_MAX];

	if (heap->uncollected * FEW <= heap->replies || heap->agents.refused ||
	    !tm_heap_has_seen(heap, tm_language_cpython.name))
		return;
	tm_amount_format(count, (double)heap->uncollected, "samples");
	if (tm_run_has_metric(run, TM_METRIC_live_bytes))
		snprintf(samples, sizeof(samples), " at %s", count);
	tm_run_note_first(
		run,
		"what is alive is not known%s: the program has switched "
		"CPython's collector off (gc.disable()) or is debugging it "
		"(gc.set_debug())%s",
		samples,
		heap->collections ? "" : "; no full collection was forced");
}

static int has_seen_one(const struct tm_heap *heap,
			const struct tm_preload_setup *setup)
{
	size_t i;

	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		const struct tm_language *language = tm_language_at(i);

		if (tm_language_set_has(heap->programs, language) &&
		    can_be_entered(language, setup))
			return 1;
	}
	return heap->agents.seen > 0 || heap->jvms.opened > 0;
}

/* Memory that is taken from malloc is counted where the runtime does not. */
static void keep_runtimes(struct tm_run *run, const struct tm_heap *heap)
{
	size_t i;

	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		const struct tm_language *language = tm_language_at(i);

		if (tm_heap_has_seen(heap, language->name) &&
		    (!language->agent.in_library ||
		     tm_run_has_metric(run, TM_METRIC_live_bytes)))
			tm_texts_add(&run->heaps, language->name);
	}
}

void tm_heap_note(struct tm_run *run, const struct tm_heap *heap,
		  const struct tm_preload_setup *setup)
{
	keep_runtimes(run, heap);
	if (!heap->may_enter)
		return;
	if (setup)
		note_refusing(run, setup);
	if (!has_seen_one(heap, setup)) {
		tm_run_note(run, setup ? "--inside: no runtime that it "
					 "supports was found"
				       : "--inside: in a program that already "
					 "runs, only a JVM can be asked");
		return;
	}
	if (setup)
		note_variable(run, heap, setup);
	note_jvm(run, heap);
	note_collections(run, heap);
	note_censuses(run, heap);
	note_troubles(run, heap);
	note_silent(run, heap, setup);
	note_uncollected(run, heap);
}
