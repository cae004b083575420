/*
 * Which runs may stand in one comparison.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "../support/runs.h"
#include "gate/comparable.h"

static struct tm_run *runs[3];
static struct tm_err err;

static void start(void)
{
	size_t i;

	for (i = 0; i < 3; i++)
		runs[i] = run_new(i == 0 ? "first" : "other");
}

static void stop(void)
{
	size_t i;

	for (i = 0; i < 3; i++)
		run_free(runs[i]);
}

TestSuite(comparable, .init = start, .fini = stop);

static enum tm_rc compare(size_t count)
{
	return tm_comparable_runs((const struct tm_run *const *)runs, count,
				  &err);
}

Test(comparable, are_runs_of_one_unit)
{
	cr_assert_eq(compare(3), TM_OK);
	run_by_time(runs[0]);
	run_by_time(runs[1]);
	run_by_time(runs[2]);
	cr_assert_eq(compare(3), TM_OK);
	cr_assert_eq(compare(1), TM_OK);
	cr_assert_eq(compare(0), TM_OK);
}

/* The second, or only the last of them. */
Test(comparable, are_no_runs_of_two_units)
{
	run_by_time(runs[1]);
	cr_assert_eq(compare(3), TM_EUSAGE);
	cr_assert_eq(compare(2), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "'first' cannot be compared with "
					    "'other'"),
			   "%s", err.text);
	run_by_time(runs[0]);
	cr_assert_eq(compare(2), TM_OK);
	cr_assert_eq(compare(3), TM_EUSAGE);
}
