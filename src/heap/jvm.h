/*
 * jvm.h - the heap of a Java virtual machine, from outside.
 *
 * Purpose:   read what a JVM publishes of its heap, and have it collect or list
 *            its objects, without loading anything into it.
 * Ownership: tm_jvm_open() gives the caller the struct's contents, to be given
 *            back with tm_jvm_close().
 * Units:     bytes, objects, nanoseconds.
 * Errors:    a process that is no JVM, or one that cannot be asked, returns
 *            TM_EUNAVAILABLE with the reason; nothing was done to it then.
 * Source:    HotSpot's performance data (the file hsperfdata_USER/PID in its
 *            temporary folder, jdk.internal.perf) and its attach protocol
 *            (AttachListener: .attach_pidPID, SIGQUIT, the socket .java_pidPID).
 *
 * SIGQUIT ends a process that does not catch it, as a JVM with -Xrs, or one
 * that has just begun: it is sent only to one that catches it (SigCgt).
 */
#ifndef TM_HEAP_JVM_H
#define TM_HEAP_JVM_H

#include <sys/types.h>

#include "heap/figures.h"

struct tm_jvm {
	pid_t pid;
	const void *data; /* its performance data, mapped; NULL: none */
	size_t length;
};

/* Whether `pid` runs a JVM: by its performance data, or its libraries. */
TM_CHECK enum tm_rc tm_jvm_open(struct tm_jvm *jvm, pid_t pid,
				struct tm_err *err);
void tm_jvm_close(struct tm_jvm *jvm);

/* What can be read without disturbing it (less than a millisecond): used and
 * committed bytes of all generations, full collections. */
void tm_jvm_read(const struct tm_jvm *jvm, struct tm_heap_figures *out);

/* Have it collect, wait until it has, at most `limit_ms`; then read it: live
 * bytes as well, and how long it took. */
TM_CHECK enum tm_rc tm_jvm_collect(struct tm_jvm *jvm, uint64_t limit_ms,
				   struct tm_heap_figures *out,
				   struct tm_err *err);

/* Its live objects by class, after a full collection. */
TM_CHECK enum tm_rc tm_jvm_census(struct tm_jvm *jvm, uint64_t limit_ms,
				  struct tm_heap_census *out,
				  struct tm_err *err);

#endif
