#include "probe/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "probe/preload.h"

/* ru_maxrss is counted in batches; it may differ from VmHWM by this much
 * without having been inherited. */
#define PEAK_SLACK_BYTES (1024u * 1024u)

/* /proc/PID/status takes 1,300 bytes here, smaps_rollup 700. */
#define PROC_TEXT_MAX 4096

/*
 * jemalloc's control functions, when the program is linked with it.  Weak, so
 * that a program without jemalloc links too and sees NULL.
 */
extern int mallctlnametomib(const char *name, size_t *mib, size_t *length)
	__attribute__((weak));
extern int mallctlbymib(const size_t *mib, size_t length, void *old_value,
			size_t *old_size, void *new_value, size_t new_size)
	__attribute__((weak));

enum mib {
	MIB_EPOCH,
	MIB_ALLOCATED,
	MIB_ACTIVE,
	MIB_RESIDENT,
	MIB_RETAINED,
	MIB_TCACHE /* free, but kept in the threads' caches */
};

/* 4096 is jemalloc's MALLCTL_ARENAS_ALL. */
static const char *const mib_names[TM_PROBE_MIBS] = {
	"epoch",	  "stats.allocated", "stats.active",
	"stats.resident", "stats.retained",  "stats.arenas.4096.tcache_bytes",
};

static void set_absent(struct tm_probe *probe, enum tm_metric metric,
		       const char *reason)
{
	snprintf(probe->absent[metric], sizeof(probe->absent[metric]), "%s",
		 reason);
}

static int open_proc(pid_t pid, const char *file)
{
	char path[64];

	if (pid)
		snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, file);
	else
		snprintf(path, sizeof(path), "/proc/self/%s", file);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* The whole of a small /proc file as text; 0 when there is nothing to read. */
static size_t read_proc(int fd, char *text, size_t size)
{
	ssize_t got;

	if (fd < 0)
		return 0;
	got = pread(fd, text, size - 1, 0);
	if (got <= 0)
		return 0;
	text[got] = '\0';
	return (size_t)got;
}

/* The value of the line "Key:   123 kB" in bytes.  `key` is the name with the
 * newline before it and the colon, so that no longer name matches. */
static int find_kib(const char *text, const char *key, uint64_t *out)
{
	const char *line = strstr(text, key);

	if (!line)
		return 0;
	*out = strtoull(line + strlen(key), NULL, 10) * 1024u;
	return 1;
}

/* --- jemalloc --------------------------------------------------------------
 */

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
#if defined(__SANITIZE_ADDRESS__)
	return "AddressSanitizer replaces the allocator";
#endif
	if (!mallctlnametomib || !mallctlbymib)
		return "the program is not linked with jemalloc";
	for (i = 0; i < TM_PROBE_MIBS; i++) {
		probe->mib_length[i] = 4;
		if (mallctlnametomib(mib_names[i], probe->mib[i],
				     &probe->mib_length[i]) != 0)
			return "this jemalloc was built without statistics";
	}
	if (!read_mib(probe, MIB_ALLOCATED, &value))
		return "this jemalloc was built without statistics";
	probe->has_jemalloc = 1;
	return NULL;
}

static void open_jemalloc(struct tm_probe *probe)
{
	const char *reason = find_jemalloc(probe);

	if (!reason)
		return;
	set_absent(probe, TM_METRIC_allocated_bytes, reason);
	set_absent(probe, TM_METRIC_active_bytes, reason);
	set_absent(probe, TM_METRIC_resident_bytes, reason);
	set_absent(probe, TM_METRIC_retained_bytes, reason);
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
	    read_mib(probe, MIB_TCACHE, &cached) && cached <= allocated)
		tm_sample_set(sample, TM_METRIC_allocated_bytes,
			      allocated - cached);
	if (read_mib(probe, MIB_ACTIVE, &value))
		tm_sample_set(sample, TM_METRIC_active_bytes, value);
	if (read_mib(probe, MIB_RESIDENT, &value))
		tm_sample_set(sample, TM_METRIC_resident_bytes, value);
	if (read_mib(probe, MIB_RETAINED, &value))
		tm_sample_set(sample, TM_METRIC_retained_bytes, value);
}

/* --- the operating system --------------------------------------------------
 */

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

/* VmRSS and VmHWM come from one read, so that they agree.  A process that has
 * ended has neither line. */
static void sample_status(const struct tm_probe *probe,
			  struct tm_sample *sample)
{
	char text[PROC_TEXT_MAX];
	uint64_t value;

	if (!read_proc(probe->status_fd, text, sizeof(text)))
		return;
	if (find_kib(text, "\nVmHWM:", &value))
		tm_sample_set(sample, TM_METRIC_hwm_bytes, value);
	if (find_kib(text, "\nVmRSS:", &value))
		tm_sample_set(sample, TM_METRIC_rss_bytes, value);
}

static void sample_smaps(const struct tm_probe *probe, struct tm_sample *sample)
{
	char text[PROC_TEXT_MAX];
	uint64_t clean, dirty, value;

	if (!read_proc(probe->smaps_fd, text, sizeof(text)))
		return;
	if (find_kib(text, "\nPss:", &value))
		tm_sample_set(sample, TM_METRIC_pss_bytes, value);
	if (find_kib(text, "\nPrivate_Clean:", &clean) &&
	    find_kib(text, "\nPrivate_Dirty:", &dirty))
		tm_sample_set(sample, TM_METRIC_uss_bytes, clean + dirty);
	if (find_kib(text, "\nLazyFree:", &value))
		tm_sample_set(sample, TM_METRIC_lazyfree_bytes, value);
}

uint64_t tm_probe_rss(const struct tm_probe *probe)
{
	unsigned long long resident;
	char text[128];

	if (!read_proc(probe->statm_fd, text, sizeof(text)) ||
	    sscanf(text, "%*u %llu", &resident) != 1)
		return 0;
	return resident * probe->page_bytes;
}

/* --- opening ---------------------------------------------------------------
 */

/* Whether smaps_rollup may be read shows only when it is read: opening it works
 * for another user's process too. */
static void open_smaps(struct tm_probe *probe)
{
	char text[PROC_TEXT_MAX], reason[96];

	probe->smaps_fd = open_proc(probe->pid, "smaps_rollup");
	if (read_proc(probe->smaps_fd, text, sizeof(text)))
		return;
	snprintf(reason, sizeof(reason), "smaps_rollup cannot be read: %s",
		 strerror(errno));
	set_absent(probe, TM_METRIC_pss_bytes, reason);
	set_absent(probe, TM_METRIC_uss_bytes, reason);
	set_absent(probe, TM_METRIC_lazyfree_bytes, reason);
}

/* What only the process itself can know.  Its runtime's metrics are the
 * caller's when the process is this one. */
static void mark_foreign(struct tm_probe *probe)
{
	unsigned int i;

	if (!probe->pid)
		return;
	for (i = TM_METRIC_live_objects; i < TM_METRIC_COUNT; i++)
		set_absent(probe, i, "only the program itself can count it");
	set_absent(probe, TM_METRIC_maxrss_bytes,
		   "getrusage cannot ask for another process");
}

/* What no code here fills in yet. */
static void mark_unread(struct tm_probe *probe)
{
	static const enum tm_metric unread[] = {
		TM_METRIC_swap_bytes,  TM_METRIC_cgroup_bytes,
		TM_METRIC_net_bytes,   TM_METRIC_net_blocks,
		TM_METRIC_processes,   TM_METRIC_threads,
		TM_METRIC_descriptors, TM_METRIC_mappings,
	};
	size_t i;

	for (i = 0; i < sizeof(unread) / sizeof(*unread); i++)
		set_absent(probe, unread[i], "this probe does not read it");
}

enum tm_rc tm_probe_open(struct tm_probe *probe, pid_t pid, struct tm_err *err)
{
	char text[PROC_TEXT_MAX];
	int saved_errno;

	memset(probe, 0, sizeof(*probe));
	probe->pid = pid;
	probe->smaps_fd = -1;
	probe->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	probe->statm_fd = open_proc(pid, "statm");
	probe->status_fd = open_proc(pid, "status");
	if (!read_proc(probe->statm_fd, text, sizeof(text)) ||
	    !read_proc(probe->status_fd, text, sizeof(text))) {
		saved_errno = errno;
		tm_probe_close(probe);
		return tm_fail_errno(err, saved_errno,
				     "cannot read the memory of process %ld in "
				     "/proc",
				     (long)(pid ? pid : getpid()));
	}
	open_smaps(probe);
	open_jemalloc(probe);
	mark_foreign(probe);
	mark_unread(probe);
	return TM_OK;
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void tm_probe_close(struct tm_probe *probe)
{
	close_one(&probe->statm_fd);
	close_one(&probe->status_fd);
	close_one(&probe->smaps_fd);
}

void tm_probe_sample(struct tm_probe *probe, enum tm_probe_depth depth,
		     struct tm_sample *sample)
{
	if (!probe->pid)
		sample_rusage(sample);
	sample_status(probe, sample);
	if (depth == TM_PROBE_CHECKPOINT)
		sample_smaps(probe, sample);
	if (probe->has_jemalloc)
		sample_jemalloc(probe, sample);
	if (probe->preload)
		tm_preload_sample(probe->preload, sample);
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
	if (reason)
		return reason;
	return probe->absent[metric][0] ? probe->absent[metric] : NULL;
}
