#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/probe.h"
#include "run/collector.h"
#include "run/collector_notes.h"

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

static void settle(uint64_t elapsed_ns, int at_once)
{
	cr_assert_eq(tm_collector_settle(&collector, at_once, elapsed_ns, NULL),
		     TM_OK);
}

static void tick(uint64_t elapsed_ns)
{
	cr_assert_eq(tm_collector_tick(&collector, elapsed_ns, NULL), TM_OK);
}

static void finish(void)
{
	cr_assert_eq(tm_collector_finish(&collector, 0, NULL), TM_OK);
	tm_collector_describe(&collector);
	tm_collector_release(&collector);
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
		cr_assert_str_eq(tm_facts_text(&run->report.other, "a"), "b c");
		/* The bad line, the empty one, and the one that is cut off. */
		cr_assert_eq(run->notes.count, 3, "cut at %zu", cut);
		tm_run_free(run);
	}
}

/* One sample is taken, however many marks were waiting to be read. */
Test(collector, gives_what_it_saw_to_the_last_of_some_marks)
{
	static const char some[] = "mark 1\nmark 2\nmark 3\n";
	struct tm_probe probe;

	cr_assert_eq(tm_probe_open(&probe, getpid(), NULL), TM_OK);
	start();
	collector.probe = &probe;
	feed(some, strlen(some));
	settle(1, 0);
	feed("mark 4\n", 7);
	settle(2, 1);
	finish();
	cr_assert_eq(run->sample_count, 4);
	cr_assert_eq(run->samples[0].present, 0);
	cr_assert_eq(run->samples[1].present, 0);
	cr_assert(tm_sample_has(&run->samples[2], TM_METRIC_rss_bytes));
	cr_assert(tm_sample_has(&run->samples[3], TM_METRIC_rss_bytes));
	tm_run_free(run);
	tm_probe_close(&probe);
}

Test(collector, counts_marks_without_a_number)
{
	static const char some[] = "mark\nmark\nmark 7\nmark\n";
	size_t i;

	start();
	for (i = 0; i < strlen(some); i++)
		feed(some + i, 1);
	finish();
	cr_assert_eq(run->sample_count, 4);
	cr_assert_eq(run->samples[0].iteration, 1);
	cr_assert_eq(run->samples[1].iteration, 2);
	cr_assert_eq(run->samples[2].iteration, 7);
	cr_assert_eq(run->samples[3].iteration, 8);
	cr_assert_eq(run->notes.count, 0);
	tm_run_free(run);
}

/* Samples by time count milliseconds: they are no iterations to go on from. */
Test(collector, begins_to_count_marks_at_one)
{
	start();
	tm_collector_count_time(&collector);
	tick(500000000);
	feed("mark\n", 5);
	finish();
	cr_assert_eq(run->sample_count, 1);
	cr_assert_eq(run->samples[0].iteration, 1);
	tm_run_free(run);
}

/* Two processes that count for themselves: one note, and what to do. */
Test(collector, says_once_that_marks_go_backwards)
{
	static const char some[] = "mark 1\nmark 1\nmark 2\nmark 3\nmark 2\n"
				   "mark 4\nmark 3\n";
	const char *note;

	start();
	feed(some, strlen(some));
	finish();
	cr_assert_eq(run->notes.count, 1);
	note = run->notes.text[0];
	cr_assert(strstr(note, "ignored 2 marks"), "%s", note);
	cr_assert(strstr(note, "first in line 5"), "%s", note);
	cr_assert(strstr(note, "without a number"), "%s", note);
	tm_run_free(run);
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
		collector.is_outside = from_outside;
		finish();
		cr_assert_eq(run->sample_count, 2);
		cr_assert_neq(run->samples[0].present, 0);
		cr_assert_eq(run->samples[1].present == 0, from_outside);
		cr_assert_eq(run->notes.count, (size_t)from_outside);
		tm_run_free(run);
	}
}

/* Feed `count` samples of four processes each, the last ones of as many as the
 * digits of `ending` say.  Returns how many samples were cleared. */
static size_t count_cleared(size_t count, const char *ending)
{
	size_t from = count - strlen(ending), cleared = 0, i;
	char line[80];

	start();
	for (i = 0; i < count; i++) {
		snprintf(line, sizeof(line),
			 "sample %zu %zu processes=%c rss_bytes=4096\n", i + 1,
			 i + 1, i < from ? '4' : ending[i - from]);
		feed(line, strlen(line));
	}
	collector.is_outside = 1;
	finish();
	cr_assert_eq(run->sample_count, count);
	for (i = 0; i < count; i++)
		cleared += run->samples[i].present == 0;
	cr_assert_eq(run->notes.count, cleared > 0, "%s", ending);
	tm_run_free(run);
	return cleared;
}

/* Workers that exit at the end free no memory; a program that goes on with
 * fewer does. */
Test(collector, takes_no_samples_while_a_program_is_ending)
{
	cr_expect_eq(count_cleared(40, "22"), 2);
	cr_expect_eq(count_cleared(40, "31"), 2);
	cr_expect_eq(count_cleared(40, "2"), 1);
	cr_expect_eq(count_cleared(40, "4"), 0);
	cr_expect_eq(count_cleared(40, "23"), 0, "one more was started");
	cr_expect_eq(count_cleared(40, "332"), 3);
	cr_expect_eq(count_cleared(40, "22222"), 0, "it goes on with two");
	cr_expect_eq(count_cleared(40, "33332"), 1);
	cr_expect_eq(count_cleared(10, "3"), 1);
	cr_expect_eq(count_cleared(10, "33"), 0);
	cr_expect_eq(count_cleared(100, "33211"), 5);
}

/* A sample costs something, so the next one is delayed; it then belongs to the
 * newest mark. */
Test(collector, delays_samples_when_marks_come_fast)
{
	struct tm_probe probe;

	cr_assert_eq(tm_probe_open(&probe, getpid(), NULL), TM_OK);
	start();
	collector.probe = &probe;
	collector.pacing.checkpoint_ns = UINT64_MAX;
	feed("mark 1\n", 7);
	settle(1, 0);
	cr_assert_gt(collector.pacing.sample_ns, 1);
	cr_assert_leq(collector.pacing.sample_ns, 100000001);
	feed("mark 2\n", 7);
	settle(2, 0);
	feed("mark 3\n", 7);
	settle(3, 0);
	cr_assert_eq(collector.taken, 1);
	settle(collector.pacing.sample_ns, 0);
	finish();
	cr_assert_eq(collector.taken, 2);
	cr_assert_eq(collector.skipped, 1);
	cr_assert_eq(run->sample_count, 3);
	cr_assert_eq(run->samples[1].present, 0);
	cr_assert_eq(run->samples[2].iteration, 3);
	cr_assert(tm_sample_has(&run->samples[2], TM_METRIC_rss_bytes));
	tm_run_free(run);
	tm_probe_close(&probe);
}

Test(collector, samples_at_once_for_a_program_that_waits)
{
	start();
	feed("mark 1\n", 7);
	collector.pacing.sample_ns = 1000;
	settle(1, 1);
	cr_assert_eq(collector.taken, 1);
	cr_assert_eq(collector.answers, 1);
	finish();
	tm_run_free(run);
}

Test(collector, counts_milliseconds_when_it_samples_by_time)
{
	start();
	tm_collector_count_time(&collector);
	tick(0);
	tick(99999999);
	tick(200000000);
	finish();
	cr_assert_eq(run->sample_count, 3);
	cr_assert_eq(run->samples[1].iteration, 99);
	cr_assert_eq(run->samples[2].iteration, 200);
	cr_assert_eq(run->unit, TM_UNIT_SECOND);
	tm_run_free(run);
}

/* Two samples of one millisecond would count as one that is given twice. */
Test(collector, takes_one_sample_a_millisecond_at_most)
{
	start();
	tick(1000000);
	tick(1999999);
	finish();
	cr_assert_eq(run->sample_count, 1);
	tm_run_free(run);
}

Test(collector, forgets_the_samples_by_time_when_the_first_mark_comes)
{
	uint64_t i;

	start();
	tm_collector_count_time(&collector);
	for (i = 0; i < 20; i++)
		tick(i * 100000000);
	feed("mark 1\n", 7);
	settle(2000000000, 1);
	tick(2100000000);
	feed("mark 2\n", 7);
	settle(2200000000, 1);
	finish();
	cr_assert_eq(run->sample_count, 2);
	cr_assert_eq(run->samples[0].iteration, 1);
	cr_assert_eq(run->unit, TM_UNIT_ITERATION);
	cr_assert_eq(run->notes.count, 1);
	tm_run_free(run);
}

/* Iterations may be larger numbers than the milliseconds before them, and a
 * process's growth is told from a third of them on, not of both. */
Test(collector, tells_how_a_process_grew_by_iterations_alone)
{
	struct tm_probe probe;
	const struct tm_run_process *process;
	char mark[32];
	uint64_t i;

	cr_assert_eq(tm_probe_open(&probe, getpid(), NULL), TM_OK);
	start();
	collector.probe = &probe;
	tm_collector_count_time(&collector);
	for (i = 0; i < 20; i++)
		tick(i * 100000000);
	for (i = 30000; i <= 30030; i++) {
		snprintf(mark, sizeof(mark), "mark %d\n", (int)i);
		feed(mark, strlen(mark));
		settle(i * 1000000, 1);
	}
	finish();
	cr_assert_eq(run->tree.process_count, 1);
	process = &run->tree.processes[0];
	cr_assert_eq(process->grew_from.value, 30011);
	cr_assert_eq(process->grew_to.value, 30029);
	tm_run_free(run);
	tm_probe_close(&probe);
}

Test(collector, forgets_them_too_when_the_program_samples_itself)
{
	start();
	tm_collector_count_time(&collector);
	tick(0);
	feed("sample 0 5 rss_bytes=1\n", 23);
	finish();
	cr_assert_eq(run->sample_count, 1);
	cr_assert_eq(run->samples[0].value[TM_METRIC_rss_bytes], 1);
	cr_assert_eq(run->unit, TM_UNIT_ITERATION);
	tm_run_free(run);
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
	cr_assert_leq(run->notes.count, 7);
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
	cr_assert_leq(collector.lines.alloc.live_bytes, 16 * MIB);
	feed("\nmark 7\n", 8);
	finish();
	free(bytes);
	cr_assert_eq(run->sample_count, 1);
	cr_assert_eq(run->samples[0].iteration, 7);
	cr_assert_eq(run->samples[0].present, 0);
	cr_assert_eq(run->notes.count, 1);
	tm_run_free(run);
}

Test(collector, reports_that_memory_is_short_and_stays_whole)
{
	uint64_t allowed = 0;
	enum tm_rc rc;

	do {
		start();
		collector.lines.alloc.fail_after = allowed++;
		rc = tm_collector_feed(&collector, text, strlen(text), 1, NULL);
		finish();
		tm_run_free(run);
		cr_assert(rc == TM_OK || rc == TM_ENOMEM);
	} while (rc != TM_OK);
	cr_assert_gt(allowed, 1);
}
