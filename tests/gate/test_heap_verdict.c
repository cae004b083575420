/*
 * Verdicts of programs whose heaps are collected: by what is alive, not by the
 * pages that the heap has.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "../support/runs.h"
#include "gate/gate.h"

static struct tm_run *run;
static struct tm_verdict_opts opts;
static struct tm_verdict verdict;
static struct tm_err err;

static void start(void)
{
	run = run_new("loop");
	memset(&opts, 0, sizeof(opts));
	tm_budget_init(&opts.budget);
}

static void stop(void)
{
	run_free(run);
}

TestSuite(heap_verdict, .init = start, .fini = stop);

static enum tm_judgement judge(void)
{
	cr_assert_eq(tm_verdict_make(&verdict, run, &opts, &err), TM_OK);
	return verdict.judgement;
}

static void add_heap(double live_growth, double rss_growth)
{
	run_curve(run, TM_METRIC_rss_bytes, 1e8, rss_growth);
	run_curve(run, TM_METRIC_heap_used_bytes, 5e7, 0);
	run_curve(run, TM_METRIC_native_bytes, 2e7, 0);
	run_curve(run, TM_METRIC_live_bytes, 1e6, live_growth);
}

Test(heap_verdict, passes_a_flat_heap_whose_pages_fill)
{
	add_heap(0, 9000);
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
	cr_assert_null(tm_verdict_find(&verdict, TM_METRIC_rss_bytes));
}

Test(heap_verdict, fails_a_heap_that_grows_in_pages_it_had)
{
	add_heap(300, 0);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	cr_assert_eq(verdict.decisive, TM_METRIC_live_bytes);
}

Test(heap_verdict, fails_memory_outside_a_flat_heap)
{
	add_heap(0, 9000);
	run_curve(run, TM_METRIC_native_bytes, 2e7, 9000);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	cr_assert_eq(verdict.decisive, TM_METRIC_native_bytes);
}

/* It is read now and then, and malloc's count is there at each sample. */
Test(heap_verdict, needs_no_native_memory_where_malloc_is_counted)
{
	size_t i;

	add_heap(0, 9000);
	for (i = 0; i < run->sample_count; i++) {
		if (i % 40)
			run->samples[i].present &=
				~(1u << TM_METRIC_native_bytes);
	}
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	run_curve(run, TM_METRIC_net_bytes, 1e6, 0);
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
}

Test(heap_verdict, judges_pages_of_a_heap_when_asked_to)
{
	add_heap(0, 9000);
	cr_assert_eq(tm_budget_read(&opts.budget, "rss=16", &err), TM_OK);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
}

/* Nothing would see memory that is taken beside the heap. */
Test(heap_verdict, judges_pages_where_only_the_heap_is_known)
{
	run_curve(run, TM_METRIC_rss_bytes, 1e8, 9000);
	run_curve(run, TM_METRIC_heap_used_bytes, 5e7, 0);
	run_curve(run, TM_METRIC_live_bytes, 1e6, 0);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
}

/* A heap that was not asked what is alive. */
static void hide_heap(double growth)
{
	tm_texts_add(&run->heaps, "JVM");
	run_curve(run, TM_METRIC_rss_bytes, 1e8, growth);
	run_curve(run, TM_METRIC_threads, 20, 0);
}

Test(heap_verdict, passes_and_fails_nothing_by_pages_that_hide_a_heap)
{
	char kind[TM_VERDICT_KIND_MAX];

	hide_heap(0);
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	cr_assert_not_null(strstr(verdict.reason, "the JVM collects"), "%s",
			   verdict.reason);
	cr_assert(tm_verdict_is_hidden(&verdict));
	tm_verdict_kind_text(kind, &verdict);
	cr_assert_str_eq(kind, "unknown, resident memory does not show it");
	run_curve(run, TM_METRIC_rss_bytes, 1e8, 9000);
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	cr_assert_not(verdict.extend);
}

Test(heap_verdict, judges_pages_that_hide_a_heap_by_a_budget_of_their_own)
{
	hide_heap(9000);
	cr_assert_eq(tm_budget_read(&opts.budget, "rss=16", &err), TM_OK);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	cr_assert_not(tm_verdict_is_hidden(&verdict));
}

Test(heap_verdict, fails_other_growth_with_a_hidden_heap)
{
	hide_heap(0);
	run_curve(run, TM_METRIC_net_bytes, 1e6, 2000);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	cr_assert_eq(verdict.decisive, TM_METRIC_net_bytes);
}
