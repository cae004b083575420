#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/runs.h"
#include "run/measure.h"

#define MIB 1048576u

static struct tm_run *run;
static struct tm_err err;
static struct tm_measure_opts opts;

static char sh[] = "sh", c[] = "-c", text[2048];
static char *shell_argv[] = {sh, c, text, NULL};

/* What the program prints. */
static int printed[2];

static void make_run(void)
{
	cr_assert_eq(tm_run_new(&run, "fake", NULL), TM_OK);
	cr_assert_eq(pipe2(printed, O_CLOEXEC), 0);
	memset(&opts, 0, sizeof(opts));
	opts.grace_ms = 2000;
	opts.marks.acknowledge = 1;
	opts.child.program = "/bin/sh";
	opts.child.argv = shell_argv;
	opts.child.stdout_fd = printed[1];
}

static void free_run(void)
{
	close(printed[0]);
	close(printed[1]);
	tm_run_free(run);
}

TestSuite(ending, .init = make_run, .fini = free_run);

static void measure(const char *script)
{
	snprintf(text, sizeof(text), "%s", script);
	cr_assert_eq(tm_measure(run, &opts, &err), TM_OK, "%s", err.text);
}

static const char *notes(void)
{
	static char all[4096];
	size_t i;

	all[0] = '\0';
	for (i = 0; i < run->notes.count; i++)
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s\n",
			 run->notes.text[i]);
	return all;
}

/* The number that the program printed. */
static pid_t printed_pid(void)
{
	char number[32] = "";

	cr_assert_gt(read(printed[0], number, sizeof(number) - 1), 0);
	return (pid_t)strtol(number, NULL, 10);
}

#define MARK "echo mark 1 >&$TIDEMARK_FD; read x <&$TIDEMARK_ACK_FD;"

/* --- Ctrl-C --------------------------------------------------------------- */

static struct tm_interrupt interrupt;

static void press_ctrl_c(void *context, const struct tm_sample *sample,
			 uint64_t rss_bytes)
{
	int *left = context;
	sigset_t waiting;

	(void)rss_bytes;
	/* Two that wait to be taken are one. */
	sigpending(&waiting);
	if (sample && sample->iteration == 1 && *left > 0 &&
	    !sigismember(&waiting, SIGINT)) {
		(*left)--;
		raise(SIGINT);
	}
}

static void measure_interrupted(const char *script, int times)
{
	opts.marks.source = TM_MARKS_FD;
	opts.interrupt = &interrupt;
	opts.on_progress = press_ctrl_c;
	opts.context = &times;
	cr_assert_eq(tm_interrupt_open(&interrupt, NULL), TM_OK);
	measure(script);
	tm_interrupt_close(&interrupt);
	cr_assert_eq(run->outcome, TM_OUTCOME_INTERRUPTED);
	cr_assert_eq(run->sample_count, 1);
}

Test(ending, hands_ctrl_c_on_as_ctrl_c)
{
	measure_interrupted("trap 'exit 5' INT; " MARK "sleep 60 & wait", 1);
	cr_assert_eq(run->exit_code, 5);
}

Test(ending, asks_more_firmly_who_does_not_heed_ctrl_c)
{
	opts.grace_ms = 100;
	measure_interrupted(
		"trap '' INT; trap 'exit 6' TERM; " MARK "sleep 60 & wait", 1);
	cr_assert_eq(run->exit_code, 6);
}

Test(ending, kills_at_the_second_ctrl_c)
{
	opts.grace_ms = 3600 * 1000;
	measure_interrupted("trap '' INT TERM; " MARK "while :; do sleep 60; "
			    "done",
			    2);
	cr_assert_eq(run->signal, SIGKILL);
}

/* --- SIGKILL -------------------------------------------------------------- */

Test(ending, says_who_did_not_send_a_sigkill)
{
	measure("kill -KILL $$");
	cr_assert_eq(run->outcome, TM_OUTCOME_CRASHED);
	cr_assert_eq(run->signal, SIGKILL);
	cr_assert_eq(run->ending.cause, TM_ENDING_KILLED);
	cr_assert_not_null(
		strstr(run_why(run), "SIGKILL, not sent by tidemark"), "%s",
		run_why(run));
}

/* --- what is left behind -------------------------------------------------- */

static const char daemon_script[] = "setsid sleep 60 >/dev/null & echo $!; ";

Test(ending, notes_what_a_program_leaves_running)
{
	char script[256], said[64];
	pid_t pid;

	/* Without its own group it would be gone with the program's. */
	snprintf(script, sizeof(script), "%s" MARK "exit 0", daemon_script);
	measure(script);
	pid = printed_pid();
	cr_assert_eq(run->outcome, TM_OUTCOME_COMPLETE);
	snprintf(said, sizeof(said), ", pid %ld), no longer measured",
		 (long)pid);
	cr_assert_not_null(strstr(notes(), said), "%s", notes());
	cr_assert_eq(kill(pid, SIGKILL), 0);
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
}

Test(ending, ends_all_of_what_it_stops)
{
	char script[256];
	pid_t pid;

	snprintf(script, sizeof(script), "%s" MARK "sleep 60", daemon_script);
	measure_interrupted(script, 1);
	pid = printed_pid();
	cr_assert_eq(kill(pid, 0), -1);
	cr_assert_eq(errno, ESRCH);
	cr_assert_null(strstr(notes(), "running"), "%s", notes());
}

/* Whoever measures may have children of its own. */
Test(ending, leaves_other_children_alone)
{
	pid_t other = fork();

	if (other == 0) {
		pause();
		_exit(0);
	}
	measure_interrupted(MARK "sleep 60", 1);
	cr_assert_eq(waitpid(other, NULL, WNOHANG), 0);
	kill(other, SIGKILL);
	cr_assert_eq(waitpid(other, NULL, 0), other);
}

/* --- what it used --------------------------------------------------------- */

Test(ending, tells_what_the_program_used)
{
	measure("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done");
	cr_assert_gt(run->usage.user_seconds.value +
			     run->usage.system_seconds.value,
		     0);
	cr_assert(run->usage.major_faults.is_known);
	cr_assert(run->usage.tidemark_cpu_seconds.is_known);
}

/* tail holds all of it until the end. */
Test(ending, knows_of_a_child_that_no_sample_saw)
{
	opts.marks.source = TM_MARKS_FD;
	measure("head -c 60000000 /dev/zero | tail -c 60000000 >/dev/null");
	cr_assert_gt(run->usage.largest_process_bytes.value, 50 * MIB);
}

/* A child starts with the peak of the process that forked it, which says nothing
 * about the child. */
Test(ending, takes_no_inherited_peak_for_the_programs)
{
	char *large = malloc(64 * MIB);

	cr_assert_not_null(large);
	memset(large, 1, 64 * MIB);
	measure("exit 0");
	cr_assert_eq(large[MIB], 1);
	free(large);
	cr_assert_not(run->usage.largest_process_bytes.is_known);
	cr_assert_null(strstr(notes(), "came and went"), "%s", notes());
}
