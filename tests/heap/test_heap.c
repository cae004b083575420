/*
 * test_heap.c - what a sample holds of the program's heap.
 */
#include <criterion/criterion.h>

#include "heap/heap.h"
#include "metric/metric.h"

static struct tm_heap heap;

static void count_at(uint64_t position)
{
	struct tm_heap_census census = {0};

	tm_censuses_add(&heap.types.taken, position, &census);
	heap.is_loose = heap.types.is_loose = 1;
}

TestSuite(heap, .timeout = 20);

Test(heap, drops_a_census_after_which_the_program_only_ended)
{
	count_at(100);
	heap.types.is_loose = heap.is_loose = 0;
	count_at(200);
	cr_assert(tm_heap_ends_loose(&heap));
	cr_assert_eq(heap.types.taken.count, 1);
	cr_assert_eq(heap.types.taken.moment[0].position, 100);
	tm_heap_ends_loose(&heap);
	cr_assert_eq(heap.types.taken.count, 1, "dropped once");
	tm_censuses_release(&heap.types.taken);
}

Test(heap, keeps_a_census_that_was_taken_while_the_program_waited)
{
	count_at(100);
	tm_heap_hold(&heap);
	cr_assert_not(tm_heap_ends_loose(&heap));
	cr_assert_eq(heap.types.taken.count, 1);
	tm_censuses_release(&heap.types.taken);
}

Test(heap, keeps_a_census_after_which_the_program_went_on)
{
	count_at(100);
	heap.answered_ns = 1; /* long ago */
	tm_heap_locate(&heap, 200);
	cr_assert_not(tm_heap_ends_loose(&heap));
	cr_assert_eq(heap.types.taken.moment[0].position, 100);
	tm_censuses_release(&heap.types.taken);
}

Test(heap, is_cleared_from_a_sample_that_keeps_the_rest)
{
	struct tm_sample sample = {0};

	tm_sample_set(&sample, TM_METRIC_rss_bytes, 5);
	tm_sample_set(&sample, TM_METRIC_live_bytes, 6);
	tm_sample_set(&sample, TM_METRIC_native_bytes, 7);
	cr_assert(tm_heap_clear(&sample));
	cr_assert(tm_sample_has(&sample, TM_METRIC_rss_bytes));
	cr_assert_not(tm_sample_has(&sample, TM_METRIC_live_bytes));
	cr_assert_not(tm_sample_has(&sample, TM_METRIC_native_bytes));
	cr_assert_not(tm_heap_clear(&sample));
}
