#include <criterion/criterion.h>
#include <string.h>

#include "report/runs/summary.h"
#include "../support/runs.h"
#include "text.h"

static struct tm_alloc alloc;
static struct tm_buf out;

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

TestSuite(summary, .init = start, .fini = stop);

static const char *summary_of(const struct tm_run *run)
{
	tm_buf_clear(&out);
	cr_assert_eq(tm_report_summary(&out, &run, 1, NULL), TM_OK);
	return out.bytes;
}

Test(summary, says_in_one_line_what_the_curve_says)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 1);

	assert_same(summary_of(run),
		    "strong-ref-legacy grows 1 KiB per iteration "
		    "(rss_bytes); 10 promise, 4 AsyncResult stay alive per "
		    "iteration; 3 garbage; 1 table entry\n");
	run_free(run);
}

Test(summary, names_the_most_numerous_types_and_sums_up_the_rest)
{
	struct tm_run *run = run_new("many");

	run_report(run, "{\"rules\":\"legacy\",\"live_per_iteration\":"
			"{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":1.5}}");
	assert_has(summary_of(run), "many/legacy has no measured growth (the "
				    "run has no samples); 5 e, 4 d, 3 c, 2 b, "
				    "2.5 other objects stay alive");
	run_free(run);
}

Test(summary, says_zero_where_zero_was_measured)
{
	struct tm_run *run = run_new("discard");

	run_report(run, "{\"live_per_iteration\":{},"
			"\"garbage_per_iteration\":{}}");
	assert_has(summary_of(run),
		   "; 0 objects stay alive per iteration; 0 garbage\n");
	run_free(run);
}

Test(summary, says_nothing_of_what_was_not_measured)
{
	struct tm_run *run = run_new("other");

	run_curve(run, 11, 10, TM_METRIC_rss_bytes, 1 << 20, 2048);
	assert_same(summary_of(run),
		    "other inconclusive: 2 KiB per iteration (rss_bytes)\n");
	run_free(run);
}

Test(summary, calls_a_falling_curve_shrinking)
{
	struct tm_run *run = run_new("other");

	run_curve(run, 11, 10, TM_METRIC_rss_bytes, 1 << 20, -1024);
	assert_has(summary_of(run), "other shrinks 1 KiB per iteration");
	run_free(run);
}

Test(summary, tells_of_lost_callbacks_and_of_an_early_end)
{
	struct tm_run *run = run_new("naive");

	run_report(run, "{\"callbacks\":{\"expected\":10,\"fired\":0}}");
	run->outcome = TM_OUTCOME_CRASHED;
	run->ending.text = strdup("signal 11");
	assert_has(summary_of(run), "; 100 % of the callbacks lost; "
				    "outcome: crashed, signal 11\n");
	run_free(run);
}

Test(summary, gives_everything_back_when_memory_runs_out)
{
	struct tm_run *run = run_chord("strong-ref", "legacy", 1);
	const struct tm_run *borrowed = run;
	struct tm_err err;

	alloc.fail_after = 1;
	cr_assert_eq(tm_report_summary(&out, &borrowed, 1, &err), TM_ENOMEM);
	cr_assert_str_eq(err.text, "no memory for the summary");
	run_free(run);
}
