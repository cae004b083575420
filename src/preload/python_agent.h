/*
 * python_agent.h - report CPython's heap to tidemark, when it asks.
 *
 * Purpose:   the agent of heap/agents.h inside CPython: a connection, and when a
 *            question has come, an answer by a thread of the program that holds
 *            the interpreter's lock.
 * Ownership: one descriptor, which a program that executes another one loses,
 *            and a forked child replaces by its own.
 * Errors:    whatever fails, the program runs as without an agent.
 * Threads:   there is none of our own: CPython warns of threads when a program
 *            forks.  The program's allocations read the clock now and then, and
 *            see after a few milliseconds whether a question has come.  Then
 *            the main thread is asked to answer between two instructions, as it
 *            runs handlers of signals (Py_AddPendingCall).  While it waits for
 *            something and other threads run, a thread that lives only for the
 *            answer gives it.
 *
 * A program that waits at a mark (--mark-ack) allocates nothing: there read()
 * listens to tidemark, too.
 */
#ifndef TM_PRELOAD_PYTHON_AGENT_H
#define TM_PRELOAD_PYTHON_AGENT_H

#include <stddef.h>

/* TM_AGENTS_VARIABLE, TM_MARK_ACK_VARIABLE and TM_MARK_ACK_PIPE_VARIABLE of
 * tidemark. */
#define TM_PYTHON_AGENT_VARIABLE    "TIDEMARK_INSIDE"
#define TM_PYTHON_ACK_VARIABLE	    "TIDEMARK_ACK_FD"
#define TM_PYTHON_ACK_PIPE_VARIABLE "TIDEMARK_ACK_PIPE"

/* Bytes of allocations between two readings of the clock. */
#define TM_PYTHON_AGENT_STEP 4096

extern int tm_python_agent_fd; /* -1: there is no agent */

static inline int tm_python_agent_is_on(void)
{
	return tm_python_agent_fd >= 0;
}

/* In the constructor, by the values of the environment, which may be NULL: where
 * tidemark listens, and where the program waits at marks: a descriptor, which
 * counts only while it is that pipe (`pipe:[INODE]`). */
void tm_python_agent_start(const char *socket_path, const char *ack_fd,
			   const char *ack_pipe);

/* In a forked child. */
void tm_python_agent_forked(void);

/* From an allocation of the program. */
void tm_python_agent_check(void);

#endif
