/*
 * jvm_perf.h - the counters that HotSpot keeps in a file.
 *
 * Purpose:   what a JVM's heap holds, and how often it was collected, without
 *            disturbing it.
 * Ownership: tm_jvm_perf_open() gives the caller the struct's contents, to be
 *            given back with tm_jvm_perf_close().
 * Units:     bytes, collections.
 * Errors:    the file is the program's own and changes while it is read: it is
 *            copied, and every length and place in it is checked.  A counter
 *            that is not there, or stands outside, is unknown.
 * Source:    HotSpot's perfMemory.hpp (PerfDataPrologue, PerfDataEntry) and its
 *            jstat; names as in JDK 8 to 25.
 */
#ifndef TM_HEAP_JVM_PERF_H
#define TM_HEAP_JVM_PERF_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

#define TM_JVM_GENERATIONS 2
#define TM_JVM_SPACES	   4
#define TM_JVM_COLLECTORS  3

/* What it says can be asked of it. */
enum tm_jvm_attach {
	TM_JVM_ATTACH_UNKNOWN,
	TM_JVM_ATTACH_NO,
	TM_JVM_ATTACH_YES
};

struct tm_jvm_space {
	int is_eden;
	uint64_t used;
	uint64_t capacity;
};

struct tm_jvm_generation {
	int has_capacity;
	uint64_t capacity;
	struct tm_jvm_space space[TM_JVM_SPACES];
};

struct tm_jvm_collector {
	int is_there;
	int is_loose; /* after it, "used" can be more than what is live */
	uint64_t invocations;
};

struct tm_jvm_counters {
	int has_used;
	int has_committed;
	enum tm_jvm_attach attach;
	struct tm_jvm_generation generation[TM_JVM_GENERATIONS];
	struct tm_jvm_collector collector[TM_JVM_COLLECTORS];
};

struct tm_jvm_perf {
	int fd; /* -1: none */
	unsigned char *bytes;
	size_t size;
};

TM_CHECK enum tm_rc tm_jvm_perf_open(struct tm_jvm_perf *perf, const char *path,
				     struct tm_err *err);
void tm_jvm_perf_close(struct tm_jvm_perf *perf);

/* Returns whether there is anything: not yet, while the JVM begins. */
int tm_jvm_perf_read(const struct tm_jvm_perf *perf,
		     struct tm_jvm_counters *out);

/* The same of a copy of the file. */
int tm_jvm_perf_parse(const unsigned char *bytes, size_t length,
		      struct tm_jvm_counters *out);

uint64_t tm_jvm_used(const struct tm_jvm_counters *counters);
uint64_t tm_jvm_committed(const struct tm_jvm_counters *counters);

/* Used bytes just after a full collection.  That moves everything to the old
 * generation, as long as there is room: what eden holds then has been made
 * since. */
uint64_t tm_jvm_live(const struct tm_jvm_counters *counters);

/* Whether "used" can be more than what is live after a collection: ZGC and
 * Shenandoah count whole regions, and CMS counts its concurrent phases as full
 * collections. */
int tm_jvm_is_loose(const struct tm_jvm_counters *counters);

/* Full collections since the start.  Returns whether that is known. */
int tm_jvm_full_collections(const struct tm_jvm_counters *counters,
			    uint64_t *out);

/* How often any of its collectors worked. */
uint64_t tm_jvm_collections(const struct tm_jvm_counters *counters);

#endif
