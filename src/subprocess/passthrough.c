#include "subprocess/passthrough.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* --- opening -------------------------------------------------------------- */

/* Bytes as they are, and no echo of input that was not typed. */
static int make_raw(int fd)
{
	struct termios modes;

	if (tcgetattr(fd, &modes) != 0)
		return 0;
	cfmakeraw(&modes);
	return tcsetattr(fd, TCSANOW, &modes) == 0;
}

static int open_terminal(struct tm_passthrough *passthrough)
{
	char name[64];
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);

	if (master < 0)
		return 0;
	passthrough->in_fd = master;
	if (grantpt(master) != 0 || unlockpt(master) != 0 ||
	    ptsname_r(master, name, sizeof(name)) != 0)
		return 0;
	passthrough->program_fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return passthrough->program_fd >= 0 &&
	       make_raw(passthrough->program_fd);
}

static int open_pipe(struct tm_passthrough *passthrough)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return 0;
	passthrough->in_fd = ends[0];
	passthrough->program_fd = ends[1];
	return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

/*
 * A terminal may take less than poll() promises, and making the descriptor
 * itself non-blocking would make it so for the shell too, which shares it.
 */
static void open_own_out(struct tm_passthrough *passthrough)
{
	char name[48];
	int fd;

	if (passthrough->out_fd < 0 || !isatty(passthrough->out_fd))
		return;
	snprintf(name, sizeof(name), "/proc/self/fd/%d", passthrough->out_fd);
	fd = open(name, O_WRONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return;
	passthrough->out_fd = fd;
	passthrough->own_out = 1;
}

enum tm_rc tm_passthrough_open(struct tm_passthrough *out,
			       enum tm_passthrough_type type, int out_fd,
			       struct tm_err *err)
{
	int is_open;

	out->in_fd = out->program_fd = -1;
	out->out_fd = out_fd;
	out->own_out = out->failure = 0;
	out->length = out->sent = 0;
	out->is_terminal = type == TM_PASSTHROUGH_TERMINAL;
	is_open = out->is_terminal ? open_terminal(out) : open_pipe(out);
	if (!is_open) {
		tm_fail_errno(err, errno,
			      "cannot read the program's output: no %s",
			      out->is_terminal ? "pseudo-terminal" : "pipe");
		tm_passthrough_close(out);
		return TM_ESYSTEM;
	}
	open_own_out(out);
	tm_passthrough_resize(out);
	return TM_OK;
}

static void close_one(int *fd)
{
	if (*fd > 0)
		close(*fd);
	*fd = -1;
}

void tm_passthrough_close(struct tm_passthrough *passthrough)
{
	close_one(&passthrough->in_fd);
	close_one(&passthrough->program_fd);
	if (passthrough->own_out)
		close_one(&passthrough->out_fd);
	passthrough->own_out = 0;
}

void tm_passthrough_started(struct tm_passthrough *passthrough)
{
	close_one(&passthrough->program_fd);
}

void tm_passthrough_resize(const struct tm_passthrough *passthrough)
{
	struct winsize size, now;

	if (!passthrough->is_terminal || passthrough->in_fd < 0 ||
	    (ioctl(passthrough->out_fd, TIOCGWINSZ, &size) != 0 &&
	     ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0) ||
	    ioctl(passthrough->in_fd, TIOCGWINSZ, &now) != 0 ||
	    memcmp(&size, &now, sizeof(now)) == 0)
		return;
	(void)ioctl(passthrough->in_fd, TIOCSWINSZ, &size);
}

/* --- passing on ----------------------------------------------------------- */

int tm_passthrough_is_waiting(const struct tm_passthrough *passthrough)
{
	return passthrough->sent < passthrough->length;
}

struct pollfd tm_passthrough_wait(const struct tm_passthrough *passthrough)
{
	struct pollfd wait = {.fd = passthrough->in_fd, .events = POLLIN};

	if (tm_passthrough_is_waiting(passthrough)) {
		wait.fd = passthrough->out_fd;
		wait.events = POLLOUT;
	}
	return wait;
}

size_t tm_passthrough_read(struct tm_passthrough *passthrough)
{
	ssize_t got;

	if (passthrough->failure)
		close_one(&passthrough->in_fd);
	if (passthrough->in_fd < 0 || tm_passthrough_is_waiting(passthrough))
		return 0;
	got = read(passthrough->in_fd, passthrough->bytes,
		   sizeof(passthrough->bytes));
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got <= 0) {
		/* EIO: no process has the terminal open any more. */
		close_one(&passthrough->in_fd);
		return 0;
	}
	passthrough->sent = 0;
	passthrough->length = (size_t)got;
	if (passthrough->out_fd < 0)
		passthrough->sent = passthrough->length;
	return (size_t)got;
}

/* Whether `fd` takes bytes now: a pipe takes PIPE_BUF of them then. */
static int has_room(int fd)
{
	struct pollfd wait = {.fd = fd, .events = POLLOUT};

	return poll(&wait, 1, 0) > 0;
}

void tm_passthrough_write(struct tm_passthrough *passthrough)
{
	while (tm_passthrough_is_waiting(passthrough) &&
	       has_room(passthrough->out_fd)) {
		size_t left = passthrough->length - passthrough->sent;
		ssize_t written = write(passthrough->out_fd,
					passthrough->bytes + passthrough->sent,
					left < PIPE_BUF ? left : PIPE_BUF);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0 && errno == EAGAIN)
			return;
		if (written < 0) {
			passthrough->failure = errno;
			passthrough->sent = passthrough->length;
			return;
		}
		passthrough->sent += (size_t)written;
	}
}
