#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/process_tree.h"

/* Nothing is left behind when a test is killed before it ends. */
#define ALARM_S 60

static struct tm_run *run;
static struct tm_probe probe;
static pid_t pid;

/* A child that calls itself strange things, and says when it has. */
static void name_itself(int ready)
{
	alarm(ALARM_S);
	prctl(PR_SET_NAME, "\x1b[31m\xff");
	if (write(ready, "", 1) == 1)
		pause();
	_exit(0);
}

static void start(void)
{
	int ready[2];
	char byte;

	cr_assert_eq(tm_run_new(&run, "tree", NULL), TM_OK);
	cr_assert_eq(pipe(ready), 0);
	/* So that the grandchild can be waited for when its parent is gone. */
	cr_assert_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	pid = fork();
	if (pid == 0) {
		alarm(ALARM_S);
		if (fork() == 0)
			name_itself(ready[1]);
		pause();
		_exit(0);
	}
	cr_assert_gt(pid, 0);
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
}

static void stop(void)
{
	tm_probe_close(&probe);
	tm_run_free(run);
}

TestSuite(process_tree, .init = start, .fini = stop, .timeout = 60);

/* The child counts when it is more than a copy of its parent. */
static void score_both(void)
{
	struct tm_sample sample;

	cr_assert_eq(tm_probe_open(&probe, pid, NULL), TM_OK);
	do {
		memset(&sample, 0, sizeof(sample));
		tm_probe_sample(&probe, TM_PROBE_MARK, &sample);
	} while (sample.value[TM_METRIC_processes] != 2);
}

/* A sample at each of the positions 1 to 30. */
static void sample_on(void)
{
	struct tm_sample sample;
	uint64_t position;

	for (position = 1; position <= 30; position++) {
		memset(&sample, 0, sizeof(sample));
		sample.iteration = position;
		tm_probe_sample(&probe, TM_PROBE_MARK, &sample);
	}
}

static const struct tm_run_process *find_process(int is_root)
{
	size_t i;

	for (i = 0; i < run->tree.process_count; i++) {
		if (tm_is_true(run->tree.processes[i].root) == is_root)
			return &run->tree.processes[i];
	}
	cr_assert_fail("no such process");
	return NULL;
}

static void end_both(void)
{
	pid_t child = (pid_t)find_process(0)->pid.value;

	cr_assert_gt(child, 0);
	kill(child, SIGKILL);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	waitpid(child, NULL, 0);
}

Test(process_tree, holds_each_process)
{
	const struct tm_run_process *root, *child;

	score_both();
	tm_process_tree_set(run, &probe);
	root = find_process(1);
	child = find_process(0);
	cr_assert_eq(run->tree.processes_seen.value, 2);
	cr_assert_eq(run->tree.processes_max.value, 2);
	cr_assert_eq(root->pid.value, pid);
	cr_assert_gt(root->first_rss_bytes.value, 0);
	cr_assert_gt(root->hwm_bytes.value, 0);
	cr_assert_not(tm_is_true(root->ended));
	cr_assert_str_eq(child->name, "?[31m?");
	cr_assert_not(run->tree.largest_child.pid.is_known);
	end_both();
}

Test(process_tree, tells_how_each_process_grew)
{
	const struct tm_run_process *root;

	score_both();
	tm_probe_forget_samples(&probe);
	sample_on();
	tm_process_tree_set(run, &probe);
	root = find_process(1);
	cr_assert_lt(root->grew_bytes.value, 1 << 20);
	cr_assert_eq(root->grew_from.value, 12);
	cr_assert_eq(root->grew_to.value, 29);
	cr_assert_eq(find_process(0)->until.value, 30);
	end_both();
}

/* No number stands for what is not known. */
Test(process_tree, has_no_growth_of_what_was_sampled_too_seldom)
{
	score_both();
	tm_process_tree_set(run, &probe);
	cr_assert_not(find_process(1)->grew_bytes.is_known);
	cr_assert_not(find_process(1)->grew_from.is_known);
	end_both();
}

Test(process_tree, knows_what_has_ended_by_the_end)
{
	score_both();
	tm_process_tree_set(run, &probe);
	end_both();
	tm_process_tree_set(run, &probe);
	cr_assert(tm_is_true(find_process(1)->ended));
	cr_assert(tm_is_true(find_process(0)->ended));
	cr_assert_gt(run->tree.largest_child.hwm_bytes.value, 0);
}

Test(process_tree, says_nothing_of_this_process)
{
	cr_assert_eq(tm_probe_open(&probe, 0, NULL), TM_OK);
	tm_process_tree_set(run, &probe);
	cr_assert_not(run->tree.is_known);
	cr_assert_eq(run->notes.count, 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
