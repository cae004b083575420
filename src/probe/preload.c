#include "probe/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "metric/traits.h"
#include "util/clock.h"
#include "util/text.h"
#include "util/trace.h"

/* How often an allocator's statistics are read: glibc locks its arenas for it. */
#define ASK_INTERVAL_NS 50000000u

/* How often to check that a process still runs the same program. */
#define EXE_INTERVAL_NS 1000000000u

/* Statistics from one call before the request may be off by this much. */
#define SMALL_BYTES 4096

enum tm_rc tm_preload_open(struct tm_preload *preload, const char *folder,
			   pid_t root, struct tm_err *err)
{
	memset(preload, 0, sizeof(*preload));
	preload->root = root;
	tm_sites_init(&preload->sites);
	preload->area = calloc(1, sizeof(*preload->area));
	if (!preload->area)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for the program's counters");
	preload->folder = opendir(folder);
	if (!preload->folder) {
		free(preload->area);
		preload->area = NULL;
		return tm_fail_errno(err, errno, "cannot read the folder '%s'",
				     folder);
	}
	return TM_OK;
}

static void close_process(const struct tm_preload_process *process)
{
	close(process->fd);
	if (process->pid_fd >= 0)
		close(process->pid_fd);
}

void tm_preload_close(struct tm_preload *preload)
{
	size_t i;

	for (i = 0; i < preload->count; i++)
		close_process(&preload->process[i]);
	preload->count = 0;
	tm_sites_release(&preload->sites);
	if (preload->folder)
		closedir(preload->folder);
	preload->folder = NULL;
	free(preload->area);
	preload->area = NULL;
}

/* --- processes that end --------------------------------------------------- */

static void remember_end(struct tm_preload *preload, const struct tm_area *area)
{
	struct tm_preload_ended *ended = &preload->ended;

	preload->lost_samples += area->lost_samples;
	if (area->hwm_bytes <= ended->hwm_bytes)
		return;
	ended->hwm_bytes = area->hwm_bytes;
	memcpy(ended->hwm_program, area->program, sizeof(ended->hwm_program));
}

/* Read its final counters and remove its file: a run may start thousands. */
static void drop_process(struct tm_preload *preload, size_t at)
{
	struct tm_preload_process *process = &preload->process[at];

	tm_trace("counted_ended", "pid=%ld", (long)process->pid);
	preload->ended.count++;
	/* The sample that waits for statistics included this process. */
	preload->awaits_answers = 0;
	if (tm_area_read_head(process->fd, preload->area)) {
		remember_end(preload, preload->area);
		tm_sites_update(&preload->sites, process->sites_index,
				process->fd, preload->area);
	}
	tm_sites_end_process(&preload->sites, process->sites_index);
	unlinkat(dirfd(preload->folder), process->name, 0);
	close_process(process);
	*process = preload->process[--preload->count];
}

/* The process has ended, or is no longer counted. */
static void drop_ended_process(struct tm_preload *preload, size_t at)
{
	preload->root_ended |= preload->process[at].pid == preload->root;
	drop_process(preload, at);
}

/* One poll() for all of them. */
static void drop_ended(struct tm_preload *preload)
{
	struct pollfd waits[TM_PRELOAD_PROCESSES];
	size_t i;

	for (i = 0; i < preload->count; i++)
		waits[i] = (struct pollfd){.fd = preload->process[i].pid_fd,
					   .events = POLLIN};
	if (poll(waits, (nfds_t)preload->count, 0) <= 0)
		return;
	/* Backwards, as the last one fills each gap. */
	for (i = preload->count; i-- > 0;) {
		if (waits[i].revents)
			drop_ended_process(preload, i);
	}
}

/* Whether the process has executed a program that does not load the library. */
static int is_another_program(const struct tm_preload_process *process)
{
	char path[64], program[sizeof(process->program)];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%ld/exe", (long)process->pid);
	length = readlink(path, program, sizeof(program) - 1);
	if (length <= 0 || !*process->program)
		return 0;
	program[length] = '\0';
	/* A deleted file is shown as "NAME (deleted)". */
	return strncmp(program, process->program, strlen(process->program)) !=
	       0;
}

static void drop_replaced(struct tm_preload *preload, uint64_t now_ns)
{
	size_t i;

	if (now_ns - preload->exe_checked_ns < EXE_INTERVAL_NS)
		return;
	preload->exe_checked_ns = now_ns;
	for (i = preload->count; i-- > 0;) {
		if (is_another_program(&preload->process[i]))
			drop_ended_process(preload, i);
	}
}

/* --- processes that appear ------------------------------------------------ */

static int open_pid(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* Drop the older images of a process whose newest image this is. */
static void drop_older(struct tm_preload *preload, int32_t pid,
		       uint64_t started_ns)
{
	size_t i;

	for (i = preload->count; i-- > 0;) {
		if (preload->process[i].pid == pid &&
		    preload->process[i].started_ns < started_ns)
			drop_process(preload, i);
	}
}

static int is_followed(const struct tm_preload *preload, const char *name)
{
	size_t i;

	for (i = 0; i < preload->count; i++) {
		if (strcmp(preload->process[i].name, name) == 0)
			return 1;
	}
	return 0;
}

static void note_program(struct tm_preload *preload, const struct tm_area *area)
{
	char text[TM_TRACE_TEXT_MAX];

	tm_trace("counted_seen", "pid=%ld bypassed=%d program=\"%s\"",
		 (long)area->pid, area->bypassed != 0,
		 tm_trace_text(text, area->program));
	preload->seen++;
	if (area->pid == preload->root && !area->bypassed)
		preload->root_seen = 1;
	tm_language_set_add(&preload->languages_seen,
			    tm_language_of_program(area->program));
}

static void follow(struct tm_preload *preload, const char *name)
{
	struct tm_preload_process *process;
	const struct tm_area *area = preload->area;
	int fd = tm_area_open(dirfd(preload->folder), name, preload->area);

	if (fd < 0)
		return;
	drop_older(preload, area->pid, area->started_ns);
	if (preload->count == TM_PRELOAD_PROCESSES) {
		preload->overflowed = 1;
		close(fd);
		return;
	}
	/* Dropping another overwrote the head that was read. */
	if (!tm_area_read_head(fd, preload->area)) {
		close(fd);
		return;
	}
	process = &preload->process[preload->count++];
	memset(process, 0, sizeof(*process));
	snprintf(process->name, sizeof(process->name), "%.31s", name);
	process->fd = fd;
	process->pid = area->pid;
	process->pid_fd = open_pid(area->pid);
	process->started_ns = area->started_ns;
	process->bypassed = area->bypassed != 0;
	memcpy(process->program, area->program, sizeof(process->program));
	note_program(preload, area);
	process->sites_index = tm_sites_add_process(&preload->sites, area);
	/* It may be gone already. */
	if (process->pid_fd < 0 && errno == ESRCH)
		drop_ended_process(preload, preload->count - 1);
}

/* "PID-NUMBER": the library writes no other files. */
static int looks_like_area(const char *name)
{
	size_t digits = strspn(name, "0123456789");

	return digits && name[digits] == '-' && name[digits + 1] &&
	       name[digits + 1 + strspn(name + digits + 1, "0123456789")] ==
		       '\0' &&
	       strlen(name) < sizeof(((struct tm_preload_process *)0)->name);
}

static void follow_new(struct tm_preload *preload)
{
	struct dirent *entry;

	rewinddir(preload->folder);
	while ((entry = readdir(preload->folder))) {
		if (looks_like_area(entry->d_name) &&
		    !is_followed(preload, entry->d_name))
			follow(preload, entry->d_name);
	}
}

/* --- the allocators' figures ---------------------------------------------- */

/* The metric of each figure.  Bytes in use can be summed over allocators; the
 * other figures mean something different in each. */
static const struct {
	enum tm_metric metric;
	int is_comparable;
} figure_table[TM_FIGURE_COUNT] = {
	[TM_FIGURE_ALLOCATED] = {TM_METRIC_allocated_bytes, 1},
	[TM_FIGURE_ACTIVE] = {TM_METRIC_active_bytes, 0},
	[TM_FIGURE_RESIDENT] = {TM_METRIC_resident_bytes, 0},
	[TM_FIGURE_RETAINED] = {TM_METRIC_retained_bytes, 0},
};

static void take_figures(struct tm_preload_process *process,
			 const struct tm_area_figures *source)
{
	struct tm_preload_figures *figures = &process->figures;
	unsigned int i;

	process->answered = 1;
	process->answered_count = process->asked_count;
	figures->allocator = source->allocator;
	figures->known = source->known;
	for (i = 0; i < TM_FIGURE_COUNT; i++)
		figures->value[i] = source->value[i];
}

/* Whether the statistics still held at the last sample: the process had since
 * made only the one, small call that reported them. */
static int still_holds(const struct tm_preload_process *process)
{
	const struct tm_area_count *then = &process->answered_count;
	const struct tm_area_count *last = &process->count;
	uint64_t change = last->net_bytes > then->net_bytes
				  ? last->net_bytes - then->net_bytes
				  : then->net_bytes - last->net_bytes;

	return process->answered && last->operations - then->operations <= 1 &&
	       change <= SMALL_BYTES;
}

/* Read the process's reply to the last request into its `figures`. */
static int has_answer(struct tm_preload_process *process)
{
	struct tm_area_figures figures;

	if (process->asked == 0)
		return 0;
	if (tm_area_read_figures(process->fd, &figures) &&
	    figures.answered == process->asked)
		take_figures(process, &figures);
	return still_holds(process);
}

/* The statistics of several processes. */
struct sum {
	size_t processes;
	uint32_t allocator; /* of the first */
	int is_mixed;	    /* there are several allocators */
	uint64_t value[TM_FIGURE_COUNT];
	const char *absent[TM_FIGURE_COUNT]; /* why a process lacks it */
};

static void add_figures(struct sum *sum,
			const struct tm_preload_figures *figures)
{
	unsigned int i;

	if (sum->processes++ == 0)
		sum->allocator = figures->allocator;
	sum->is_mixed |= sum->allocator != figures->allocator;
	for (i = 0; i < TM_FIGURE_COUNT; i++) {
		sum->value[i] += figures->value[i];
		if (!(figures->known & TM_FIGURE_BIT(i)))
			sum->absent[i] = tm_allocator_reason(figures->allocator,
							     figures->known, i);
	}
}

static void set_figures(struct tm_preload *preload, struct sum *sum)
{
	unsigned int i;

	for (i = 0; i < TM_FIGURE_COUNT; i++) {
		if (sum->is_mixed && !figure_table[i].is_comparable)
			sum->absent[i] =
				"the processes use different allocators, which "
				"define it differently";
		preload->figure_absent[i] = sum->absent[i];
		if (!sum->absent[i])
			tm_sample_set(&preload->late, figure_table[i].metric,
				      sum->value[i]);
	}
}

/* Sum over all processes; a figure that one of them lacks is absent.  Returns 0
 * while a process has not answered: it calls malloc rarely, and nothing has
 * changed until it does. */
static int gather_answers(struct tm_preload *preload)
{
	struct sum sum = {0};
	size_t i;

	for (i = 0; i < preload->count; i++) {
		struct tm_preload_process *process = &preload->process[i];

		if (process->bypassed)
			continue;
		if (!has_answer(process))
			return 0;
		add_figures(&sum, &process->figures);
	}
	if (sum.processes)
		set_figures(preload, &sum);
	return 1;
}

static void ask_all(struct tm_preload *preload)
{
	size_t i;

	for (i = 0; i < preload->count; i++) {
		struct tm_preload_process *process = &preload->process[i];

		process->asked = tm_area_ask(process->fd);
		process->asked_count = process->count;
	}
}

/* --- sampling ------------------------------------------------------------- */

/* Sum the live bytes; returns the number of processes counted. */
static uint64_t count_all(struct tm_preload *preload, struct tm_sample *sample)
{
	uint64_t bytes = 0, blocks = 0, counted = 0;
	size_t i;

	for (i = 0; i < preload->count; i++) {
		struct tm_preload_process *process = &preload->process[i];

		if (process->bypassed ||
		    !tm_area_count(process->fd, preload->area, &process->count))
			continue;
		bytes += process->count.net_bytes;
		blocks += process->count.net_blocks;
		counted++;
	}
	if (counted == 0 || preload->overflowed)
		return counted;
	tm_sample_set(sample, TM_METRIC_net_bytes, bytes);
	tm_sample_set(sample, TM_METRIC_net_blocks, blocks);
	return counted;
}

static void note_uncounted(struct tm_preload *preload,
			   const struct tm_sample *sample, uint64_t counted)
{
	uint64_t processes = sample->value[TM_METRIC_processes];

	preload->samples++;
	if (!tm_sample_has(sample, TM_METRIC_processes) || processes <= counted)
		return;
	preload->partial_samples++;
	if (processes - counted <= preload->uncounted_max)
		return;
	preload->uncounted_max = processes - counted;
	preload->processes_max = processes;
}

/* A snapshot is dated to the middle of the time that it took: this process may
 * have been preempted while the program kept running. */
static void keep_sites(struct tm_preload *preload)
{
	uint64_t start_ns = tm_clock_ns();
	size_t i;

	/* Once the root has ended, the processes left do not show its growth. */
	if (preload->root_ended || !tm_sites_are_due(&preload->sites, start_ns))
		return;
	for (i = 0; i < preload->count; i++) {
		const struct tm_preload_process *process = &preload->process[i];

		if (tm_area_read_head(process->fd, preload->area))
			tm_sites_update(&preload->sites, process->sites_index,
					process->fd, preload->area);
	}
	tm_sites_keep(&preload->sites,
		      start_ns + (tm_clock_ns() - start_ns) / 2);
}

void tm_preload_sample(struct tm_preload *preload, struct tm_sample *sample)
{
	uint64_t now_ns = tm_clock_ns();

	memset(&preload->late, 0, sizeof(preload->late));
	drop_ended(preload);
	drop_replaced(preload, now_ns);
	if (preload->awaits_answers && gather_answers(preload))
		preload->awaits_answers = 0;
	follow_new(preload);
	note_uncounted(preload, sample, count_all(preload, sample));
	if (now_ns - preload->asked_ns >= ASK_INTERVAL_NS) {
		ask_all(preload);
		preload->awaits_answers = 1;
		preload->asked_ns = now_ns;
	}
	keep_sites(preload);
}

void tm_preload_finish(struct tm_preload *preload)
{
	follow_new(preload); /* processes that lived only between two samples */
	while (preload->count)
		drop_process(preload, preload->count - 1);
}

const struct tm_sample *tm_preload_late(const struct tm_preload *preload)
{
	return &preload->late;
}

static const char *figure_reason(const struct tm_preload *preload,
				 enum tm_metric metric)
{
	unsigned int i;

	for (i = 0; i < TM_FIGURE_COUNT; i++) {
		if (figure_table[i].metric == metric &&
		    preload->figure_absent[i])
			return preload->figure_absent[i];
	}
	return "the program's allocator was asked and did not reply";
}

const char *tm_preload_absent(const struct tm_preload *preload,
			      enum tm_metric metric)
{
	enum tm_source source = tm_trait_of(metric)->source;

	if (source != TM_SOURCE_COUNTERS && source != TM_SOURCE_ALLOCATOR)
		return NULL;
	if (preload->seen == 0)
		return "no process of the program loaded the library";
	if (preload->overflowed)
		return "more than 256 processes live at once";
	if (source == TM_SOURCE_ALLOCATOR)
		return figure_reason(preload, metric);
	return "the program has its own malloc";
}
