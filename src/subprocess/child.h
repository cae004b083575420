/*
 * child.h - a program in a fresh process.
 *
 * Purpose:   start one, stop one, and learn how it ended.
 * Ownership: the caller owns the descriptor that tm_child_start() opens
 *            (marks_fd, ack_fd) and must reap the process.
 * Errors:    TM_EUSAGE when the program cannot be started, with the reason.
 *
 * The process has a process group of its own, so that a Ctrl-C on the terminal
 * reaches tidemark first and that what the program itself starts can be stopped
 * with it.  A process in the background would be stopped if it read from the
 * terminal, so it reads nothing, or what is not a terminal, or is in front.  It is
 * killed when tidemark dies.
 */
#ifndef TM_SUBPROCESS_CHILD_H
#define TM_SUBPROCESS_CHILD_H

#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <termios.h>

#include "util/err.h"

enum tm_child_input {
	TM_CHILD_INPUT_NONE,	/* it reads nothing */
	TM_CHILD_INPUT_PASSED,	/* it reads what tidemark would: no terminal */
	TM_CHILD_INPUT_TERMINAL /* the same, and has the terminal while
				 * tidemark is in front: Ctrl-C is typed to it
				 * and not to tidemark */
};

struct tm_child_opts {
	const char *program; /* without a slash it is looked for in PATH */
	char *const *argv;   /* argv[0] included, NULL at the end */
	int stdout_fd;	     /* where its output goes; -1: nowhere */
	int stderr_fd;	     /* likewise; 0: tidemark's own */
	int want_marks;	     /* give it TIDEMARK_FD and _PIPE */
	int want_ack;	     /* give it TIDEMARK_ACK_FD and _PIPE */
	int want_pid;	     /* give it TIDEMARK_PID, tidemark's own */
	enum tm_child_input input;
	/* "NAME=VALUE", set in its environment; ended by NULL.  NULL: none. */
	char *const *variables;
};

struct tm_child {
	pid_t pid;
	int marks_fd; /* non-blocking; -1 without want_marks */
	int ack_fd;   /* the same, to write to; -1 without want_ack */
	int has_terminal;
	int was_in_front;		     /* it had the terminal before */
	struct termios our_modes, its_modes; /* of the terminal */
	struct sigaction ended_before;	     /* SIGCHLD, until it is reaped */
};

enum tm_child_state {
	TM_CHILD_RUNNING,
	TM_CHILD_EXITED,  /* status: its exit code */
	TM_CHILD_SIGNALED /* status: the signal */
};

TM_CHECK enum tm_rc tm_child_start(struct tm_child *out,
				   const struct tm_child_opts *opts,
				   struct tm_err *err);

/* Send `signal` to the whole process group. */
void tm_child_signal(const struct tm_child *child, int signal);

/* Whether it still runs.  One that does not keeps its number until it is
 * reaped, so that its group can still be signalled. */
enum tm_child_state tm_child_poll(const struct tm_child *child, int *status);

/* What it and those that it waited for have used goes to `usage` (NULL is
 * allowed); 0 when it cannot be found out. */
int tm_child_reap(const struct tm_child *child, struct rusage *usage);

/* When it has the terminal: tidemark's own group has it again, and as it was
 * before, however the program left it. */
void tm_child_return_terminal(struct tm_child *child);

/* The program has the terminal again, as it left it; 0 when tidemark has none
 * to give, as it is in the background. */
int tm_child_give_terminal(struct tm_child *child,
			   const struct tm_child_opts *opts);

#endif
