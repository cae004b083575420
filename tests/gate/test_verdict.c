#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../support/runs.h"
#include "gate/gate.h"
#include "util/trace.h"

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

TestSuite(verdict, .init = start, .fini = stop);

static enum tm_judgement judge(void)
{
	cr_assert_eq(tm_verdict_make(&verdict, run, &opts, &err), TM_OK);
	return verdict.judgement;
}

static void assert_reason(const char *part)
{
	cr_assert_not_null(strstr(verdict.reason, part), "no '%s' in: %s", part,
			   verdict.reason);
}

Test(verdict, fails_a_metric_over_its_budget_and_says_why)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 2000);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	cr_assert_eq(verdict.decisive, TM_METRIC_allocated_bytes);
	cr_assert_eq(verdict.kind, TM_KIND_HEAP);
	cr_assert_float_eq(verdict.judged[0].decision.slope, 2000, 20);
	assert_reason("allocated_bytes grows ");
	assert_reason("budget 16 B; live-heap leak");
}

/* 2 bytes a millisecond. */
Test(verdict, judges_a_run_by_time_by_the_second)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 2);
	run_by_time(run);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	cr_assert_float_eq(verdict.judged[0].decision.slope, 2000, 20);
	assert_reason("per second (");
	cr_assert_not_null(
		strstr(verdict.judged[0].decision.reason, "per second ("));
	cr_assert_eq(tm_budget_read(&opts.budget, "4KiB", &err), TM_OK);
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
}

Test(verdict, says_that_nothing_grows_by_the_second)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	run_by_time(run);
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
	assert_reason("per second in the second half");
}

Test(verdict, passes_growth_within_the_budget)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 2000);
	cr_assert_eq(tm_budget_read(&opts.budget, "4KiB", &err), TM_OK);
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
	assert_reason("1 metric grows, within its budget");
}

Test(verdict, passes_what_is_flat)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	run_curve(run, TM_METRIC_rss_bytes, 1 << 22, 0);
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
	cr_assert_eq(verdict.count, 2);
	cr_assert_not(verdict.provisional);
}

Test(verdict, names_the_cause_found_by_another_metric)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 2000);
	run_curve(run, TM_METRIC_garbage, 0, 3);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	cr_assert_eq(verdict.kind, TM_KIND_CYCLES);
	cr_assert_eq(verdict.cause, TM_METRIC_garbage);
	assert_reason("(garbage: 3 objects per iteration)");
}

/* A table that doubles had its last step before the second half of the run: its
 * bytes look flat, its entries do not. */
Test(verdict, fails_counts_that_grow_behind_flat_bytes)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	run_curve(run, TM_METRIC_table_entries, 10, 5);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	assert_reason("table_entries grows ");
	cr_assert_eq(tm_budget_read(&opts.budget, "table_entries=6", &err),
		     TM_OK);
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
	cr_assert_eq(tm_budget_read(&opts.budget, "table_entries=1", &err),
		     TM_OK);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	assert_reason(" entries per iteration");
}

Test(verdict, judges_shared_memory_by_a_budget_of_its_own)
{
	run_curve(run, TM_METRIC_shm_bytes, 1 << 20, 4096);
	judge();
	cr_assert_null(tm_verdict_find(&verdict, TM_METRIC_shm_bytes));
	cr_assert_eq(tm_budget_read(&opts.budget, "shm=1", &err), TM_OK);
	judge();
	cr_assert_eq(verdict.judgement, TM_JUDGEMENT_FAIL);
	cr_assert_eq(verdict.decisive, TM_METRIC_shm_bytes);
}

Test(verdict, never_judges_how_much_was_published)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	run_curve(run, TM_METRIC_published, 0, 1);
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
	cr_assert_null(tm_verdict_find(&verdict, TM_METRIC_published));
}

/* --- what cannot pass ----------------------------------------------------- */

Test(verdict, of_nothing_is_inconclusive)
{
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	assert_reason("measured nothing");
}

Test(verdict, of_counts_alone_is_inconclusive)
{
	run_curve(run, TM_METRIC_published, 0, 1);
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	assert_reason("measured nothing that could be judged");
}

Test(verdict, of_ignored_metrics_is_inconclusive)
{
	run_curve(run, TM_METRIC_rss_bytes, 1e6, 0);
	cr_assert_eq(tm_budget_ignore(&opts.budget, "rss_bytes", &err), TM_OK);
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
}

Test(verdict, of_one_sample_is_inconclusive)
{
	run_spread(run, 1, 100);
	run_curve(run, TM_METRIC_rss_bytes, 1e6, 0);
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	assert_reason("1 sample;");
}

Test(verdict, misses_a_metric_with_a_budget_that_was_not_measured)
{
	run_curve(run, TM_METRIC_rss_bytes, 1e6, 0);
	run_absent(run, TM_METRIC_allocated_bytes, "no jemalloc");
	cr_assert_eq(tm_budget_read(&opts.budget, "allocated_bytes=1", &err),
		     TM_OK);
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	assert_reason("has a budget and was not measured: no jemalloc");
}

Test(verdict, of_a_counter_gone_round_is_inconclusive)
{
	size_t i;

	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	for (i = 50; i < 101; i++)
		run->samples[i].value[TM_METRIC_allocated_bytes] =
			UINT64_MAX - i;
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
}

/* One wild sample of a hundred does not hide growth, and lets no run pass. */
Test(verdict, of_a_few_spoilt_samples_can_fail_and_cannot_pass)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	run->samples[97].value[TM_METRIC_allocated_bytes] = UINT64_MAX;
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	assert_reason("of 101 samples, 1 invalid");
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 2000);
	run->samples[97].value[TM_METRIC_allocated_bytes] = UINT64_MAX;
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
}

Test(verdict, with_a_repeated_iteration_does_not_pass)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	run->samples[50].iteration = run->samples[49].iteration;
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	assert_reason("1 repeating an iteration");
}

Test(verdict, of_a_run_cut_short_does_not_pass)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	run->outcome = TM_OUTCOME_TIMEOUT;
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	assert_reason("the run did not complete (timeout); until then 1 metric "
		      "within its budget; ");
}

Test(verdict, of_a_run_cut_by_the_limit_can_fail)
{
	run_spread(run, 60, 100);
	run_curve(run, TM_METRIC_rss_bytes, 1e6, 1e5);
	run->outcome = TM_OUTCOME_LIMIT;
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	assert_reason("; the run did not complete (limit)");
}

Test(verdict, says_that_samples_are_few)
{
	run_spread(run, 12, 1000);
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 2000);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	cr_assert(verdict.provisional);
	assert_reason("based on only 12 samples");
}

/* --- coarse metrics ------------------------------------------------------- */

/* As PSS is: looked at in the first and in the last sample. */
static void add_checkpoints(enum tm_metric metric)
{
	size_t last = run->sample_count - 1;

	tm_sample_set(&run->samples[0], metric, 1000000);
	tm_sample_set(&run->samples[last], metric, 1000000);
}

Test(verdict, leaves_a_coarse_metric_to_the_finer_one)
{
	run_curve(run, TM_METRIC_rss_bytes, 1e6, 0);
	add_checkpoints(TM_METRIC_pss_bytes);
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
	cr_assert(tm_verdict_find(&verdict, TM_METRIC_pss_bytes)->deferred);
}

/* The allocator answers only when it is called; the net bytes are counted
 * without it. */
Test(verdict, uses_net_bytes_where_the_allocator_did_not_reply)
{
	run_curve(run, TM_METRIC_net_bytes, 1e6, 0);
	add_checkpoints(TM_METRIC_allocated_bytes);
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
	cr_assert(
		tm_verdict_find(&verdict, TM_METRIC_allocated_bytes)->deferred);
}

/* A program that fills its memory and then calls malloc no more. */
static void stop_allocating(size_t last)
{
	size_t i;

	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 2000);
	for (i = last + 1; i < run->sample_count; i++)
		tm_sample_unset(&run->samples[i], TM_METRIC_allocated_bytes);
}

Test(verdict, does_not_judge_what_the_allocator_said_long_before_the_end)
{
	const struct tm_judged *judged;

	stop_allocating(40);
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	judged = &verdict.judged[0];
	cr_assert_eq(judged->decision.reason_key, TM_REASON_CUT_OFF);
	cr_assert_eq(judged->decision.growth, TM_GROWTH_INCONCLUSIVE);
	cr_assert_not(judged->decision.has_slope);
	assert_reason("it could not be read in the last 60 % of the run");
	run_curve(run, TM_METRIC_net_bytes, 1e6, 0);
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
	judged = tm_verdict_find(&verdict, TM_METRIC_allocated_bytes);
	cr_assert(judged->deferred);
	cr_assert_str_eq(tm_judged_cause(judged), "ends early");
}

Test(verdict, judges_what_the_allocator_said_until_near_the_end)
{
	stop_allocating(80);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	stop_allocating(79);
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
}

/* Resident memory is read without the program. */
Test(verdict, judges_checkpoints_that_end_before_the_run)
{
	size_t i;

	run_curve(run, TM_METRIC_uss_bytes, 1 << 22, 2000);
	for (i = 60; i < run->sample_count; i++)
		tm_sample_unset(&run->samples[i], TM_METRIC_uss_bytes);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
}

Test(verdict, does_not_leave_it_to_a_metric_that_is_not_there)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	add_checkpoints(TM_METRIC_pss_bytes);
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
}

Test(verdict, judges_only_what_is_asked)
{
	unsigned char only[TM_METRIC_COUNT] = {0};

	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 2000);
	run_curve(run, TM_METRIC_rss_bytes, 1e6, 0);
	only[TM_METRIC_rss_bytes] = 1;
	opts.only = only;
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
	cr_assert_eq(verdict.count, 1);
}
/* --- what is asked for by name -------------------------------------------- */

/* A pool of descriptors that goes up and down, over flat memory. */
static void add_pool(void)
{
	size_t i;

	run_curve(run, TM_METRIC_rss_bytes, 1 << 22, 0);
	for (i = 0; i < 101; i++)
		tm_sample_set(&run->samples[i], TM_METRIC_descriptors,
			      10 + i / 6 * 7 % 9 * 10);
}

Test(verdict, does_not_judge_a_pool_by_default)
{
	const struct tm_judged *pool;

	add_pool();
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
	pool = tm_verdict_find(&verdict, TM_METRIC_descriptors);
	cr_assert_eq(pool->decision.judgement, TM_JUDGEMENT_INCONCLUSIVE);
	cr_assert(pool->deferred);
	cr_assert_eq(verdict.kind, TM_KIND_NONE);
}

Test(verdict, does_not_leave_a_pool_alone_that_has_a_budget)
{
	add_pool();
	cr_assert_eq(tm_budget_read(&opts.budget, "descriptors=0", &err),
		     TM_OK);
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	cr_assert_eq(verdict.decisive, TM_METRIC_descriptors);
}

Test(verdict, does_not_leave_a_pool_alone_that_was_named)
{
	unsigned char only[TM_METRIC_COUNT] = {0};

	add_pool();
	only[TM_METRIC_descriptors] = 1;
	only[TM_METRIC_rss_bytes] = 1;
	opts.only = only;
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
}

/* Where no memory was judged, a pool is all that there is. */
Test(verdict, does_not_leave_a_pool_alone_without_memory)
{
	size_t i;

	add_pool();
	for (i = 0; i < 101; i++)
		run->samples[i].present &= ~(1u << TM_METRIC_rss_bytes);
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	cr_assert_eq(verdict.decisive, TM_METRIC_descriptors);
}

Test(verdict, misses_a_metric_that_was_named_and_not_measured)
{
	unsigned char only[TM_METRIC_COUNT] = {0};

	run_curve(run, TM_METRIC_rss_bytes, 1e6, 0);
	only[TM_METRIC_garbage] = 1;
	opts.only = only;
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	cr_assert_str_eq(verdict.reason,
			 "garbage has a budget and was not measured");
	cr_assert_eq(verdict.count, 1);
}

Test(verdict, of_no_growth_at_all_misses_a_metric_with_that_budget)
{
	run_curve(run, TM_METRIC_rss_bytes, 1e6, 0);
	cr_assert_eq(tm_budget_read(&opts.budget, "garbage=0", &err), TM_OK);
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	assert_reason("garbage has a budget and was not measured");
}

/* --- what a verdict says of itself ---------------------------------------- */

Test(verdict, is_about_the_job_that_was_asked_for)
{
	run_curve(run, TM_METRIC_rss_bytes, 1e6, 0);
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
	cr_assert_str_eq(verdict.job, "loop");
	run->request.job = strdup("nightly");
	judge();
	cr_assert_str_eq(verdict.job, "nightly");
	cr_assert_eq(verdict.run, run);
}

Test(verdict, stands_until_replicates_overrule_it)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 2000);
	judge();
	cr_assert_eq(verdict.standing, TM_JUDGEMENT_FAIL);
	cr_assert_eq(tm_verdict_count_growing(&verdict), 1);
	cr_assert_eq(verdict.cause, TM_METRIC_allocated_bytes);
}

Test(verdict, has_no_decisive_metric_without_any)
{
	judge();
	cr_assert_eq(verdict.decisive, TM_METRIC_COUNT);
	cr_assert_eq(verdict.cause, TM_METRIC_COUNT);
	cr_assert_not(verdict.provisional);
	cr_assert_not(verdict.extend);
}

Test(verdict, may_be_extended_while_a_look_is_left)
{
	size_t i;

	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	for (i = 0; i < 101; i++)
		run->samples[i].value[TM_METRIC_allocated_bytes] +=
			i * 37 % 101 * 100000;
	opts.look = 1;
	opts.looks_max = 2;
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	cr_assert(verdict.extend);
	opts.look = 2;
	judge();
	cr_assert_not(verdict.extend);
	/* Nobody said which look it is: the first. */
	opts.look = 0;
	judge();
	cr_assert(verdict.extend);
}

Test(verdict, of_spoilt_samples_is_not_extended)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	run->samples[97].value[TM_METRIC_allocated_bytes] = UINT64_MAX;
	opts.looks_max = 3;
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	cr_assert_not(verdict.extend);
	cr_assert_eq(verdict.judged[0].decision.growth, TM_GROWTH_INCONCLUSIVE);
}

Test(verdict, says_nothing_of_few_samples_where_nothing_is_decided)
{
	run_spread(run, 8, 1000);
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	cr_assert(verdict.provisional);
	cr_assert_null(strstr(verdict.reason, "; based on "));
	assert_reason("allocated_bytes inconclusive: only 8 samples; "
		      "at least 10 are needed to call it flat");
	run_free(run);
	run = run_new("longer");
	run_spread(run, 20, 1000);
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
	assert_reason("; based on only 20 samples of allocated_bytes");
}

/* Two samples of a metric say nothing: that it keeps its budget is not known. */
Test(verdict, counts_only_the_metrics_that_are_decided)
{
	run_curve(run, TM_METRIC_rss_bytes, 1 << 22, 0);
	tm_sample_set(&run->samples[0], TM_METRIC_pss_bytes, 1000);
	tm_sample_set(&run->samples[50], TM_METRIC_pss_bytes, 1000);
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
	cr_assert_eq(verdict.count, 2);
	assert_reason("1 metric within its budget; rss_bytes flat");
}

/* Every metric by its own budget, and those that grow counted among all. */
Test(verdict, counts_those_that_grow_among_all)
{
	run_curve(run, TM_METRIC_rss_bytes, 1 << 22, 0);
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
	assert_reason("2 metrics within their budgets; allocated_bytes flat");
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 2000);
	cr_assert_eq(tm_budget_read(&opts.budget, "4KiB", &err), TM_OK);
	cr_assert_eq(judge(), TM_JUDGEMENT_PASS);
	assert_reason("1 of 2 metrics grows, within its budget");
	cr_assert_eq(verdict.reason_key, TM_VERDICT_REASON_GROW_WITHIN);
}

Test(verdict, says_of_spoilt_and_repeated_samples_how_many)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	run->samples[50].iteration = run->samples[49].iteration;
	run->samples[97].value[TM_METRIC_allocated_bytes] = UINT64_MAX;
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	assert_reason("of 101 samples, 1 invalid and 1 repeating");
	cr_assert_eq(verdict.judged[0].decision.reason_key, TM_REASON_REPEATED);
}

Test(verdict, cuts_the_name_of_a_job)
{
	char name[200];

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	run->request.job = strdup(name);
	judge();
	cr_assert_eq(strlen(verdict.job), 120);
}

/* --- the kind ------------------------------------------------------------- */

Test(verdict, names_the_handle_that_leaks)
{
	run_curve(run, TM_METRIC_rss_bytes, 1 << 22, 0);
	run_curve(run, TM_METRIC_descriptors, 10, 1);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	cr_expect_eq(verdict.kind, TM_KIND_HANDLE);
	cr_expect_eq(verdict.cause, TM_METRIC_descriptors);
	cr_expect_str_eq(verdict.kind_reason,
			 tm_trait_of(TM_METRIC_descriptors)->leak);
}

/* Resident memory grows, and the heap does not. */
static void grow_beside_the_heap(void)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	run_curve(run, TM_METRIC_rss_bytes, 1 << 22, 5000);
}

/* It may go up and down by more than it may grow. */
static void shake_the_heap(void)
{
	size_t i;

	for (i = 0; i < 101; i++)
		run->samples[i].value[TM_METRIC_allocated_bytes] +=
			i * 37 % 101 * 100000;
}

Test(verdict, names_what_the_allocator_keeps)
{
	grow_beside_the_heap();
	run_curve(run, TM_METRIC_retained_bytes, 1e6, 5000);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	cr_assert_eq(verdict.kind, TM_KIND_RETENTION);
	cr_assert_eq(verdict.kind_key, TM_KIND_REASON_NOT_HELD);
	cr_assert_eq(verdict.cause, TM_METRIC_rss_bytes);
}

Test(verdict, names_memory_that_is_not_from_the_allocator)
{
	grow_beside_the_heap();
	run_curve(run, TM_METRIC_retained_bytes, 1e6, 0);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	cr_assert_eq(verdict.kind, TM_KIND_OUTSIDE);
	cr_assert_eq(verdict.kind_key, TM_KIND_REASON_OUTSIDE);
	cr_assert_eq(verdict.cause, TM_METRIC_rss_bytes);
}

Test(verdict, without_the_allocators_figures_claims_neither)
{
	grow_beside_the_heap();
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	cr_assert_eq(verdict.kind, TM_KIND_UNKNOWN);
	cr_assert_eq(verdict.kind_key, TM_KIND_REASON_NOT_HELD);
}

/* Whether the program holds what grows is not known. */
Test(verdict, does_not_say_that_memory_is_not_held_when_that_is_open)
{
	grow_beside_the_heap();
	run_curve(run, TM_METRIC_retained_bytes, 1e6, 5000);
	shake_the_heap();
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	cr_assert_eq(verdict.kind, TM_KIND_UNKNOWN);
	cr_assert_eq(verdict.kind_key, TM_KIND_REASON_HEAP_OPEN);
}

Test(verdict, knows_of_the_heap_that_was_not_to_be_judged)
{
	unsigned char only[TM_METRIC_COUNT] = {[TM_METRIC_rss_bytes] = 1};

	opts.only = only;
	run_curve(run, TM_METRIC_rss_bytes, 1 << 22, 5000);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	cr_assert_eq(verdict.kind_key, TM_KIND_REASON_NOT_ASKED);
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 5000);
	cr_assert_eq(judge(), TM_JUDGEMENT_FAIL);
	cr_assert_eq(verdict.kind, TM_KIND_HEAP);
	cr_assert_eq(verdict.cause, TM_METRIC_allocated_bytes);
	cr_assert_eq(verdict.count, 1);
}

Test(verdict, says_how_certain_the_kind_is)
{
	static const struct {
		enum tm_judgement standing;
		enum tm_kind kind;
		const char *text;
	} rows[] = {
		{TM_JUDGEMENT_PASS, TM_KIND_NONE, "why"},
		{TM_JUDGEMENT_FAIL, TM_KIND_HEAP, "live-heap leak, why"},
		{TM_JUDGEMENT_INCONCLUSIVE, TM_KIND_HEAP,
		 "unknown, perhaps live-heap leak"},
		{TM_JUDGEMENT_INCONCLUSIVE, TM_KIND_HANDLE,
		 "unknown, perhaps kernel handles"},
		{TM_JUDGEMENT_INCONCLUSIVE, TM_KIND_NONE,
		 "unknown, no growth found"},
		{TM_JUDGEMENT_INCONCLUSIVE, TM_KIND_BOUNDED,
		 "unknown, perhaps "},
		{TM_JUDGEMENT_INCONCLUSIVE, TM_KIND_STEP, "unknown, perhaps "},
		{TM_JUDGEMENT_PASS, TM_KIND_STEP, ", why"},
	};
	char text[TM_VERDICT_KIND_MAX];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		verdict.standing = rows[i].standing;
		verdict.kind = rows[i].kind;
		verdict.kind_reason = "why";
		tm_verdict_kind_text(text, &verdict);
		cr_expect_eq(tm_verdict_kind(&verdict),
			     strncmp(text, "unknown", 7) == 0 ? TM_KIND_UNKNOWN
							      : rows[i].kind);
		cr_expect_not_null(strstr(text, rows[i].text), "%zu: %s", i,
				   text);
	}
}

Test(verdict, is_a_word)
{
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	judge();
	cr_expect_str_eq(tm_verdict_word(&verdict), "flat");
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 2000);
	judge();
	cr_expect_str_eq(tm_verdict_word(&verdict), "grows");
	verdict.standing = TM_JUDGEMENT_INCONCLUSIVE;
	cr_expect_str_eq(tm_verdict_word(&verdict), "inconclusive");
	cr_assert_eq(tm_budget_read(&opts.budget, "4KiB", &err), TM_OK);
	judge();
	cr_expect_str_eq(tm_verdict_word(&verdict), "grows within budget");
}

/* --- the key of the reason ------------------------------------------------ */

static void assert_key(enum tm_verdict_reason key, const char *name)
{
	cr_assert_eq(verdict.reason_key, key, "%s", verdict.reason);
	cr_assert_str_eq(tm_verdict_reason_name(verdict.reason_key), name);
}

Test(verdict, has_a_key_for_its_reason)
{
	judge();
	assert_key(TM_VERDICT_REASON_NO_SAMPLES, "no-samples");
	run_curve(run, TM_METRIC_published, 0, 1);
	judge();
	assert_key(TM_VERDICT_REASON_NO_METRIC, "no-metric");
	run_curve(run, TM_METRIC_rss_bytes, 1e6, 0);
	judge();
	assert_key(TM_VERDICT_REASON_WITHIN, "within");
	run_curve(run, TM_METRIC_rss_bytes, 1e6, 2000);
	judge();
	assert_key(TM_VERDICT_REASON_OVER_BUDGET, "over-budget");
	cr_assert_eq(tm_budget_read(&opts.budget, "4KiB", &err), TM_OK);
	judge();
	assert_key(TM_VERDICT_REASON_GROW_WITHIN, "grow-within");
	cr_assert_eq(tm_budget_read(&opts.budget, "garbage=0", &err), TM_OK);
	judge();
	assert_key(TM_VERDICT_REASON_NOT_MEASURED, "not-measured");
}

/* One sample of a metric is a measurement, if a poor one. */
Test(verdict, of_one_sample_has_the_reason_inconclusive)
{
	run_spread(run, 1, 100);
	run_curve(run, TM_METRIC_rss_bytes, 1e6, 0);
	judge();
	assert_key(TM_VERDICT_REASON_INCONCLUSIVE, "inconclusive");
	cr_assert_eq(verdict.count, 1);
}

/* It rises for sure, by about as much as it may. */
Test(verdict, is_open_where_growth_is_about_the_budget)
{
	size_t i;

	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 64);
	for (i = 0; i < 101; i++)
		run->samples[i].value[TM_METRIC_allocated_bytes] +=
			i * 37 % 101 * 600;
	cr_assert_eq(tm_budget_read(&opts.budget, "64", &err), TM_OK);
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	assert_key(TM_VERDICT_REASON_ABOUT_BUDGET, "about-budget");
}

Test(verdict, of_few_flat_samples_says_so)
{
	run_spread(run, 8, 1000);
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	cr_assert_eq(judge(), TM_JUDGEMENT_INCONCLUSIVE);
	assert_key(TM_VERDICT_REASON_FLAT_OF_FEW, "flat-of-few");
}

/* --- the trace ------------------------------------------------------------ */

Test(verdict, is_traced_metric_by_metric)
{
	char path[] = "/tmp/tidemark-verdict-XXXXXX";
	char line[1000];
	size_t decisions = 0, verdicts = 0;
	int fd = mkstemp(path);
	FILE *file;

	cr_assert_geq(fd, 0);
	close(fd);
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 2000);
	run_curve(run, TM_METRIC_rss_bytes, 1 << 22, 0);
	cr_assert_eq(tm_trace_open(path, &err), TM_OK);
	judge();
	cr_assert_eq(tm_trace_close(&err), TM_OK);
	judge();
	file = fopen(path, "r");
	cr_assert_not_null(file);
	while (fgets(line, sizeof(line), file)) {
		decisions += strstr(line, "metric=allocated_bytes growth=grows "
					  "judgement=fail") != NULL;
		decisions += strstr(line, "metric=rss_bytes growth=flat "
					  "judgement=pass") != NULL;
		verdicts += strstr(line, "judgement=fail reason=over-budget "
					 "why=\"allocated_bytes grows") != NULL;
	}
	fclose(file);
	unlink(path);
	cr_expect_eq(decisions, 2);
	cr_expect_eq(verdicts, 1);
}
