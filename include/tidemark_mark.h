/*
 * tidemark_mark.h - tell tidemark that an iteration is done.
 *
 * Purpose:   one line in the loop of any C or C++ program:
 *
 *		#include <tidemark_mark.h>
 *
 *		for (i = 1; i <= n; i++) {
 *			work();
 *			tm_mark(i);
 *		}
 *
 *            Under `tidemark exec -- PROGRAM` each mark is a sample.  Without
 *            tidemark it is one test of a variable, and nothing else.  A
 *            descriptor that is not tidemark's pipe is left alone: a program
 *            that another one starts may inherit the variables alone, and have
 *            a file of its own under the number.
 * Ownership: nothing is allocated, nothing is opened.
 * Units:     iterations that are done, counted upwards.
 * Errors:    none that a program could do anything about: when tidemark has
 *            gone, marks are no longer written.  SIGPIPE is not raised, and
 *            a call that a signal interrupts goes on.
 * Threads:   a mark is one write that no other can come between, so any thread
 *            may mark.  With --mark-ack the thread that marks waits until the
 *            sample is taken; let only one thread mark then.
 * Processes: the process that calls tm_mark() first is the one that marks: a
 *            child that it forks later does not, or two of them would count in
 *            one row.  Where several processes work, as a server's do, each
 *            calls tm_mark_next(), and the sum of their iterations counts.
 *
 * There is no library: this header is all of it, in C99 and in C++, each file
 * that includes it with its own copy.
 */
#ifndef TIDEMARK_MARK_H
#define TIDEMARK_MARK_H

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Descriptors of tidemark; -1: none, -2: not asked for yet. */
struct tm_mark_state {
	int mark_fd;
	int answer_fd;
	long pid; /* of the process that marks */
	/* Inodes of the pipes that the descriptors must be; 0: none. */
	unsigned long mark_pipe;
	unsigned long answer_pipe;
};

static struct tm_mark_state tm_mark_state = {-2, -1, 0, 0, 0};

static inline int tm_mark_variable(const char *name)
{
	const char *number = getenv(name);

	return number && *number >= '0' && *number <= '9'
		       ? (int)strtol(number, NULL, 10)
		       : -1;
}

/* The inode in a variable such as `pipe:[12345]`; 0: there is none. */
static inline unsigned long tm_mark_inode(const char *name)
{
	const char *text = getenv(name);

	return text && strncmp(text, "pipe:[", 6) == 0
		       ? strtoul(text + 6, NULL, 10)
		       : 0;
}

/* Whether the descriptor is that pipe still, and not what else was opened. */
static inline int tm_mark_is_pipe(int fd, unsigned long inode)
{
	int saved_errno = errno, is_pipe;
	struct stat info;

	is_pipe = inode != 0 && fstat(fd, &info) == 0 &&
		  S_ISFIFO(info.st_mode) && info.st_ino == inode;
	errno = saved_errno;
	return is_pipe;
}

/* Whether a line can be written; waits while the pipe is full. */
static inline int tm_mark_wait(int fd)
{
	struct pollfd wait;

	wait.fd = fd;
	wait.events = POLLOUT;
	wait.revents = 0;
	while (poll(&wait, 1, -1) < 0) {
		if (errno != EINTR)
			return 0;
	}
	/* Writing to a pipe without a reader would end the program. */
	return !(wait.revents & (POLLERR | POLLNVAL));
}

/* Threads that mark share the state: these are GCC's and Clang's atomics. */
#define TM_MARK_GET(member)                                                    \
	__atomic_load_n(&tm_mark_state.member, __ATOMIC_ACQUIRE)
#define TM_MARK_SET(member, value)                                             \
	__atomic_store_n(&tm_mark_state.member, value, __ATOMIC_RELEASE)

/* Ask once, in each process, where marks go to.  Threads that ask at the same
 * time find the same; a thread that sees the descriptor sees the rest. */
static inline int tm_mark_is_wanted(void)
{
	if (TM_MARK_GET(mark_fd) == -2) {
		TM_MARK_SET(pid, (long)getpid());
		TM_MARK_SET(mark_pipe, tm_mark_inode("TIDEMARK_PIPE"));
		TM_MARK_SET(answer_pipe, tm_mark_inode("TIDEMARK_ACK_PIPE"));
		TM_MARK_SET(answer_fd, tm_mark_variable("TIDEMARK_ACK_FD"));
		TM_MARK_SET(mark_fd, tm_mark_variable("TIDEMARK_FD"));
	}
	return TM_MARK_GET(mark_fd) >= 0;
}

/* "mark N\n" at the end of `line`; where it begins. */
static inline int tm_mark_line(char line[32], unsigned long long iteration)
{
	static const char word[] = "mark ";
	int at = 31, i;

	line[at] = '\n';
	do {
		line[--at] = (char)('0' + (int)(iteration % 10));
		iteration /= 10;
	} while (iteration);
	for (i = 5; i > 0; i--)
		line[--at] = word[i - 1];
	return at;
}

static inline void tm_mark_answer(void)
{
	int fd = TM_MARK_GET(answer_fd);
	ssize_t got = -1;
	char answer;

	while (tm_mark_is_pipe(fd, TM_MARK_GET(answer_pipe))) {
		got = read(fd, &answer, 1);
		if (got >= 0 || errno != EINTR)
			break;
	}
	if (got != 1)
		TM_MARK_SET(answer_fd, -1);
}

static inline void tm_mark_write(const char *line, size_t length)
{
	int saved_errno = errno, fd = TM_MARK_GET(mark_fd);
	ssize_t written = -1;

	while (tm_mark_is_pipe(fd, TM_MARK_GET(mark_pipe)) &&
	       tm_mark_wait(fd)) {
		written = write(fd, line, length);
		if (written >= 0 || (errno != EINTR && errno != EAGAIN))
			break;
	}
	if (written < 0)
		TM_MARK_SET(mark_fd, -1);
	else if (TM_MARK_GET(answer_fd) >= 0)
		tm_mark_answer();
	errno = saved_errno;
}

/* `iteration` iterations are done. */
static inline void tm_mark(unsigned long long iteration)
{
	char line[32];
	int at;

	if (!tm_mark_is_wanted() || TM_MARK_GET(pid) != (long)getpid())
		return;
	at = tm_mark_line(line, iteration);
	tm_mark_write(line + at, (size_t)(32 - at));
}

/* One more iteration is done, by this process or another. */
static inline void tm_mark_next(void)
{
	if (tm_mark_is_wanted())
		tm_mark_write("mark\n", 5);
}

#endif
