/*
 * What is measured of a program and its children, together.
 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "family.h"
#include "probe/procfs.h"

TestSuite(tree, .fini = family_stop, .timeout = 60);

static void nothing(void)
{
}

/* --- sums ----------------------------------------------------------------- */

Test(tree, adds_up_the_processes_that_it_finds)
{
	struct tm_sample alone, all;

	family_start(family_have_children);
	alone = family_sample(1);
	cr_assert_eq(alone.value[TM_METRIC_processes], 1);
	cr_assert_eq(alone.value[TM_METRIC_threads], 1);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	all = family_sample_until(3);
	cr_assert_eq(all.value[TM_METRIC_threads], 3);
	cr_assert_geq(all.value[TM_METRIC_rss_bytes],
		      alone.value[TM_METRIC_rss_bytes] + 32 * MIB);
	cr_assert_geq(all.value[TM_METRIC_uss_bytes],
		      alone.value[TM_METRIC_uss_bytes] / 2 + 32 * MIB);
	cr_assert_geq(tm_tree_rss(family_tree), 32 * MIB);
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
	family_keep_child(touch_shared);
}

Test(tree, counts_a_shared_page_once_in_pss_and_twice_in_rss)
{
	struct tm_sample before, after;

	family_start(share);
	before = family_sample(1);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	after = family_sample_until(2);
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

	family_start(share);
	before = family_sample(0);
	if (!tm_sample_has(&before, TM_METRIC_shm_bytes))
		cr_skip_test("%s",
			     tm_tree_absent(family_tree, TM_METRIC_shm_bytes));
	cr_assert_lt(before.value[TM_METRIC_shm_bytes], MIB);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	after = family_sample_until(2);
	cr_assert_geq(after.value[TM_METRIC_shm_bytes], 64 * MIB);
	cr_assert_leq(after.value[TM_METRIC_shm_bytes],
		      after.value[TM_METRIC_rss_bytes]);
}

Test(tree, keeps_the_high_water_mark_of_the_whole)
{
	struct tm_sample high, low;

	family_start(family_free_children);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	high = family_sample_until(2);
	subject_tell(&family_subject, 2);
	low = family_sample(1);
	cr_assert_eq(low.value[TM_METRIC_processes], 1);
	cr_assert_lt(low.value[TM_METRIC_rss_bytes],
		     high.value[TM_METRIC_rss_bytes] - 15 * MIB);
	cr_assert_geq(low.value[TM_METRIC_hwm_bytes],
		      high.value[TM_METRIC_rss_bytes]);
}

/* --- finding -------------------------------------------------------------- */

static void grandchild(void)
{
	family_keep_child(nothing);
}

static void have_grandchild(char order)
{
	if (order)
		family_keep_child(grandchild);
}

Test(tree, finds_grandchildren)
{
	family_start(have_grandchild);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	subject_await(&family_subject);
	family_sample_until(3);
}

static void *fork_in_thread(void *unused)
{
	family_keep_child(nothing);
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

	family_start(have_thread);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	sample = family_sample_until(2);
	cr_assert_eq(sample.value[TM_METRIC_threads], 3);
}

Test(tree, is_found_without_the_last_process_number)
{
	struct tm_members members;

	family_start(have_thread);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	cr_assert_eq(tm_members_open(&members, family_subject.pid, NULL),
		     TM_OK);
	close(members.loadavg_fd);
	members.loadavg_fd = -1;
	members.member[0].status.threads = 2;
	tm_members_search(&members);
	cr_assert_eq(members.count, 2);
	tm_members_close(&members);
}

Test(tree, is_found_on_a_kernel_that_does_not_list_children)
{
	struct tm_members members;

	family_start(have_grandchild);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	subject_await(&family_subject);
	cr_assert_eq(tm_members_open(&members, family_subject.pid, NULL),
		     TM_OK);
	members.tells_children = 0;
	tm_members_search(&members);
	cr_assert_eq(members.count, 3);
	tm_members_close(&members);
}

Test(tree, reads_the_new_process_numbers_alone)
{
	struct tm_members members;

	family_start(family_have_children);
	cr_assert_eq(tm_members_open(&members, family_subject.pid, NULL),
		     TM_OK);
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
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	tm_members_search(&members);
	cr_assert_eq(members.count, 2);
	tm_members_close(&members);
}

static void orphan(void)
{
	family_keep_child(nothing);
}

static void have_orphan(char order)
{
	static pid_t middle;

	if (order == 1) {
		middle = family_keep_child(orphan);
	} else if (order == 2) {
		kill(middle, SIGKILL);
		waitpid(middle, NULL, 0);
	}
}

Test(tree, keeps_an_orphan_that_it_knew)
{
	family_start(have_orphan);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	subject_await(&family_subject);
	family_sample_until(3);
	subject_tell(&family_subject, 2);
	cr_assert_eq(family_sample(1).value[TM_METRIC_processes], 2);
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

	family_start(count_things);
	before = family_sample(1);
	subject_tell(&family_subject, 1);
	after = family_sample(1);
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

	family_start(count_things);
	subject_tell(&family_subject, 1);
	cr_assert(tm_process_open(&process, family_subject.pid));
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
		family_keep_child(nothing);
}

Test(tree, says_when_there_are_more_processes_than_it_can_hold)
{
	struct tm_sample sample;
	const char *reason;
	int i;

	family_start(have_many);
	subject_tell(&family_subject, 1);
	for (i = 0; i < TM_MEMBERS_MAX; i++)
		subject_await(&family_subject);
	sample = family_sample(1);
	cr_assert_eq(sample.present, 0);
	reason = tm_tree_absent(family_tree, TM_METRIC_rss_bytes);
	cr_assert(reason && strstr(reason, "more than 512 processes at once"));
	cr_assert_gt(tm_tree_rss(family_tree), 0);
}

Test(tree, measures_nothing_of_a_zombie)
{
	siginfo_t info;
	struct tm_sample sample;

	family_start(family_have_children);
	kill(family_subject.pid, SIGKILL);
	cr_assert_eq(waitid(P_PID, (id_t)family_subject.pid, &info,
			    WEXITED | WNOWAIT),
		     0);
	sample = family_sample(1);
	cr_assert_eq(sample.present, 0);
	cr_assert_eq(tm_tree_rss(family_tree), 0);
}

/* Without root's rights, beside a process of another user. */
static void measure_as_another_user(void)
{
	struct tm_sample sample;
	const char *reason;

	sample = family_sample(1);
	cr_assert(tm_sample_has(&sample, TM_METRIC_rss_bytes));
	cr_assert_not(tm_sample_has(&sample, TM_METRIC_pss_bytes));
	reason = tm_tree_absent(family_tree, TM_METRIC_pss_bytes);
	cr_assert(reason && strstr(reason, "Permission denied"), "%s", reason);
	cr_assert_not(tm_sample_has(&sample, TM_METRIC_mappings));
	cr_assert_not_null(tm_tree_absent(family_tree, TM_METRIC_mappings));
}

static void become_another_user(char order)
{
	if (order == 1)
		family_keep_child(nothing);
	else if (order == 2 && setuid(65533) != 0)
		_exit(3);
}

Test(tree, is_absent_where_a_process_may_not_be_read)
{
	if (geteuid() != 0)
		cr_skip_test("only root can become two users");
	family_start(become_another_user);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	subject_tell(&family_subject, 2);
	cr_assert_eq(seteuid(65534), 0);
	measure_as_another_user();
	cr_assert_eq(seteuid(0), 0);
}

/* --- opening -------------------------------------------------------------- */

static void refuses(pid_t pid, const char *says)
{
	struct tm_err err = {0};

	cr_assert_eq(tm_tree_open(&family_tree, pid, &err), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, says), "%s", err.text);
	cr_assert_null(family_tree);
}

Test(tree, is_not_opened_for_a_zombie)
{
	siginfo_t info;

	subject_start(&family_subject, family_have_children);
	kill(family_subject.pid, SIGKILL);
	cr_assert_eq(waitid(P_PID, (id_t)family_subject.pid, &info,
			    WEXITED | WNOWAIT),
		     0);
	refuses(family_subject.pid, "has ended");
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
	refuses(2, "kernel thread");
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

Test(tree, is_not_opened_for_an_ended_process)
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
	family_start(family_have_children);
	subject_tell(&family_subject, 1);
	subject_await(&family_subject);
	tm_probe_sample(&own, TM_PROBE_MARK, &before);
	for (i = 0; i < 100; i++)
		family_sample(i % 2);
	tm_probe_sample(&own, TM_PROBE_MARK, &after);
	cr_assert_eq(after.value[TM_METRIC_allocated_bytes],
		     before.value[TM_METRIC_allocated_bytes]);
	tm_probe_close(&own);
}
