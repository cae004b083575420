#include "subprocess/orphans.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* One that the kernel does not let die is not waited for. */
#define KILL_ROUNDS  200
#define KILL_WAIT_US 5000

/* --- children ------------------------------------------------------------- */

/* The children of this process, as the kernel lists them. */
static FILE *open_children(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%ld/children",
		 (long)getpid());
	return fopen(path, "re");
}

static int next_child(FILE *children, pid_t *out)
{
	long pid;

	if (!children || fscanf(children, "%ld", &pid) != 1)
		return 0;
	*out = (pid_t)pid;
	return 1;
}

static void close_children(FILE *children)
{
	if (children)
		fclose(children);
}

static int is_known(const struct tm_orphans *orphans, pid_t pid)
{
	size_t i;

	for (i = 0; i < orphans->known_count; i++) {
		if (orphans->known[i] == pid)
			return 1;
	}
	return 0;
}

/* --- adopting ------------------------------------------------------------- */

void tm_orphans_open(struct tm_orphans *orphans)
{
	FILE *children = open_children();
	pid_t pid;

	memset(orphans, 0, sizeof(*orphans));
	while (orphans->known_count < TM_ORPHANS_KNOWN &&
	       next_child(children, &pid))
		orphans->known[orphans->known_count++] = pid;
	close_children(children);
	orphans->adopts =
		prctl(PR_GET_CHILD_SUBREAPER, &orphans->was_adopting) == 0 &&
		prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

void tm_orphans_close(struct tm_orphans *orphans)
{
	if (orphans->adopts && !orphans->was_adopting)
		prctl(PR_SET_CHILD_SUBREAPER, 0);
	orphans->adopts = 0;
}

static int reap_one(struct tm_orphans *orphans, pid_t pid)
{
	struct rusage usage;
	uint64_t peak_bytes;

	if (wait4(pid, NULL, WNOHANG, &usage) != pid)
		return 0;
	peak_bytes = (uint64_t)usage.ru_maxrss * 1024u;
	if (peak_bytes > orphans->largest_bytes)
		orphans->largest_bytes = peak_bytes;
	orphans->reaped++;
	return 1;
}

void tm_orphans_reap(struct tm_orphans *orphans, pid_t program)
{
	siginfo_t ended;

	while (orphans->adopts) {
		ended.si_pid = 0;
		if (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) !=
			    0 ||
		    ended.si_pid == 0 || ended.si_pid == program ||
		    is_known(orphans, ended.si_pid) ||
		    !reap_one(orphans, ended.si_pid))
			return;
	}
}

/* --- what is left --------------------------------------------------------- */

static int is_ended(pid_t pid)
{
	siginfo_t ended = {0};

	return waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOHANG | WNOWAIT) !=
		       0 ||
	       ended.si_pid == pid;
}

static void add_name(pid_t pid, char *names, size_t size)
{
	size_t used = strlen(names);
	char path[48], name[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
	file = fopen(path, "re");
	if (file && fgets(name, sizeof(name), file))
		name[strcspn(name, "\n")] = '\0';
	if (file)
		fclose(file);
	if (*name && used + strlen(name) + 24 < size)
		snprintf(names + used, size - used, "%s%s, pid %ld",
			 used ? "; " : "", name, (long)pid);
}

size_t tm_orphans_left(const struct tm_orphans *orphans, char *names,
		       size_t size)
{
	FILE *children = orphans->adopts ? open_children() : NULL;
	size_t count = 0;
	pid_t pid;

	*names = '\0';
	while (next_child(children, &pid)) {
		if (is_known(orphans, pid) || is_ended(pid))
			continue;
		add_name(pid, names, size);
		count++;
	}
	close_children(children);
	return count;
}

/* Kill what is there now; whether anything was. */
static int kill_round(struct tm_orphans *orphans)
{
	FILE *children = open_children();
	int found = 0;
	pid_t pid;

	while (next_child(children, &pid)) {
		if (is_known(orphans, pid))
			continue;
		found = 1;
		kill(pid, SIGKILL);
		reap_one(orphans, pid);
	}
	close_children(children);
	return found;
}

void tm_orphans_kill(struct tm_orphans *orphans)
{
	int round;

	/* The children of one that has died come here only then. */
	for (round = 0; orphans->adopts && round < KILL_ROUNDS; round++) {
		if (!kill_round(orphans))
			return;
		usleep(KILL_WAIT_US);
	}
}
