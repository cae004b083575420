#include "probe/members.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "probe/procfs.h"
#include "util/clock.h"
#include "util/trace.h"

/* linux/magic.h: checks that /proc is procfs and not another file system. */
#define PROC_MAGIC 0x9fa0

/* A process that has not called exec by then is taken not to do so.  On a busy
 * machine fork and exec may be tens of milliseconds apart. */
#define COPY_NS 100000000u

/* One search in this many is complete, whatever the last process number. */
#define SEARCHES_WHOLE 32

/* Checking one process number costs as much as reading a thread's children. */
#define NUMBERS_SPARE 8

/* --- the table ------------------------------------------------------------ */

static size_t hash_of(pid_t pid)
{
	return ((uint32_t)pid * 2654435769u) >> 22;
}

static void insert(struct tm_members *members, size_t at)
{
	size_t slot = hash_of(members->member[at].process.pid);

	while (members->slot[slot])
		slot = (slot + 1) % TM_MEMBERS_SLOTS;
	members->slot[slot] = (uint16_t)(at + 1);
}

struct tm_member *tm_members_find(const struct tm_members *members, pid_t pid)
{
	size_t slot = hash_of(pid);

	for (; members->slot[slot]; slot = (slot + 1) % TM_MEMBERS_SLOTS) {
		struct tm_member *member =
			&members->member[members->slot[slot] - 1];

		if (member->process.pid == pid)
			return member;
	}
	return NULL;
}

void tm_members_remove_gone(struct tm_members *members)
{
	size_t kept = 0, i;

	for (i = 0; i < members->count; i++) {
		struct tm_member *member = &members->member[i];

		if (member->read != TM_PROCESS_GONE) {
			if (kept != i)
				members->member[kept] = *member;
			kept++;
			continue;
		}
		members->files -= tm_process_files(&member->process);
		tm_process_close(&member->process);
	}
	if (kept == members->count)
		return;
	members->count = kept;
	memset(members->slot, 0, sizeof(members->slot));
	for (i = 0; i < kept; i++)
		insert(members, i);
}

/* --- new processes -------------------------------------------------------- */

/* Add the process that was opened in the slot behind the table's end. */
static void add(struct tm_members *members, struct tm_member *member)
{
	if (members->files + TM_PROCESS_FILES_MAX <= members->files_max)
		tm_process_keep_files(&member->process);
	members->files += tm_process_files(&member->process);
	member->found_ns = tm_clock_ns();
	insert(members, members->count++);
	members->found++;
	tm_trace("process_seen", "pid=%ld parent=%ld",
		 (long)member->process.pid, (long)member->status.parent);
}

static int is_ours(const struct tm_members *members,
		   const struct tm_member *member,
		   const struct tm_process_stat *stat)
{
	pid_t parent = member->status.parent;

	if (member->status.group != member->process.pid)
		return 0;
	if (tm_members_find(members, parent))
		return 1;
	return members->adopts && parent == members->self &&
	       stat->started_ticks >= members->root_started_ticks;
}

static void consider(void *context, pid_t pid)
{
	struct tm_members *members = context;
	struct tm_member *member = &members->member[members->count];
	struct tm_process_stat stat;

	if (pid == members->self || tm_members_find(members, pid))
		return;
	/* There is one slot more than the table holds, to examine it. */
	memset(member, 0, sizeof(*member));
	if (!tm_process_open(&member->process, pid)) {
		if (errno != ENOENT && errno != ESRCH)
			members->open_errno = errno;
		return;
	}
	member->read = tm_process_status(&member->process, &member->status);
	if (tm_process_stat(&member->process, &stat) != TM_PROCESS_READ ||
	    !is_ours(members, member, &stat)) {
		tm_process_close(&member->process);
		return;
	}
	if (members->count == TM_MEMBERS_MAX) {
		members->overflowed = 1;
		tm_process_close(&member->process);
		return;
	}
	add(members, member);
}

/* The table grows during this loop, so descendants are found too. */
static void walk(struct tm_members *members)
{
	struct tm_process self;
	size_t i;

	if (members->adopts && tm_process_open(&self, members->self)) {
		tm_process_children(&self, 2, consider, members);
		tm_process_close(&self);
	}
	for (i = 0; i < members->count; i++) {
		const struct tm_member *member = &members->member[i];

		tm_process_children(&member->process, member->status.threads,
				    consider, members);
	}
}

/* A child may have a lower number than its parent. */
static void scan(struct tm_members *members)
{
	size_t count;

	do {
		count = members->count;
		tm_process_each_number(members->proc_fd, consider, members);
	} while (members->count > count);
}

/* The process number assigned last; 0 when unknown. */
static long last_number(const struct tm_members *members)
{
	char text[128];
	const char *at;

	if (members->loadavg_fd < 0 ||
	    !tm_procfs_read(members->loadavg_fd, text, sizeof(text)))
		return 0;
	at = strrchr(text, ' ');
	return at ? strtol(at, NULL, 10) : 0;
}

static long count_threads(const struct tm_members *members)
{
	uint64_t threads = 0;
	size_t i;

	for (i = 0; i < members->count; i++)
		threads += members->member[i].status.threads;
	return (long)threads;
}

static void search_all(struct tm_members *members)
{
	members->overflowed = 0;
	members->open_errno = 0;
	if (members->tells_children)
		walk(members);
	else
		scan(members);
}

/* A number is assigned slightly before its process is visible, so each is checked
 * in two searches. */
void tm_members_search(struct tm_members *members)
{
	long last = last_number(members);
	long older = members->older, number;

	if (members->newer && last >= members->newer)
		members->numbers_given += (uint64_t)(last - members->newer);
	members->older = members->newer;
	members->newer = last;
	if (members->searches++ % SEARCHES_WHOLE == 0 || older <= 0 ||
	    last < older || members->overflowed || members->open_errno ||
	    last - older > count_threads(members) + NUMBERS_SPARE) {
		search_all(members);
		return;
	}
	for (number = older + 1; number <= last; number++)
		consider(members, (pid_t)number);
}

int tm_member_settle(struct tm_members *members, struct tm_member *member,
		     uint64_t now_ns)
{
	struct tm_process_stat stat;

	if (member->counted)
		return 1;
	member->counted =
		member->process.pid == members->root ||
		now_ns - member->found_ns >= COPY_NS ||
		tm_process_stat(&member->process, &stat) != TM_PROCESS_READ ||
		!stat.copied;
	return member->counted;
}

/* --- opening -------------------------------------------------------------- */

static enum tm_rc refuse(const struct tm_member *member,
			 const struct tm_process_stat *stat, struct tm_err *err)
{
	long pid = (long)member->process.pid;
	const char *name = member->process.name;

	if (member->status.group && member->status.group != member->process.pid)
		return tm_fail(err, TM_EUSAGE,
			       "process %ld (%s) is a thread of process %ld: "
			       "give the number of that process",
			       pid, name, (long)member->status.group);
	if (member->read == TM_PROCESS_ZOMBIE)
		return tm_fail(err, TM_EUSAGE,
			       "process %ld (%s) has ended, but its parent has "
			       "not waited for it yet",
			       pid, name);
	if (stat->is_kernel)
		return tm_fail(err, TM_EUSAGE,
			       "process %ld (%s) is a kernel thread: it has no "
			       "memory of its own",
			       pid, name);
	if (member->read == TM_PROCESS_EMPTY)
		return tm_fail(err, TM_EUSAGE,
			       "process %ld (%s) has no memory: it is ending",
			       pid, name);
	return tm_fail_errno(err, errno, "process %ld cannot be read", pid);
}

static enum tm_rc open_root(struct tm_members *members, struct tm_err *err)
{
	struct tm_member *member = members->member;
	struct tm_process_stat stat = {0};
	enum tm_rc rc;

	if (!tm_process_open(&member->process, members->root)) {
		if (errno != ENOENT)
			return tm_fail_errno(err, errno,
					     "process %ld cannot be read in "
					     "/proc",
					     (long)members->root);
		return tm_fail(err, TM_EUSAGE, "there is no process %ld%s",
			       (long)members->root,
			       kill(members->root, 0) == 0 || errno == EPERM
				       ? " in /proc, which hides it"
				       : "");
	}
	member->read = tm_process_status(&member->process, &member->status);
	if (member->read == TM_PROCESS_GONE) {
		tm_process_close(&member->process);
		return tm_fail(err, TM_EUSAGE, "there is no process %ld",
			       (long)members->root);
	}
	if (tm_process_stat(&member->process, &stat) != TM_PROCESS_READ ||
	    member->read != TM_PROCESS_READ ||
	    member->status.group != members->root) {
		rc = refuse(member, &stat, err);
		tm_process_close(&member->process);
		return rc;
	}
	members->root_started_ticks = stat.started_ticks;
	member->children_faults = stat.children_faults;
	member->counted = 1;
	add(members, member);
	return TM_OK;
}

static void open_loadavg(struct tm_members *members)
{
	struct statfs info;

	members->loadavg_fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
	/* A container may have a file with another layout there. */
	if (members->loadavg_fd >= 0 &&
	    (fstatfs(members->loadavg_fd, &info) != 0 ||
	     info.f_type != PROC_MAGIC))
		tm_procfs_close(&members->loadavg_fd);
}

static void ignore_child(void *context, pid_t child)
{
	(void)context;
	(void)child;
}

/* Half of this process's descriptor limit is left for other uses. */
static size_t half_the_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
	    limit.rlim_cur > 2 * TM_PROCESS_FILES_MAX * TM_MEMBERS_MAX)
		return TM_PROCESS_FILES_MAX * TM_MEMBERS_MAX;
	return (size_t)limit.rlim_cur / 2;
}

enum tm_rc tm_members_open(struct tm_members *members, pid_t root,
			   struct tm_err *err)
{
	enum tm_rc rc;
	int adopts = 0;

	memset(members, 0, sizeof(*members));
	members->proc_fd = members->loadavg_fd = -1;
	members->root = root;
	members->self = getpid();
	members->files_max = half_the_files();
	members->member = calloc(TM_MEMBERS_MAX + 1, sizeof(*members->member));
	if (!members->member)
		return tm_fail(err, TM_ENOMEM, "no memory for a process tree");
	rc = open_root(members, err);
	if (rc != TM_OK) {
		tm_members_close(members);
		return rc;
	}
	prctl(PR_GET_CHILD_SUBREAPER, &adopts);
	members->adopts = adopts;
	members->proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	members->tells_children = tm_process_children(
		&members->member[0].process, 2, ignore_child, NULL);
	open_loadavg(members);
	return TM_OK;
}

void tm_members_close(struct tm_members *members)
{
	size_t i;

	for (i = 0; i < members->count; i++)
		tm_process_close(&members->member[i].process);
	members->count = 0;
	tm_procfs_close(&members->proc_fd);
	tm_procfs_close(&members->loadavg_fd);
	free(members->member);
	members->member = NULL;
}
