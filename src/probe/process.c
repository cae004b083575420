#include "probe/process.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe/procfs.h"
#include "util/proc_stat.h"
#include "util/text.h"

struct directory_entry { /* getdents64(2) */
	uint64_t inode;
	int64_t offset;
	uint16_t length;
	uint8_t type;
	char name[];
};

/* --- opening -------------------------------------------------------------- */

int tm_process_open(struct tm_process *process, pid_t pid)
{
	char folder[32];

	*process = (struct tm_process){
		.pid = pid,
		.statm_fd = -1,
		.status_fd = -1,
		.children_fd = -1,
	};
	snprintf(folder, sizeof(folder), "/proc/%ld", (long)pid);
	process->folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return process->folder_fd >= 0;
}

static int open_below(const struct tm_process *process, const char *file)
{
	return openat(process->folder_fd, file, O_RDONLY | O_CLOEXEC);
}

void tm_process_keep_files(struct tm_process *process)
{
	char children[48];

	snprintf(children, sizeof(children), "task/%ld/children",
		 (long)process->pid);
	process->statm_fd = open_below(process, "statm");
	process->status_fd = open_below(process, "status");
	process->children_fd = open_below(process, children);
}

void tm_process_close(struct tm_process *process)
{
	tm_procfs_close(&process->statm_fd);
	tm_procfs_close(&process->status_fd);
	tm_procfs_close(&process->children_fd);
	tm_procfs_close(&process->folder_fd);
}

size_t tm_process_files(const struct tm_process *process)
{
	return (size_t)(process->folder_fd >= 0) +
	       (size_t)(process->statm_fd >= 0) +
	       (size_t)(process->status_fd >= 0) +
	       (size_t)(process->children_fd >= 0);
}

/* --- reading -------------------------------------------------------------- */

static size_t read_file(const struct tm_process *process, int kept_fd,
			const char *file, char *text, size_t size)
{
	errno = 0;
	if (kept_fd >= 0)
		return tm_procfs_read(kept_fd, text, size);
	return tm_procfs_read_at(process->folder_fd, file, text, size);
}

/* Why nothing was read.  A process without memory has an empty smaps_rollup. */
static enum tm_process_read why_unread(void)
{
	if (errno == ESRCH || errno == ENOENT)
		return TM_PROCESS_GONE;
	return errno ? TM_PROCESS_REFUSED : TM_PROCESS_EMPTY;
}

/* "Name:\tpython3\n".  A program may set any name. */
static void take_name(struct tm_process *process, const char *text)
{
	const char *tab = strchr(text, '\t');
	const char *name = tab ? tab + 1 : "";

	snprintf(process->name, sizeof(process->name), "%.*s",
		 (int)strcspn(name, "\n"), name);
	tm_text_clean(process->name);
}

enum tm_process_read tm_process_status(struct tm_process *process,
				       struct tm_process_status *out)
{
	char text[TM_PROCFS_TEXT_MAX];
	uint64_t number;

	memset(out, 0, sizeof(*out));
	if (!read_file(process, process->status_fd, "status", text,
		       sizeof(text)))
		return why_unread();
	take_name(process, text);
	if (tm_procfs_find(text, "\nTgid:", &number))
		out->group = (pid_t)number;
	if (tm_procfs_find(text, "\nPPid:", &number))
		out->parent = (pid_t)number;
	tm_procfs_find(text, "\nThreads:", &out->threads);
	if (!tm_procfs_find_kib(text, "\nVmRSS:", &out->rss_bytes))
		return strstr(text, "\nState:\tZ") ||
				       strstr(text, "\nState:\tX")
			       ? TM_PROCESS_ZOMBIE
			       : TM_PROCESS_EMPTY;
	tm_procfs_find_kib(text, "\nVmHWM:", &out->hwm_bytes);
	tm_procfs_find_kib(text, "\nVmSwap:", &out->swap_bytes);
	out->has_shm = tm_procfs_find_kib(text, "\nRssShmem:", &out->shm_bytes);
	return TM_PROCESS_READ;
}

enum tm_process_read tm_process_stat(const struct tm_process *process,
				     struct tm_process_stat *out)
{
	char text[TM_PROCFS_TEXT_MAX];
	struct tm_proc_stat stat;

	memset(out, 0, sizeof(*out));
	if (!read_file(process, -1, "stat", text, sizeof(text)))
		return why_unread();
	if (!tm_proc_stat_read(&stat, text))
		return TM_PROCESS_EMPTY;
	out->copied = (stat.flags & TM_PROC_STAT_COPIED) != 0;
	out->is_kernel = (stat.flags & TM_PROC_STAT_KERNEL) != 0;
	out->started_ticks = stat.started_ticks;
	out->children_faults = stat.children_faults;
	return TM_PROCESS_READ;
}

enum tm_process_read tm_process_smaps(const struct tm_process *process,
				      struct tm_process_smaps *out)
{
	char text[TM_PROCFS_TEXT_MAX];
	uint64_t clean = 0, dirty = 0;

	memset(out, 0, sizeof(*out));
	if (!read_file(process, -1, "smaps_rollup", text, sizeof(text)))
		return why_unread();
	tm_procfs_find_kib(text, "\nPss:", &out->pss_bytes);
	tm_procfs_find_kib(text, "\nPrivate_Clean:", &clean);
	tm_procfs_find_kib(text, "\nPrivate_Dirty:", &dirty);
	tm_procfs_find_kib(text, "\nLazyFree:", &out->lazyfree_bytes);
	out->uss_bytes = clean + dirty;
	return TM_PROCESS_READ;
}

uint64_t tm_process_rss(const struct tm_process *process, uint64_t page_bytes)
{
	char text[128];
	char *at;

	if (!read_file(process, process->statm_fd, "statm", text, sizeof(text)))
		return 0;
	at = strchr(text, ' ');
	return at ? strtoull(at, NULL, 10) * page_bytes : 0;
}

enum tm_process_read tm_process_mappings(const struct tm_process *process,
					 uint64_t *out)
{
	char text[TM_PROCFS_TEXT_MAX];
	int fd = open_below(process, "maps");
	const char *line;
	ssize_t got;

	*out = 0;
	if (fd < 0)
		return why_unread();
	errno = 0;
	while ((got = read(fd, text, sizeof(text))) > 0) {
		for (line = text;
		     (line = memchr(line, '\n', (size_t)(text + got - line)));
		     line++)
			++*out;
	}
	close(fd);
	return got == 0 && *out ? TM_PROCESS_READ : why_unread();
}

/* --- folders -------------------------------------------------------------- */

/* Call `take` for each entry from the first on, "." and ".." included. */
static int each_entry(int folder_fd,
		      void (*take)(void *context, const char *name),
		      void *context)
{
	_Alignas(struct directory_entry) char entries[TM_PROCFS_TEXT_MAX];
	long got, at;

	if (lseek(folder_fd, 0, SEEK_SET) != 0)
		return 0;
	while ((got = syscall(SYS_getdents64, folder_fd, entries,
			      sizeof(entries))) > 0) {
		for (at = 0; at < got;) {
			const struct directory_entry *entry =
				(const void *)(entries + at);

			take(context, entry->name);
			at += entry->length;
		}
	}
	return got == 0;
}

static void count_entry(void *context, const char *name)
{
	uint64_t *count = context;

	*count += isdigit((unsigned char)*name) != 0;
}

static int read_descriptors(const struct tm_process *process, uint64_t *out)
{
	int fd = open_below(process, "fd");
	int whole;

	*out = 0;
	if (fd < 0)
		return 0;
	whole = each_entry(fd, count_entry, out);
	close(fd);
	return whole;
}

static int size_descriptors(const struct tm_process *process, uint64_t *out)
{
	struct stat info;

	if (fstatat(process->folder_fd, "fd", &info, 0) != 0)
		return 0;
	*out = (uint64_t)info.st_size;
	return 1;
}

enum tm_process_read tm_process_descriptors(const struct tm_process *process,
					    int counted_at_once, uint64_t *out)
{
	errno = 0;
	if (counted_at_once ? size_descriptors(process, out)
			    : read_descriptors(process, out))
		return TM_PROCESS_READ;
	return why_unread();
}

/* A kernel that does not maintain the count reports 0; one that reports a wrong
 * count is detected by reading the folder once. */
int tm_process_counts_descriptors_at_once(void)
{
	struct tm_process self;
	uint64_t at_once = 0, read_out = 0;
	int known;

	if (!tm_process_open(&self, getpid()))
		return 0;
	known = size_descriptors(&self, &at_once) &&
		read_descriptors(&self, &read_out);
	tm_process_close(&self);
	/* Reading the folder takes a descriptor too. */
	return known && at_once > 0 && at_once + 1 == read_out;
}

struct numbers {
	void (*take)(void *context, pid_t number);
	void *context;
};

static void take_number(void *context, const char *name)
{
	const struct numbers *numbers = context;

	if (isdigit((unsigned char)*name))
		numbers->take(numbers->context, (pid_t)strtol(name, NULL, 10));
}

int tm_process_each_number(int folder_fd,
			   void (*take)(void *context, pid_t number),
			   void *context)
{
	struct numbers numbers = {take, context};

	return each_entry(folder_fd, take_number, &numbers);
}

/* --- children ------------------------------------------------------------- */

/* "123 456 ", each number followed by a space.  The kernel never splits a number,
 * as the buffer is as large as its own. */
static int each_child(int fd, void (*take)(void *context, pid_t child),
		      void *context)
{
	char text[TM_PROCFS_TEXT_MAX + 1];
	off_t from = 0;
	ssize_t got;

	while ((got = pread(fd, text, sizeof(text) - 1, from)) > 0) {
		char *at = text, *end;
		long child;

		text[got] = '\0';
		while ((child = strtol(at, &end, 10)) > 0 && *end == ' ') {
			take(context, (pid_t)child);
			at = end + 1;
		}
		if (at == text)
			return 0;
		from += at - text;
	}
	return got == 0;
}

struct threads {
	const struct tm_process *process;
	struct numbers children;
	int told;
};

static void take_thread(void *context, pid_t thread)
{
	struct threads *threads = context;
	char path[48];
	int fd;

	snprintf(path, sizeof(path), "task/%ld/children", (long)thread);
	fd = open_below(threads->process, path);
	if (fd < 0)
		return; /* it has ended, or the kernel lacks this file */
	threads->told = 1;
	each_child(fd, threads->children.take, threads->children.context);
	close(fd);
}

int tm_process_children(const struct tm_process *process, uint64_t threads,
			void (*take)(void *context, pid_t child), void *context)
{
	struct threads all = {process, {take, context}, 0};
	int fd;

	if (threads <= 1 && process->children_fd >= 0) {
		each_child(process->children_fd, take, context);
		return 1;
	}
	if (threads <= 1) {
		take_thread(&all, process->pid);
		return all.told;
	}
	fd = open_below(process, "task");
	if (fd < 0)
		return 0;
	tm_process_each_number(fd, take_thread, &all);
	close(fd);
	return all.told;
}
