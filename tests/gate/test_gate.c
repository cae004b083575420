#include <criterion/criterion.h>
#include <string.h>

#include "../support/runs.h"
#include "gate/gate.h"

static struct tm_gate gate;
static struct tm_verdict_opts opts;
static struct tm_run *runs[8];
static size_t run_count;
static struct tm_err err;

static void start(void)
{
	memset(&opts, 0, sizeof(opts));
	tm_budget_init(&opts.budget);
}

static void stop(void)
{
	tm_gate_release(&gate);
	while (run_count > 0)
		run_free(runs[--run_count]);
}

TestSuite(gate, .init = start, .fini = stop);

/* A run of `job` that grows by so many bytes an iteration. */
static void add(const char *name, const char *job, double growth)
{
	struct tm_run *run = run_new(name);

	runs[run_count++] = run;
	run->request.job = strdup(job);
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, growth);
	cr_assert_eq(tm_gate_add(&gate, run, &opts, &err), TM_OK);
}

Test(gate, without_a_run_does_not_pass)
{
	tm_gate_settle(&gate, 0);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_INCONCLUSIVE);
}

Test(gate, passes_when_every_run_does)
{
	add("a", "a", 0);
	add("b", "b", 0);
	tm_gate_settle(&gate, 0);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_PASS);
	cr_assert_eq(gate.passed, 2);
}

Test(gate, fails_when_one_does_whatever_else_is_missing)
{
	add("a", "a", 0);
	add("b", "b", 900);
	cr_assert_eq(tm_gate_miss(&gate, &err, "'%s' has no run", "c"), TM_OK);
	tm_gate_settle(&gate, 0);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_FAIL);
	cr_assert_eq(gate.failed, 1);
}

Test(gate, does_not_pass_when_a_run_is_missing)
{
	add("a", "a", 0);
	cr_assert_eq(tm_gate_miss(&gate, &err, "'b' has no run"), TM_OK);
	tm_gate_settle(&gate, 0);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_INCONCLUSIVE);
}

Test(gate, lets_no_replicate_hide_a_failure_unasked)
{
	add("a", "a", 900);
	add("a-2", "a", 0);
	add("a-3", "a", 0);
	tm_gate_settle(&gate, 0);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_FAIL);
}

Test(gate, lets_two_of_three_replicates_overrule_the_third)
{
	add("a", "a", 900);
	add("a-2", "a", 0);
	add("a-3", "a", 0);
	tm_gate_settle(&gate, 1);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_PASS);
	cr_assert_eq(gate.verdicts[0].judgement, TM_JUDGEMENT_FAIL);
	cr_assert_not_null(strstr(gate.verdicts[0].reason,
				  "overruled: of 3 runs 1 failed and 2 "
				  "passed"));
}

Test(gate, confirms_a_failure_by_two_of_three)
{
	add("a", "a", 900);
	add("a-2", "a", 0);
	add("a-3", "a", 900);
	tm_gate_settle(&gate, 1);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_FAIL);
	cr_assert_eq(gate.failed, 3);
}

Test(gate, counts_replicates_of_one_job_only)
{
	add("a", "a", 900);
	add("b", "b", 0);
	add("c", "c", 0);
	tm_gate_settle(&gate, 1);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_FAIL);
}

Test(gate, is_undecided_when_replicates_are)
{
	add("a", "a", 900);
	add("a-2", "a", 0);
	tm_gate_settle(&gate, 1);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_INCONCLUSIVE);
}

Test(gate, counts_what_became_of_each_run)
{
	add("a", "a", 0);
	add("b", "b", 900);
	add("c", "c", 0);
	runs[2]->outcome = TM_OUTCOME_TIMEOUT;
	add("d", "d", 0);
	cr_assert_eq(tm_verdict_make(&gate.verdicts[2], runs[2], &opts, &err),
		     TM_OK);
	tm_gate_settle(&gate, 0);
	cr_expect_eq(gate.passed, 2);
	cr_expect_eq(gate.failed, 1);
	cr_expect_eq(gate.inconclusive, 1);
	cr_expect_eq(gate.judgement, TM_JUDGEMENT_FAIL);
	tm_gate_settle(&gate, 0);
	cr_expect_eq(gate.passed, 2);
	cr_expect_eq(gate.failed, 1);
	cr_expect_eq(gate.inconclusive, 1);
}

Test(gate, does_not_pass_with_one_run_open)
{
	add("a", "a", 0);
	add("b", "b", 0);
	gate.verdicts[1].standing = TM_JUDGEMENT_INCONCLUSIVE;
	tm_gate_settle(&gate, 0);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_INCONCLUSIVE);
}

/* Settled twice, as when a run was added meanwhile, it is said once. */
Test(gate, says_once_that_a_run_was_overruled)
{
	const char *first;

	add("a", "a", 900);
	add("a-2", "a", 0);
	add("a-3", "a", 0);
	tm_gate_settle(&gate, 1);
	tm_gate_settle(&gate, 1);
	first = strstr(gate.verdicts[0].reason, "overruled");
	cr_assert_not_null(first);
	cr_assert_null(strstr(first + 1, "overruled"));
	cr_assert_null(strstr(gate.verdicts[1].reason, "overruled"));
}

Test(gate, cuts_a_reason_that_would_be_too_long)
{
	char *reason;

	add("a", "a", 900);
	add("a-2", "a", 0);
	add("a-3", "a", 0);
	reason = gate.verdicts[0].reason;
	memset(reason, 'x', TM_VERDICT_REASON_MAX - 10);
	reason[TM_VERDICT_REASON_MAX - 10] = '\0';
	tm_gate_settle(&gate, 1);
	cr_assert_eq(strlen(reason), TM_VERDICT_REASON_MAX - 1);
	cr_assert_eq(gate.verdicts[1].run, runs[1]);
}

Test(gate, names_what_is_missing)
{
	cr_assert_eq(tm_gate_miss(&gate, &err, "'%s' has no run", "c"), TM_OK);
	cr_assert_eq(tm_gate_miss(&gate, &err, "'%s' has no run", "d"), TM_OK);
	cr_assert_eq(gate.missing_count, 2);
	cr_assert_str_eq(gate.missing[0], "'c' has no run");
	cr_assert_str_eq(gate.missing[1], "'d' has no run");
	tm_gate_release(&gate);
	cr_assert_eq(gate.missing_count, 0);
	cr_assert_null(gate.missing);
}

Test(gate, needs_more_than_half_of_four)
{
	add("a", "a", 900);
	add("a-2", "a", 900);
	add("a-3", "a", 0);
	add("a-4", "a", 0);
	tm_gate_settle(&gate, 1);
	cr_assert_eq(gate.judgement, TM_JUDGEMENT_INCONCLUSIVE);
	cr_assert_eq(gate.inconclusive, 4);
}

Test(gate, finds_the_verdict_of_a_run)
{
	add("a", "a", 0);
	add("b", "b", 900);
	cr_expect_eq(tm_gate_find(&gate, runs[0]), &gate.verdicts[0]);
	cr_expect_eq(tm_gate_find(&gate, runs[1]), &gate.verdicts[1]);
	gate.count = 1;
	cr_expect_null(tm_gate_find(&gate, runs[1]));
	cr_expect_null(tm_gate_find(&gate, NULL));
}
