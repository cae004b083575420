#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../support/runs.h"
#include "gate/baseline.h"

static char path[] = "/tmp/tidemark-baseline-XXXXXX";
static struct tm_baseline baseline;
static struct tm_gate gate;
static struct tm_run *runs[8];
static size_t run_count;
static struct tm_err err;

static void start(void)
{
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	close(fd);
}

static void stop(void)
{
	tm_gate_release(&gate);
	tm_baseline_release(&baseline);
	while (run_count > 0)
		run_free(runs[--run_count]);
	unlink(path);
}

TestSuite(baseline, .init = start, .fini = stop);

static struct tm_run *make(const char *name, const char *allocator,
			   double growth)
{
	struct tm_run *run = run_new(name);

	runs[run_count++] = run;
	tm_facts_set_text(&run->environment.facts, "allocator", allocator);
	tm_facts_set_text(&run->environment.facts, "machine", "x86_64");
	tm_facts_set_int(&run->environment.facts, "page_bytes", 4096);
	tm_facts_set_text(&run->environment.facts, "commit", "abc");
	run->request.job = strdup(name);
	tm_facts_set_int(&run->request.options, "iterations", 10000);
	tm_facts_set_text(&run->request.options, "rules", "legacy");
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, growth);
	run_curve(run, TM_METRIC_rss_bytes, 1 << 22, growth);
	return run;
}

static void gate_run(const struct tm_run *run)
{
	struct tm_verdict_opts opts = {.looks_max = 1};

	tm_budget_init(&opts.budget);
	cr_assert_eq(tm_gate_add(&gate, run, &opts, &err), TM_OK);
}

static void save(void)
{
	cr_assert_eq(tm_baseline_add(&baseline, &gate, &err), TM_OK, "%s",
		     err.text);
	cr_assert_eq(tm_baseline_store(&baseline, path, &err), TM_OK);
	tm_baseline_release(&baseline);
}

static void write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
}

Test(baseline, has_a_line_a_metric_and_its_keys_in_order)
{
	char *text;

	gate_run(make("loop", "jemalloc", 0));
	save();
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_OK, "%s",
		     err.text);
	text = tm_baseline_text(&baseline);
	cr_assert_str_eq(
		text,
		"{\n"
		"  \"environment\": {\n"
		"    \"allocator\": \"jemalloc\",\n"
		"    \"machine\": \"x86_64\",\n"
		"    \"page_bytes\": 4096\n"
		"  },\n"
		"  \"scenarios\": {\n"
		"    \"loop\": {\n"
		"      \"metrics\": {\n"
		"        \"allocated_bytes\": {\"budget\": 16, \"growth\": "
		"\"flat\", \"slope\": 0},\n"
		"        \"rss_bytes\": {\"budget\": 64, \"growth\": "
		"\"flat\"}\n"
		"      },\n"
		"      \"options\": {\n"
		"        \"rules\": \"legacy\"\n"
		"      }\n"
		"    }\n"
		"  },\n"
		"  \"schema\": 1\n"
		"}\n",
		"%s", text);
	free(text);
}

Test(baseline, holds_a_later_run_to_what_was_saved)
{
	struct tm_run *later = make("loop", "jemalloc", 700);
	struct tm_budget budget;
	int known;

	gate_run(make("loop", "jemalloc", 500));
	save();
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_OK);
	tm_budget_init(&budget);
	cr_assert_eq(tm_baseline_apply(&baseline, later, &budget, &known, &err),
		     TM_OK);
	cr_assert(known);
	cr_assert_gt(tm_budget_of(&budget, TM_METRIC_allocated_bytes), 500);
	cr_assert_lt(tm_budget_of(&budget, TM_METRIC_allocated_bytes), 700);
}

Test(baseline, keeps_the_jobs_that_are_not_saved_again)
{
	struct tm_budget budget;
	int known;

	gate_run(make("one", "jemalloc", 0));
	save();
	tm_gate_release(&gate);
	gate_run(make("two", "jemalloc", 0));
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_OK);
	save();
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_OK);
	tm_budget_init(&budget);
	cr_assert_eq(
		tm_baseline_apply(&baseline, runs[0], &budget, &known, &err),
		TM_OK);
	cr_assert(known);
	/* And the other way round: the gate has no run of the first. */
	cr_assert_eq(tm_baseline_miss(&baseline, &gate, &err), TM_OK);
	cr_assert_eq(gate.missing_count, 1);
	cr_assert_not_null(strstr(gate.missing[0], "'one' is in the baseline"));
}

Test(baseline, refuses_another_allocator_and_names_it)
{
	struct tm_budget budget;
	int known;

	gate_run(make("loop", "jemalloc", 0));
	save();
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_OK);
	cr_assert_eq(tm_baseline_apply(&baseline, make("loop", "libc", 0),
				       &budget, &known, &err),
		     TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "its allocator is jemalloc, but "
					    "here it is libc"),
			   "%s", err.text);
}

static enum tm_rc apply_to(struct tm_run *run)
{
	struct tm_budget budget;
	int known;

	tm_baseline_release(&baseline);
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_OK, "%s",
		     err.text);
	return tm_baseline_apply(&baseline, run, &budget, &known, &err);
}

Test(baseline, refuses_seconds_for_iterations)
{
	struct tm_run *timed = make("loop", "jemalloc", 0);

	run_by_time(timed);
	gate_run(make("loop", "jemalloc", 0));
	save();
	cr_assert_eq(apply_to(timed), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text,
				  "it has rates per iteration, this run "
				  "has rates per second"),
			   "%s", err.text);
}

Test(baseline, of_a_run_by_time_is_for_runs_by_time)
{
	struct tm_run *timed = make("loop", "jemalloc", 0);
	struct tm_run *other = make("loop", "jemalloc", 0);

	run_by_time(timed);
	gate_run(timed);
	save();
	cr_assert_eq(apply_to(timed), TM_OK, "%s", err.text);
	cr_assert_eq(apply_to(other), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "per second"), "%s", err.text);
}

Test(baseline, refuses_a_sanitizers_build)
{
	struct tm_run *other = make("loop", "jemalloc", 0);
	struct tm_budget budget;
	int known;

	gate_run(make("loop", "jemalloc", 0));
	save();
	tm_facts_set_text(&other->environment.facts, "sanitizer", "address");
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_OK);
	cr_assert_eq(tm_baseline_apply(&baseline, other, &budget, &known, &err),
		     TM_EUSAGE);
	cr_assert_not_null(strstr(err.text,
				  "its sanitizer is none, but here it is "
				  "address"));
}

/* The fact is of another name then. */
static void forget(struct tm_run *run, const char *key)
{
	const struct tm_facts *facts = &run->environment.facts;
	size_t i;

	for (i = 0; i < facts->count; i++) {
		if (strcmp(facts->facts[i].key, key) == 0)
			*facts->facts[i].key = '?';
	}
}

Test(baseline, refuses_no_run_for_an_unknown_fact)
{
	struct tm_run *other = make("loop", "jemalloc", 0);
	struct tm_budget budget;
	int known;

	gate_run(make("loop", "jemalloc", 0));
	save();
	forget(other, "allocator");
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_OK);
	cr_assert_eq(tm_baseline_apply(&baseline, other, &budget, &known, &err),
		     TM_OK, "%s", err.text);
}

Test(baseline, refuses_other_options_but_not_a_longer_run)
{
	struct tm_run *other = make("loop", "jemalloc", 0);
	struct tm_facts *options = &other->request.options;
	struct tm_budget budget;
	int known;

	gate_run(make("loop", "jemalloc", 0));
	save();
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_OK);
	tm_budget_init(&budget);
	tm_facts_set_int(options, "iterations", 5);
	cr_assert_eq(tm_baseline_apply(&baseline, other, &budget, &known, &err),
		     TM_OK, "%s", err.text);
	tm_facts_set_text(options, "rules", "pep442");
	cr_assert_eq(tm_baseline_apply(&baseline, other, &budget, &known, &err),
		     TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "set of options"));
}

Test(baseline, is_not_made_of_an_injected_leak)
{
	struct tm_run *run = make("loop", "jemalloc", 0);

	tm_facts_set_int(&run->request.options, "inject_leak", 16);
	gate_run(run);
	cr_assert_eq(tm_baseline_add(&baseline, &gate, &err), TM_EUSAGE);
}

Test(baseline, is_not_made_of_an_inconclusive_run)
{
	struct tm_run *run = make("loop", "jemalloc", 0);

	run->sample_count = 1;
	gate_run(run);
	cr_assert_eq(tm_baseline_add(&baseline, &gate, &err), TM_EUNAVAILABLE);
}

Test(baseline, names_each_job_that_has_no_run)
{
	gate_run(make("one", "jemalloc", 0));
	gate_run(make("two", "jemalloc", 0));
	gate_run(make("three", "jemalloc", 0));
	save();
	tm_gate_release(&gate);
	gate_run(runs[1]);
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_OK);
	cr_assert_eq(tm_baseline_miss(&baseline, &gate, &err), TM_OK);
	cr_assert_eq(gate.missing_count, 2);
	cr_assert_not_null(strstr(gate.missing[0], "'one' "));
	cr_assert_not_null(strstr(gate.missing[1], "'three' "));
}

/* What the file says about `metric` of the job "loop". */
static const struct tm_baseline_metric *saved(enum tm_metric metric)
{
	const struct tm_baseline_job *job;

	tm_baseline_release(&baseline);
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_OK);
	job = tm_baseline_find(&baseline, "loop");
	cr_assert_not_null(job);
	return &job->metric[metric];
}

/* 123.25 bytes an iteration, and 16 that are allowed: 139.25, rounded up. */
Test(baseline, gives_growth_its_budget_on_top_in_three_digits)
{
	gate_run(make("loop", "jemalloc", 123.25));
	save();
	cr_expect_float_eq(saved(TM_METRIC_allocated_bytes)->budget, 140, 1e-9);
	cr_expect_eq(saved(TM_METRIC_allocated_bytes)->growth, TM_GROWTH_GROWS);
	cr_expect_float_eq(saved(TM_METRIC_allocated_bytes)->slope.value, 123,
			   1e-9);
	cr_expect_not(saved(TM_METRIC_rss_bytes)->slope.is_known);
}

Test(baseline, keeps_a_slope_in_tenths)
{
	gate_run(make("loop", "jemalloc", 12.34));
	save();
	cr_expect_float_eq(saved(TM_METRIC_allocated_bytes)->slope.value, 12.3,
			   1e-9);
	cr_expect_float_eq(saved(TM_METRIC_allocated_bytes)->budget, 28.4,
			   1e-9);
}

Test(baseline, keeps_a_budget_that_was_given_in_six_digits)
{
	struct tm_verdict_opts opts = {.looks_max = 1};
	char *text;

	tm_budget_init(&opts.budget);
	cr_assert_eq(tm_budget_read(&opts.budget, "12.3456789", &err), TM_OK);
	cr_assert_eq(
		tm_gate_add(&gate, make("loop", "jemalloc", 0), &opts, &err),
		TM_OK);
	cr_assert_eq(tm_baseline_add(&baseline, &gate, &err), TM_OK);
	text = tm_baseline_text(&baseline);
	cr_assert_not_null(text);
	cr_expect_not_null(strstr(text, "\"budget\": 12.3457,"), "%s", text);
	free(text);
}

static void expect_budget_text(const char *given, const char *text)
{
	struct tm_verdict_opts opts = {.looks_max = 1};
	char *all;

	tm_gate_release(&gate);
	tm_budget_init(&opts.budget);
	cr_assert_eq(tm_budget_read(&opts.budget, given, &err), TM_OK);
	cr_assert_eq(
		tm_gate_add(&gate, make("loop", "jemalloc", 0), &opts, &err),
		TM_OK);
	cr_assert_eq(tm_baseline_add(&baseline, &gate, &err), TM_OK);
	all = tm_baseline_text(&baseline);
	cr_assert_not_null(all);
	cr_expect_not_null(strstr(all, text), "no %s in %s", text, all);
	free(all);
	tm_baseline_release(&baseline);
}

Test(baseline, writes_a_whole_number_without_a_point)
{
	expect_budget_text("7", "\"budget\": 7,");
	expect_budget_text("6e14", "\"budget\": 600000000000000,");
	expect_budget_text("1e15", "\"budget\": 1e15,");
}

/* 140 has three digits already. */
Test(baseline, does_not_round_up_what_is_round)
{
	gate_run(make("loop", "jemalloc", 124));
	save();
	cr_expect_float_eq(saved(TM_METRIC_allocated_bytes)->budget, 140, 1e-9);
}

/* Less than one of them an iteration, and a slope in tenths. */
Test(baseline, keeps_what_grows_little)
{
	struct tm_run *run = make("loop", "jemalloc", 0);

	run_curve(run, TM_METRIC_descriptors, 10, .25);
	gate_run(run);
	save();
	cr_expect_float_eq(saved(TM_METRIC_descriptors)->budget, .255, 1e-9);
}

Test(baseline, says_that_there_were_no_options)
{
	struct tm_run *run = make("loop", "jemalloc", 0);
	char *text;

	tm_facts_release(&run->request.options);
	gate_run(run);
	cr_assert_eq(tm_baseline_add(&baseline, &gate, &err), TM_OK);
	text = tm_baseline_text(&baseline);
	cr_assert_not_null(text);
	cr_expect_not_null(strstr(text, "\"options\": {}\n"), "%s", text);
	free(text);
}

Test(baseline, that_cannot_be_written_is_named)
{
	gate_run(make("loop", "jemalloc", 0));
	cr_assert_eq(tm_baseline_add(&baseline, &gate, &err), TM_OK);
	cr_assert_eq(tm_baseline_store(&baseline, "/none/such.json", &err),
		     TM_ESYSTEM);
	cr_expect_not_null(strstr(err.text, "/none/such.json"), "%s", err.text);
}

/* Of replicates the one that grows the most sets the budget, in any order. */
Test(baseline, of_replicates_holds_the_largest_budget)
{
	gate_run(make("loop", "jemalloc", 50));
	gate_run(make("loop", "jemalloc", 500));
	gate_run(make("loop", "jemalloc", 100));
	save();
	cr_expect_float_eq(saved(TM_METRIC_allocated_bytes)->budget, 516, 1.1);
}

Test(baseline, saved_again_forgets_the_budget_of_before)
{
	gate_run(make("loop", "jemalloc", 500));
	save();
	tm_gate_release(&gate);
	gate_run(make("loop", "jemalloc", 50));
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_OK);
	save();
	cr_expect_float_eq(saved(TM_METRIC_allocated_bytes)->budget, 66.1, .2);
}

Test(baseline, leaves_out_an_inconclusive_metric)
{
	struct tm_run *run = make("loop", "jemalloc", 0);

	tm_sample_set(&run->samples[0], TM_METRIC_pss_bytes, 1000);
	tm_sample_set(&run->samples[50], TM_METRIC_pss_bytes, 1000);
	gate_run(run);
	save();
	cr_expect_not(saved(TM_METRIC_pss_bytes)->is_kept);
	cr_expect(saved(TM_METRIC_rss_bytes)->is_kept);
}

Test(baseline, needs_a_run)
{
	cr_assert_eq(tm_baseline_add(&baseline, &gate, &err), TM_EUSAGE);
	cr_assert_str_eq(err.text, "a baseline needs a run");
}

Test(baseline, is_not_made_of_a_run_that_was_cut_short)
{
	struct tm_run *run = make("loop", "jemalloc", 0);

	run->outcome = TM_OUTCOME_TIMEOUT;
	gate_run(run);
	cr_assert_eq(tm_baseline_add(&baseline, &gate, &err), TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(err.text, "(timeout)"), "%s", err.text);
}

Test(baseline, is_not_made_of_runs_of_two_allocators)
{
	gate_run(make("one", "jemalloc", 0));
	gate_run(make("two", "libc", 0));
	cr_assert_eq(tm_baseline_add(&baseline, &gate, &err), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "'the first run' cannot be "), "%s",
			   err.text);
}

Test(baseline, knows_nothing_of_a_job_that_was_not_saved)
{
	struct tm_budget budget;
	int known = 1;

	gate_run(make("one", "jemalloc", 0));
	save();
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_OK);
	tm_budget_init(&budget);
	cr_assert_eq(tm_baseline_apply(&baseline, make("two", "jemalloc", 0),
				       &budget, &known, &err),
		     TM_OK);
	cr_assert_not(known);
	cr_assert_not(tm_budget_is_given(&budget));
}

/* Each fact alone, kept and not known here and the other way round. */
Test(baseline, refuses_each_fact_that_differs)
{
	static const struct {
		const char *key, *says;
	} rows[] = {
		{"allocator", "its allocator is jemalloc, but here it is x"},
		{"machine", "its architecture is x86_64, but here it is x"},
		{"page_bytes", "its page size is 4096, but here it is x"}};
	size_t i;

	gate_run(make("loop", "jemalloc", 0));
	save();
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct tm_run *other = make("loop", "jemalloc", 0);

		tm_facts_set_text(&other->environment.facts, rows[i].key, "x");
		cr_expect_eq(apply_to(other), TM_EUSAGE);
		cr_expect_not_null(strstr(err.text, rows[i].says), "%s",
				   err.text);
		forget(other, rows[i].key);
		cr_expect_eq(apply_to(other), TM_OK, "%s", err.text);
		run_free(runs[--run_count]);
	}
}

Test(baseline, takes_a_shorter_and_a_slower_run_for_the_same)
{
	static const char *const not_compared[] = {
		"iterations", "every", "pause_ms", "read_timeout_ms"};
	struct tm_run *other = make("loop", "jemalloc", 0);
	struct tm_facts *options = &other->request.options;
	size_t i;

	gate_run(make("loop", "jemalloc", 0));
	save();
	for (i = 0; i < sizeof(not_compared) / sizeof(*not_compared); i++)
		tm_facts_set_int(options, not_compared[i], 7);
	cr_assert_eq(apply_to(other), TM_OK, "%s", err.text);
	tm_facts_set_int(options, "header", 7);
	cr_assert_eq(apply_to(other), TM_EUSAGE);
}

/* What a run says itself holds, and not what was assumed of earlier ones. */
Test(baseline, compares_a_run_by_the_options_that_it_says)
{
	struct tm_run *other = make("loop", "jemalloc", 0);
	struct tm_run_request *request = &other->request;

	gate_run(make("loop", "jemalloc", 0));
	save();
	request->is_not_compared_known = 1;
	tm_texts_add(&request->not_compared, "iterations");
	cr_assert_eq(apply_to(other), TM_OK, "%s", err.text);
	tm_facts_set_int(&request->options, "pause_ms", 7);
	cr_assert_eq(apply_to(other), TM_EUSAGE);
	tm_texts_add(&request->not_compared, "pause_ms");
	cr_assert_eq(apply_to(other), TM_OK, "%s", err.text);
}

Test(baseline, is_empty_once_it_was_given_back)
{
	gate_run(make("loop", "jemalloc", 0));
	save();
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_OK);
	tm_baseline_release(&baseline);
	cr_assert_not(baseline.is_made);
	cr_assert_eq(baseline.job_count, 0);
}

/* --- files that are none -------------------------------------------------- */

struct bad_file {
	char text[200];
	char says[48];
};

ParameterizedTestParameters(baseline, refuses_an_invalid_file)
{
	static struct bad_file files[] = {
		{"", "line 1"},
		{"{", "line 1"},
		{"{\"a\\\nb", "near '\"a\\?'"},
		{"[]", "is not a baseline"},
		{"{\"schema\": 1}", "is not a baseline"},
		{"{\"schema\": \"1\", \"environment\": {}, "
		 "\"scenarios\": {}}",
		 "is not a baseline"},
		{"{\"schema\": 1, \"scenarios\": {}}", "is not a baseline"},
		{"{\"schema\": 1, \"environment\": 1, \"scenarios\": {}}",
		 "is not a baseline"},
		{"{\"schema\": 1, \"environment\": {}, \"scenarios\": []}",
		 "is not a baseline"},
		{"{\"environment\": {}, \"scenarios\": {}}",
		 "is not a baseline"},
		{"{\"schema\": 2, \"environment\": {}, \"scenarios\": {}}",
		 "update tidemark"},
		{"{\"schema\": 0, \"environment\": {}, \"scenarios\": {}}",
		 "unknown schema"},
		{"{\"schema\": 1, \"environment\": {}, \"scenarios\": "
		 "{\"a\": {}}}",
		 "no metrics for 'a'"},
		{"{\"schema\": 1, \"environment\": {}, \"scenarios\": "
		 "{\"a\": {\"metrics\": {}}}}",
		 "no metrics for 'a'"},
		{"{\"schema\": 1, \"environment\": {}, \"scenarios\": "
		 "{\"a\": {\"metrics\": [1]}}}",
		 "no metrics for 'a'"},
		{"{\"schema\": 1, \"environment\": {}, \"scenarios\": "
		 "{\"a\": {\"metrics\": {\"rss_bytes\": {\"budget\": "
		 "\"1\"}}}}}",
		 "is not a number of 0 or more"},
		{"{\"schema\": 1, \"environment\": {}, \"scenarios\": "
		 "{\"a\": {\"metrics\": {\"rss_bytes\": {\"budget\": -1}}}}}",
		 "is not a number of 0 or more"},
		{"{\"schema\": 1, \"environment\": {}, \"scenarios\": "
		 "{\"a\": {\"metrics\": {\"rss_bytes\": {\"budget\": "
		 "1e999}}}}}",
		 "line 1"},
		{"{\"schema\": 1, \"environment\": {}, \"scenarios\": "
		 "{\"a\": {\"metrics\": {\"x\": {\"budget\": 1}}}}}",
		 "unknown metric"},
		{"{\"schema\": 1, \"environment\": {}, \"scenarios\": "
		 "{\"a\": {\"metrics\": {\"rss_bytes\": {\"budget\": -1}, "
		 "\"pss_bytes\": {\"budget\": 1}}}}}",
		 "the budget of rss_bytes"},
		{"{\"schema\": 1, \"environment\": {}, \"scenarios\": "
		 "{\"a\": {\"metrics\": {\"rss_bytes\": {\"budget\": 1}, "
		 "\"pss_bytes\": {\"budget\": -1}}}}}",
		 "the budget of pss_bytes"},
		{"{\"schema\": 1, \"environment\": {}, \"scenarios\": "
		 "{\"a\": {\"metrics\": {\"rss_bytes\": {\"budget\": 1}}, "
		 "\"options\": []}}}",
		 "the options of 'a' are not an object"},
		{"{\"schema\": 1, \"schema\": 1}", "line 1"},
	};

	return cr_make_param_array(struct bad_file, files,
				   sizeof(files) / sizeof(*files));
}

ParameterizedTest(struct bad_file *file, baseline, refuses_an_invalid_file)
{
	write_file(file->text);
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_EUSAGE, "%s",
		     file->text);
	cr_assert_not_null(strstr(err.text, file->says), "%s", err.text);
	cr_assert_null(strchr(err.text, '\n'));
}

Test(baseline, may_allow_nothing_or_a_part_of_one)
{
	struct tm_budget budget;
	int known;

	write_file("{\"schema\": 1, \"environment\": {}, \"scenarios\": "
		   "{\"loop\": {\"metrics\": {"
		   "\"rss_bytes\": {\"budget\": 0}, "
		   "\"descriptors\": {\"budget\": 0.5}}, "
		   "\"options\": {\"rules\": \"legacy\"}}}}");
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_OK, "%s",
		     err.text);
	tm_budget_init(&budget);
	cr_assert_eq(tm_baseline_apply(&baseline, make("loop", "jemalloc", 0),
				       &budget, &known, &err),
		     TM_OK, "%s", err.text);
	cr_assert(known);
	cr_expect_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), 0);
	cr_expect_eq(tm_budget_of(&budget, TM_METRIC_descriptors), .5);
}

Test(baseline, may_hold_one_metric)
{
	write_file("{\"schema\": 1, \"environment\": {}, \"scenarios\": "
		   "{\"loop\": {\"metrics\": {"
		   "\"rss_bytes\": {\"budget\": 7}}}}}");
	cr_assert_eq(tm_baseline_load(&baseline, path, &err), TM_OK, "%s",
		     err.text);
}

/* A file of before says no unit: it is of iterations. */
Test(baseline, without_a_unit_is_for_iterations)
{
	struct tm_run *run = make("loop", "jemalloc", 0);

	write_file("{\"schema\": 1, \"environment\": {}, \"scenarios\": "
		   "{\"loop\": {\"metrics\": {\"rss_bytes\": "
		   "{\"budget\": 7}}, \"options\": "
		   "{\"rules\": \"legacy\"}}}}");
	cr_assert_eq(apply_to(run), TM_OK, "%s", err.text);
	run_by_time(run);
	cr_assert_eq(apply_to(run), TM_EUSAGE);
}

Test(baseline, that_is_not_there_is_named)
{
	cr_assert_eq(tm_baseline_load(&baseline, "/none/such.json", &err),
		     TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "/none/such.json"));
	cr_assert_not_null(strstr(err.text, "cannot read the baseline"));
}
