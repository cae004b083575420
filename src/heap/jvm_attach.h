/*
 * jvm_attach.h - ask a HotSpot JVM what its own jcmd asks it.
 *
 * Purpose:   GC.run and the like, without loading anything into the program.
 * Ownership: nothing is kept; the file that asks for a socket is removed.
 * Units:     nanoseconds of tm_clock_ns().
 * Errors:    TM_EUNAVAILABLE when it cannot be asked, and then nothing was sent;
 *            or when it says no.  TM_ETIMEOUT when it says nothing in time.
 * Source:    HotSpot's attachListener.cpp, version 1 of the protocol.
 *
 * A JVM opens its socket when it finds .attach_pidPID, in its working folder or
 * in /tmp, at a SIGQUIT.  That signal ends a process that does not catch it, and
 * a JVM without the file prints all its threads.
 */
#ifndef TM_HEAP_JVM_ATTACH_H
#define TM_HEAP_JVM_ATTACH_H

#include "heap/jvm_process.h"
#include "heap/reader.h"
#include "util/err.h"

struct tm_jvm_question {
	const char *command; /* "GC.run" */
	uint64_t deadline_ns;
	tm_reader_fn take; /* each line of the answer; NULL: none is wanted */
	void *context;
	int is_refused; /* set when the JVM says no: it does not know that */
};

/* `process` was read lately.  `may_signal` is 0 for one whose socket must be
 * there already. */
TM_CHECK enum tm_rc tm_jvm_ask(const struct tm_jvm_process *process,
			       int may_signal, struct tm_jvm_question *question,
			       struct tm_err *err);

#endif
