#include <criterion/criterion.h>
#include <math.h>

#include "marks/schedule.h"

#define INTERVAL 1000000u

static struct tm_schedule schedule;

Test(schedule, begins_at_once)
{
	tm_schedule_init(&schedule, INTERVAL, 1);
	cr_assert(tm_schedule_take(&schedule, 0));
	cr_assert_not(tm_schedule_take(&schedule, 0));
}

/* Each sample stays near its own place, so errors cannot add up. */
Test(schedule, does_not_drift)
{
	uint64_t n;

	tm_schedule_init(&schedule, INTERVAL, 1);
	for (n = 1; n <= 1000000; n++) {
		double place = (double)n * INTERVAL;

		cr_assert(tm_schedule_take(&schedule, schedule.due_ns));
		cr_assert_leq(fabs((double)schedule.due_ns - place),
			      TM_SCHEDULE_JITTER * INTERVAL + 1);
	}
	cr_assert_eq(schedule.late, 0);
}

/* The phase of a program of exactly the same period must come out even: an
 * exact schedule sees one phase only, and its mean vector has length 1. */
Test(schedule, does_not_keep_step_with_the_program)
{
	double x = 0, y = 0, steps = 0;
	uint64_t n;

	tm_schedule_init(&schedule, INTERVAL, 7);
	for (n = 1; n <= 100000; n++) {
		double phase = 6.283185307179586 *
			       (double)(schedule.due_ns % (INTERVAL / 2)) /
			       (INTERVAL / 2);

		cr_assert(tm_schedule_take(&schedule, schedule.due_ns));
		x += cos(phase);
		y += sin(phase);
		steps++;
	}
	cr_assert_lt(hypot(x, y) / steps, .5);
}

Test(schedule, is_the_same_for_the_same_seed)
{
	struct tm_schedule other, again;
	int i, differ = 0;

	tm_schedule_init(&schedule, INTERVAL, 3);
	tm_schedule_init(&again, INTERVAL, 3);
	tm_schedule_init(&other, INTERVAL, 4);
	for (i = 0; i < 100; i++) {
		cr_assert_eq(schedule.due_ns, again.due_ns);
		differ |= schedule.due_ns != other.due_ns;
		cr_assert(tm_schedule_take(&schedule, schedule.due_ns));
		cr_assert(tm_schedule_take(&again, again.due_ns));
		cr_assert(tm_schedule_take(&other, other.due_ns));
	}
	cr_assert(differ);
}

/* A machine that slept for a day must not be given a day of samples. */
Test(schedule, leaves_out_what_is_over)
{
	uint64_t day_ns = 86400ull * 1000000000;
	uint64_t taken = 0;

	tm_schedule_init(&schedule, INTERVAL, 1);
	cr_assert(tm_schedule_take(&schedule, 0));
	while (tm_schedule_take(&schedule, day_ns))
		taken++;
	cr_assert_leq(taken, 2);
	cr_assert_gt(schedule.due_ns, day_ns);
	cr_assert_leq(schedule.due_ns, day_ns + 2 * INTERVAL);
	cr_assert_leq(schedule.late + taken, day_ns / INTERVAL + 1);
	cr_assert_geq(schedule.late + taken, day_ns / INTERVAL - 1);
}
