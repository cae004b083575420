#include "probe/probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "heap/heap.h"
#include "metric/traits.h"
#include "preload/allocators/jemalloc.h"
#include "preload/allocators/table.h"
#include "probe/preload.h"
#include "probe/procfs.h"
#include "util/sanitizer.h"

/* ru_maxrss is counted in batches; it may differ from VmHWM by this much
 * without having been inherited. */
#define PEAK_SLACK_BYTES (1024u * 1024u)

enum mib {
	MIB_EPOCH,
	MIB_ALLOCATED,
	MIB_ACTIVE,
	MIB_RESIDENT,
	MIB_RETAINED,
	MIB_CACHED
};

static const char *const mib_names[TM_PROBE_MIBS] = {
	[MIB_EPOCH] = TM_JEMALLOC_EPOCH,
	[MIB_ALLOCATED] = TM_JEMALLOC_ALLOCATED,
	[MIB_ACTIVE] = TM_JEMALLOC_ACTIVE,
	[MIB_RESIDENT] = TM_JEMALLOC_RESIDENT,
	[MIB_RETAINED] = TM_JEMALLOC_RETAINED,
	[MIB_CACHED] = TM_JEMALLOC_CACHED,
};

static void set_absent(struct tm_probe *probe, enum tm_metric metric,
		       const char *reason)
{
	snprintf(probe->absent[metric], sizeof(probe->absent[metric]), "%.95s",
		 reason);
}

/* All metrics that are read from `source`. */
static void set_source_absent(struct tm_probe *probe, enum tm_source source,
			      const char *reason)
{
	unsigned int i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		if (tm_trait_of(i)->source == source)
			set_absent(probe, i, reason);
	}
}

/* --- jemalloc ------------------------------------------------------------- */

static int read_mib(const struct tm_probe *probe, enum mib which, size_t *out)
{
	size_t size = sizeof(*out);

	return mallctlbymib(probe->mib[which], probe->mib_length[which], out,
			    &size, NULL, 0) == 0;
}

static const char *find_jemalloc(struct tm_probe *probe)
{
	size_t value;
	int i;

	if (probe->pid)
		return "an allocator cannot be asked from outside its process";
#if TM_ADDRESS_SANITIZER
	return "AddressSanitizer replaces the allocator";
#endif
	if (!mallctlnametomib || !mallctlbymib)
		return "the program is not linked with jemalloc";
	for (i = 0; i < TM_PROBE_MIBS; i++) {
		probe->mib_length[i] = 4;
		if (mallctlnametomib(mib_names[i], probe->mib[i],
				     &probe->mib_length[i]) != 0)
			return tm_allocator_row(TM_ALLOCATOR_JEMALLOC)->mute;
	}
	if (!read_mib(probe, MIB_ALLOCATED, &value))
		return tm_allocator_row(TM_ALLOCATOR_JEMALLOC)->mute;
	probe->has_jemalloc = 1;
	return NULL;
}

static void open_jemalloc(struct tm_probe *probe)
{
	const char *reason = find_jemalloc(probe);

	if (reason)
		set_source_absent(probe, TM_SOURCE_ALLOCATOR, reason);
}

static void sample_jemalloc(const struct tm_probe *probe,
			    struct tm_sample *sample)
{
	size_t allocated, cached, value;
	uint64_t epoch = 1;

	/* The statistics are a copy, made when "epoch" is written. */
	if (mallctlbymib(probe->mib[MIB_EPOCH], probe->mib_length[MIB_EPOCH],
			 NULL, NULL, &epoch, sizeof(epoch)) != 0)
		return;
	if (read_mib(probe, MIB_ALLOCATED, &allocated) &&
	    read_mib(probe, MIB_CACHED, &cached) && cached <= allocated)
		tm_sample_set(sample, TM_METRIC_allocated_bytes,
			      allocated - cached);
	if (read_mib(probe, MIB_ACTIVE, &value))
		tm_sample_set(sample, TM_METRIC_active_bytes, value);
	if (read_mib(probe, MIB_RESIDENT, &value))
		tm_sample_set(sample, TM_METRIC_resident_bytes, value);
	if (read_mib(probe, MIB_RETAINED, &value))
		tm_sample_set(sample, TM_METRIC_retained_bytes, value);
}

/* --- this process --------------------------------------------------------- */

static void sample_rusage(struct tm_sample *sample)
{
	struct rusage usage;
	uint64_t maxrss;

	if (getrusage(RUSAGE_SELF, &usage) != 0)
		return;
	maxrss = (uint64_t)usage.ru_maxrss;
#ifndef __APPLE__
	maxrss *= 1024u; /* KiB everywhere else */
#endif
	tm_sample_set(sample, TM_METRIC_maxrss_bytes, maxrss);
}

/* VmRSS and VmHWM come from one read, so that they agree. */
static void sample_status(const struct tm_probe *probe,
			  struct tm_sample *sample)
{
	char text[TM_PROCFS_TEXT_MAX];
	uint64_t value;

	if (!tm_procfs_read(probe->status_fd, text, sizeof(text)))
		return;
	if (tm_procfs_find_kib(text, "\nVmHWM:", &value))
		tm_sample_set(sample, TM_METRIC_hwm_bytes, value);
	if (tm_procfs_find_kib(text, "\nVmRSS:", &value))
		tm_sample_set(sample, TM_METRIC_rss_bytes, value);
}

static void sample_smaps(const struct tm_probe *probe, struct tm_sample *sample)
{
	char text[TM_PROCFS_TEXT_MAX];
	uint64_t clean, dirty, value;

	if (probe->smaps_fd < 0 ||
	    !tm_procfs_read(probe->smaps_fd, text, sizeof(text)))
		return;
	if (tm_procfs_find_kib(text, "\nPss:", &value))
		tm_sample_set(sample, TM_METRIC_pss_bytes, value);
	if (tm_procfs_find_kib(text, "\nPrivate_Clean:", &clean) &&
	    tm_procfs_find_kib(text, "\nPrivate_Dirty:", &dirty))
		tm_sample_set(sample, TM_METRIC_uss_bytes, clean + dirty);
	if (tm_procfs_find_kib(text, "\nLazyFree:", &value))
		tm_sample_set(sample, TM_METRIC_lazyfree_bytes, value);
}

static void sample_self(const struct tm_probe *probe, enum tm_probe_depth depth,
			struct tm_sample *sample)
{
	sample_rusage(sample);
	sample_status(probe, sample);
	if (depth == TM_PROBE_CHECKPOINT)
		sample_smaps(probe, sample);
	if (probe->has_jemalloc)
		sample_jemalloc(probe, sample);
}

static uint64_t own_rss(const struct tm_probe *probe)
{
	unsigned long long resident;
	char text[128];

	if (!tm_procfs_read(probe->statm_fd, text, sizeof(text)) ||
	    sscanf(text, "%*u %llu", &resident) != 1)
		return 0;
	return resident * probe->page_bytes;
}

static void open_smaps(struct tm_probe *probe)
{
	char text[TM_PROCFS_TEXT_MAX], reason[96];

	probe->smaps_fd = tm_procfs_open(0, "smaps_rollup", 0);
	if (probe->smaps_fd >= 0 &&
	    tm_procfs_read(probe->smaps_fd, text, sizeof(text)))
		return;
	snprintf(reason, sizeof(reason), "smaps_rollup cannot be read: %s",
		 strerror(errno));
	set_source_absent(probe, TM_SOURCE_SMAPS, reason);
}

/* A self-sample costs a program 15 us; each of these would add to that. */
static void leave_out(struct tm_probe *probe)
{
	static const enum tm_source costly[] = {
		TM_SOURCE_TREE, TM_SOURCE_CGROUP, TM_SOURCE_DESCRIPTORS,
		TM_SOURCE_MAPPINGS};
	size_t i;

	for (i = 0; i < sizeof(costly) / sizeof(*costly); i++)
		set_source_absent(probe, costly[i],
				  "not measured where a program samples "
				  "itself: it is too slow");
}

static enum tm_rc open_self(struct tm_probe *probe, struct tm_err *err)
{
	char text[TM_PROCFS_TEXT_MAX];

	probe->statm_fd = tm_procfs_open(0, "statm", 0);
	probe->status_fd = tm_procfs_open(0, "status", 0);
	if (probe->statm_fd < 0 || probe->status_fd < 0 ||
	    !tm_procfs_read(probe->statm_fd, text, sizeof(text)) ||
	    !tm_procfs_read(probe->status_fd, text, sizeof(text)))
		return tm_fail_errno(err, errno,
				     "cannot read the memory of this process "
				     "in /proc");
	open_smaps(probe);
	leave_out(probe);
	return TM_OK;
}

/* --- another process ------------------------------------------------------ */

/* Metrics that only the process itself can read. */
static void mark_foreign(struct tm_probe *probe)
{
	set_source_absent(probe, TM_SOURCE_PROGRAM,
			  "only the program itself can count it");
	set_source_absent(probe, TM_SOURCE_RUSAGE,
			  "getrusage cannot ask for another process");
}

static enum tm_rc open_foreign(struct tm_probe *probe, struct tm_err *err)
{
	struct tm_err why;
	enum tm_rc rc = tm_tree_open(&probe->tree, probe->pid, err);

	if (rc != TM_OK)
		return rc;
	if (tm_cgroup_open(&probe->cgroup, probe->pid, &why) != TM_OK)
		set_source_absent(probe, TM_SOURCE_CGROUP, why.text);
	mark_foreign(probe);
	return TM_OK;
}

static void sample_foreign(struct tm_probe *probe, enum tm_probe_depth depth,
			   struct tm_sample *sample)
{
	uint64_t charged;

	tm_tree_sample(probe->tree, depth == TM_PROBE_CHECKPOINT, sample);
	/* The group outlives the program, and no longer describes it then. */
	if (tm_sample_has(sample, TM_METRIC_processes) &&
	    tm_cgroup_current(&probe->cgroup, &charged))
		tm_sample_set(sample, TM_METRIC_cgroup_bytes, charged);
}

static void visit(void *context, pid_t pid, const char *name)
{
	tm_heap_visit_process(context, pid, name);
}

static void visit_processes(const struct tm_probe *probe)
{
	tm_heap_begin_processes(probe->heap);
	tm_tree_each(probe->tree, visit, probe->heap);
	tm_heap_end_processes(probe->heap);
}

/* --- both ----------------------------------------------------------------- */

enum tm_rc tm_probe_open(struct tm_probe *probe, pid_t pid, struct tm_err *err)
{
	static const char uncounted[] =
		"nothing counts allocations inside the program (--preload)";
	enum tm_rc rc;

	memset(probe, 0, sizeof(*probe));
	probe->pid = pid;
	probe->statm_fd = probe->status_fd = probe->smaps_fd = -1;
	probe->cgroup.current_fd = -1;
	probe->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	rc = pid ? open_foreign(probe, err) : open_self(probe, err);
	if (rc != TM_OK) {
		tm_probe_close(probe);
		return rc;
	}
	open_jemalloc(probe);
	set_source_absent(probe, TM_SOURCE_COUNTERS, uncounted);
	set_source_absent(probe, TM_SOURCE_HEAP,
			  "only the program's runtime knows it (--inside)");
	return TM_OK;
}

void tm_probe_close(struct tm_probe *probe)
{
	tm_procfs_close(&probe->statm_fd);
	tm_procfs_close(&probe->status_fd);
	tm_procfs_close(&probe->smaps_fd);
	tm_cgroup_close(&probe->cgroup);
	tm_tree_close(probe->tree);
	probe->tree = NULL;
}

void tm_probe_sample(struct tm_probe *probe, enum tm_probe_depth depth,
		     struct tm_sample *sample)
{
	if (probe->heap && probe->tree) {
		visit_processes(probe);
		tm_heap_collect(probe->heap);
	}
	if (probe->tree)
		sample_foreign(probe, depth, sample);
	else
		sample_self(probe, depth, sample);
	if (probe->heap)
		tm_heap_sample(probe->heap, sample);
	if (probe->preload)
		tm_preload_sample(probe->preload, sample);
}

uint64_t tm_probe_rss(struct tm_probe *probe)
{
	return probe->tree ? tm_tree_rss(probe->tree) : own_rss(probe);
}

void tm_probe_forget_samples(struct tm_probe *probe)
{
	if (probe->tree)
		tm_tree_forget_samples(probe->tree);
	if (probe->heap)
		tm_heap_forget_samples(probe->heap);
}

int tm_probe_summarize(struct tm_probe *probe, struct tm_tree_summary *out)
{
	if (!probe->tree)
		return 0;
	tm_tree_summarize(probe->tree, out);
	return 1;
}

int tm_probe_peak_inherited(const struct tm_sample *first)
{
	return tm_sample_has(first, TM_METRIC_maxrss_bytes) &&
	       tm_sample_has(first, TM_METRIC_hwm_bytes) &&
	       first->value[TM_METRIC_maxrss_bytes] >
		       first->value[TM_METRIC_hwm_bytes] + PEAK_SLACK_BYTES;
}

const char *tm_probe_absent(const struct tm_probe *probe, enum tm_metric metric)
{
	const char *reason = NULL;

	if (probe->preload)
		reason = tm_preload_absent(probe->preload, metric);
	if (!reason && probe->heap)
		reason = tm_heap_absent(probe->heap, metric);
	if (!reason && probe->tree)
		reason = tm_tree_absent(probe->tree, metric);
	if (!reason && probe->absent[metric][0])
		reason = probe->absent[metric];
	return reason;
}
