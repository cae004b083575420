#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/runs.h"
#include "run/measure.h"

static struct tm_run *run;
static struct tm_err err;
static struct tm_measure_opts opts;
static pid_t other;
static void (*act)(void); /* once there are three samples */

/* A process that tidemark did not start: it waits to be killed. */
static void start_other(void)
{
	cr_assert_eq(tm_run_new(&run, "other", NULL), TM_OK);
	memset(&opts, 0, sizeof(opts));
	other = fork();
	if (other == 0) {
		signal(SIGTERM, SIG_DFL);
		for (;;)
			pause();
	}
	opts.attach = other;
	opts.marks.every_ms = 5;
}

static void stop_other(void)
{
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	tm_run_free(run);
}

TestSuite(attach, .init = start_other, .fini = stop_other);

static void measure(void)
{
	cr_assert_eq(tm_measure(run, &opts, &err), TM_OK, "%s", err.text);
}

static int has_note(const char *part)
{
	size_t i;

	for (i = 0; i < run->notes.count; i++) {
		if (strstr(run->notes.text[i], part))
			return 1;
	}
	return 0;
}

static void act_at_three(void *context, const struct tm_sample *sample,
			 uint64_t rss_bytes)
{
	static uint64_t last_ns;
	static int seen;

	(void)context;
	(void)rss_bytes;
	if (!sample || sample->elapsed_ns == last_ns)
		return;
	last_ns = sample->elapsed_ns;
	if (++seen == 3)
		act();
}

static void kill_other(void)
{
	kill(other, SIGKILL);
}

static void press_ctrl_c(void)
{
	raise(SIGINT);
}

static int is_alive(void)
{
	return waitpid(other, NULL, WNOHANG) == 0;
}

Test(attach, measures_until_the_process_ends)
{
	opts.on_progress = act_at_three;
	act = kill_other;
	measure();
	cr_assert_eq(run->outcome, TM_OUTCOME_COMPLETE);
	cr_assert_geq(run->sample_count, 3);
	cr_assert(tm_sample_has(&run->samples[0], TM_METRIC_rss_bytes));
	cr_assert_eq(run->unit, TM_UNIT_SECOND);
	cr_assert(has_note("the program ended"));
	cr_assert(tm_run_is_measured(run));
}

Test(attach, lets_go_at_ctrl_c)
{
	struct tm_interrupt interrupt;

	opts.on_progress = act_at_three;
	act = press_ctrl_c;
	opts.interrupt = &interrupt;
	cr_assert_eq(tm_interrupt_open(&interrupt, NULL), TM_OK);
	measure();
	tm_interrupt_close(&interrupt);
	cr_assert(is_alive());
	cr_assert_eq(run->outcome, TM_OUTCOME_COMPLETE);
	cr_assert(has_note("detached after"));
	cr_assert(has_note("Ctrl-C"));
}

Test(attach, lets_go_at_the_time_limit)
{
	opts.timeout_ms = 50;
	measure();
	cr_assert(is_alive());
	cr_assert_eq(run->outcome, TM_OUTCOME_COMPLETE);
	cr_assert(has_note("its time limit"));
}

Test(attach, kills_nothing_at_the_memory_limit)
{
	opts.memory_limit_bytes = 1;
	measure();
	cr_assert(is_alive());
	cr_assert_eq(run->outcome, TM_OUTCOME_LIMIT);
	cr_assert_not_null(strstr(run_why(run), "detached"));
}

/* --- what cannot be measured ---------------------------------------------- */

static void refuses(pid_t pid, const char *says)
{
	opts.attach = pid;
	cr_assert_eq(tm_measure(run, &opts, &err), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, says), "%s", err.text);
}

Test(attach, refuses_a_process_that_is_not_there)
{
	pid_t gone = fork();

	if (gone == 0)
		_exit(0);
	cr_assert_eq(waitpid(gone, NULL, 0), gone);
	refuses(gone, "there is no process");
}

Test(attach, refuses_one_that_has_ended)
{
	pid_t ended = fork();
	siginfo_t info;

	if (ended == 0)
		_exit(0);
	cr_assert_eq(waitid(P_PID, (id_t)ended, &info, WEXITED | WNOWAIT), 0);
	refuses(ended, "has ended");
	cr_assert_eq(waitpid(ended, NULL, 0), ended);
}

Test(attach, refuses_itself)
{
	refuses(getpid(), "tidemark itself");
}

Test(attach, refuses_marks_that_it_cannot_have)
{
	opts.marks.source = TM_MARKS_FD;
	refuses(other, "--every or --mark-signal");
	opts.marks.source = TM_MARKS_REGEX;
	refuses(other, "--every or --mark-signal");
}
