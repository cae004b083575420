#include <criterion/criterion.h>

#include "util/proc_stat.h"

#define FIELDS                                                                 \
	" S 1 7 7 0 -1 2097216 100 3 0 4 50 60 0 0 20 0 1 0 987654 10000 200"

Test(proc_stat, has_the_fields_behind_the_name)
{
	struct tm_proc_stat stat;

	cr_assert(tm_proc_stat_read(&stat, "7 (python3)" FIELDS));
	cr_expect_eq(stat.state, 'S');
	cr_expect_eq(stat.flags, TM_PROC_STAT_COPIED | TM_PROC_STAT_KERNEL);
	cr_expect_eq(stat.children_faults, 7);
	cr_expect_eq(stat.used_ticks, 110);
	cr_expect_eq(stat.started_ticks, 987654);
}

Test(proc_stat, allows_any_name)
{
	struct tm_proc_stat stat;

	cr_assert(tm_proc_stat_read(&stat, "7 (a) R 1\n(b)" FIELDS));
	cr_expect_eq(stat.state, 'S');
	cr_expect_eq(stat.started_ticks, 987654);
}

Test(proc_stat, refuses_what_is_cut_off)
{
	struct tm_proc_stat stat;

	cr_expect_not(tm_proc_stat_read(&stat, ""));
	cr_expect_not(tm_proc_stat_read(&stat, "7 (python3"));
	cr_expect_not(tm_proc_stat_read(&stat, "7 (python3) "));
	cr_expect_not(tm_proc_stat_read(&stat, "7 (python3) S 1 7"));
	cr_expect_eq(stat.started_ticks, 0);
}
