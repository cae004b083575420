/*
 * Children that end, start or become another program between two samples.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "family.h"
#include "probe/procfs.h"

TestSuite(ended, .fini = family_stop, .timeout = 60);

Test(ended, remembers_the_largest_child_that_ended)
{
	struct tm_tree_summary summary;
	uint64_t root_rss;

	family_start(family_free_children);
	root_rss = family_sample(1).value[TM_METRIC_rss_bytes];
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	family_sample_until(2);
	subject_tell(&family_subject, 2);
	family_sample(1);
	tm_tree_summarize(family_tree, &summary);
	cr_assert_eq(summary.processes_seen, 2);
	cr_assert_eq(summary.processes_max, 2);
	cr_assert_eq(summary.record_count, 2);
	cr_assert_geq(summary.largest_ended.hwm_bytes, 16 * MIB);
	cr_assert_lt(summary.largest_ended.hwm_bytes,
		     17 * MIB + SHADOW_OF(16 * MIB) + root_rss);
	cr_assert_neq(summary.largest_ended.pid, family_subject.pid);
	cr_assert(summary.largest_ended.name[0]);
}

Test(ended, counts_what_only_the_memory_guard_saw)
{
	struct tm_tree_summary summary;

	family_start(family_free_children);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	tm_tree_rss(family_tree);
	subject_tell(&family_subject, 2);
	tm_tree_summarize(family_tree, &summary);
	cr_assert_eq(summary.processes_seen, 2);
	cr_assert_eq(summary.processes_max, 2);
}

static void grow_in_child(char order)
{
	static int wake[2];
	char byte;

	if (order == 1) {
		if (pipe(wake) != 0)
			_exit(3);
		if (fork() == 0) {
			subject_answer();
			if (read(wake[0], &byte, 1) == 1)
				family_touch_16_mib();
			subject_answer();
			for (;;)
				pause();
		}
	} else if (order == 2 && write(wake[1], "", 1) != 1) {
		_exit(3);
	}
}

Test(ended, says_which_process_grew)
{
	struct tm_tree_summary summary;
	const struct tm_tree_record *first = &summary.record[0];

	family_start(grow_in_child);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	family_sample_until(2);
	subject_tell(&family_subject, 2);
	subject_await(&family_subject);
	family_sample(0);
	tm_tree_summarize(family_tree, &summary);
	cr_assert_eq(summary.record_count, 2);
	cr_assert_neq(first->pid, family_subject.pid);
	cr_assert_not(first->is_root);
	cr_assert_geq(first->last_rss_bytes, first->first_rss_bytes + 15 * MIB);
	cr_assert(summary.record[1].is_root);
}

/* Samples at each of the positions from `first` to `last`. */
static void sample_from(uint64_t first, uint64_t last)
{
	struct tm_sample sample;

	for (; first <= last; first++) {
		memset(&sample, 0, sizeof(sample));
		sample.iteration = first;
		tm_tree_sample(family_tree, 0, &sample);
	}
}

static void grow_late(void)
{
	family_start(grow_in_child);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	family_sample_until(2);
	tm_tree_forget_samples(family_tree);
	sample_from(1, 20);
	subject_tell(&family_subject, 2);
	subject_await(&family_subject);
	sample_from(21, 30);
}

Test(ended, tells_growth_by_where_samples_stand)
{
	struct tm_tree_summary summary;
	const struct tm_tree_record *first = &summary.record[0];

	grow_late();
	tm_tree_summarize(family_tree, &summary);
	cr_assert_eq(summary.record_count, 2);
	cr_assert_not(first->is_root);
	cr_assert(first->has_growth);
	cr_assert_geq(first->growth.bytes, 15 * MIB);
	cr_assert_eq(first->growth.from, 12);
	cr_assert_eq(first->growth.to, 29);
	cr_assert(summary.record[1].has_growth);
	cr_assert_lt(summary.record[1].growth.bytes, MIB);
}

Test(ended, knows_how_a_process_had_grown_that_ended)
{
	struct tm_tree_summary summary;
	const struct tm_tree_record *first = &summary.record[0];

	grow_late();
	tm_tree_summarize(family_tree, &summary);
	cr_assert_gt(first->pid, 1);
	cr_assert_neq(first->pid, family_subject.pid);
	kill(first->pid, SIGKILL);
	do
		tm_tree_summarize(family_tree, &summary);
	while (!first->ended);
	cr_assert(first->has_growth);
	cr_assert_geq(first->growth.bytes, 15 * MIB);
	cr_assert_eq(first->growth.until, 30);
}

static void touch_when_told(char order)
{
	if (order)
		family_touch_16_mib();
}

Test(ended, does_not_take_a_start_up_for_growth)
{
	struct tm_tree_summary summary;
	const struct tm_tree_record *root = &summary.record[0];

	family_start(touch_when_told);
	sample_from(1, 3);
	subject_tell(&family_subject, 1);
	sample_from(4, 30);
	tm_tree_summarize(family_tree, &summary);
	cr_assert_geq(root->last_rss_bytes, root->first_rss_bytes + 15 * MIB);
	cr_assert(root->has_growth);
	cr_assert_lt(root->growth.bytes, MIB);
}

/* As when milliseconds were counted and iterations come: both would be one
 * life. */
Test(ended, forgets_samples_of_other_positions)
{
	struct tm_tree_summary summary;

	family_start(touch_when_told);
	sample_from(1, 30);
	tm_tree_forget_samples(family_tree);
	sample_from(1000, 1005);
	tm_tree_summarize(family_tree, &summary);
	cr_assert_not(summary.record[0].has_growth);
	sample_from(1006, 1030);
	tm_tree_summarize(family_tree, &summary);
	cr_assert(summary.record[0].has_growth);
	cr_assert_eq(summary.record[0].growth.from, 1011);
}

static void have_short_lives(char order)
{
	int i;

	for (i = 0; order && i < 20; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
}

Test(ended, knows_that_there_were_children_that_it_did_not_see)
{
	struct tm_tree_summary summary;

	family_start(have_short_lives);
	family_sample(1);
	family_sample(1);
	tm_tree_summarize(family_tree, &summary);
	cr_assert_eq(summary.unseen_checkpoints, 0);
	subject_tell(&family_subject, 1);
	family_sample(1);
	tm_tree_summarize(family_tree, &summary);
	cr_assert_eq(summary.processes_seen, 1);
	cr_assert_eq(summary.unseen_checkpoints, 1);
	if (summary.numbers_given)
		cr_assert_geq(summary.numbers_given, 20);
}

Test(ended, does_not_take_a_child_that_it_saw_for_another)
{
	struct tm_tree_summary summary;

	family_start(family_free_children);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	family_sample_until(2);
	subject_tell(&family_subject, 2);
	family_sample(1);
	family_sample(1);
	tm_tree_summarize(family_tree, &summary);
	cr_assert_eq(summary.unseen_checkpoints, 0);
}

/* A process with the number of one that was in the tree. */
static pid_t fork_with_number(pid_t number)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD,
		.set_tid = (uint64_t)(uintptr_t)&number,
		.set_tid_size = 1,
	};

	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

static void reuse_a_number(char order)
{
	static pid_t child;

	if (order == 1) {
		child = family_keep_child(family_touch_16_mib);
	} else if (order == 2) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		child = fork_with_number(child);
		if (child < 0)
			_exit(4);
		while (child == 0)
			pause();
	}
}

Test(ended, does_not_take_a_process_for_the_one_that_had_its_number)
{
	struct tm_tree_summary summary;
	struct tm_sample sample;

	if (geteuid() != 0)
		cr_skip_test("only root can choose a process number");
	family_start(reuse_a_number);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	family_sample_until(2);
	subject_tell(&family_subject, 2);
	family_sample(1);
	sample = family_sample_until(2);
	tm_tree_summarize(family_tree, &summary);
	cr_assert_eq(summary.processes_seen, 3);
	cr_assert_geq(summary.largest_ended.hwm_bytes, 16 * MIB);
	cr_assert_lt(sample.value[TM_METRIC_uss_bytes], 16 * MIB);
}

/* --- copies --------------------------------------------------------------- */

Test(ended, leaves_out_a_copy_that_is_about_to_become_a_program)
{
	struct tm_members members;
	struct tm_member *child;

	family_start(family_have_children);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	cr_assert_eq(tm_members_open(&members, family_subject.pid, NULL),
		     TM_OK);
	tm_members_search(&members);
	cr_assert_eq(members.count, 2);
	child = &members.member[1];
	cr_assert_not(
		tm_member_settle(&members, child, child->found_ns + 1000000));
	cr_assert(
		tm_member_settle(&members, child, child->found_ns + 200000000));
	tm_members_close(&members);
}

extern char **environ;

/* `cat` waits for its input, which is a pipe. */
static pid_t run_cat(char way, const int input[2])
{
	char name[] = "cat";
	char *argv[] = {name, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid = -1;

	if (way == 'f' || way == 'v') {
		pid = way == 'f' ? fork() : vfork();
		if (pid == 0) {
			dup2(input[0], STDIN_FILENO);
			execvp("cat", argv);
			_exit(127);
		}
		return pid;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
	if (posix_spawnp(&pid, "cat", &actions, NULL, argv, environ) != 0)
		pid = -1;
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

/* The descriptor closes when the child has become another program. */
static void await_exec(int from)
{
	char byte;

	while (read(from, &byte, 1) > 0)
		;
}

/* Several times of what `cat` needs. */
#define LARGE (150 * MIB)

/* This process is large: its child's peak must be the child's own. */
static void start_below_a_large_parent(char way)
{
	int input[2], started[2];
	struct tm_sample sample;
	char *pages = touch(LARGE);
	pid_t pid;

	cr_assert_eq(pipe2(input, O_CLOEXEC), 0);
	cr_assert_eq(pipe2(started, O_CLOEXEC), 0);
	pid = run_cat(way, input);
	cr_assert_gt(pid, 0);
	close(started[1]);
	await_exec(started[0]);
	cr_assert_eq(tm_tree_open(&family_tree, pid, NULL), TM_OK);
	sample = family_sample(1);
	cr_assert(tm_sample_has(&sample, TM_METRIC_hwm_bytes));
	cr_assert_gt(sample.value[TM_METRIC_hwm_bytes], 0);
	cr_assert_lt(sample.value[TM_METRIC_hwm_bytes], 50 * MIB);
	cr_assert_lt(sample.value[TM_METRIC_rss_bytes], 50 * MIB);
	close(input[0]);
	close(input[1]);
	close(started[0]);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	munmap(pages, LARGE);
}

Test(ended, does_not_inherit_a_peak_by_fork)
{
	start_below_a_large_parent('f');
}

Test(ended, does_not_inherit_a_peak_by_vfork)
{
	start_below_a_large_parent('v');
}

Test(ended, does_not_inherit_a_peak_by_posix_spawn)
{
	start_below_a_large_parent('s');
}

static void run_cat_when_large(char order)
{
	static int input[2], started[2];

	if (order == 0 || (order == 'm' && touch(LARGE)))
		return;
	if (pipe2(input, O_CLOEXEC) != 0 || pipe2(started, O_CLOEXEC) != 0 ||
	    run_cat(order, input) < 0)
		_exit(3);
	close(started[1]);
	await_exec(started[0]);
}

/* The same inside of the family_tree, where the parent counts and the child's copy of
 * it must not. */
static void count_below_a_large_parent(char way)
{
	struct tm_tree_summary summary;
	struct tm_sample sample;
	size_t i;

	family_start(run_cat_when_large);
	subject_tell(&family_subject, 'm');
	subject_tell(&family_subject, way);
	sample = family_sample(1);
	cr_assert_eq(sample.value[TM_METRIC_processes], 2);
	cr_assert_geq(sample.value[TM_METRIC_hwm_bytes], LARGE);
	cr_assert_lt(sample.value[TM_METRIC_hwm_bytes], LARGE + 100 * MIB);
	tm_tree_summarize(family_tree, &summary);
	cr_assert_eq(summary.record_count, 2);
	for (i = 0; i < 2; i++)
		cr_assert(summary.record[i].is_root ==
			  (summary.record[i].hwm_bytes > 50 * MIB));
}

Test(ended, counts_a_spawned_child_by_what_it_is)
{
	count_below_a_large_parent('s');
}

Test(ended, counts_a_forked_child_by_what_it_becomes)
{
	count_below_a_large_parent('f');
}
