#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "gate/gate.h"
#include "report/render/render.h"
#include "../support/runs.h"
#include "text.h"

#define RUNS_MAX 16

static struct tm_alloc alloc;
static struct tm_buf out;
static int shows_verdict;

static void start(void)
{
	tm_alloc_init(&alloc);
	tm_buf_init(&out, &alloc);
}

static void stop(void)
{
	tm_buf_release(&out);
	cr_assert_eq(alloc.live_blocks, 0);
}

TestSuite(table, .init = start, .fini = stop);

static const char *coloured_table(struct tm_run *const *runs, size_t count,
				  enum tm_form form, int colour)
{
	const struct tm_style style = {.form = form, .colour = colour};
	const struct tm_run *borrowed[RUNS_MAX];
	const struct tm_content content = {.subject = TM_SUBJECT_RUNS,
					   .runs = borrowed,
					   .run_count = count,
					   .shows_verdict = shows_verdict};
	size_t i;

	for (i = 0; i < count; i++)
		borrowed[i] = runs[i];
	tm_buf_clear(&out);
	cr_assert_eq(tm_render(&out, &content, &style, NULL), TM_OK);
	return out.bytes;
}

static const char *table_of(struct tm_run *const *runs, size_t count,
			    enum tm_form form)
{
	return coloured_table(runs, count, form, 0);
}

static void free_runs(struct tm_run *const *runs, size_t count)
{
	while (count-- > 0)
		run_free(runs[count]);
}

/* Two runs whose every figure is known: 16 KiB of rss and 16,000 allocated
 * bytes an iteration, 100,000 iterations a second; and nothing at all. */
static void two_runs(struct tm_run *runs[2])
{
	runs[0] = run_chord("strong-ref", "legacy", 16);
	runs[1] = run_chord("discard", "pep442", 0);
}

Test(table, aligns_its_columns)
{
	struct tm_run *runs[2];

	two_runs(runs);
	assert_same(table_of(runs, 2, TM_FORM_TEXT),
		    "run                rules          growth      allocated  "
		    "   live  garbage    table  callbacks     rate  outcome\n"
		    "                           per iteration  per iteration  "
		    "objects  objects  entries     lost %  /second\n"
		    "strong-ref-legacy  legacy       15.6 KiB       15.6 KiB  "
		    "    224       48        1        0.0  100,000  complete\n"
		    "discard-pep442     pep442            0 B            0 B  "
		    "      0        0        1        0.0  100,000  complete\n"
		    "\n"
		    "growth: of allocated_bytes, which decides the verdict, "
		    "after the first fifth of the run; objects, entries: per "
		    "iteration\n");
	free_runs(runs, 2);
}

Test(table, is_markdown_on_request)
{
	struct tm_run *runs[2];

	two_runs(runs);
	assert_same(
		table_of(runs, 2, TM_FORM_MARKDOWN),
		"| run | rules | growth per iteration | "
		"allocated per iteration | live objects per iteration "
		"| garbage per iteration | table entries per iteration | "
		"callbacks lost, % | iterations per second | outcome |\n"
		"|---|---|--:|--:|--:|--:|--:|--:|--:|---|\n"
		"| strong-ref-legacy | legacy | 15.6 KiB | 15.6 KiB | 224 | "
		"48 | 1 | 0.0 | 100,000 | complete |\n"
		"| discard-pep442 | pep442 | 0 B | 0 B | 0 | 0 | 1 | 0.0 | "
		"100,000 | complete |\n"
		"\n"
		"growth: of allocated_bytes, which decides the verdict, "
		"after the first fifth of the run; objects, entries: per "
		"iteration\n");
	free_runs(runs, 2);
}

Test(table, is_csv_on_request)
{
	struct tm_run *runs[2];

	two_runs(runs);
	assert_same(table_of(runs, 2, TM_FORM_CSV),
		    "run,rules,growth_bytes_per_iteration,"
		    "allocated_bytes_per_iteration,live_objects_per_iteration,"
		    "garbage_per_iteration,table_entries_per_iteration,"
		    "callbacks_lost_percent,iterations_per_second,outcome,"
		    "growth_metric,growth_per_iteration,growth_unit,verdict,"
		    "notes\n"
		    "strong-ref-legacy,legacy,16000,16000,224,48,1,0,100000,"
		    "complete,allocated_bytes,16000,bytes,grows,\n"
		    "discard-pep442,pep442,0,0,0,0,1,0,100000,complete,"
		    "allocated_bytes,0,bytes,flat,\n");
	free_runs(runs, 2);
}

Test(table, names_the_unit_of_its_rates_in_csv)
{
	struct tm_run *runs[2];

	two_runs(runs);
	run_by_time(runs[0]);
	table_of(runs, 1, TM_FORM_CSV);
	assert_has(out.bytes, ",growth_bytes_per_second,"
			      "allocated_bytes_per_second,"
			      "live_objects_per_second,garbage_per_second,"
			      "table_entries_per_second,"
			      "callbacks_lost_percent,iterations_per_second,");
	assert_has(out.bytes, "legacy,16000000,16000000,");
	table_of(runs, 2, TM_FORM_CSV);
	assert_has(out.bytes, ",growth_bytes_per_unit,"
			      "allocated_bytes_per_unit,");
	free_runs(runs, 2);
}

Test(table, counts_by_the_samples_in_a_run_by_time)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 1);

	run_by_time(run);
	table_of(&run, 1, TM_FORM_TEXT);
	assert_has(out.bytes, "slope of the samples: the program reported its "
			      "count per iteration only\n");
	table_of(&run, 1, TM_FORM_CSV);
	assert_has(out.bytes, ",14000,");
	run_free(run);
}

Test(table, shows_a_dash_and_the_reason_for_what_is_absent)
{
	struct tm_run *runs[2];
	size_t i;

	two_runs(runs);
	for (i = 0; i < runs[0]->sample_count; i++)
		runs[0]->samples[i].present &=
			~(1u << TM_METRIC_allocated_bytes);
	run_absent(runs[0], TM_METRIC_allocated_bytes,
		   "built without jemalloc");
	table_of(runs, 2, TM_FORM_TEXT);
	assert_has(out.bytes, "  14.1 KiB [1]              - [2]      224 ");
	assert_has(out.bytes,
		   "[2] no allocated_bytes: built without jemalloc\n");
	table_of(runs, 2, TM_FORM_CSV);
	assert_has(out.bytes, "legacy,14400,,224,");
	assert_has(out.bytes,
		   "allocated: no allocated_bytes: built without jemalloc\n");
	free_runs(runs, 2);
}

Test(table, leaves_out_what_is_empty_in_every_row)
{
	struct tm_run *run = run_new("plain");

	run_spread(run, 11, 1000);
	run_curve(run, TM_METRIC_rss_bytes, 1 << 20, 1024);
	assert_same(table_of(&run, 1, TM_FORM_MARKDOWN),
		    "| run | growth per iteration | iterations per second | "
		    "outcome |\n"
		    "|---|--:|--:|---|\n"
		    "| plain | 1 KiB | 100,000 | complete |\n"
		    "\n"
		    "growth: of rss_bytes, which decides the verdict, after "
		    "the first fifth of the run\n");
	assert_same(table_of(&run, 1, TM_FORM_TEXT),
		    "run           growth     rate  outcome\n"
		    "       per iteration  /second\n"
		    "plain          1 KiB  100,000  complete\n"
		    "\n"
		    "growth: of rss_bytes, which decides the verdict, after "
		    "the first fifth of the run\n");
	/* A program that reads finds the columns where they always are. */
	table_of(&run, 1, TM_FORM_CSV);
	assert_has(out.bytes, "\nplain,,1024,,,,,,100000,complete,rss_bytes,");
	run_free(run);
}

/* What is not measured must never look like a measured nothing; beside a run
 * of which all is known. */
static void assert_all_absent(struct tm_run *run)
{
	struct tm_run *runs[2] = {run, run_chord("strong-ref", "legacy", 16)};
	const char *row;

	table_of(runs, 2, TM_FORM_CSV);
	row = strchr(out.bytes, '\n') + 1;
	cr_assert_eq(strncmp(row, "empty,,,,,,,,,complete,,", 24), 0, "%s",
		     row);
	table_of(runs, 2, TM_FORM_TEXT);
	row = strstr(out.bytes, "\nempty") + 1;
	cr_assert_eq(memchr(row, '0', strcspn(row, "\n")), NULL, "%s",
		     out.bytes);
	run_free(runs[1]);
}

Test(table, has_no_figures_of_a_run_without_samples)
{
	struct tm_run *run = run_new("empty");

	assert_all_absent(run);
	assert_has(out.bytes, "the run has no samples\n");
	assert_has(out.bytes, "the program reported no rules\n");
	run_free(run);
}

Test(table, has_no_figures_of_a_run_with_one_sample)
{
	struct tm_run *run = run_new("empty");

	run_spread(run, 1, 1000);
	run_curve(run, TM_METRIC_rss_bytes, 4096, 0);
	assert_all_absent(run);
	assert_has(out.bytes, "too few samples of rss_bytes\n");
	run_free(run);
}

Test(table, leaves_the_warm_up_out_of_growth)
{
	struct tm_run *run = run_chord("weak-ref", "legacy", 0);

	/* A start that costs 50 MiB once is not growth. */
	run->samples[0].value[TM_METRIC_rss_bytes] -= 5 << 20;
	table_of(&run, 1, TM_FORM_CSV);
	assert_has(out.bytes, "weak-ref-legacy,legacy,0,0,0,0,");
	run_free(run);
}

Test(table, grows_by_the_next_metric_when_rss_is_absent)
{
	struct tm_run *run = run_new("other-system");

	run_spread(run, 11, 1000);
	run_curve(run, TM_METRIC_maxrss_bytes, 1 << 20, 1024);
	run_absent(run, TM_METRIC_rss_bytes, "no /proc on this system");
	table_of(&run, 1, TM_FORM_TEXT);
	assert_has(out.bytes, "growth: of maxrss_bytes, which decides");
	table_of(&run, 1, TM_FORM_CSV);
	assert_has(out.bytes, ",maxrss_bytes,");
	run_free(run);
}

/* As --inside measures it: resident memory grows, and decides nothing. */
static struct tm_run *run_inside(double live_growth, double native_growth)
{
	struct tm_run *run = run_new("inside");

	tm_texts_add(&run->heaps, "Node");
	run_spread(run, 200, 10);
	run_curve(run, TM_METRIC_rss_bytes, 4e8, 9000);
	run_curve(run, TM_METRIC_heap_used_bytes, 4e7, 0);
	run_curve(run, TM_METRIC_native_bytes, 4e6, native_growth);
	run_curve(run, TM_METRIC_live_bytes, 4e6, live_growth);
	return run;
}

Test(table, shows_the_growth_that_decides_where_resident_memory_does_not)
{
	struct tm_run *run = run_inside(0, 0);

	table_of(&run, 1, TM_FORM_TEXT);
	assert_has(out.bytes, "\ninside            0 B  ");
	assert_has(out.bytes, "growth: of live_bytes, which decides");
	table_of(&run, 1, TM_FORM_CSV);
	assert_has(out.bytes, "\ninside,,0,");
	assert_has(out.bytes, ",complete,live_bytes,");
	run_free(run);
	run = run_inside(0, 1024);
	table_of(&run, 1, TM_FORM_TEXT);
	assert_has(out.bytes, "growth: of native_bytes, which decides");
	run_free(run);
}

/* A leak that resident memory hides among what it holds already. */
static struct tm_run *run_counted(double growth)
{
	struct tm_run *run = run_new("counted");

	run_spread(run, 200, 10);
	run_curve(run, TM_METRIC_rss_bytes, 4e8, 0);
	run_curve(run, TM_METRIC_net_bytes, 4e6, growth);
	return run;
}

static struct tm_run *run_descriptors(void)
{
	struct tm_run *run = run_new("opens");

	run_spread(run, 200, 10);
	run_curve(run, TM_METRIC_rss_bytes, 4e8, 0);
	run_curve(run, TM_METRIC_descriptors, 10, 2);
	return run;
}

Test(table, shows_the_growth_and_the_verdict_of_the_metric_that_decides)
{
	struct tm_run *runs[2] = {run_counted(100), run_descriptors()};

	shows_verdict = 1;
	assert_same(table_of(runs, 2, TM_FORM_TEXT),
		    "run             growth         rate  outcome   verdict\n"
		    "         per iteration      /second\n"
		    "counted          100 B [1]  100,000  complete  grows\n"
		    "opens    2 descriptors [2]  100,000  complete  grows\n"
		    "\n"
		    "growth: of the metric that decides the verdict, after "
		    "the first fifth of the run\n"
		    "[1] growth of net_bytes\n"
		    "[2] growth of descriptors\n");
	/* The column of bytes holds nothing else. */
	table_of(runs, 2, TM_FORM_CSV);
	assert_has(out.bytes, "\ncounted,,100,,,,,,100000,complete,net_bytes,"
			      "100,bytes,grows,");
	assert_has(out.bytes, "\nopens,,,,,,,,100000,complete,descriptors,2,"
			      "descriptors,grows,");
	free_runs(runs, 2);
}

Test(table, shows_what_grows_within_its_budget)
{
	struct tm_run *run = run_counted(0);

	run_curve(run, TM_METRIC_net_blocks, 1000, .5);
	shows_verdict = 1;
	table_of(&run, 1, TM_FORM_TEXT);
	assert_has(out.bytes, "\ncounted     0.5 blocks  ");
	assert_has(out.bytes, "  grows within budget\n");
	assert_has(out.bytes, "growth: of net_blocks, which decides");
	run_free(run);
}

/* A gate may overrule what the run says by itself. */
Test(table, takes_the_verdict_of_the_gate_that_it_is_given)
{
	struct tm_run *run = run_counted(100);
	const struct tm_run *borrowed = run;
	struct tm_verdict_opts opts = {0};
	struct tm_gate gate = {0};
	const struct tm_content content = {.subject = TM_SUBJECT_RUNS,
					   .runs = &borrowed,
					   .run_count = 1,
					   .gate = &gate,
					   .shows_verdict = 1};
	const struct tm_style style = {.form = TM_FORM_TEXT};

	tm_budget_init(&opts.budget);
	opts.budget.all = 1000;
	cr_assert_eq(tm_gate_add(&gate, run, &opts, NULL), TM_OK);
	tm_gate_settle(&gate, 0);
	cr_assert_eq(tm_render(&out, &content, &style, NULL), TM_OK);
	assert_has(out.bytes, "  grows within budget\n");
	tm_gate_release(&gate);
	run_free(run);
}

Test(table, says_why_it_does_not_show_the_growth_that_would_decide)
{
	struct tm_run *run = run_inside(0, 0);
	size_t i;

	for (i = 1; i < run->sample_count; i++)
		run->samples[i].present &= ~(1u << TM_METRIC_live_bytes);
	table_of(&run, 1, TM_FORM_TEXT);
	assert_has(out.bytes, "8.79 KiB [1]");
	assert_has(out.bytes, "[1] growth of rss_bytes; too few samples of "
			      "live_bytes\n");
	run_free(run);
}

Test(table, counts_by_the_samples_when_the_program_reported_nothing)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 1);

	tm_run_report_release(&run->report);
	table_of(&run, 1, TM_FORM_TEXT);
	assert_has(out.bytes, "14 [1]");
	assert_has(out.bytes, "[1] slope of the samples: the program reported "
			      "no count after a full collection\n");
	run_free(run);
}

Test(table, takes_samples_after_collections_for_counts)
{
	struct tm_run *run = run_inside(1024, 0);

	run_curve(run, TM_METRIC_live_objects, 4e4, 2);
	table_of(&run, 1, TM_FORM_TEXT);
	assert_has(out.bytes, "live_bytes");
	cr_expect_null(strstr(out.bytes, "slope of the samples"), "%s",
		       out.bytes);
	run_free(run);
}

Test(table, says_which_share_of_the_callbacks_was_lost)
{
	struct tm_run *runs[2] = {run_new("naive"),
				  run_chord("discard", "legacy", 0)};

	run_report(runs[0], "{\"callbacks\":{\"expected\":200,\"fired\":50}}");
	table_of(runs, 2, TM_FORM_TEXT);
	assert_has(out.bytes, " 75.0 ");
	run_report(runs[0], "{\"callbacks\":{\"expected\":0,\"fired\":0}}");
	table_of(runs, 2, TM_FORM_TEXT);
	assert_has(out.bytes, "no callback was expected\n");
	free_runs(runs, 2);
}

Test(table, survives_a_report_of_the_wrong_types)
{
	struct tm_run *runs[2] = {run_new("odd"),
				  run_chord("discard", "legacy", 0)};

	run_report(runs[0], "{\"rules\":7,\"callbacks\":[1],"
			    "\"live_per_iteration\":{\"AsyncResult\":\"many\"},"
			    "\"garbage_per_iteration\":null,"
			    "\"tables_per_iteration\":3}");
	table_of(runs, 2, TM_FORM_TEXT);
	assert_has(out.bytes, "the program reported no callbacks\n");
	free_runs(runs, 2);
}

Test(table, says_why_a_run_ended_early)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 1);

	run->outcome = TM_OUTCOME_LIMIT;
	run->ending.text = strdup("stopped at 2 GiB");
	table_of(&run, 1, TM_FORM_TEXT);
	assert_has(out.bytes, "  limit [1]\n");
	assert_has(out.bytes, "[1] stopped at 2 GiB\n");
	run_free(run);
}

Test(table, hands_on_what_a_reader_must_know_of_a_run)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 1);

	tm_texts_add(&run->notes, "one in 4 samples was kept");
	tm_texts_add(&run->notes, "line 7\tis unreadable");
	table_of(&run, 1, TM_FORM_TEXT);
	assert_has(out.bytes, "\nstrong-ref-legacy [1]  legacy");
	assert_has(out.bytes, "\n[1] one in 4 samples was kept\n"
			      "[1] line 7?is unreadable\n");
	table_of(&run, 1, TM_FORM_CSV);
	assert_has(out.bytes, ",one in 4 samples was kept; line 7?is "
			      "unreadable\n");
	run_free(run);
}

/* Columns that have no room stand below, with the runs' names again; a name that
 * takes more than half of a line shows how it begins and ends. */
Test(table, fits_a_terminal)
{
	static const size_t widths[] = {120, 80, 60};
	struct tm_run *runs[] = {
		run_chord("strong-ref", "legacy", 16),
		run_chord("a-name-that-is-longer-than-a-half-of-any-line-of-"
			  "these-gr\u00f6\u00dfe",
			  "legacy", 1)};
	const struct tm_run *borrowed[] = {runs[0], runs[1]};
	const struct tm_content content = {.subject = TM_SUBJECT_RUNS,
					   .runs = borrowed,
					   .run_count = 2,
					   .shows_verdict = 1};
	struct tm_style style = {.form = TM_FORM_TEXT};
	size_t i;

	tm_texts_add(&runs[1]->notes, "one in 4 samples was kept, and that is "
				      "a sentence of more than 60 columns");
	for (i = 0; i < sizeof(widths) / sizeof(*widths); i++) {
		style.width = widths[i];
		tm_buf_clear(&out);
		cr_assert_eq(tm_render(&out, &content, &style, NULL), TM_OK);
		assert_fits(out.bytes, widths[i]);
		assert_has(out.bytes, "\u00f6\u00dfe");
		assert_has(out.bytes, "\na-name");
		assert_has(out.bytes, " outcome ");
		assert_has(out.bytes, " verdict\n");
	}
	assert_has(out.bytes, "\n\nrun ");
	free_runs(runs, 2);
}

Test(table, shows_long_notes_whole)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 1);
	char note[300];
	int i;

	for (i = 0; i < 6; i++) {
		snprintf(note, sizeof(note), "note %d %0250d end %d", i, 0, i);
		tm_texts_add(&run->notes, note);
	}
	assert_has(table_of(&run, 1, TM_FORM_TEXT), "end 5\n");
	assert_has(table_of(&run, 1, TM_FORM_MARKDOWN), "end 5\n");
	assert_has(table_of(&run, 1, TM_FORM_CSV), "end 5\n");
	run_free(run);
}

Test(table, prints_no_control_character_and_no_broken_utf8)
{
	struct tm_run *run = run_new("a\033[31m\nb\xff\xc3");

	table_of(&run, 1, TM_FORM_TEXT);
	assert_has(out.bytes, "\na?[31m?b?? ");
	run_free(run);
}

Test(table, aligns_by_characters_not_bytes)
{
	struct tm_run *runs[] = {run_new("gr\xc3\xb6\xc3\x9f"
					 "e"),
				 run_new("plain")};

	table_of(runs, 2, TM_FORM_TEXT);
	assert_has(out.bytes, "\ngr\xc3\xb6\xc3\x9f"
			      "e              - [1]");
	assert_has(out.bytes, "\nplain              - [1]");
	free_runs(runs, 2);
}

Test(table, escapes_what_markdown_would_take_for_its_own)
{
	struct tm_run *run = run_new("a|b <i> *c* `d`");

	table_of(&run, 1, TM_FORM_MARKDOWN);
	assert_has(out.bytes, "| a\\|b \\<i\\> \\*c\\* \\`d\\` |");
	run_free(run);
}

Test(table, quotes_what_csv_would_split)
{
	struct tm_run *run = run_new("a,\"b\"");

	table_of(&run, 1, TM_FORM_CSV);
	assert_has(out.bytes, "\n\"a,\"\"b\"\"\",");
	run_free(run);
}

/* The same object as --export-json writes. */
Test(table, holds_the_runs_whole_in_json)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 16);
	json_t *json, *first;

	json = json_loads(table_of(&run, 1, TM_FORM_JSON), 0, NULL);
	cr_assert_not_null(json, "%s", out.bytes);
	first = json_array_get(json_object_get(json, "runs"), 0);
	cr_assert_str_eq(json_string_value(json_object_get(first, "name")),
			 "strong-ref-legacy");
	cr_assert_eq(json_array_size(json_object_get(first, "samples")),
		     run->sample_count);
	json_decref(json);
	run_free(run);
}

Test(table, is_coloured_only_when_asked_to)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 1);

	run->outcome = TM_OUTCOME_CRASHED;
	assert_has_not(table_of(&run, 1, TM_FORM_TEXT), "\033");
	assert_has(coloured_table(&run, 1, TM_FORM_TEXT, 1),
		   "\033[33mcrashed\033[0m\n");
	run_free(run);
}

Test(table, has_a_row_for_each_of_many_runs)
{
	struct tm_run *runs[RUNS_MAX];
	char row[64];
	size_t i;

	for (i = 0; i < RUNS_MAX; i++) {
		char name[32];

		snprintf(name, sizeof(name), "run-%zu", i);
		runs[i] = run_new(name);
	}
	table_of(runs, RUNS_MAX, TM_FORM_TEXT);
	for (i = 0; i < RUNS_MAX; i++) {
		snprintf(row, sizeof(row), "\nrun-%zu ", i);
		assert_has(out.bytes, row);
	}
	/* Sixteen times the same reason is one footnote. */
	assert_has_not(out.bytes, "[6]");
	free_runs(runs, RUNS_MAX);
}

Test(table, of_no_runs_is_refused)
{
	const struct tm_content content = {.subject = TM_SUBJECT_RUNS};
	const struct tm_style style = {.form = TM_FORM_TEXT};
	struct tm_err err;

	cr_assert_eq(tm_render(&out, &content, &style, &err), TM_EUSAGE);
	cr_assert_str_eq(err.text, "no runs to compare");
}

Test(table, gives_everything_back_when_memory_runs_out)
{
	const struct tm_style style = {.form = TM_FORM_TEXT};
	struct tm_run *run = run_chord("strong-ref", "legacy", 1);
	const struct tm_run *borrowed = run;
	const struct tm_content content = {
		.subject = TM_SUBJECT_RUNS, .runs = &borrowed, .run_count = 1};
	enum tm_rc rc = TM_ENOMEM;
	struct tm_err err;
	uint64_t after;

	for (after = 0; rc != TM_OK; after++) {
		tm_buf_release(&out);
		alloc.fail_after = after;
		rc = tm_render(&out, &content, &style, &err);
		alloc.fail_after = UINT64_MAX;
		cr_assert(rc == TM_OK || rc == TM_ENOMEM);
	}
	cr_assert_gt(after, 3);
	run_free(run);
}
