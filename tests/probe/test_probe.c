#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/probe.h"
#include "subject.h"
#include "util/sanitizer.h"

#define MIB (1024u * 1024u)

static struct tm_probe probe;

static void open_self(void)
{
	cr_assert_eq(tm_probe_open(&probe, 0, NULL), TM_OK);
}

static void close_probe(void)
{
	tm_probe_close(&probe);
}

static struct tm_sample take(enum tm_probe_depth depth)
{
	struct tm_sample sample;

	memset(&sample, 0, sizeof(sample));
	tm_probe_sample(&probe, depth, &sample);
	return sample;
}

TestSuite(probe, .init = open_self, .fini = close_probe);

Test(probe, measures_or_says_why_not)
{
	struct tm_sample sample = take(TM_PROBE_CHECKPOINT);
	unsigned int i;

	for (i = 0; i < TM_METRIC_live_objects; i++)
		cr_assert(tm_sample_has(&sample, i) ==
				  !tm_probe_absent(&probe, i),
			  "%s", tm_metric_name(i));
}

Test(probe, reads_the_operating_system_in_a_mark)
{
	struct tm_sample sample = take(TM_PROBE_MARK);

	cr_assert(tm_sample_has(&sample, TM_METRIC_maxrss_bytes));
	cr_assert(tm_sample_has(&sample, TM_METRIC_rss_bytes));
	cr_assert(tm_sample_has(&sample, TM_METRIC_hwm_bytes));
	cr_assert_not(tm_sample_has(&sample, TM_METRIC_pss_bytes));
	cr_assert_geq(sample.value[TM_METRIC_hwm_bytes],
		      sample.value[TM_METRIC_rss_bytes]);
}

Test(probe, leaves_the_callers_own_metrics_alone)
{
	struct tm_sample sample;

	memset(&sample, 0, sizeof(sample));
	tm_sample_set(&sample, TM_METRIC_live_objects, 7);
	sample.iteration = 3;
	tm_probe_sample(&probe, TM_PROBE_MARK, &sample);
	cr_assert_eq(sample.value[TM_METRIC_live_objects], 7);
	cr_assert_eq(sample.iteration, 3);
	cr_assert_not(tm_sample_has(&sample, TM_METRIC_garbage));
}

Test(probe, sees_touched_pages_as_resident)
{
	const uint64_t most = 17 * MIB + SHADOW_OF(16 * MIB);
	struct tm_sample before, after;
	uint64_t grown;
	char *pages;

	before = take(TM_PROBE_CHECKPOINT);
	pages = mmap(NULL, 16 * MIB, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	cr_assert_neq(pages, MAP_FAILED);
	memset(pages, 1, 16 * MIB);
	after = take(TM_PROBE_CHECKPOINT);

	/* The kernel counts in batches: a page table's worth may be missing,
	 * or come from before. */
	grown = after.value[TM_METRIC_rss_bytes] -
		before.value[TM_METRIC_rss_bytes];
	cr_assert(grown > 15 * MIB && grown < most, "rss grew by %lu",
		  (unsigned long)grown);
	grown = after.value[TM_METRIC_uss_bytes] -
		before.value[TM_METRIC_uss_bytes];
	cr_assert(grown > 15 * MIB && grown < most, "uss grew by %lu",
		  (unsigned long)grown);
	cr_assert_geq(tm_probe_rss(&probe), 16 * MIB);
	munmap(pages, 16 * MIB);
}

/* The size classes are jemalloc's: 48 bytes have one of their own, 100,000 are
 * rounded up to 112 KiB.  Small blocks come out of a thread cache. */
static void grows_exactly(size_t requested, size_t size_class)
{
	enum { COUNT = 1000 };
	static void *blocks[COUNT];
	struct tm_sample before, after;
	int i;

	if (tm_probe_absent(&probe, TM_METRIC_allocated_bytes))
		cr_skip_test("no jemalloc in this build");
	before = take(TM_PROBE_MARK);
	for (i = 0; i < COUNT; i++) {
		blocks[i] = malloc(requested);
		cr_assert_not_null(blocks[i]);
	}
	after = take(TM_PROBE_MARK);
	cr_assert_eq(after.value[TM_METRIC_allocated_bytes] -
			     before.value[TM_METRIC_allocated_bytes],
		     COUNT * size_class);
	for (i = 0; i < COUNT; i++)
		free(blocks[i]);
	after = take(TM_PROBE_MARK);
	cr_assert_eq(after.value[TM_METRIC_allocated_bytes],
		     before.value[TM_METRIC_allocated_bytes]);
}

Test(probe, counts_small_blocks_by_their_size_class)
{
	grows_exactly(48, 48);
}

Test(probe, rounds_small_blocks_up_to_their_size_class)
{
	grows_exactly(49, 64);
}

Test(probe, counts_large_blocks_by_their_size_class)
{
	grows_exactly(100000, 112 * 1024);
}

Test(probe, allocates_nothing_for_a_sample)
{
	struct tm_sample before, after;
	int i;

	if (tm_probe_absent(&probe, TM_METRIC_allocated_bytes))
		cr_skip_test("no jemalloc in this build");
	before = take(TM_PROBE_CHECKPOINT);
	for (i = 0; i < 1000; i++)
		after = take(TM_PROBE_MARK);
	after = take(TM_PROBE_CHECKPOINT);
	cr_assert_eq(after.value[TM_METRIC_allocated_bytes],
		     before.value[TM_METRIC_allocated_bytes]);
}

Test(probe, gives_the_same_reason_for_all_of_an_absent_allocator)
{
#if TM_ADDRESS_SANITIZER
	const char *reason = tm_probe_absent(&probe, TM_METRIC_allocated_bytes);

	cr_assert_not_null(reason);
	cr_assert_not_null(strstr(reason, "AddressSanitizer"));
	cr_assert_str_eq(reason,
			 tm_probe_absent(&probe, TM_METRIC_retained_bytes));
#else
	cr_assert_null(tm_probe_absent(&probe, TM_METRIC_allocated_bytes));
#endif
}

/* --- another process ------------------------------------------------------ */

static pid_t start_sleeper(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	cr_assert_gt(pid, 0);
	return pid;
}

static void stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

Test(outside_probe, reads_another_process)
{
	pid_t pid = start_sleeper();
	struct tm_sample sample;

	cr_assert_eq(tm_probe_open(&probe, pid, NULL), TM_OK);
	sample = take(TM_PROBE_CHECKPOINT);
	cr_assert(tm_sample_has(&sample, TM_METRIC_rss_bytes));
	cr_assert(tm_sample_has(&sample, TM_METRIC_pss_bytes));
	cr_assert_gt(tm_probe_rss(&probe), 0);
	tm_probe_close(&probe);
	stop(pid);
}

Test(outside_probe, says_why_it_cannot_see_inside)
{
	pid_t pid = start_sleeper();
	struct tm_sample sample;
	unsigned int i;

	cr_assert_eq(tm_probe_open(&probe, pid, NULL), TM_OK);
	sample = take(TM_PROBE_CHECKPOINT);
	for (i = 0; i < TM_METRIC_COUNT; i++)
		cr_assert(tm_sample_has(&sample, i) ==
				  !tm_probe_absent(&probe, i),
			  "%s", tm_metric_name(i));
	cr_assert_not_null(tm_probe_absent(&probe, TM_METRIC_maxrss_bytes));
	cr_assert_not_null(tm_probe_absent(&probe, TM_METRIC_live_objects));
	cr_assert_not_null(tm_probe_absent(&probe, TM_METRIC_allocated_bytes));
	tm_probe_close(&probe);
	stop(pid);
}

Test(outside_probe, measures_nothing_after_the_process_has_ended)
{
	pid_t pid = start_sleeper();
	struct tm_sample sample;

	cr_assert_eq(tm_probe_open(&probe, pid, NULL), TM_OK);
	stop(pid);
	sample = take(TM_PROBE_CHECKPOINT);
	cr_assert_eq(sample.present, 0);
	cr_assert_eq(tm_probe_rss(&probe), 0);
	tm_probe_close(&probe);
}

Test(outside_probe, refuses_a_process_that_is_not_there)
{
	struct tm_err err = {0};
	pid_t pid = start_sleeper();
	char number[32];

	stop(pid);
	cr_assert_eq(tm_probe_open(&probe, pid, &err), TM_EUSAGE);
	snprintf(number, sizeof(number), "process %ld", (long)pid);
	cr_assert_not_null(strstr(err.text, number), "%s", err.text);
}

/* --- inherited peaks ------------------------------------------------------ */

Test(inherited_peak, is_seen_when_it_stands_above_the_high_water_mark)
{
	struct tm_sample first;

	memset(&first, 0, sizeof(first));
	tm_sample_set(&first, TM_METRIC_maxrss_bytes, 400 * MIB);
	cr_assert_not(tm_probe_peak_inherited(&first));
	tm_sample_set(&first, TM_METRIC_hwm_bytes, 2 * MIB);
	cr_assert(tm_probe_peak_inherited(&first));
	tm_sample_set(&first, TM_METRIC_hwm_bytes, 400 * MIB - 4096);
	cr_assert_not(tm_probe_peak_inherited(&first));
}
