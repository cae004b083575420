/*
 * probe.h - what the operating system and the allocator say about a program.
 *
 * Purpose:   fill a struct tm_sample without allocating a byte: of this process
 *            alone, or of another one with all that descends from it.
 * Ownership: a probe keeps its files open between tm_probe_open() and
 *            tm_probe_close().
 * Units:     bytes (getrusage's KiB on Linux are converted).
 * Errors:    a metric that cannot be read is absent, and tm_probe_absent() says
 *            why in words.
 * Source:    getrusage(2), proc(5) statm, status and smaps_rollup; jemalloc's
 *            mallctl(3), read after a write to "epoch".  The bytes that wait
 *            in its thread caches belong to no thread and are subtracted
 *            stats.allocated, so that it is exact to the size class.
 */
#ifndef TM_PROBE_PROBE_H
#define TM_PROBE_PROBE_H

#include <sys/types.h>

#include "probe/cgroup.h"
#include "metric/metric.h"
#include "probe/tree.h"
#include "util/err.h"

#define TM_PROBE_MIBS 6

struct tm_heap;
struct tm_preload;

struct tm_probe {
	pid_t pid;    /* 0: this process */
	int statm_fd; /* of this process, as the two below; else -1 */
	int status_fd;
	int smaps_fd;
	struct tm_tree *tree;	 /* of another process; else NULL */
	struct tm_cgroup cgroup; /* likewise */
	uint64_t page_bytes;
	int has_jemalloc;
	size_t mib[TM_PROBE_MIBS][4]; /* looked-up names of its statistics */
	size_t mib_length[TM_PROBE_MIBS];
	struct tm_heap *heap;	    /* borrowed; NULL: no heap is asked */
	struct tm_preload *preload; /* borrowed; NULL: nothing is preloaded */
	char absent[TM_METRIC_COUNT][96]; /* why, or "" when it is measured */
};

enum tm_probe_depth {
	TM_PROBE_MARK, /* cheap: every mark */
	/* Also PSS, USS and LazyFree (10 ms a GiB), and mappings. */
	TM_PROBE_CHECKPOINT
};

/* `pid` 0 probes this process (with getrusage and the allocator), another pid
 * what /proc shows of it and its descendants.  TM_EUSAGE when there is no such
 * process, or none that has memory: a zombie, a thread of the kernel. */
TM_CHECK enum tm_rc tm_probe_open(struct tm_probe *probe, pid_t pid,
				  struct tm_err *err);
void tm_probe_close(struct tm_probe *probe);

/* Add what this depth measures to `sample`; iteration, time and the runtime's
 * own metrics are the caller's, who has set the iteration already: by that each
 * process's growth is told. */
void tm_probe_sample(struct tm_probe *probe, enum tm_probe_depth depth,
		     struct tm_sample *sample);

/* The samples so far do not count: positions start again, as iterations do after
 * milliseconds. */
void tm_probe_forget_samples(struct tm_probe *probe);

/* Resident bytes now, of all processes, cheaply; 0 when they have no memory any
 * more (they have ended). */
uint64_t tm_probe_rss(struct tm_probe *probe);

/* What became of each process; 0 when the probe is of this process. */
int tm_probe_summarize(struct tm_probe *probe, struct tm_tree_summary *out);

/*
 * Whether the `maxrss_bytes` of a run's first sample is the parent's peak,
 * inherited across exec, and not the program's own: it then stands above
 * VmHWM, which starts again.  The value is kept, as it is what the kernel
 * says; who shows it says so beside it.
 */
int tm_probe_peak_inherited(const struct tm_sample *first);

/* Why `metric` is absent (was absent when it was looked for last, in another
 * process), or NULL when this probe measures it. */
const char *tm_probe_absent(const struct tm_probe *probe,
			    enum tm_metric metric);

#endif
