#include "subprocess/interrupt.h"

#include <errno.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* As nohup does with SIGHUP, on purpose. */
static int is_ignored(int signal)
{
	struct sigaction action;

	return sigaction(signal, NULL, &action) == 0 &&
	       action.sa_handler == SIG_IGN;
}

enum tm_rc tm_interrupt_open(struct tm_interrupt *out, struct tm_err *err)
{
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGQUIT);
	sigaddset(&held, SIGTERM);
	if (!is_ignored(SIGHUP))
		sigaddset(&held, SIGHUP);
	sigprocmask(SIG_BLOCK, &held, &out->before);
	out->fd = signalfd(-1, &held, SFD_NONBLOCK | SFD_CLOEXEC);
	if (out->fd < 0) {
		sigprocmask(SIG_SETMASK, &out->before, NULL);
		return tm_fail_errno(err, errno, "cannot watch for Ctrl-C");
	}
	return TM_OK;
}

void tm_interrupt_close(struct tm_interrupt *interrupt)
{
	/* A signal that is still pending was meant for the work that is done. */
	while (tm_interrupt_take(interrupt))
		;
	close(interrupt->fd);
	sigprocmask(SIG_SETMASK, &interrupt->before, NULL);
}

int tm_interrupt_take(struct tm_interrupt *interrupt)
{
	struct signalfd_siginfo info;

	if (read(interrupt->fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return 0;
	return (int)info.ssi_signo;
}
