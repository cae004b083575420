#include "subprocess/attach.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

/* The first letter of "State:", and whether it has a line "VmRSS:". */
static int read_status(pid_t pid, char *state, int *has_memory)
{
	char path[48], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	*state = '?';
	*has_memory = 0;
	while (fgets(line, sizeof(line), file)) {
		(void)sscanf(line, "State: %c", state);
		*has_memory |= strncmp(line, "VmRSS:", 6) == 0;
	}
	fclose(file);
	return 1;
}

static enum tm_rc fail_open(pid_t pid, int failure, struct tm_err *err)
{
	long number = (long)pid;

	if (failure == ESRCH)
		return tm_fail(err, TM_EUSAGE, "there is no process %ld",
			       number);
	if (failure == EINVAL)
		return tm_fail(err, TM_EUSAGE,
			       "%ld is a thread: name its process", number);
	return tm_fail_errno(err, failure, "cannot watch process %ld", number);
}

enum tm_rc tm_attach_open(int *out, pid_t pid, struct tm_err *err)
{
	long number = (long)pid;
	int has_memory;
	char state;

	*out = -1;
	if (pid == getpid())
		return tm_fail(err, TM_EUSAGE, "process %ld is tidemark itself",
			       number);
	*out = pidfd_open(pid, 0);
	if (*out < 0)
		return fail_open(pid, errno, err);
	if (!read_status(pid, &state, &has_memory))
		tm_fail(err, TM_EUSAGE,
			"cannot read process %ld in /proc: it belongs to "
			"another user, or has ended",
			number);
	else if (state == 'Z' || state == 'X')
		tm_fail(err, TM_EUSAGE,
			"process %ld has ended, but its parent has not waited "
			"for it yet",
			number);
	else if (!has_memory)
		tm_fail(err, TM_EUSAGE,
			"process %ld has no memory of its own: it is a kernel "
			"thread",
			number);
	else
		return TM_OK;
	close(*out);
	*out = -1;
	return TM_EUSAGE;
}

int tm_attach_has_ended(int pid_fd)
{
	struct pollfd wait = {.fd = pid_fd, .events = POLLIN};

	return poll(&wait, 1, 0) > 0;
}
