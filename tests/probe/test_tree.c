#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/probe.h"
#include "probe/procfs.h"
#include "subject.h"

#define MIB (1024u * 1024u)

static struct subject subject;
static struct tm_tree *tree;

static void stop_all(void)
{
	tm_tree_close(tree);
	if (subject.pid)
		subject_stop(&subject);
}

TestSuite(tree, .fini = stop_all, .timeout = 60);

static void start(void (*obey)(char order))
{
	subject_start(&subject, obey);
	subject_tell(&subject, 0); /* it runs, and has a group */
	cr_assert_eq(tm_tree_open(&tree, subject.pid, NULL), TM_OK);
}

static struct tm_sample look(int checkpoint)
{
	struct tm_sample sample;

	memset(&sample, 0, sizeof(sample));
	tm_tree_sample(tree, checkpoint, &sample);
	return sample;
}

/* A forked process counts when it has been there for a while: look until then.
 */
static struct tm_sample look_until(uint64_t processes)
{
	struct tm_sample sample;

	do
		sample = look(1);
	while (sample.value[TM_METRIC_processes] != processes ||
	       !tm_sample_has(&sample, TM_METRIC_pss_bytes));
	return sample;
}

/* A child that does `work`, says so, and stays. */
static pid_t keep_child(void (*work)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		work();
		subject_answer();
		for (;;)
			pause();
	}
	/* -1 is a number that kill() takes for everybody. */
	if (pid < 0)
		_exit(3);
	return pid;
}

static void nothing(void)
{
}

/* --- sums ----------------------------------------------------------------- */

static void touch_16_mib(void)
{
	touch(16 * MIB);
}

static void have_children(char order)
{
	if (order)
		keep_child(touch_16_mib);
}

Test(tree, adds_up_the_processes_that_it_finds)
{
	struct tm_sample alone, all;

	start(have_children);
	alone = look(1);
	cr_assert_eq(alone.value[TM_METRIC_processes], 1);
	cr_assert_eq(alone.value[TM_METRIC_threads], 1);
	subject_tell(&subject, 1);
	subject_await(&subject);
	subject_tell(&subject, 1);
	subject_await(&subject);
	all = look_until(3);
	cr_assert_eq(all.value[TM_METRIC_threads], 3);
	cr_assert_geq(all.value[TM_METRIC_rss_bytes],
		      alone.value[TM_METRIC_rss_bytes] + 32 * MIB);
	cr_assert_geq(all.value[TM_METRIC_uss_bytes],
		      alone.value[TM_METRIC_uss_bytes] / 2 + 32 * MIB);
	cr_assert_geq(tm_tree_rss(tree), 32 * MIB);
}

static char *shared;

static void touch_shared(void)
{
	memset(shared, 1, 32 * MIB);
}

static void share(char order)
{
	if (!order)
		return;
	shared = mmap(NULL, 32 * MIB, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	touch_shared();
	keep_child(touch_shared);
}

Test(tree, counts_a_shared_page_once_in_pss_and_twice_in_rss)
{
	struct tm_sample before, after;

	start(share);
	before = look(1);
	subject_tell(&subject, 1);
	subject_await(&subject);
	after = look_until(2);
	cr_assert_geq(after.value[TM_METRIC_rss_bytes],
		      before.value[TM_METRIC_rss_bytes] + 64 * MIB);
	cr_assert_geq(after.value[TM_METRIC_pss_bytes],
		      before.value[TM_METRIC_pss_bytes] / 2 + 32 * MIB);
	cr_assert_lt(after.value[TM_METRIC_pss_bytes],
		     before.value[TM_METRIC_pss_bytes] + 48 * MIB);
}

Test(tree, tells_what_of_it_is_shared_memory)
{
	struct tm_sample before, after;

	start(share);
	before = look(0);
	if (!tm_sample_has(&before, TM_METRIC_shm_bytes))
		cr_skip_test("%s", tm_tree_absent(tree, TM_METRIC_shm_bytes));
	cr_assert_lt(before.value[TM_METRIC_shm_bytes], MIB);
	subject_tell(&subject, 1);
	subject_await(&subject);
	after = look_until(2);
	cr_assert_geq(after.value[TM_METRIC_shm_bytes], 64 * MIB);
	cr_assert_leq(after.value[TM_METRIC_shm_bytes],
		      after.value[TM_METRIC_rss_bytes]);
}

static void free_children(char order)
{
	static pid_t child;

	if (order == 1) {
		child = keep_child(touch_16_mib);
	} else if (order == 2) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
}

Test(tree, keeps_the_high_water_mark_of_the_whole)
{
	struct tm_sample high, low;

	start(free_children);
	subject_tell(&subject, 1);
	subject_await(&subject);
	high = look_until(2);
	subject_tell(&subject, 2);
	low = look(1);
	cr_assert_eq(low.value[TM_METRIC_processes], 1);
	cr_assert_lt(low.value[TM_METRIC_rss_bytes],
		     high.value[TM_METRIC_rss_bytes] - 15 * MIB);
	cr_assert_geq(low.value[TM_METRIC_hwm_bytes],
		      high.value[TM_METRIC_rss_bytes]);
}

/* --- finding -------------------------------------------------------------- */

static void grandchild(void)
{
	keep_child(nothing);
}

static void have_grandchild(char order)
{
	if (order)
		keep_child(grandchild);
}

Test(tree, finds_grandchildren)
{
	start(have_grandchild);
	subject_tell(&subject, 1);
	subject_await(&subject);
	subject_await(&subject);
	look_until(3);
}

static void *fork_in_thread(void *unused)
{
	keep_child(nothing);
	for (;;)
		pause();
	return unused;
}

static void have_thread(char order)
{
	pthread_t thread;

	if (order)
		pthread_create(&thread, NULL, fork_in_thread, NULL);
}

Test(tree, finds_what_a_thread_has_forked)
{
	struct tm_sample sample;

	start(have_thread);
	subject_tell(&subject, 1);
	subject_await(&subject);
	sample = look_until(2);
	cr_assert_eq(sample.value[TM_METRIC_threads], 3);
}

Test(tree, is_found_without_the_last_process_number)
{
	struct tm_members members;

	start(have_thread);
	subject_tell(&subject, 1);
	subject_await(&subject);
	cr_assert_eq(tm_members_open(&members, subject.pid, NULL), TM_OK);
	close(members.loadavg_fd);
	members.loadavg_fd = -1;
	members.member[0].status.threads = 2;
	tm_members_search(&members);
	cr_assert_eq(members.count, 2);
	tm_members_close(&members);
}

Test(tree, is_found_on_a_kernel_that_does_not_tell_children)
{
	struct tm_members members;

	start(have_grandchild);
	subject_tell(&subject, 1);
	subject_await(&subject);
	subject_await(&subject);
	cr_assert_eq(tm_members_open(&members, subject.pid, NULL), TM_OK);
	members.tells_children = 0;
	tm_members_search(&members);
	cr_assert_eq(members.count, 3);
	tm_members_close(&members);
}

Test(tree, looks_at_the_new_process_numbers_alone)
{
	struct tm_members members;

	start(have_children);
	cr_assert_eq(tm_members_open(&members, subject.pid, NULL), TM_OK);
	if (members.loadavg_fd < 0) {
		tm_members_close(&members);
		cr_skip_test("/proc/loadavg is not the kernel's");
	}
	tm_members_search(&members);
	tm_members_search(&members);
	/* From here on nothing but the numbers can find a process, however many
	 * others have started meanwhile. */
	members.member[0].status.threads = 1000000;
	members.tells_children = 0;
	tm_procfs_close(&members.proc_fd);
	subject_tell(&subject, 1);
	subject_await(&subject);
	tm_members_search(&members);
	cr_assert_eq(members.count, 2);
	tm_members_close(&members);
}

static void orphan(void)
{
	keep_child(nothing);
}

static void have_orphan(char order)
{
	static pid_t middle;

	if (order == 1) {
		middle = keep_child(orphan);
	} else if (order == 2) {
		kill(middle, SIGKILL);
		waitpid(middle, NULL, 0);
	}
}

Test(tree, keeps_an_orphan_that_it_knew)
{
	start(have_orphan);
	subject_tell(&subject, 1);
	subject_await(&subject);
	subject_await(&subject);
	look_until(3);
	subject_tell(&subject, 2);
	cr_assert_eq(look(1).value[TM_METRIC_processes], 2);
}

/* --- counts --------------------------------------------------------------- */

static void count_things(char order)
{
	int i;

	for (i = 0; order && i < 10; i++) {
		if (dup(STDIN_FILENO) < 0 ||
		    mmap(NULL, 4096, i % 2 ? PROT_READ : PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
			_exit(3);
	}
}

Test(tree, counts_descriptors_and_mappings)
{
	struct tm_sample before, after;

	start(count_things);
	before = look(1);
	subject_tell(&subject, 1);
	after = look(1);
	cr_assert_eq(after.value[TM_METRIC_descriptors],
		     before.value[TM_METRIC_descriptors] + 10);
	/* The first may join what is there already. */
	cr_assert_geq(after.value[TM_METRIC_mappings],
		      before.value[TM_METRIC_mappings] + 9);
	cr_assert_leq(after.value[TM_METRIC_mappings],
		      before.value[TM_METRIC_mappings] + 10);
	cr_assert_not(
		tm_sample_has(&(struct tm_sample){0}, TM_METRIC_mappings));
}

Test(tree, counts_descriptors_the_same_in_both_ways)
{
	struct tm_process process;
	uint64_t at_once, one_by_one;

	start(count_things);
	subject_tell(&subject, 1);
	cr_assert(tm_process_open(&process, subject.pid));
	cr_assert_eq(tm_process_descriptors(&process, 0, &one_by_one),
		     TM_PROCESS_READ);
	cr_assert_geq(one_by_one, 10);
	if (tm_process_counts_descriptors_at_once()) {
		cr_assert_eq(tm_process_descriptors(&process, 1, &at_once),
			     TM_PROCESS_READ);
		cr_assert_eq(at_once, one_by_one);
	}
	tm_process_close(&process);
}

/* --- what is not whole ---------------------------------------------------- */

static void have_many(char order)
{
	int i;

	for (i = 0; order && i < TM_MEMBERS_MAX; i++)
		keep_child(nothing);
}

Test(tree, says_when_there_are_more_processes_than_it_can_hold)
{
	struct tm_sample sample;
	const char *reason;
	int i;

	start(have_many);
	subject_tell(&subject, 1);
	for (i = 0; i < TM_MEMBERS_MAX; i++)
		subject_await(&subject);
	sample = look(1);
	cr_assert_eq(sample.present, 0);
	reason = tm_tree_absent(tree, TM_METRIC_rss_bytes);
	cr_assert(reason && strstr(reason, "more than 512 processes"));
	cr_assert_gt(tm_tree_rss(tree), 0);
}

Test(tree, measures_nothing_of_a_zombie)
{
	siginfo_t info;
	struct tm_sample sample;

	start(have_children);
	kill(subject.pid, SIGKILL);
	cr_assert_eq(waitid(P_PID, (id_t)subject.pid, &info, WEXITED | WNOWAIT),
		     0);
	sample = look(1);
	cr_assert_eq(sample.present, 0);
	cr_assert_eq(tm_tree_rss(tree), 0);
}

/* Without root's rights, beside a process of another user. */
static void measure_as_another_user(void)
{
	struct tm_sample sample;
	const char *reason;

	sample = look(1);
	cr_assert(tm_sample_has(&sample, TM_METRIC_rss_bytes));
	cr_assert_not(tm_sample_has(&sample, TM_METRIC_pss_bytes));
	reason = tm_tree_absent(tree, TM_METRIC_pss_bytes);
	cr_assert(reason && strstr(reason, "Permission denied"), "%s", reason);
	cr_assert_not(tm_sample_has(&sample, TM_METRIC_mappings));
	cr_assert_not_null(tm_tree_absent(tree, TM_METRIC_mappings));
}

static void become_another_user(char order)
{
	if (order == 1)
		keep_child(nothing);
	else if (order == 2 && setuid(65533) != 0)
		_exit(3);
}

Test(tree, is_absent_where_a_process_may_not_be_read)
{
	if (geteuid() != 0)
		cr_skip_test("only root can become two users");
	start(become_another_user);
	subject_tell(&subject, 1);
	subject_await(&subject);
	subject_tell(&subject, 2);
	cr_assert_eq(seteuid(65534), 0);
	measure_as_another_user();
	cr_assert_eq(seteuid(0), 0);
}

/* --- those that end ------------------------------------------------------- */

Test(tree, remembers_the_largest_child_that_ended)
{
	struct tm_tree_summary summary;
	uint64_t root_rss;

	start(free_children);
	root_rss = look(1).value[TM_METRIC_rss_bytes];
	subject_tell(&subject, 1);
	subject_await(&subject);
	look_until(2);
	subject_tell(&subject, 2);
	look(1);
	tm_tree_summarize(tree, &summary);
	cr_assert_eq(summary.processes_seen, 2);
	cr_assert_eq(summary.processes_max, 2);
	cr_assert_eq(summary.record_count, 2);
	cr_assert_geq(summary.largest_ended.hwm_bytes, 16 * MIB);
	cr_assert_lt(summary.largest_ended.hwm_bytes,
		     17 * MIB + SHADOW_OF(16 * MIB) + root_rss);
	cr_assert_neq(summary.largest_ended.pid, subject.pid);
	cr_assert(summary.largest_ended.name[0]);
}

Test(tree, counts_what_only_the_memory_guard_saw)
{
	struct tm_tree_summary summary;

	start(free_children);
	subject_tell(&subject, 1);
	subject_await(&subject);
	tm_tree_rss(tree);
	subject_tell(&subject, 2);
	tm_tree_summarize(tree, &summary);
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
				touch_16_mib();
			subject_answer();
			for (;;)
				pause();
		}
	} else if (order == 2 && write(wake[1], "", 1) != 1) {
		_exit(3);
	}
}

Test(tree, says_which_process_grew)
{
	struct tm_tree_summary summary;
	const struct tm_tree_record *first = &summary.record[0];

	start(grow_in_child);
	subject_tell(&subject, 1);
	subject_await(&subject);
	look_until(2);
	subject_tell(&subject, 2);
	subject_await(&subject);
	look(0);
	tm_tree_summarize(tree, &summary);
	cr_assert_eq(summary.record_count, 2);
	cr_assert_neq(first->pid, subject.pid);
	cr_assert_not(first->is_root);
	cr_assert_geq(first->last_rss_bytes, first->first_rss_bytes + 15 * MIB);
	cr_assert(summary.record[1].is_root);
}

/* Samples at each of the positions from `first` to `last`. */
static void look_from(uint64_t first, uint64_t last)
{
	struct tm_sample sample;

	for (; first <= last; first++) {
		memset(&sample, 0, sizeof(sample));
		sample.iteration = first;
		tm_tree_sample(tree, 0, &sample);
	}
}

static void grow_late(void)
{
	start(grow_in_child);
	subject_tell(&subject, 1);
	subject_await(&subject);
	look_until(2);
	tm_tree_forget_samples(tree);
	look_from(1, 20);
	subject_tell(&subject, 2);
	subject_await(&subject);
	look_from(21, 30);
}

Test(tree, tells_growth_by_where_samples_stand)
{
	struct tm_tree_summary summary;
	const struct tm_tree_record *first = &summary.record[0];

	grow_late();
	tm_tree_summarize(tree, &summary);
	cr_assert_eq(summary.record_count, 2);
	cr_assert_not(first->is_root);
	cr_assert(first->has_growth);
	cr_assert_geq(first->growth.bytes, 15 * MIB);
	cr_assert_eq(first->growth.from, 12);
	cr_assert_eq(first->growth.to, 29);
	cr_assert(summary.record[1].has_growth);
	cr_assert_lt(summary.record[1].growth.bytes, MIB);
}

Test(tree, knows_how_a_process_had_grown_that_ended)
{
	struct tm_tree_summary summary;
	const struct tm_tree_record *first = &summary.record[0];

	grow_late();
	tm_tree_summarize(tree, &summary);
	cr_assert_gt(first->pid, 1);
	cr_assert_neq(first->pid, subject.pid);
	kill(first->pid, SIGKILL);
	do
		tm_tree_summarize(tree, &summary);
	while (!first->ended);
	cr_assert(first->has_growth);
	cr_assert_geq(first->growth.bytes, 15 * MIB);
	cr_assert_eq(first->growth.until, 30);
}

static void touch_when_told(char order)
{
	if (order)
		touch_16_mib();
}

Test(tree, does_not_take_a_start_up_for_growth)
{
	struct tm_tree_summary summary;
	const struct tm_tree_record *root = &summary.record[0];

	start(touch_when_told);
	look_from(1, 3);
	subject_tell(&subject, 1);
	look_from(4, 30);
	tm_tree_summarize(tree, &summary);
	cr_assert_geq(root->last_rss_bytes, root->first_rss_bytes + 15 * MIB);
	cr_assert(root->has_growth);
	cr_assert_lt(root->growth.bytes, MIB);
}

/* As when milliseconds were counted and iterations come: both would be one
 * life. */
Test(tree, forgets_samples_of_other_positions)
{
	struct tm_tree_summary summary;

	start(touch_when_told);
	look_from(1, 30);
	tm_tree_forget_samples(tree);
	look_from(1000, 1005);
	tm_tree_summarize(tree, &summary);
	cr_assert_not(summary.record[0].has_growth);
	look_from(1006, 1030);
	tm_tree_summarize(tree, &summary);
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

Test(tree, knows_that_there_were_children_that_it_did_not_see)
{
	struct tm_tree_summary summary;

	start(have_short_lives);
	look(1);
	look(1);
	tm_tree_summarize(tree, &summary);
	cr_assert_eq(summary.unseen_checkpoints, 0);
	subject_tell(&subject, 1);
	look(1);
	tm_tree_summarize(tree, &summary);
	cr_assert_eq(summary.processes_seen, 1);
	cr_assert_eq(summary.unseen_checkpoints, 1);
	if (summary.numbers_given)
		cr_assert_geq(summary.numbers_given, 20);
}

Test(tree, does_not_take_a_child_that_it_saw_for_another)
{
	struct tm_tree_summary summary;

	start(free_children);
	subject_tell(&subject, 1);
	subject_await(&subject);
	look_until(2);
	subject_tell(&subject, 2);
	look(1);
	look(1);
	tm_tree_summarize(tree, &summary);
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
		child = keep_child(touch_16_mib);
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

Test(tree, does_not_take_a_process_for_the_one_that_had_its_number)
{
	struct tm_tree_summary summary;
	struct tm_sample sample;

	if (geteuid() != 0)
		cr_skip_test("only root can choose a process number");
	start(reuse_a_number);
	subject_tell(&subject, 1);
	subject_await(&subject);
	look_until(2);
	subject_tell(&subject, 2);
	look(1);
	sample = look_until(2);
	tm_tree_summarize(tree, &summary);
	cr_assert_eq(summary.processes_seen, 3);
	cr_assert_geq(summary.largest_ended.hwm_bytes, 16 * MIB);
	cr_assert_lt(sample.value[TM_METRIC_uss_bytes], 16 * MIB);
}

/* --- copies --------------------------------------------------------------- */

Test(tree, leaves_out_a_copy_that_is_about_to_become_a_program)
{
	struct tm_members members;
	struct tm_member *child;

	start(have_children);
	subject_tell(&subject, 1);
	subject_await(&subject);
	cr_assert_eq(tm_members_open(&members, subject.pid, NULL), TM_OK);
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

/* This process holds 400 MiB: its child's peak must be the child's own. */
static void start_below_a_large_parent(char way)
{
	int input[2], started[2];
	struct tm_sample sample;
	char *pages = touch(400 * MIB);
	pid_t pid;

	cr_assert_eq(pipe2(input, O_CLOEXEC), 0);
	cr_assert_eq(pipe2(started, O_CLOEXEC), 0);
	pid = run_cat(way, input);
	cr_assert_gt(pid, 0);
	close(started[1]);
	await_exec(started[0]);
	cr_assert_eq(tm_tree_open(&tree, pid, NULL), TM_OK);
	sample = look(1);
	cr_assert(tm_sample_has(&sample, TM_METRIC_hwm_bytes));
	cr_assert_gt(sample.value[TM_METRIC_hwm_bytes], 0);
	cr_assert_lt(sample.value[TM_METRIC_hwm_bytes], 50 * MIB);
	cr_assert_lt(sample.value[TM_METRIC_rss_bytes], 50 * MIB);
	close(input[0]);
	close(input[1]);
	close(started[0]);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	munmap(pages, 400 * MIB);
}

Test(tree, does_not_inherit_a_peak_by_fork)
{
	start_below_a_large_parent('f');
}

Test(tree, does_not_inherit_a_peak_by_vfork)
{
	start_below_a_large_parent('v');
}

Test(tree, does_not_inherit_a_peak_by_posix_spawn)
{
	start_below_a_large_parent('s');
}

static void run_cat_when_large(char order)
{
	static int input[2], started[2];

	if (order == 0 || (order == 'm' && touch(400 * MIB)))
		return;
	if (pipe2(input, O_CLOEXEC) != 0 || pipe2(started, O_CLOEXEC) != 0 ||
	    run_cat(order, input) < 0)
		_exit(3);
	close(started[1]);
	await_exec(started[0]);
}

/* The same inside of the tree, where the parent counts and the child's copy of
 * it must not. */
static void count_below_a_large_parent(char way)
{
	struct tm_tree_summary summary;
	struct tm_sample sample;
	size_t i;

	start(run_cat_when_large);
	subject_tell(&subject, 'm');
	subject_tell(&subject, way);
	sample = look(1);
	cr_assert_eq(sample.value[TM_METRIC_processes], 2);
	cr_assert_geq(sample.value[TM_METRIC_hwm_bytes], 400 * MIB);
	cr_assert_lt(sample.value[TM_METRIC_hwm_bytes], 500 * MIB);
	tm_tree_summarize(tree, &summary);
	cr_assert_eq(summary.record_count, 2);
	for (i = 0; i < 2; i++)
		cr_assert(summary.record[i].is_root ==
			  (summary.record[i].hwm_bytes > 50 * MIB));
}

Test(tree, counts_a_spawned_child_by_what_it_is)
{
	count_below_a_large_parent('s');
}

Test(tree, counts_a_forked_child_by_what_it_becomes)
{
	count_below_a_large_parent('f');
}

/* --- opening -------------------------------------------------------------- */

static void refuses(pid_t pid, const char *words)
{
	struct tm_err err = {0};

	cr_assert_eq(tm_tree_open(&tree, pid, &err), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, words), "%s", err.text);
	cr_assert_null(tree);
}

Test(tree, is_not_opened_for_a_zombie)
{
	siginfo_t info;

	subject_start(&subject, have_children);
	kill(subject.pid, SIGKILL);
	cr_assert_eq(waitid(P_PID, (id_t)subject.pid, &info, WEXITED | WNOWAIT),
		     0);
	refuses(subject.pid, "has ended");
}

Test(tree, is_not_opened_for_a_thread_of_the_kernel)
{
	struct tm_process_stat stat = {0};
	struct tm_process kthreadd;

	if (tm_process_open(&kthreadd, 2)) {
		tm_process_stat(&kthreadd, &stat);
		tm_process_close(&kthreadd);
	}
	if (!stat.is_kernel)
		cr_skip_test("process 2 is not the kernel's here");
	refuses(2, "thread of the kernel");
}

static pid_t thread_number;

static void *wait_in_thread(void *barrier)
{
	thread_number = (pid_t)syscall(SYS_gettid);
	pthread_barrier_wait(barrier);
	pthread_barrier_wait(barrier);
	return NULL;
}

Test(tree, is_not_opened_for_a_thread)
{
	pthread_barrier_t barrier;
	pthread_t thread;

	pthread_barrier_init(&barrier, NULL, 2);
	pthread_create(&thread, NULL, wait_in_thread, &barrier);
	pthread_barrier_wait(&barrier);
	refuses(thread_number, "is a thread of process");
	pthread_barrier_wait(&barrier);
	pthread_join(thread, NULL);
}

Test(tree, is_not_opened_for_nobody)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	refuses(pid, "there is no process");
}

/* --- cost ----------------------------------------------------------------- */

Test(tree, allocates_nothing_while_it_is_sampled)
{
	struct tm_sample before = {0}, after = {0};
	struct tm_probe own;
	int i;

	cr_assert_eq(tm_probe_open(&own, 0, NULL), TM_OK);
	if (tm_probe_absent(&own, TM_METRIC_allocated_bytes))
		cr_skip_test("no jemalloc in this build");
	start(have_children);
	subject_tell(&subject, 1);
	subject_await(&subject);
	tm_probe_sample(&own, TM_PROBE_MARK, &before);
	for (i = 0; i < 100; i++)
		look(i % 2);
	tm_probe_sample(&own, TM_PROBE_MARK, &after);
	cr_assert_eq(after.value[TM_METRIC_allocated_bytes],
		     before.value[TM_METRIC_allocated_bytes]);
	tm_probe_close(&own);
}
