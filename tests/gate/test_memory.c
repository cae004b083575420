/*
 * What judges runs says when memory runs out, and gives back all that it takes.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../support/memory.h"
#include "../support/runs.h"
#include "gate/baseline.h"
#include "gate/comparable.h"
#include "gate/gate.h"
#include "gate/judging.h"

static char path[] = "/tmp/tidemark-gate-memory-XXXXXX";
static struct tm_run *run, *other;
static struct tm_gate gate;
static struct tm_verdict_opts opts = {.looks_max = 1};
static struct tm_baseline baseline;

static struct tm_run *make(const char *name)
{
	struct tm_run *made = run_new(name);

	tm_facts_set_text(&made->environment.facts, "allocator", "jemalloc");
	tm_facts_set_text(&made->environment.facts, "machine", "x86_64");
	tm_facts_set_int(&made->environment.facts, "page_bytes", 4096);
	made->request.job = strdup(name);
	tm_facts_set_int(&made->request.options, "iterations", 10000);
	tm_facts_set_text(&made->request.options, "rules", "legacy");
	run_spread(made, 51, 100);
	run_curve(made, TM_METRIC_allocated_bytes, 1e6, 20);
	run_curve(made, TM_METRIC_rss_bytes, 1 << 22, 0);
	return made;
}

static void start(void)
{
	struct tm_err err;
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	close(fd);
	run = make("first");
	other = make("second");
	tm_budget_init(&opts.budget);
	cr_assert_eq(tm_gate_add(&gate, run, &opts, &err), TM_OK);
	cr_assert_eq(tm_gate_add(&gate, other, &opts, &err), TM_OK);
	cr_assert_eq(tm_baseline_add(&baseline, &gate, &err), TM_OK);
	cr_assert_eq(tm_baseline_store(&baseline, path, &err), TM_OK);
	baseline.path = path;
}

static void stop(void)
{
	tm_gate_release(&gate);
	tm_baseline_release(&baseline);
	run_free(run);
	run_free(other);
	unlink(path);
}

TestSuite(gate_memory, .init = start, .fini = stop);

/* --- what may be refused -------------------------------------------------- */

static enum tm_rc judge_and_miss(struct tm_err *err)
{
	struct tm_gate made = {0};
	enum tm_rc rc = tm_gate_add(&made, run, &opts, err);

	if (rc == TM_OK)
		rc = tm_gate_add(&made, other, &opts, err);
	if (rc == TM_OK)
		rc = tm_gate_miss(&made, err, "'%s' has no run", "one");
	if (rc == TM_OK)
		rc = tm_gate_miss(&made, err, "'%s' has no run", "two");
	tm_gate_settle(&made, 1);
	tm_gate_release(&made);
	return rc;
}

static enum tm_rc find_missing(struct tm_err *err)
{
	struct tm_gate made = {0};
	enum tm_rc rc = tm_baseline_miss(&baseline, &made, err);

	cr_expect_eq(made.missing_count, rc == TM_OK ? 2 : made.missing_count);
	tm_gate_release(&made);
	return rc;
}

static enum tm_rc measure(struct tm_err *err)
{
	struct tm_decision decision;

	return tm_growth_measure(&decision, run, TM_METRIC_rss_bytes, err);
}

static enum tm_rc make_baseline(struct tm_err *err)
{
	struct tm_baseline made = {0};
	enum tm_rc rc = tm_baseline_add(&made, &gate, err);
	const struct tm_baseline_job *job;
	size_t i, j;

	/* None is made that lacks a metric. */
	cr_expect(rc != TM_OK || made.job_count == baseline.job_count);
	for (i = 0; rc == TM_OK && i < made.job_count; i++) {
		job = &baseline.jobs[i];
		cr_expect(tm_facts_are_same(&made.jobs[i].options,
					    &job->options));
		for (j = 0; j < TM_METRIC_COUNT; j++)
			cr_expect_eq(made.jobs[i].metric[j].is_kept,
				     job->metric[j].is_kept);
	}
	tm_baseline_release(&made);
	return rc;
}

static enum tm_rc load(struct tm_err *err)
{
	struct tm_baseline read;
	enum tm_rc rc = tm_baseline_load(&read, path, err);

	if (rc == TM_OK)
		tm_baseline_release(&read);
	return rc;
}

static enum tm_rc store(struct tm_err *err)
{
	return tm_baseline_store(&baseline, path, err);
}

static enum tm_rc keep_judging(struct tm_err *err)
{
	struct tm_run *made = run_new("kept");
	struct tm_judging judging;
	json_t *json;

	tm_judging_init(&judging);
	judging.budget.all = 5;
	judging.budget.each[TM_METRIC_rss_bytes] = 6;
	judging.budget.ignored[TM_METRIC_descriptors] = 1;
	judging.has_only = judging.only[TM_METRIC_pss_bytes] = 1;
	judging.looks_max = 2;
	tm_judging_keep(made, &judging);
	json = tm_run_judged_to_json(&made->judged);
	run_free(made);
	if (!json)
		return tm_fail(err, TM_ENOMEM, "no memory for what is kept");
	json_decref(json);
	return TM_OK;
}

Test(gate_memory, for_verdicts_may_be_refused)
{
	memory_sweep(judge_and_miss);
}

Test(gate_memory, for_what_is_missing_may_be_refused)
{
	memory_sweep(find_missing);
}

Test(gate_memory, for_a_slope_may_be_refused)
{
	memory_sweep(measure);
}

Test(gate_memory, for_the_text_of_a_baseline_may_be_refused)
{
	memory_sweep(store);
	memory_sweep_json(store);
}

Test(gate_memory, for_the_parts_of_a_baseline_may_be_refused)
{
	memory_sweep(make_baseline);
}

Test(gate_memory, for_a_file_may_be_refused)
{
	memory_survive(load);
}

Test(gate_memory, for_what_a_run_keeps_may_be_refused)
{
	memory_sweep_json(keep_judging);
}

/* --- what is given back --------------------------------------------------- */

static void refuse_all(void)
{
	static const char *const texts[] = {
		"[]",
		"{\"schema\": 99, \"environment\": {}, \"scenarios\": {}}",
		("{\"schema\": 1, \"environment\": {}, \"scenarios\": "
		 "{\"a\": {}}}"),
		"{"};
	struct tm_baseline read;
	struct tm_err err;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		FILE *file = fopen(path, "w");

		cr_assert_not_null(file);
		fputs(texts[i], file);
		fclose(file);
		cr_assert_eq(tm_baseline_load(&read, path, &err), TM_EUSAGE);
	}
}

static void load_and_apply(void)
{
	struct tm_baseline read;
	struct tm_budget budget;
	struct tm_err err;
	int known;

	cr_assert_eq(tm_baseline_load(&read, path, &err), TM_OK);
	tm_budget_init(&budget);
	cr_assert_eq(tm_baseline_apply(&read, run, &budget, &known, &err),
		     TM_OK);
	cr_assert(known);
	tm_baseline_release(&read);
}

static void refuse_another(void)
{
	struct tm_run *made = make("first");
	struct tm_budget budget;
	struct tm_err err;
	int known;

	tm_budget_init(&budget);
	tm_facts_set_text(&made->request.options, "rules", "pep442");
	cr_assert_eq(tm_baseline_apply(&baseline, made, &budget, &known, &err),
		     TM_EUSAGE);
	tm_facts_set_int(&made->environment.facts, "page_bytes", 1);
	cr_assert_eq(tm_baseline_apply(&baseline, made, &budget, &known, &err),
		     TM_EUSAGE);
	run_free(made);
}

/* Of a run without an answer nothing is kept. */
static void refuse_the_undecided(void)
{
	struct tm_run *made = make("third");
	struct tm_baseline none = {0};
	struct tm_gate open = {0};
	struct tm_err err;

	made->sample_count = 1;
	cr_assert_eq(tm_gate_add(&open, made, &opts, &err), TM_OK);
	cr_assert_eq(tm_baseline_add(&none, &open, &err), TM_EUNAVAILABLE);
	tm_baseline_release(&none);
	tm_gate_release(&open);
	run_free(made);
}

Test(gate_memory, of_a_stored_baseline_is_given_back)
{
	memory_expect_nothing_kept(load_and_apply);
}

Test(gate_memory, of_an_invalid_baseline_is_released)
{
	memory_expect_nothing_kept(refuse_all);
}

Test(gate_memory, of_a_refusal_is_given_back)
{
	memory_expect_nothing_kept(refuse_another);
}

Test(gate_memory, of_an_inconclusive_run_is_released)
{
	memory_expect_nothing_kept(refuse_the_undecided);
}
