#include <criterion/criterion.h>

#include "run/pacing.h"

#define MS 1000000u

static struct tm_pacing pacing;

Test(pacing, allows_the_first_sample_as_a_checkpoint)
{
	cr_assert(tm_pacing_allows(&pacing, 0));
	cr_assert_eq(tm_pacing_depth(&pacing, 0), TM_PROBE_CHECKPOINT);
}

Test(pacing, spends_a_twentieth_on_samples)
{
	tm_pacing_add_cost(&pacing, TM_PROBE_MARK, 5 * MS, 1 * MS);
	cr_assert_not(tm_pacing_allows(&pacing, 25 * MS - 1));
	cr_assert(tm_pacing_allows(&pacing, 25 * MS));
}

/* A full pipe would block the program. */
Test(pacing, never_delays_a_sample_longer_than_a_tenth_of_a_second)
{
	tm_pacing_add_cost(&pacing, TM_PROBE_MARK, 0, 50 * MS);
	cr_assert_not(tm_pacing_allows(&pacing, 100 * MS - 1));
	cr_assert(tm_pacing_allows(&pacing, 100 * MS));
}

Test(pacing, takes_a_checkpoint_a_second_at_most)
{
	tm_pacing_add_cost(&pacing, TM_PROBE_CHECKPOINT, 3 * MS, 1 * MS);
	cr_assert_eq(tm_pacing_depth(&pacing, 1003 * MS - 1), TM_PROBE_MARK);
	cr_assert_eq(tm_pacing_depth(&pacing, 1003 * MS), TM_PROBE_CHECKPOINT);
}

Test(pacing, takes_costly_checkpoints_less_often)
{
	tm_pacing_add_cost(&pacing, TM_PROBE_CHECKPOINT, 0, 10 * MS);
	cr_assert_eq(tm_pacing_depth(&pacing, 2000 * MS - 1), TM_PROBE_MARK);
	cr_assert_eq(tm_pacing_depth(&pacing, 2000 * MS), TM_PROBE_CHECKPOINT);
}

Test(pacing, does_not_delay_samples_for_a_checkpoint)
{
	tm_pacing_add_cost(&pacing, TM_PROBE_CHECKPOINT, 0, 50 * MS);
	cr_assert(tm_pacing_allows(&pacing, 0));
}
