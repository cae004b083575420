#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/probe.h"
#include "run/collect.h"

static struct tm_collector collector;
static struct tm_run *run;

static void start(void)
{
	cr_assert_eq(tm_run_new(&run, "fake", NULL), TM_OK);
	tm_collector_init(&collector, run, NULL, 0);
}

static void feed(const char *bytes, size_t length)
{
	cr_assert_eq(tm_collector_feed(&collector, bytes, length, 1, NULL),
		     TM_OK);
}

static void finish(void)
{
	cr_assert_eq(tm_collector_finish(&collector, NULL), TM_OK);
}

static const char text[] = "absent pss_bytes no\n"
			   "sample 1 10 rss_bytes=4096\n"
			   "nonsense\n"
			   "\n"
			   "sample 2 20 rss_bytes=8192 garbage=0\n"
			   "report {\"a\": \"b c\"}\n"
			   "sample 3 30";

/* Where a pipe cuts the bytes is up to the kernel. */
Test(collector, reads_the_same_wherever_the_bytes_are_cut)
{
	size_t cut;

	for (cut = 0; cut <= strlen(text); cut++) {
		start();
		feed(text, cut);
		feed(text + cut, strlen(text) - cut);
		finish();
		cr_assert_eq(run->sample_count, 2, "cut at %zu", cut);
		cr_assert_eq(run->samples[1].value[TM_METRIC_rss_bytes], 8192);
		cr_assert_str_eq(run->absent[TM_METRIC_pss_bytes], "no");
		cr_assert_str_eq(
			json_string_value(json_object_get(run->report, "a")),
			"b c");
		/* The bad line, the empty one, and the one that is cut off. */
		cr_assert_eq(json_array_size(run->notes), 3, "cut at %zu", cut);
		tm_run_free(run);
	}
}

/* One look is one sample, however many marks were waiting to be read. */
Test(collector, gives_what_it_saw_to_the_last_of_some_marks)
{
	static const char some[] = "mark 1\nmark 2\nmark 3\n";
	struct tm_probe probe;

	cr_assert_eq(tm_probe_open(&probe, getpid(), NULL), TM_OK);
	start();
	collector.probe = &probe;
	feed(some, strlen(some));
	feed("mark 4\n", 7);
	finish();
	cr_assert_eq(run->sample_count, 4);
	cr_assert_eq(run->samples[0].present, 0);
	cr_assert_eq(run->samples[1].present, 0);
	cr_assert(tm_sample_has(&run->samples[2], TM_METRIC_rss_bytes));
	cr_assert(tm_sample_has(&run->samples[3], TM_METRIC_rss_bytes));
	tm_run_free(run);
	tm_probe_close(&probe);
}

/* What is left of a program at its end says nothing of its last mark. */
Test(collector, takes_no_sample_of_what_is_left_of_a_program)
{
	static const char some[] = "sample 1 1 processes=3 rss_bytes=8192\n"
				   "sample 2 2 processes=2 rss_bytes=4096\n";
	int from_outside;

	for (from_outside = 0; from_outside < 2; from_outside++) {
		start();
		feed(some, strlen(some));
		collector.last_is_outside = from_outside;
		finish();
		cr_assert_eq(run->sample_count, 2);
		cr_assert_neq(run->samples[0].present, 0);
		cr_assert_eq(run->samples[1].present == 0, from_outside);
		cr_assert_eq(json_array_size(run->notes), from_outside);
		tm_run_free(run);
	}
}

Test(collector, survives_any_bytes)
{
	unsigned int seed = 1;
	char bytes[4096];
	size_t i, round;

	start();
	for (round = 0; round < 200; round++) {
		for (i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1103515245u + 12345u;
			bytes[i] = (char)(seed >> 16);
		}
		feed(bytes, sizeof(bytes));
	}
	feed("\nsample 1 1\n", 12);
	finish();
	cr_assert_eq(run->sample_count, 1);
	cr_assert_leq(json_array_size(run->notes), 7);
	tm_run_free(run);
}

Test(collector, skips_a_line_without_end_and_reads_the_next)
{
	enum { MIB = 1048576 };
	char *bytes = malloc(MIB);
	int i;

	cr_assert_not_null(bytes);
	memset(bytes, 'x', MIB);
	start();
	for (i = 0; i < 6; i++)
		feed(bytes, MIB);
	cr_assert_leq(collector.alloc.live_bytes, 16 * MIB);
	feed("\nmark 7\n", 8);
	finish();
	free(bytes);
	cr_assert_eq(run->sample_count, 1);
	cr_assert_eq(run->samples[0].iteration, 7);
	cr_assert_eq(run->samples[0].present, 0);
	cr_assert_eq(json_array_size(run->notes), 1);
	tm_run_free(run);
}

Test(collector, reports_that_memory_is_short_and_stays_whole)
{
	uint64_t allowed = 0;
	enum tm_rc rc;

	do {
		start();
		collector.alloc.fail_after = allowed++;
		rc = tm_collector_feed(&collector, text, strlen(text), 1, NULL);
		finish();
		tm_run_free(run);
		cr_assert(rc == TM_OK || rc == TM_ENOMEM);
	} while (rc != TM_OK);
	cr_assert_gt(allowed, 1);
}
