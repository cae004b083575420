#include "preload/mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "preload/populate.h"

/* What every process touches: the head, the figures and the slots. */
#define HOT_BYTES offsetof(struct tm_area, site)

#define GENERATIONS_MAX 100000

_Alignas(TM_MAPPING_PAGE) union tm_mapping tm_mapping;

static _Atomic uint32_t nobody_asks;
_Atomic uint32_t *tm_mapping_asked = &nobody_asks;

static struct tm_mapping_settings settings;
static struct tm_area *area; /* as tm_mapping.area, and known after a fork */
static int seccomp_mode;     /* at the start */

static struct tm_area_slot kept[TM_AREA_SLOTS]; /* before a fork */
static int is_kept;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* A program that entered a seccomp sandbox after its start may be killed for
 * opening a file, so no file is opened.  One that was started under seccomp, as
 * in a container, is not at risk. */
static int is_shut_in(void)
{
	return prctl(PR_GET_SECCOMP) != seccomp_mode;
}

/* --- the file ------------------------------------------------------------- */

/* The file has sites only when sampling is on, and scripts only if the program
 * is an interpreter. */
size_t tm_mapping_bytes(void)
{
	if (!settings.sampling_bytes)
		return HOT_BYTES;
	return settings.has_scripts ? sizeof(struct tm_area)
				    : offsetof(struct tm_area, scripts);
}

/* Growing a file beyond this limit kills the program. */
static int may_be_so_large(size_t size)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
	       (limit.rlim_cur == RLIM_INFINITY || size <= limit.rlim_cur);
}

/* PID-NUMBER: a process that calls exec has a file for each image. */
static int create(uint32_t *generation)
{
	char path[sizeof(settings.folder) + 64];
	int fd = -1;

	for (*generation = 0; *generation < GENERATIONS_MAX; ++*generation) {
		snprintf(path, sizeof(path), "%s/%ld-%u", settings.folder,
			 (long)getpid(), *generation);
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0 || errno != EEXIST)
			break;
	}
	return fd;
}

static int write_zeros(int fd, size_t size)
{
	static const char zeros[4096];
	size_t at, part;

	for (at = 0; at < size; at += part) {
		part = size - at < sizeof(zeros) ? size - at : sizeof(zeros);
		if (pwrite(fd, zeros, part, (off_t)at) != (ssize_t)part)
			return 0;
	}
	return 1;
}

/* Reserve the space before touching it: touching a page for which the file
 * system has no space would kill the program. */
static int take_room(int fd, size_t size)
{
	int result;

	do
		result = fallocate(fd, 0, 0, (off_t)size);
	while (result != 0 && errno == EINTR);
	if (result != 0 && errno == EOPNOTSUPP && !write_zeros(fd, size))
		return 0;
	if (result != 0 && errno != EOPNOTSUPP)
		return 0;
	/* All files have the same size; the part beyond `size` is never touched. */
	return ftruncate(fd, sizeof(struct tm_area)) == 0;
}

/* `size` bytes in a file of this process, or -1. */
static int create_with_room(size_t size, uint32_t *generation)
{
	int fd;

	if (!may_be_so_large(sizeof(struct tm_area)))
		return -1;
	fd = create(generation);
	if (fd < 0 || take_room(fd, size))
		return fd;
	/* If there is no space for sites, try the counters alone. */
	if (size > HOT_BYTES && take_room(fd, HOT_BYTES)) {
		settings.sampling_bytes = 0;
		return fd;
	}
	if (ftruncate(fd, 0) != 0)
		errno = 0; /* give up: readers ignore a file without a magic */
	close(fd);
	return -1;
}

static int map(int fd, void *at)
{
	void *mapped = mmap(at, sizeof(struct tm_area), PROT_READ | PROT_WRITE,
			    MAP_SHARED | (at ? MAP_FIXED : 0), fd, 0);

	if (mapped == MAP_FAILED)
		return 0;
	area = mapped;
	return 1;
}

/* --- what is in it -------------------------------------------------------- */

static void describe(uint32_t generation)
{
	ssize_t length;

	area->version = TM_AREA_VERSION;
	area->pid = getpid();
	area->parent = getppid();
	area->generation = generation;
	area->started_ns = now_ns();
	area->sampling_bytes = settings.sampling_bytes;
	area->bypassed = (uint32_t)settings.bypassed;
	atomic_store(&area->mean_bytes, settings.sampling_bytes);
	atomic_store(&area->ended_ns, 0);
	atomic_store(&area->hwm_bytes, 0);
	length = readlink("/proc/self/exe", area->program,
			  sizeof(area->program) - 1);
	area->program[length > 0 ? length : 0] = '\0';
}

/* The hot part is resident from the start. */
static void touch(void)
{
	atomic_store(&area->own_bytes, tm_populate(area, HOT_BYTES));
}

int tm_mapping_open(const struct tm_mapping_settings *wanted)
{
	uint32_t generation;
	int fd, mapped;

	settings = *wanted;
	seccomp_mode = prctl(PR_GET_SECCOMP);
	fd = create_with_room(tm_mapping_bytes(), &generation);
	if (fd < 0)
		return 0;
	mapped = map(fd, NULL);
	close(fd);
	if (!mapped)
		return 0;
	touch();
	describe(generation);
	atomic_store(&area->slots_used, 1); /* the last, which is shared */
	atomic_store_explicit(&area->magic, TM_AREA_MAGIC,
			      memory_order_release);
	return 1;
}

struct tm_area *tm_mapping_get(void)
{
	return area;
}

void tm_mapping_publish(void)
{
	/* Without this, only forks by fork() are noticed, not those by the
	 * system call itself. */
	madvise(&tm_mapping, sizeof(tm_mapping), MADV_WIPEONFORK);
	tm_mapping.area = area;
	tm_mapping_asked = &area->figures.asked;
	tm_mapping_set_quiet(0);
}

/* --- fork ----------------------------------------------------------------- */

static void keep(_Atomic uint64_t *to, const _Atomic uint64_t *from)
{
	atomic_store_explicit(to,
			      atomic_load_explicit(from, memory_order_acquire),
			      memory_order_relaxed);
}

/* Other threads keep counting: read what was freed first, as every reader does,
 * or the child could inherit a negative balance. */
void tm_mapping_before_fork(void)
{
	const struct tm_area_slot *slot;
	size_t i;

	if (!tm_mapping.area)
		return;
	slot = area->slot;
	for (i = 0; i < TM_AREA_SLOTS; i++) {
		keep(&kept[i].freed_bytes, &slot[i].freed_bytes);
		keep(&kept[i].freed_blocks, &slot[i].freed_blocks);
	}
	for (i = 0; i < TM_AREA_SLOTS; i++) {
		keep(&kept[i].allocated_bytes, &slot[i].allocated_bytes);
		keep(&kept[i].allocated_blocks, &slot[i].allocated_blocks);
	}
	is_kept = 1;
}

void tm_mapping_after_fork(void)
{
	is_kept = 0;
}

static int copy(int fd, const void *from, size_t at, size_t size)
{
	return pwrite(fd, from, size, (off_t)at) == (ssize_t)size;
}

/* The child's heap is a copy, so its counts start as the parent's at the fork.  A
 * child whose fork went unnoticed gets the parent's current counts. */
static int copy_all(int fd)
{
	static const uint64_t no_magic;
	size_t sites = atomic_load(&area->sites_used);
	size_t scripts = atomic_load(&area->scripts_used);

	if (sites > TM_AREA_SITES)
		sites = TM_AREA_SITES;
	if (scripts > TM_AREA_SCRIPT_SIZE)
		scripts = TM_AREA_SCRIPT_SIZE;
	if (!settings.sampling_bytes)
		sites = scripts = 0;
	return copy(fd, area, 0, HOT_BYTES) &&
	       copy(fd, &no_magic, offsetof(struct tm_area, magic),
		    sizeof(no_magic)) &&
	       (!is_kept ||
		copy(fd, kept, offsetof(struct tm_area, slot), sizeof(kept))) &&
	       copy(fd, area->site, offsetof(struct tm_area, site),
		    sites * sizeof(*area->site)) &&
	       copy(fd, area->scripts, offsetof(struct tm_area, scripts),
		    scripts);
}

/* Private counters that are never read, so that the child does not write to the
 * parent's. */
static void hide(void)
{
	void *mapped =
		mmap(area, sizeof(struct tm_area), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	if (mapped == MAP_FAILED)
		errno = 0; /* tm_mapping.area stays NULL: nothing is counted */
}

/* Blocks that are live at the fork were allocated by the parent. */
static void inherit(void)
{
	uint64_t bytes = 0, blocks = 0;
	size_t i;

	for (i = 0; i < TM_AREA_SLOTS; i++) {
		bytes += area->slot[i].allocated_bytes -
			 area->slot[i].freed_bytes;
		blocks += area->slot[i].allocated_blocks -
			  area->slot[i].freed_blocks;
	}
	area->inherited_bytes = bytes;
	area->inherited_blocks = blocks;
	for (i = 0; settings.sampling_bytes && i < area->sites_used; i++)
		area->site[i].inherited_bytes = area->site[i].allocated_bytes -
						area->site[i].freed_bytes;
}

static int map_copy(void)
{
	uint32_t generation;
	int fd, mapped;

	fd = create_with_room(tm_mapping_bytes(), &generation);
	if (fd < 0)
		return 0;
	mapped = copy_all(fd) && map(fd, area);
	close(fd);
	if (!mapped)
		return 0;
	touch();
	describe(generation);
	inherit();
	atomic_store_explicit(&area->magic, TM_AREA_MAGIC,
			      memory_order_release);
	return 1;
}

int tm_mapping_renew(void)
{
	int done;

	tm_mapping.area = NULL;
	tm_mapping.quiet = 0;
	if (is_shut_in())
		return 0;
	done = map_copy();
	if (!done)
		hide();
	is_kept = 0;
	if (!done)
		return 0;
	tm_mapping.area = area;
	tm_mapping_set_quiet(area->figures.answered);
	return 1;
}

/* --- the end -------------------------------------------------------------- */

static uint64_t high_water_bytes(void)
{
	char text[4096], *line;
	uint64_t kib = 0;
	ssize_t length;
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[length > 0 ? length : 0] = '\0';
	line = strstr(text, "\nVmHWM:");
	if (!line)
		return 0;
	for (line += 7; *line == ' ' || *line == '\t'; line++)
		;
	for (; *line >= '0' && *line <= '9'; line++)
		kib = kib * 10 + (uint64_t)(*line - '0');
	return kib * 1024;
}

void tm_mapping_finish(void)
{
	/* A vforked child that exits must not end the parent's area. */
	if (!tm_mapping.area || getpid() != area->pid)
		return;
	if (!is_shut_in())
		atomic_store(&area->hwm_bytes, high_water_bytes());
	atomic_store(&area->ended_ns, now_ns());
}
