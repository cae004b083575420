/*
 * What a run notes of the runtimes that --inside asked, or could not ask.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "run/heap_note.h"

#define SECOND 1000000000ull

static struct tm_run *run;
static struct tm_heap heap;
static struct tm_preload_setup setup;

static void start(void)
{
	cr_assert_eq(tm_run_new(&run, "program", NULL), TM_OK);
	heap = (struct tm_heap){.may_enter = 1, .ended_ns = 10 * SECOND};
	memset(&setup, 0, sizeof(setup));
	tm_language_set_add(&setup.entered, &tm_language_node);
	tm_language_set_add(&setup.entered, &tm_language_ruby);
}

static void stop(void)
{
	tm_run_free(run);
}

TestSuite(heap_note, .init = start, .fini = stop);

static void expect(const char *note)
{
	tm_heap_note(run, &heap, &setup);
	cr_assert_eq(run->notes.count, note != NULL);
	if (note)
		cr_assert_str_eq(run->notes.text[0], note);
}

Test(heap_note, says_that_no_runtime_was_found)
{
	tm_language_set_add(&heap.programs, &tm_language_perl);
	expect("--inside: no runtime that it supports was found");
}

Test(heap_note, says_that_one_did_not_reply_in_a_brief_run)
{
	heap.ended_ns = SECOND;
	tm_language_set_add(&heap.programs, &tm_language_ruby);
	expect("--inside: the run ended before Ruby replied");
}

Test(heap_note, says_it_of_a_jvm_that_needs_no_helper)
{
	heap.ended_ns = SECOND;
	tm_language_set_add(&heap.programs, &tm_language_jvm);
	expect("--inside: the run ended before JVM replied");
}

Test(heap_note, says_that_a_runtime_did_not_connect)
{
	tm_language_set_add(&heap.programs, &tm_language_node);
	expect("--inside: Node was found, but no connection to it was made");
}

Test(heap_note, says_once_why_a_jvm_was_not_asked)
{
	tm_language_set_add(&heap.programs, &tm_language_jvm);
	heap.ended_ns = SECOND;
	heap.jvms.opened = 1;
	heap.jvms.refused = 3;
	strcpy(heap.jvms.why, "it runs Epsilon");
	expect("its runtime did not reply to 3 questions: it runs Epsilon");
}

Test(heap_note, says_once_that_no_helper_was_set)
{
	memset(&setup.entered, 0, sizeof(setup.entered));
	tm_language_set_add(&setup.refusing, &tm_language_ruby);
	tm_language_set_add(&heap.programs, &tm_language_ruby);
	tm_heap_note(run, &heap, &setup);
	cr_assert_eq(run->notes.count, 2);
	cr_assert_not_null(strstr(run->notes.text[0], "was not set"));
	cr_assert_not_null(strstr(run->notes.text[1], "no runtime"));
}

Test(heap_note, says_nothing_of_what_may_not_be_entered)
{
	heap.may_enter = 0;
	tm_language_set_add(&heap.programs, &tm_language_ruby);
	expect(NULL);
}

Test(heap_note, says_which_share_of_the_run_was_really_taken)
{
	heap.ended_ns = 4 * SECOND;
	heap.share.most = .05;
	heap.agents.seen = 1;
	heap.collections = 50;
	heap.pause_ns = SECOND;
	heap.longest_pause_ns = SECOND / 20;
	heap.left_out = 1;
	heap.types.count = 2;
	heap.types.spent_ns = SECOND / 5;
	tm_heap_note(run, &heap, &setup);
	cr_assert_eq(run->notes.count, 3);
	cr_expect_str_eq(run->notes.text[0],
			 "50 full collections forced at samples: 1000.0 ms all "
			 "together, 25.0 % of the run, 50.0 ms the longest");
	cr_expect_str_eq(run->notes.text[1],
			 "1 sample without a full collection: limited by "
			 "--inside-share 5; a short run exceeds it to have "
			 "enough collections");
	cr_expect_str_eq(run->notes.text[2],
			 "its objects were counted 2 times: 200.0 ms all "
			 "together, 5.0 % of the run");
}

/* --- CPython -------------------------------------------------------------- */

static void ask_cpython(void)
{
	tm_language_set_add(&setup.entered, &tm_language_cpython);
	tm_language_set_add(&heap.programs, &tm_language_cpython);
	strcpy(heap.agents.languages, "CPython;");
	heap.agents.seen = heap.replies = heap.uncollected = 1;
}

/* Before all others, and without a collection that was not made. */
Test(heap_note, says_first_that_the_collector_of_cpython_is_off)
{
	ask_cpython();
	heap.types.count = 1;
	tm_run_note(run, "of its marks");
	tm_heap_note(run, &heap, &setup);
	cr_assert_eq(run->notes.count, 4);
	cr_assert_str_eq(
		run->notes.text[0],
		"what is alive is not known: the program has switched "
		"CPython's collector off (gc.disable()) or is debugging it "
		"(gc.set_debug()); no full collection was forced");
	cr_assert_str_eq(run->notes.text[1], "of its marks");
	cr_assert_not_null(strstr(run->notes.text[2], "preloaded library"));
	cr_assert_not_null(strstr(run->notes.text[3], "were counted 1 time"));
}

/* A missing reply does not mean that the collector is off. */
Test(heap_note, does_not_blame_the_collector_for_a_missing_reply)
{
	ask_cpython();
	heap.uncollected = 0;
	heap.agents.late = 1;
	tm_heap_note(run, &heap, &setup);
	for (size_t i = 0; i < run->notes.count; i++)
		cr_expect_null(strstr(run->notes.text[i], "gc.disable()"));
}

/* As in a program that switches it off once it has started. */
Test(heap_note, says_how_often_the_collector_of_cpython_was_off)
{
	struct tm_sample sample = {0};

	ask_cpython();
	heap.collections = 1;
	heap.replies = 36;
	heap.uncollected = 35;
	tm_sample_set(&sample, TM_METRIC_live_bytes, 1);
	run->samples = &sample;
	run->sample_count = 1;
	tm_heap_note(run, &heap, &setup);
	run->samples = NULL;
	run->sample_count = 0;
	cr_assert_not_null(
		strstr(run->notes.text[0], "is not known at 35 samples: "));
	cr_assert_null(strstr(run->notes.text[0], "no full collection"));
}

Test(heap_note, leaves_out_that_the_collector_was_off_for_a_moment)
{
	ask_cpython();
	heap.replies = 36;
	tm_heap_note(run, &heap, &setup);
	cr_assert_null(strstr(run->notes.text[0], "gc.disable()"));
}

Test(heap_note, judges_cpython_by_malloc_without_live_bytes)
{
	ask_cpython();
	tm_heap_note(run, &heap, &setup);
	cr_assert_eq(run->heaps.count, 0);
}

Test(heap_note, keeps_cpython_among_the_heaps_whose_live_bytes_are_known)
{
	struct tm_sample sample = {0};

	ask_cpython();
	tm_sample_set(&sample, TM_METRIC_live_bytes, 1);
	run->samples = &sample;
	run->sample_count = 1;
	tm_heap_note(run, &heap, &setup);
	run->samples = NULL;
	run->sample_count = 0;
	cr_assert_eq(run->heaps.count, 1);
	cr_assert_str_eq(run->heaps.text[0], "CPython");
}
