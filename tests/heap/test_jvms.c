#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "heap/jvms.h"

static struct tm_jvms jvms;

static void stop(void)
{
	tm_jvms_close(&jvms);
	cr_assert_eq(jvms.count, 0);
}

TestSuite(jvms, .fini = stop);

static void visit(pid_t pid)
{
	tm_jvms_begin(&jvms);
	tm_jvms_visit(&jvms, pid);
	tm_jvms_end(&jvms);
}

Test(jvms, do_not_try_another_program_for_ever)
{
	int i;

	for (i = 0; i < 2 * TM_JVM_TRIES; i++)
		visit(getpid());
	cr_assert_eq(jvms.count, 1);
	cr_assert_eq(jvms.member[0].tries, TM_JVM_TRIES);
	cr_assert_eq(jvms.opened, 0);
	cr_assert_eq(tm_jvms_open_count(&jvms), 0);
}

Test(jvms, forget_a_process_that_is_not_visited)
{
	visit(getpid());
	visit(getppid());
	cr_assert_eq(jvms.count, 1);
	cr_assert_eq(jvms.member[0].pid, getppid());
}

Test(jvms, have_room_for_so_many_only)
{
	int i;

	tm_jvms_begin(&jvms);
	for (i = 0; i < TM_JVMS_MAX + 3; i++)
		tm_jvms_visit(&jvms, getpid() + i);
	tm_jvms_end(&jvms);
	cr_assert_eq(jvms.count, TM_JVMS_MAX);
}

Test(jvms, without_a_jvm_report_nothing)
{
	struct tm_heap_figures figures;
	struct tm_heap_census census = {0};

	tm_jvms_read(&jvms, &figures);
	cr_assert_eq(figures.known, 0);
	cr_assert_eq(tm_jvms_collect(&jvms, 1000, &figures), 0);
	cr_assert_eq(figures.known, 0);
	cr_assert_eq(tm_jvms_census(&jvms, 1000, &census, NULL), TM_OK);
	cr_assert_eq(census.count, 0);
}
