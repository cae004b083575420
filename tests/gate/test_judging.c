#include <criterion/criterion.h>
#include <string.h>

#include "../support/runs.h"
#include "gate/judging.h"

static struct tm_run *run;
static struct tm_judging judging, read;

static void start(void)
{
	run = run_new("server");
	tm_judging_init(&judging);
}

static void stop(void)
{
	run_free(run);
}

TestSuite(judging, .init = start, .fini = stop);

/* Written as `text`, and again when that is read. */
static void expect_kept(const char *text)
{
	json_t *expected = json_loads(text, 0, NULL);
	json_t *json = tm_run_judged_to_json(&run->judged);
	struct tm_run_judged back = {0};

	cr_assert(json_equal(json, expected), "%s", text);
	tm_run_judged_from_json(&back, json);
	json_decref(json);
	json = tm_run_judged_to_json(&back);
	cr_assert(json_equal(json, expected), "%s", text);
	json_decref(json);
	json_decref(expected);
}

Test(judging, by_the_defaults_keeps_nothing)
{
	tm_judging_keep(run, &judging);
	expect_kept("{}");
	tm_judging_of(&read, run);
	cr_assert_eq(memcmp(&read, &judging, sizeof(read)), 0);
}

Test(judging, is_read_as_it_was_kept)
{
	judging.budget.all = 4096;
	judging.budget.each[TM_METRIC_rss_bytes] = 0;
	judging.budget.each[TM_METRIC_descriptors] = .5;
	judging.budget.ignored[TM_METRIC_mappings] = 1;
	judging.only[TM_METRIC_net_bytes] = 1;
	judging.has_only = 1;
	judging.looks_max = 3;
	tm_judging_keep(run, &judging);
	tm_judging_of(&read, run);
	cr_assert_eq(memcmp(&read, &judging, sizeof(read)), 0);
	expect_kept("{\"max_growth\": 4096.0, \"looks_max\": 3, "
		    "\"budgets\": {\"rss_bytes\": 0.0, \"descriptors\": 0.5}, "
		    "\"ignored\": [\"mappings\"], \"only\": [\"net_bytes\"]}");
}

/* What is one step from the default is kept, however small. */
Test(judging, keeps_a_single_thing)
{
	judging.looks_max = 2;
	tm_judging_keep(run, &judging);
	tm_judging_of(&read, run);
	cr_expect_eq(read.looks_max, 2);
	judging.looks_max = 1;
	tm_judging_keep(run, &judging);
	expect_kept("{}");
	judging.budget.all = 0;
	tm_judging_keep(run, &judging);
	expect_kept("{\"max_growth\": 0.0}");
	tm_judging_of(&read, run);
	cr_expect_eq(read.budget.all, 0);
	cr_expect_eq(read.looks_max, 0);
	judging.budget.all = .5;
	tm_judging_keep(run, &judging);
	tm_judging_of(&read, run);
	cr_expect_eq(read.budget.all, .5);
}

Test(judging, reads_one_to_a_hundred_looks)
{
	static const struct {
		unsigned int stored, read;
	} rows[] = {{0, 0}, {1, 1}, {100, 100}, {101, 0}};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		run->judged.looks_max = tm_known_count(rows[i].stored);
		tm_judging_of(&read, run);
		cr_expect_eq(read.looks_max, rows[i].read);
	}
}

Test(judging, of_what_a_file_cannot_mean_is_by_the_defaults)
{
	json_t *json = json_pack("{s:i, s:{s:s, s:i}, s:[s, i], s:{}, s:i}",
				 "max_growth", -1, "budgets", "rss_bytes",
				 "much", "no_such_metric", 3, "ignored",
				 "no_such_metric", 7, "only", "looks_max", -4);

	cr_assert_not_null(json);
	tm_run_judged_from_json(&run->judged, json);
	json_decref(json);
	tm_judging_of(&read, run);
	cr_assert_eq(memcmp(&read, &judging, sizeof(read)), 0);
}

Test(judging, by_what_is_asked_for_later_wins)
{
	struct tm_judging later;

	judging.budget.all = 4096;
	judging.looks_max = 3;
	tm_judging_init(&later);
	later.budget.each[TM_METRIC_rss_bytes] = 8;
	tm_judging_override(&judging, &later);
	cr_assert_float_eq(tm_budget_of(&judging.budget, TM_METRIC_rss_bytes),
			   8, 0);
	cr_assert_float_eq(tm_budget_of(&judging.budget, TM_METRIC_net_bytes),
			   4096, 0);
	cr_assert_eq(judging.looks_max, 3);
	cr_assert_null(tm_judging_opts(&judging).only);
}

Test(judging, takes_metrics_and_looks_that_are_asked_for_later)
{
	struct tm_judging later;

	judging.only[TM_METRIC_rss_bytes] = 1;
	judging.has_only = 1;
	judging.looks_max = 3;
	tm_judging_init(&later);
	later.only[TM_METRIC_pss_bytes] = 1;
	later.has_only = 1;
	later.looks_max = 2;
	tm_judging_override(&judging, &later);
	cr_assert_eq(memcmp(&judging, &later, sizeof(later)), 0);
	cr_expect_eq(tm_judging_opts(&judging).only, judging.only);
	cr_expect_eq(tm_judging_opts(&judging).look, 1);
	cr_expect_eq(tm_judging_opts(&judging).looks_max, 2);
}

Test(judging, gives_the_slope_of_the_verdict)
{
	struct tm_decision decision;
	struct tm_err err;

	run_curve(run, TM_METRIC_rss_bytes, 1e6, 2000);
	judging.budget.all = 4096;
	tm_judging_keep(run, &judging);
	cr_assert_eq(
		tm_growth_measure(&decision, run, TM_METRIC_rss_bytes, &err),
		TM_OK);
	cr_assert_eq(decision.judgement, TM_JUDGEMENT_PASS);
	cr_assert_float_eq(decision.slope, 2000, 1e-6);
}
