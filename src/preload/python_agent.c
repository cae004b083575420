#include "preload/python_agent.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "preload/allocator.h"
#include "preload/interposed.h"
#include "preload/python_api.h"
#include "preload/python_heap.h"

#define NS_PER_MS 1000000u

/* How long a question may wait before an allocation sees it. */
#define CHECK_NS (2 * NS_PER_MS)

/* The main thread may take so long before another one answers. */
#define PATIENCE_NS (20 * NS_PER_MS)
#define LOST_NS	    (200 * NS_PER_MS)

/* tidemark reads at once; one that does not is left alone. */
#define SEND_MS 2000

#define FD_LEAST 200 /* out of the way of the program's own */

int tm_python_agent_fd = -1;

static struct sockaddr_un address = {.sun_family = AF_UNIX};
static ino_t inode; /* of our socket: the program may close its descriptor */
static int ack_fd = -1;
static ino_t ack_inode; /* of the pipe that it must be */
static ssize_t (*next_read)(int fd, void *bytes, size_t size);

static _Atomic uint64_t due_ns;
static _Atomic uint64_t pending_ns; /* when the main thread was asked; 0: not */

/* A thread that lives for one answer. */
enum help {
	NO_HELP,
	AT_WORK,
	HAS_ANSWER, /* and is gone, or about to go */
	IS_SENT
};

static _Atomic int help_state;
static struct tm_python_question helped; /* its answer */

/* With the interpreter's lock. */
static int is_answering;
static int is_started; /* 1: tm_python_heap_start() has succeeded, -1: not */
static char line[64];  /* what has come of the next question */
static size_t length;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* --- the connection ------------------------------------------------------- */

/* The program may have closed the descriptor, and have another file by now. */
static int is_ours(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode) &&
	       status.st_ino == inode;
}

static void leave(void)
{
	int fd = tm_python_agent_fd;

	tm_python_agent_fd = -1;
	length = 0;
	if (fd >= 0 && is_ours(fd))
		close(fd);
}

static int send_all(const char *text, size_t size)
{
	struct pollfd wait = {.fd = tm_python_agent_fd, .events = POLLOUT};
	ssize_t sent;

	while (size > 0) {
		sent = send(tm_python_agent_fd, text, size,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno == EAGAIN && poll(&wait, 1, SEND_MS) == 1)
			continue;
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return 0;
		text += sent;
		size -= (size_t)sent;
	}
	return 1;
}

static int say_hello(void)
{
	const char *version = tm_python.Py_GetVersion();
	char text[96];
	int size =
		snprintf(text, sizeof(text), "hello 1 %ld CPython %.*s\n",
			 (long)getpid(), (int)strcspn(version, " "), version);

	return send_all(text, (size_t)size);
}

/* Where descriptors are few, the first that is free will do. */
static int move_away(int fd)
{
	int moved = fcntl(fd, F_DUPFD_CLOEXEC, FD_LEAST);

	if (moved < 0)
		return fd;
	close(fd);
	return moved;
}

static void join(void)
{
	struct stat status;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return;
	fd = move_away(fd);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) !=
		    0 ||
	    fstat(fd, &status) != 0) {
		close(fd);
		return;
	}
	inode = status.st_ino;
	tm_python_agent_fd = fd;
	if (!say_hello())
		leave();
}

void tm_python_agent_start(const char *socket_path, const char *ack,
			   const char *ack_pipe)
{
	void *found = dlsym(RTLD_NEXT, "read");

	memcpy(&next_read, &found, sizeof(found));
	if (!socket_path || strlen(socket_path) >= sizeof(address.sun_path) ||
	    !tm_python_api_find())
		return;
	memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
	if (ack && *ack >= '0' && *ack <= '9' && ack_pipe &&
	    strncmp(ack_pipe, "pipe:[", 6) == 0) {
		ack_fd = (int)strtol(ack, NULL, 10);
		ack_inode = strtoul(ack_pipe + 6, NULL, 10);
	}
	join();
}

void tm_python_agent_forked(void)
{
	if (tm_python_agent_fd < 0)
		return;
	leave();
	atomic_store(&pending_ns, 0);
	atomic_store(&help_state, NO_HELP);
	is_answering = 0;
	join();
}

/* --- answers -------------------------------------------------------------- */

static int is_question(struct tm_python_question *question)
{
	static const char *const words[] = {"collect ", "census "};
	int i;

	for (i = 0; i < 2; i++) {
		if (strncmp(line, words[i], strlen(words[i])) != 0)
			continue;
		question->is_census = i;
		question->number = strtoul(line + strlen(words[i]), NULL, 10);
		return 1;
	}
	return 0;
}

static int start_heap(void)
{
	if (!is_started) {
		is_started = tm_python_heap_start() ? 1 : -1;
		tm_python.PyErr_Clear();
	}
	return is_started > 0;
}

static int prepare(struct tm_python_question *question)
{
	if (!start_heap())
		return 0;
	question->answer =
		mmap(NULL, TM_PYTHON_ANSWER_SIZE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (question->answer == MAP_FAILED)
		return 0;
	tm_python_heap_answer(question);
	return 1;
}

static int send_answer(const struct tm_python_question *question)
{
	int is_sent = send_all(question->answer, question->length);

	munmap(question->answer, TM_PYTHON_ANSWER_SIZE);
	return is_sent;
}

/* One byte after the other: there are a few dozen. */
static int read_line(void)
{
	ssize_t got;

	for (;;) {
		got = recv(tm_python_agent_fd, line + length, 1, MSG_DONTWAIT);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			if (got == 0 || errno != EAGAIN)
				leave();
			return 0;
		}
		if (line[length] == '\n') {
			line[length] = '\0';
			length = 0;
			return 1;
		}
		length += length + 1 < sizeof(line);
	}
}

/* The caller holds the interpreter's lock.  A finalizer that a collection calls
 * may wait at a mark, too, or fork. */
static int begin(void)
{
	int fd = tm_python_agent_fd;

	if (is_answering || fd < 0)
		return 0;
	if (!is_ours(fd)) {
		tm_python_agent_fd = -1;
		return 0;
	}
	is_answering = 1;
	return 1;
}

static void answer_all(void)
{
	int saved_errno = errno;

	if (!begin())
		return;
	while (tm_python_agent_fd >= 0 && read_line()) {
		struct tm_python_question question = {0};

		if (is_question(&question) &&
		    (!prepare(&question) || !send_answer(&question)))
			leave();
	}
	is_answering = 0;
	errno = saved_errno;
}

/* The same of one question, without sending.  Returns whether there is an
 * answer. */
static int answer_one(struct tm_python_question *question)
{
	int is_ready = 0;

	*question = (struct tm_python_question){0};
	if (!begin())
		return 0;
	if (read_line() && is_question(question)) {
		is_ready = prepare(question);
		if (!is_ready)
			leave();
	}
	is_answering = 0;
	return is_ready;
}

static int answer_in_main_thread(void *nothing)
{
	(void)nothing;
	answer_all();
	atomic_store(&pending_ns, 0);
	return 0;
}

/* 0: the interpreter is not there. */
static int answer_with_lock(void)
{
	int before;

	if (!tm_python_api_is_alive())
		return 0;
	before = tm_python.PyGILState_Ensure();
	answer_all();
	tm_python.PyGILState_Release(before);
	return 1;
}

/* --- while the program runs ----------------------------------------------- */

static void *help(void *nothing)
{
	int before, is_ready = 0;

	(void)nothing;
	if (tm_python_api_is_alive()) {
		before = tm_python.PyGILState_Ensure();
		is_ready = answer_one(&helped);
		tm_python_heap_forget_thread();
		tm_python.PyGILState_Release(before);
	}
	atomic_store(&help_state, is_ready ? HAS_ANSWER : NO_HELP);
	return NULL;
}

/* By a thread of the program: where tidemark has the answer, it counts the
 * program's threads, and ours should not be one of them. */
static void send_helped(void)
{
	int state = HAS_ANSWER;

	if (!atomic_compare_exchange_strong(&help_state, &state, IS_SENT))
		return;
	if (!send_answer(&helped))
		leave();
	atomic_store(&help_state, NO_HELP);
}

/* The program's signals are not for this thread. */
static void start_helper(void)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;
	int state = NO_HELP;

	if (!atomic_compare_exchange_strong(&help_state, &state, AT_WORK))
		return;
	sigfillset(&all);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&thread, &attributes, help, NULL) != 0)
		atomic_store(&help_state, NO_HELP);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
}

static void ask_main_thread(uint64_t now)
{
	atomic_store(&pending_ns, now);
	if (tm_python.Py_AddPendingCall(answer_in_main_thread, NULL) != 0)
		atomic_store(&pending_ns, 0);
}

/* A call that was asked for while the interpreter starts may be lost. */
static void bring_answer(uint64_t now)
{
	uint64_t since = atomic_load(&pending_ns);
	int is_main = syscall(SYS_gettid) == getpid();

	if (!since || (is_main && now - since > LOST_NS))
		ask_main_thread(now);
	else if (!is_main && now - since > PATIENCE_NS)
		start_helper();
}

/* Whether there is something to read, or the connection has ended. */
static int has_come(void)
{
	char byte;

	return recv(tm_python_agent_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >=
		       0 ||
	       errno != EAGAIN;
}

void tm_python_agent_check(void)
{
	uint64_t now = now_ns(), due = atomic_load(&due_ns);
	int saved_errno = errno;

	if (now < due ||
	    !atomic_compare_exchange_strong(&due_ns, &due, now + CHECK_NS))
		return;
	send_helped();
	if (has_come() && tm_python_api_is_alive())
		bring_answer(now);
	errno = saved_errno;
}

/* --- while it waits at a mark --------------------------------------------- */

/* Returns whether there is something to read at the mark; 0: a signal came. */
static int wait_at_mark(void)
{
	struct pollfd waits[2] = {{.fd = ack_fd, .events = POLLIN},
				  {.events = POLLIN}};

	for (;;) {
		send_helped();
		waits[1].fd = tm_python_agent_fd;
		if (poll(waits, 2, -1) < 0)
			return 0;
		if (waits[0].revents || waits[1].fd < 0)
			return 1;
		if (!is_ours(waits[1].fd))
			tm_python_agent_fd = -1;
		else if (is_answering || !answer_with_lock())
			return 1;
	}
}

/* A file that the program opened under the number is its own. */
static int is_ack_pipe(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode) &&
	       status.st_ino == ack_inode;
}

static int is_mark(int fd)
{
	int saved_errno = errno;
	int found = fd == ack_fd && fd >= 0 && tm_python_agent_is_on() &&
		    is_ack_pipe(fd) && !(fcntl(fd, F_GETFL) & O_NONBLOCK);

	errno = saved_errno;
	return found;
}

TM_INTERPOSED ssize_t read(int fd, void *bytes, size_t size)
{
	if (tm_unlikely(is_mark(fd)) && !wait_at_mark())
		return -1;
	if (tm_unlikely(!next_read))
		return syscall(SYS_read, fd, bytes, size);
	return next_read(fd, bytes, size);
}
