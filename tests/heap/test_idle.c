#include <criterion/criterion.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "heap/idle.h"

static struct tm_idle then, now;

/* Start a child that sleeps or works, and read it until it does so. */
static pid_t start(int works)
{
	pid_t child = fork();
	int i;

	if (child == 0) {
		for (;;)
			if (!works)
				pause();
	}
	for (i = 0; i < 1000 && then.is_asleep == works; i++) {
		usleep(1000);
		tm_idle_read(&then, child);
	}
	return child;
}

static void stop(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

Test(idle, is_a_process_that_sleeps)
{
	pid_t child;

	then.is_asleep = 0;
	child = start(0);
	tm_idle_read(&now, child);
	cr_assert(now.is_asleep);
	cr_assert(tm_idle_is_since(&now, &then));
	stop(child);
}

Test(idle, is_no_process_that_works)
{
	pid_t child;

	then.is_asleep = 1;
	child = start(1);
	tm_idle_read(&now, child);
	cr_assert_not(tm_idle_is_since(&now, &then));
	stop(child);
}

Test(idle, is_not_what_has_worked_between)
{
	then = (struct tm_idle){.ticks = 3, .is_asleep = 1};
	now = (struct tm_idle){.ticks = 4, .is_asleep = 1};
	cr_assert_not(tm_idle_is_since(&now, &then));
	now.ticks = 3;
	cr_assert(tm_idle_is_since(&now, &then));
	now.is_asleep = 0;
	cr_assert_not(tm_idle_is_since(&now, &then));
}

Test(idle, is_not_what_cannot_be_read)
{
	tm_idle_read(&now, 999999999);
	cr_assert_not(tm_idle_is_since(&now, &now));
}
