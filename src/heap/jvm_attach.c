#include "heap/jvm_attach.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/clock.h"

#define STEP_MS 5

static int left_ms(uint64_t deadline_ns)
{
	uint64_t now_ns = tm_clock_ns();

	return now_ns < deadline_ns
		       ? (int)((deadline_ns - now_ns) / 1000000u) + 1
		       : 0;
}

/* --- the socket ----------------------------------------------------------- */

/* The kernel remembers who connects.  JDK 8 wants just its own user there; only
 * this thread becomes that user, for the call. */
static int connect_as(const struct tm_jvm_process *process, int fd,
		      const struct sockaddr_un *address)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int rc, saved_errno;
	int changes = uid == 0 && (process->uid != uid || process->gid != gid);

	if (changes) {
		(void)syscall(SYS_setresgid, -1, process->gid, -1);
		(void)syscall(SYS_setresuid, -1, process->uid, -1);
	}
	rc = connect(fd, (const struct sockaddr *)address, sizeof(*address));
	saved_errno = errno;
	if (changes) {
		(void)syscall(SYS_setresuid, -1, uid, -1);
		(void)syscall(SYS_setresgid, -1, gid, -1);
	}
	errno = saved_errno;
	return rc;
}

/* Everybody may make a socket of that name in /tmp. */
static int is_of(const struct tm_jvm_process *process, int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	       peer.pid == process->pid;
}

/* -1: there is none, it is another's, or not now (errno). */
static int connect_to(const struct tm_jvm_process *process)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	snprintf(address.sun_path, sizeof(address.sun_path),
		 "/proc/%ld/root/tmp/.java_pid%ld", (long)process->pid,
		 (long)process->inner_pid);
	if (connect_as(process, fd, &address) == 0) {
		if (is_of(process, fd))
			return fd;
		errno = ENOENT;
	}
	close(fd);
	return -1;
}

/* --- ask for a socket ----------------------------------------------------- */

/* The file that asks for a socket.  Its folder stays open: what leads to it by
 * the process is gone when that ends. */
struct sign {
	int folder_fd;
	char name[48];
};

static int hand_over(const struct tm_jvm_process *process, int fd)
{
	return process->uid == geteuid() ||
	       fchown(fd, process->uid, process->gid) == 0;
}

static void remove_sign(const struct sign *sign)
{
	unlinkat(sign->folder_fd, sign->name, 0);
	close(sign->folder_fd);
}

/* It takes only a file of its own user for a sign. */
static int make_sign(const struct tm_jvm_process *process, const char *folder,
		     struct sign *sign)
{
	char path[64];
	int fd, is_made;

	snprintf(path, sizeof(path), "/proc/%ld/%s", (long)process->pid,
		 folder);
	snprintf(sign->name, sizeof(sign->name), ".attach_pid%ld",
		 (long)process->inner_pid);
	sign->folder_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (sign->folder_fd < 0)
		return 0;
	fd = openat(sign->folder_fd, sign->name,
		    O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		int saved_errno = errno;

		close(sign->folder_fd);
		errno = saved_errno;
		return 0;
	}
	is_made = hand_over(process, fd);
	close(fd);
	if (!is_made)
		remove_sign(sign);
	return is_made;
}

/* Send SIGQUIT to just this process, if it catches it now. */
static int send_quit(const struct tm_jvm_process *process)
{
	struct tm_jvm_process now = {0};
	int fd = pidfd_open(process->pid, 0);
	int is_sent;

	if (fd < 0)
		return 0;
	is_sent = tm_jvm_process_status(&now, process->pid) &&
		  now.catches_quit && now.uid == process->uid &&
		  pidfd_send_signal(fd, SIGQUIT, NULL, 0) == 0;
	close(fd);
	return is_sent;
}

/* For a moment; 0 when the process has ended, reaped or not. */
static int wait_briefly(int pid_fd)
{
	struct pollfd wait = {.fd = pid_fd, .events = POLLIN};

	return poll(&wait, 1, STEP_MS) == 0;
}

static enum tm_rc wait_for_socket(const struct tm_jvm_process *process,
				  uint64_t deadline_ns, int *out,
				  struct tm_err *err)
{
	int pid_fd = pidfd_open(process->pid, 0);
	enum tm_rc rc = TM_OK;

	while (rc == TM_OK && (*out = connect_to(process)) < 0) {
		if (errno != ENOENT && errno != ECONNREFUSED && errno != EAGAIN)
			rc = tm_fail_errno(err, errno,
					   "cannot connect to the JVM %ld",
					   (long)process->pid);
		else if (pid_fd < 0 || !wait_briefly(pid_fd))
			rc = tm_fail(err, TM_EUNAVAILABLE,
				     "the JVM %ld has ended",
				     (long)process->pid);
		else if (left_ms(deadline_ns) == 0)
			rc = tm_fail(err, TM_ETIMEOUT,
				     "the JVM %ld opened no socket in time",
				     (long)process->pid);
	}
	if (pid_fd >= 0)
		close(pid_fd);
	return rc;
}

static enum tm_rc make_socket(const struct tm_jvm_process *process,
			      uint64_t deadline_ns, int *out,
			      struct tm_err *err)
{
	struct sign sign;
	enum tm_rc rc;

	if (!make_sign(process, "root/tmp", &sign) &&
	    !make_sign(process, "cwd", &sign))
		return tm_fail_errno(err, errno,
				     "cannot ask the JVM %ld for a socket: "
				     "neither /tmp nor its working folder "
				     "takes a file",
				     (long)process->pid);
	if (send_quit(process))
		rc = wait_for_socket(process, deadline_ns, out, err);
	else
		rc = tm_fail(err, TM_EUNAVAILABLE,
			     "the JVM %ld does not catch SIGQUIT: it is "
			     "starting or ending, or runs with -Xrs",
			     (long)process->pid);
	remove_sign(&sign);
	return rc;
}

static enum tm_rc open_socket(const struct tm_jvm_process *process,
			      int may_signal, uint64_t deadline_ns, int *out,
			      struct tm_err *err)
{
	*out = connect_to(process);
	if (*out >= 0)
		return TM_OK;
	if (errno == EAGAIN) /* others ask as well */
		return wait_for_socket(process, deadline_ns, out, err);
	if (errno != ENOENT && errno != ECONNREFUSED)
		return tm_fail_errno(err, errno,
				     "cannot connect to the JVM %ld",
				     (long)process->pid);
	if (!may_signal)
		return tm_fail(
			err, TM_EUNAVAILABLE,
			"the JVM %ld has no socket, and SIGQUIT may not be "
			"sent: it is starting or ending, or runs with -Xrs",
			(long)process->pid);
	return make_socket(process, deadline_ns, out, err);
}

/* --- question and answer -------------------------------------------------- */

/* Version, command and three arguments, each ended by a zero. */
static size_t write_request(char *out, size_t size, const char *command)
{
	int length =
		snprintf(out, size, "1%cjcmd%c%s%c%c", 0, 0, command, 0, 0);

	return (size_t)length + 1;
}

/* The first line is a number, 0 for a command that was done. */
struct answer {
	const struct tm_jvm_question *question;
	int has_code;
	int code;
	char why[160]; /* the first line of one that was not */
};

static int take_line(void *context, char *line)
{
	struct answer *answer = context;

	if (!answer->has_code) {
		answer->has_code = 1;
		answer->code = (int)strtol(line, NULL, 10);
		return 1;
	}
	if (answer->code != 0) {
		snprintf(answer->why, sizeof(answer->why), "%s", line);
		return 0;
	}
	return answer->question->take
		       ? answer->question->take(answer->question->context, line)
		       : 1;
}

static enum tm_rc read_answer(const struct tm_jvm_process *process, int fd,
			      struct tm_jvm_question *question,
			      struct tm_err *err)
{
	struct answer answer = {.question = question};
	struct tm_reader reader = {.take = take_line, .context = &answer};
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	char bytes[8192];
	ssize_t got = 1;

	while (got != 0 && !reader.is_done) {
		if (poll(&wait, 1, left_ms(question->deadline_ns)) == 0)
			return tm_fail(
				err, TM_ETIMEOUT,
				"the JVM %ld did not complete %s in time",
				(long)process->pid, question->command);
		got = read(fd, bytes, sizeof(bytes));
		if (got > 0)
			tm_reader_feed(&reader, bytes, (size_t)got);
		else if (got < 0 && errno != EAGAIN && errno != EINTR)
			got = 0;
	}
	tm_reader_end(&reader);
	if (!answer.has_code)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "the JVM %ld ended before it completed %s",
			       (long)process->pid, question->command);
	question->is_refused = answer.code != 0;
	if (question->is_refused)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "the JVM %ld refuses %s: %s", (long)process->pid,
			       question->command, answer.why);
	return TM_OK;
}

enum tm_rc tm_jvm_ask(const struct tm_jvm_process *process, int may_signal,
		      struct tm_jvm_question *question, struct tm_err *err)
{
	char request[128];
	size_t length =
		write_request(request, sizeof(request), question->command);
	enum tm_rc rc;
	int fd;

	rc = open_socket(process, may_signal, question->deadline_ns, &fd, err);
	if (rc != TM_OK)
		return rc;
	if (send(fd, request, length, MSG_NOSIGNAL) == (ssize_t)length)
		rc = read_answer(process, fd, question, err);
	else
		rc = tm_fail_errno(err, errno, "cannot ask the JVM %ld",
				   (long)process->pid);
	close(fd);
	return rc;
}
