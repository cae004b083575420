#include <criterion/criterion.h>

#include "heap/censuses.h"

#define SECOND 1000000000ull

static struct tm_censuses censuses;

static void stop(void)
{
	tm_censuses_release(&censuses);
}

TestSuite(censuses, .fini = stop);

static void add(uint64_t position)
{
	const struct tm_heap_type type = {.objects = position};
	struct tm_heap_census census = {0};

	cr_assert_eq(tm_heap_census_add(&census, "Node", &type, NULL), TM_OK);
	tm_censuses_add(&censuses, position, &census);
	cr_assert_eq(census.count, 0);
}

/* As the time is not known beforehand, so many fall into any last half. */
Test(censuses, are_due_eleven_times_in_the_last_half_of_any_run)
{
	uint64_t length_ns = 0, now_ns, late;

	for (length_ns = 4 * SECOND; length_ns < 4000 * SECOND;
	     length_ns *= 3) {
		late = 0;
		censuses.due_ns = 0;
		for (now_ns = 0; now_ns < length_ns; now_ns += SECOND / 100) {
			if (!tm_censuses_is_due(&censuses, now_ns))
				continue;
			tm_censuses_set_due(&censuses, now_ns);
			late += now_ns > length_ns / 2;
		}
		cr_assert_geq(late, 10);
		cr_assert_leq(late, 13);
	}
}

Test(censuses, keep_every_second_when_there_is_no_more_room)
{
	uint64_t i;

	for (i = 0; i <= TM_CENSUSES_MAX; i++)
		add(i);
	cr_assert_eq(censuses.count, TM_CENSUSES_MAX / 2 + 1);
	cr_assert_eq(censuses.moment[1].position, 2);
	cr_assert_eq(censuses.moment[1].census.types[0].objects, 2);
	cr_assert_eq(censuses.moment[censuses.count - 1].position,
		     TM_CENSUSES_MAX);
}

/* A program that does not wait goes on while it is counted. */
Test(censuses, belong_where_the_program_was_by_then)
{
	add(100);
	add(200);
	tm_censuses_move_last(&censuses, 250);
	cr_assert_eq(censuses.moment[1].position, 250);
	tm_censuses_move_last(&censuses, 240);
	cr_assert_eq(censuses.moment[1].position, 250);
	cr_assert_eq(censuses.moment[0].position, 100);
}

Test(censuses, are_each_of_a_later_position)
{
	add(100);
	add(100);
	add(90);
	cr_assert_eq(censuses.count, 1);
}

Test(censuses, without_a_census_do_not_move)
{
	tm_censuses_move_last(&censuses, 5);
	cr_assert_eq(censuses.count, 0);
}
