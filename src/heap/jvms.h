/*
 * jvms.h - the Java virtual machines among a program's processes.
 *
 * Purpose:   keep an open JVM for each process that runs one, and add up what
 *            they say.
 * Ownership: zeroed memory holds none; what is open is given back by
 *            tm_jvms_close().
 * Units:     as heap/figures.h; milliseconds.
 * Errors:    a JVM that does not reply is left out of what is read; of a sum,
 *            everything is unknown then.  `why` has the last reason.
 */
#ifndef TM_HEAP_JVMS_H
#define TM_HEAP_JVMS_H

#include "heap/jvm.h"

#define TM_JVMS_MAX 16

/* A process that is called java may not be a JVM yet: how many times to try. */
#define TM_JVM_TRIES 20

struct tm_jvms_member {
	pid_t pid;
	int tries;   /* to open it */
	int is_open; /* jvm may be asked */
	int is_seen; /* at the last visit */
	struct tm_jvm jvm;
};

struct tm_jvms {
	struct tm_jvms_member member[TM_JVMS_MAX];
	size_t count;
	const char
		*folder;  /* remembers those that are asked; NULL: none does */
	uint64_t opened;  /* ever */
	uint64_t refused; /* questions that were not answered */
	char why[160];	  /* the last of those */
};

/* Between begin and end each process of the program is visited once; JVMs that
 * were not are closed. */
void tm_jvms_begin(struct tm_jvms *jvms);
void tm_jvms_visit(struct tm_jvms *jvms, pid_t pid);
void tm_jvms_end(struct tm_jvms *jvms);
void tm_jvms_close(struct tm_jvms *jvms);

/* How many can be asked. */
size_t tm_jvms_open_count(const struct tm_jvms *jvms);

/* The sum of what all publish, without disturbing them. */
void tm_jvms_read(struct tm_jvms *jvms, struct tm_heap_figures *out);

/* Have each collect; returns how many answered. */
size_t tm_jvms_collect(struct tm_jvms *jvms, uint64_t limit_ms,
		       struct tm_heap_figures *out);

/* Add the live objects of all to `out`. */
TM_CHECK enum tm_rc tm_jvms_census(struct tm_jvms *jvms, uint64_t limit_ms,
				   struct tm_heap_census *out,
				   struct tm_err *err);

#endif
