#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support/runs.h"
#include "gate/gate.h"
#include "report/render/render.h"
#include "text.h"

static struct tm_alloc alloc;
static struct tm_buf out;
static struct tm_gate gate;
static struct tm_run *runs[4];
static size_t run_count;
static struct tm_err err;

static void start(void)
{
	tm_alloc_init(&alloc);
	tm_buf_init(&out, &alloc);
}

static void stop(void)
{
	tm_gate_release(&gate);
	while (run_count > 0)
		run_free(runs[--run_count]);
	tm_buf_release(&out);
	cr_assert_eq(alloc.live_blocks, 0);
}

TestSuite(verdict_report, .init = start, .fini = stop);

static struct tm_run *add(const char *name, double growth)
{
	struct tm_verdict_opts opts = {.looks_max = 1};
	struct tm_run *run = run_new(name);

	runs[run_count++] = run;
	tm_budget_init(&opts.budget);
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, growth);
	run_curve(run, TM_METRIC_rss_bytes, 1 << 22, growth);
	cr_assert_eq(tm_gate_add(&gate, run, &opts, &err), TM_OK);
	return run;
}

static const char *show(enum tm_form form)
{
	const struct tm_content content = {.subject = TM_SUBJECT_VERDICT,
					   .gate = &gate};
	const struct tm_style style = {.form = form, .is_full = 1};

	tm_gate_settle(&gate, 0);
	tm_buf_clear(&out);
	cr_assert_eq(tm_render(&out, &content, &style, &err), TM_OK);
	return out.length ? out.bytes : "";
}

Test(verdict_report, names_each_of_its_formats)
{
	unsigned int i;

	for (i = 0; tm_verdict_forms[i]; i++) {
		if (*tm_verdict_forms[i])
			show((enum tm_form)i);
	}
	cr_assert_eq(i, TM_FORM_COUNT);
}

Test(verdict_report, says_why_in_one_line_a_run)
{
	const char *text;

	add("leaky", 2000);
	add("calm", 0);
	text = show(TM_FORM_TEXT);
	assert_has(text, "leaky  FAIL     allocated_bytes grows ");
	assert_has(text, "calm   pass     2 metrics within their budgets");
	assert_has(text, "leaky: live-heap leak");
	assert_has(text, "\ngate: FAIL: 1 over budget, 1 within\n");
	assert_has_not(text, "\033");
}

/* As in JSON, where each has a field of its own. */
Test(verdict_report, counts_missing_runs_apart_from_inconclusive_ones)
{
	add("leaky", 2000);
	cr_assert_eq(tm_gate_miss(&gate, &err, "'a' has no run"), TM_OK);
	cr_assert_eq(tm_gate_miss(&gate, &err, "'b' has no run"), TM_OK);
	assert_has(show(TM_FORM_TEXT),
		   "\ngate: FAIL: 1 over budget, 0 within, 2 missing\n");
	assert_has(show(TM_FORM_MARKDOWN),
		   "FAIL: 1 over budget, 0 within, 2 missing");
}

/* What is counted stands in the metric's name, and columns stand closer. */
Test(verdict_report, fits_a_metric_into_a_line_of_a_terminal)
{
	struct tm_run *run = add("server", 2000);
	struct tm_verdict_opts opts = {.looks_max = 1};
	struct tm_content content = {.subject = TM_SUBJECT_VERDICT,
				     .gate = &gate};
	const struct tm_style style = {.is_full = 1, .width = 80};
	size_t i;

	tm_gate_release(&gate);
	tm_budget_init(&opts.budget);
	run_curve(run, TM_METRIC_descriptors, 3, 0);
	run_curve(run, TM_METRIC_net_blocks, 1e4, .0201);
	for (i = 0; i < 101; i++)
		run->samples[i].value[TM_METRIC_rss_bytes] +=
			(i * 7919 % 13) * 400000;
	cr_assert_eq(tm_gate_add(&gate, run, &opts, &err), TM_OK);
	gate.verdicts[0].judged[0].deferred = 1;
	tm_gate_settle(&gate, 0);
	cr_assert_eq(tm_render(&out, &content, &style, &err), TM_OK);
	assert_fits(out.bytes, 80);
	assert_has(out.bytes, "  linear  near budget\n");
	assert_has_not(out.bytes, "0 descriptors");
	assert_has(out.bytes, "\ndescriptors ");
	assert_has(out.bytes, "\nrss_bytes ");
}

/* Eight samples of a flat metric are not enough to call it flat. */
Test(verdict_report, calls_nothing_flat_that_is_not_decided)
{
	struct tm_verdict_opts opts = {.looks_max = 1};
	struct tm_run *run = runs[run_count++] = run_new("short");

	tm_budget_init(&opts.budget);
	run_spread(run, 8, 1000);
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 0);
	cr_assert_eq(tm_gate_add(&gate, run, &opts, &err), TM_OK);
	cr_assert_eq(gate.verdicts[0].judged[0].decision.growth,
		     TM_GROWTH_FLAT);
	assert_has_not(show(TM_FORM_TEXT), "  flat");
	assert_has(show(TM_FORM_TEXT), "needed to call it flat");
	assert_has_not(show(TM_FORM_MARKDOWN), "| flat |");
	assert_has(show(TM_FORM_MARKDOWN), "| inconclusive |");
	assert_has_not(show(TM_FORM_CSV), ",flat,");
	assert_has_not(show(TM_FORM_JSON), "\"flat\"");
	assert_has(show(TM_FORM_JUNIT), "needed to call it flat");
}

Test(verdict_report, says_why_a_metric_leaves_it_to_another)
{
	struct tm_judged *judged;

	add("calm", 0);
	judged = &gate.verdicts[0].judged[0];
	judged->deferred = 1;
	judged->decision.judgement = TM_JUDGEMENT_INCONCLUSIVE;
	judged->decision.growth = TM_GROWTH_INCONCLUSIVE;
	assert_has(show(TM_FORM_TEXT), "  coarse\n");
	assert_has_not(show(TM_FORM_TEXT), "too coarse");
	judged->decision.growth = TM_GROWTH_GROWS;
	assert_has(show(TM_FORM_MARKDOWN), "| near budget |\n");
	judged->decision.note.used = 7;
	assert_has(show(TM_FORM_TEXT), "  few samples\n");
	judged->decision.note.used = 100;
	judged->decision.growth = TM_GROWTH_INCONCLUSIVE;
	judged->metric = TM_METRIC_descriptors;
	assert_has(show(TM_FORM_TEXT), "  noisy\n");
}

Test(verdict_report, of_nothing_says_so_in_every_form)
{
	assert_has(show(TM_FORM_TEXT),
		   "gate: INCONCLUSIVE: nothing was measured");
	assert_has(show(TM_FORM_MARKDOWN), "nothing was measured");
	assert_has(show(TM_FORM_GITHUB), "::warning");
	assert_has(show(TM_FORM_JUNIT), "errors=\"1\"");
	assert_has(show(TM_FORM_JSON), "\"inconclusive\"");
}

Test(verdict_report, gives_the_same_bytes_for_the_same_verdicts)
{
	unsigned int i;
	char *before;

	add("leaky", 2000);
	add("calm", 0);
	for (i = 0; tm_verdict_forms[i]; i++) {
		if (!*tm_verdict_forms[i])
			continue;
		before = strdup(show(i));
		assert_same(show(i), before);
		free(before);
	}
}

/* Under its name, and under that which older readers know. */
static void expect_rate(const json_t *metric, const char *key, double rate,
			double error)
{
	char older[64];

	snprintf(older, sizeof(older), "%s_per_iteration", key);
	cr_expect_float_eq(json_number_value(json_object_get(metric, key)),
			   rate, error, "%s", key);
	cr_expect_float_eq(json_number_value(json_object_get(metric, older)),
			   rate, error, "%s", older);
}

Test(verdict_report, is_json_with_every_metric)
{
	json_t *json, *run, *metric;

	add("leaky", 2000);
	json = json_loads(show(TM_FORM_JSON), 0, NULL);
	cr_assert_not_null(json);
	cr_assert_str_eq(json_string_value(json_object_get(json, "verdict")),
			 "fail");
	run = json_array_get(json_object_get(json, "runs"), 0);
	cr_assert_str_eq(json_string_value(json_object_get(run, "kind")),
			 "live-heap leak");
	cr_assert_eq(json_array_size(json_object_get(run, "metrics")), 2);
	metric = json_array_get(json_object_get(run, "metrics"), 0);
	cr_assert_str_eq(json_string_value(json_object_get(run, "per")),
			 "iteration");
	expect_rate(metric, "slope", 2000, 20);
	expect_rate(metric, "low", 2000, 200);
	expect_rate(metric, "high", 2000, 200);
	expect_rate(metric, "budget", 16, 0);
	json_decref(json);
}

Test(verdict_report, says_seconds_in_every_form)
{
	struct tm_verdict_opts opts = {.looks_max = 1};
	struct tm_run *run = run_new("timed");
	const char *text;

	runs[run_count++] = run;
	tm_budget_init(&opts.budget);
	run_curve(run, TM_METRIC_allocated_bytes, 1e6, 2);
	run_by_time(run);
	cr_assert_eq(tm_gate_add(&gate, run, &opts, &err), TM_OK);
	text = show(TM_FORM_TEXT);
	assert_has(text, "  per second  ");
	assert_has_not(text, "iteration");
	text = show(TM_FORM_MARKDOWN);
	assert_has(text, "per second");
	assert_has_not(text, "iteration");
	text = show(TM_FORM_JSON);
	assert_has(text, "\"per\": \"second\"");
	assert_has(text, "\"slope\": ");
	assert_has_not(text, "per_iteration");
	assert_has(show(TM_FORM_CSV), ",slope_per_second,low_per_second,");
	/* Beside one by the iteration a column is of neither. */
	add("loop", 2000);
	assert_has(show(TM_FORM_CSV), ",slope_per_unit,low_per_unit,");
}

Test(verdict_report, has_a_csv_row_a_metric_and_one_for_a_run_without_any)
{
	struct tm_verdict_opts opts = {.looks_max = 1};
	const char *text, *c;
	size_t lines = 0;

	add("a \"quoted\", name", 0);
	runs[run_count++] = run_new("empty");
	tm_budget_init(&opts.budget);
	cr_assert_eq(tm_gate_add(&gate, runs[1], &opts, &err), TM_OK);
	text = show(TM_FORM_CSV);
	for (c = text; *c; c++)
		lines += *c == '\n';
	cr_assert_eq(lines, 4, "%s", text);
	assert_has(text, "\"a \"\"quoted\"\", name\",pass,");
	assert_has(text, "empty,inconclusive,");
}

Test(verdict_report, annotates_failures_and_open_questions_only)
{
	struct tm_run *cut;

	add("fine", 0);
	add("50%, or: more", 2000);
	cut = add("cut", 0);
	cut->outcome = TM_OUTCOME_CRASHED;
	gate.verdicts[2].judgement = TM_JUDGEMENT_INCONCLUSIVE;
	gate.verdicts[2].standing = TM_JUDGEMENT_INCONCLUSIVE;
	assert_has(show(TM_FORM_GITHUB),
		   "::error title=memory growth%3A 50%25%2C or%3A more::"
		   "allocated_bytes grows ");
	assert_has(show(TM_FORM_GITHUB),
		   "::warning title=memory growth%3A cut::");
	assert_has_not(show(TM_FORM_GITHUB), "fine");
}

Test(verdict_report, lets_no_name_break_markdown)
{
	add("a|b`c<d>\n", 0);
	assert_has(show(TM_FORM_MARKDOWN), "| a\\|b\\`c\\<d\\>? | pass |");
}

/* U+202E turns around what follows it on a line. */
Test(verdict_report, lets_no_name_turn_a_line_around)
{
	enum tm_form form;

	add("a\u202eb", 0);
	for (form = TM_FORM_TEXT; form < TM_FORM_COUNT; form++)
		assert_has_not(show(form), "\u202e");
	assert_has(show(TM_FORM_TEXT), "a?b");
	assert_has(show(TM_FORM_CSV), "a?b");
	assert_has(show(TM_FORM_MARKDOWN), "| a?b | pass |");
	assert_has(show(TM_FORM_JSON), "\"run\": \"a\\u202eb\"");
}

Test(verdict_report, counts_the_cases_of_junit)
{
	const char *text;

	add("leaky", 2000);
	add("calm", 0);
	text = show(TM_FORM_JUNIT);
	assert_has(text, "<testsuites name=\"tidemark\" tests=\"4\" "
			 "failures=\"2\" errors=\"0\" skipped=\"0\">");
	assert_has(text, "<testcase classname=\"calm\" "
			 "name=\"allocated_bytes\"/>");
	assert_has(text, "<failure type=\"growth\" message=\"allocated_bytes "
			 "grows ");
}

Test(verdict_report, shows_an_overruled_failure_as_skipped)
{
	const struct tm_content content = {.subject = TM_SUBJECT_VERDICT,
					   .gate = &gate};
	const struct tm_style style = {.form = TM_FORM_JUNIT};
	struct tm_run *run = add("a", 2000);

	run->request.job = strdup("a");
	tm_gate_settle(&gate, 0);
	gate.verdicts[0].standing = TM_JUDGEMENT_PASS;
	tm_buf_clear(&out);
	cr_assert_eq(tm_render(&out, &content, &style, &err), TM_OK);
	assert_has(out.bytes, "failures=\"0\" errors=\"0\" skipped=\"2\"");
}

Test(verdict_report, fails_cleanly_without_memory)
{
	const struct tm_content content = {.subject = TM_SUBJECT_VERDICT,
					   .gate = &gate};
	struct tm_style style = {.is_full = 1};
	uint64_t after;
	unsigned int i;
	enum tm_rc rc;

	add("leaky", 2000);
	tm_gate_settle(&gate, 0);
	for (i = 0; tm_verdict_forms[i]; i++) {
		style.form = (enum tm_form)i;
		if (!*tm_verdict_forms[i])
			continue;
		for (after = 0, rc = TM_ENOMEM; rc != TM_OK; after++) {
			tm_buf_release(&out);
			tm_buf_init(&out, &alloc);
			alloc.fail_after = after;
			rc = tm_render(&out, &content, &style, &err);
			alloc.fail_after = UINT64_MAX;
			cr_assert(rc == TM_OK || rc == TM_ENOMEM);
			cr_assert_lt(after, 1000);
		}
		cr_assert_gt(after, 1);
	}
}

/* --- the glossary --------------------------------------------------------- */

static void expect_explained(const char *glossary, const char *word)
{
	char row[64];

	cr_assert_not_null(word);
	snprintf(row, sizeof(row), "\n| **%s** | ", word);
	cr_expect_not_null(strstr(glossary, row), "%s", word);
}

Test(verdict_report, has_its_words_in_the_glossary)
{
	static char glossary[65536];
	struct tm_judged judged = {.metric = TM_METRIC_rss_bytes};
	FILE *file = fopen("docs/glossary.md", "r");
	enum tm_curve curve;

	cr_assert_not_null(file);
	cr_assert_gt(fread(glossary, 1, sizeof(glossary) - 1, file), 0);
	fclose(file);
	for (curve = TM_CURVE_UNKNOWN; curve <= TM_CURVE_SAW_TOOTH; curve++)
		expect_explained(glossary, tm_curve_name(curve));
	judged.decision.growth = TM_GROWTH_FLAT;
	expect_explained(glossary, tm_judged_cause(&judged)); /* few samples */
	judged.decision.growth = TM_GROWTH_INCONCLUSIVE;
	judged.decision.note.used = 100;
	judged.decision.reason_key = TM_REASON_CUT_OFF;
	expect_explained(glossary, tm_judged_cause(&judged));
	judged.decision.reason_key = TM_REASON_NOISE;
	judged.deferred = 1;
	expect_explained(glossary, tm_judged_cause(&judged)); /* coarse */
	judged.metric = TM_METRIC_threads;
	expect_explained(glossary, tm_judged_cause(&judged)); /* noisy */
	judged.decision.growth = TM_GROWTH_GROWS;
	expect_explained(glossary, tm_judged_cause(&judged));
}
