#include <criterion/criterion.h>
#include <string.h>

#include "run/filing.h"

static struct tm_run *run;
static struct tm_filing filing;

static void start(void)
{
	cr_assert_eq(tm_run_new(&run, "fake", NULL), TM_OK);
	tm_filing_init(&filing, run, 8);
}

static void end(void)
{
	tm_run_free(run);
}

TestSuite(filing, .init = start, .fini = end);

static struct tm_sample measured(uint64_t iteration)
{
	struct tm_sample sample = {.iteration = iteration};

	tm_sample_set(&sample, TM_METRIC_rss_bytes, 4096);
	return sample;
}

static void open_one(uint64_t iteration)
{
	struct tm_sample sample = measured(iteration);

	cr_assert_eq(tm_filing_open(&filing, &sample, NULL), TM_OK);
}

/* A mark that was not sampled. */
static void skip_one(uint64_t iteration)
{
	struct tm_sample sample = {.iteration = iteration};

	cr_assert_eq(tm_filing_add(&filing, &sample, NULL), TM_OK);
}

static void complete(uint64_t bytes)
{
	struct tm_sample late;

	memset(&late, 0, sizeof(late));
	tm_sample_set(&late, TM_METRIC_allocated_bytes, bytes);
	tm_filing_complete(&filing, &late);
}

static void finish(void)
{
	cr_assert_eq(tm_filing_finish(&filing, NULL), TM_OK);
}

/* The allocated bytes of the sample of `iteration`; 0: it has none. */
static uint64_t allocated_at(uint64_t iteration)
{
	size_t i;

	for (i = 0; i < run->sample_count; i++) {
		if (run->samples[i].iteration == iteration)
			return run->samples[i].value[TM_METRIC_allocated_bytes];
	}
	cr_assert_fail("no sample of iteration %d", (int)iteration);
	return 0;
}

static size_t count_completed(void)
{
	size_t count = 0, i;

	for (i = 0; i < run->sample_count; i++)
		count += (size_t)tm_sample_has(&run->samples[i],
					       TM_METRIC_allocated_bytes);
	return count;
}

Test(filing, completes_the_newest_sample)
{
	open_one(1);
	complete(7);
	open_one(2);
	complete(8);
	finish();
	cr_assert_eq(run->sample_count, 2);
	cr_assert_eq(allocated_at(1), 7);
	cr_assert_eq(allocated_at(2), 8);
}

Test(filing, completes_the_open_sample_behind_skipped_marks)
{
	open_one(1);
	skip_one(2);
	skip_one(3);
	complete(7);
	finish();
	cr_assert_eq(run->sample_count, 3);
	cr_assert_eq(allocated_at(1), 7);
	cr_assert_eq(count_completed(), 1);
}

Test(filing, completes_nothing_when_no_sample_is_open)
{
	skip_one(1);
	complete(7);
	finish();
	cr_assert_eq(count_completed(), 0);
}

/* Thinning moves the samples of a run. */
Test(filing, completes_the_open_sample_after_thinning)
{
	uint64_t i;

	for (i = 1; i <= 3; i++)
		open_one(i);
	for (i = 4; i <= 12; i++)
		skip_one(i);
	complete(7);
	cr_assert_leq(run->sample_count, 8);
	cr_assert_eq(filing.stride, 1, "skipped marks are dropped first");
	finish();
	cr_assert_eq(allocated_at(3), 7);
	cr_assert_eq(count_completed(), 1);
}

Test(filing, completes_no_other_sample_when_the_open_one_is_thinned_out)
{
	uint64_t i;

	for (i = 1; i <= 7; i++) {
		struct tm_sample sample = measured(i);

		cr_assert_eq(tm_filing_add(&filing, &sample, NULL), TM_OK);
	}
	open_one(8);
	skip_one(9);
	skip_one(10); /* thins: 1, 3, 5, 7 are kept */
	cr_assert_eq(filing.stride, 2);
	complete(7);
	finish();
	cr_assert_eq(count_completed(), 0);
}

Test(filing, keeps_the_last_sample)
{
	uint64_t i;

	for (i = 1; i <= 100; i++)
		open_one(i);
	finish();
	cr_assert_leq(run->sample_count, 9);
	cr_assert_eq(run->samples[0].iteration, 1);
	cr_assert_eq(run->samples[run->sample_count - 1].iteration, 100);
}

Test(filing, restarts_from_nothing)
{
	open_one(1);
	open_one(2);
	cr_assert_eq(tm_filing_restart(&filing), 2);
	complete(7);
	cr_assert_null(tm_filing_newest(&filing));
	finish();
	cr_assert_eq(run->sample_count, 0);
}

Test(filing, clears_values_and_keeps_iterations)
{
	open_one(1);
	open_one(2);
	finish();
	tm_filing_clear_from(&filing, 1);
	cr_assert_neq(run->samples[0].present, 0);
	cr_assert_eq(run->samples[1].present, 0);
	cr_assert_eq(run->samples[1].iteration, 2);
}
