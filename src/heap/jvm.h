/*
 * jvm.h - the heap of a Java virtual machine, from outside.
 *
 * Purpose:   read what a JVM publishes of its heap, and have it collect or list
 *            its objects, without loading anything into it.
 * Ownership: tm_jvm_open() gives the caller the struct's contents, to be given
 *            back with tm_jvm_close().
 * Units:     bytes, objects, nanoseconds.
 * Errors:    a process that is not a JVM, or that cannot be asked, returns
 *            TM_EUNAVAILABLE with the reason; nothing was done to it then.
 * Source:    HotSpot's performance data (jvm_perf.h) and its attach protocol
 *            (jvm_attach.h), in JDK 8 to 25.  OpenJ9 has neither.
 *
 * What is live is the sum of used bytes after a full collection that was seen to
 * happen: its counter went up.  Where there is no such counter, or "used" is more
 * than what is live (ZGC, Shenandoah, CMS), it is the sum of GC.class_histogram
 * after a GC.run; that knows the objects as well.  Serial and G1 leave dead
 * objects where they lie as long as they are few: up to 5 % of what is live
 * (-XX:MarkSweepDeadRatio).  G1 counts the whole region of an object that fills
 * half of one.
 */
#ifndef TM_HEAP_JVM_H
#define TM_HEAP_JVM_H

#include <sys/types.h>

#include "heap/figures.h"
#include "heap/jvm_perf.h"
#include "heap/jvm_process.h"

struct tm_jvm {
	struct tm_jvm_process process;
	struct tm_jvm_perf perf;
	unsigned int tries; /* to find its performance data */
	int has_answered;   /* lately: it has a socket */
	int may_signal;	    /* SIGQUIT */
	int run_is_idle;    /* GC.run makes no full collection */
	int has_info;	    /* the fields below were asked */
	int has_range;
	uint64_t low, high;	 /* where its heap can lie */
	int never_collects;	 /* Epsilon */
	uint64_t resident_at_ns; /* when that was read, and how long it took */
	uint64_t resident_took_ns;
};

/* Whether `pid` runs a JVM: by its libraries. */
TM_CHECK enum tm_rc tm_jvm_open(struct tm_jvm *jvm, pid_t pid,
				struct tm_err *err);
void tm_jvm_close(struct tm_jvm *jvm);

/* What can be read without disturbing it (less than a millisecond): used and
 * committed bytes of all generations, full collections. */
void tm_jvm_read(struct tm_jvm *jvm, struct tm_heap_figures *out);

/* Have it collect, wait until it has, at most `limit_ms`; then read it: live
 * bytes, what is resident of the heap, and how long the collection took.  The
 * resident part is left out where it cannot be told from the rest, and for a
 * while when it took long to read. */
TM_CHECK enum tm_rc tm_jvm_collect(struct tm_jvm *jvm, uint64_t limit_ms,
				   struct tm_heap_figures *out,
				   struct tm_err *err);

/* Add its live objects by class, after a full collection, to `out`. */
TM_CHECK enum tm_rc tm_jvm_census(struct tm_jvm *jvm, uint64_t limit_ms,
				  struct tm_heap_census *out,
				  struct tm_err *err);

#endif
