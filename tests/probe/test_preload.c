#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/areas.h"
#include "probe/preload.h"
#include "util/clock.h"

static const char *folder;
static struct tm_preload preload;

static void open_preload(void)
{
	struct tm_err err = {0};

	folder = areas_make_folder();
	cr_assert(tm_preload_open(&preload, folder, getpid(), &err) == TM_OK,
		  "%s", err.text);
}

static void close_preload(void)
{
	tm_preload_close(&preload);
	areas_remove_folder();
}

TestSuite(preload, .init = open_preload, .fini = close_preload);

static uint64_t net_bytes(void)
{
	struct tm_sample sample = {0};

	tm_preload_sample(&preload, &sample);
	cr_assert(tm_sample_has(&sample, TM_METRIC_net_bytes));
	return sample.value[TM_METRIC_net_bytes];
}

static int has_net_bytes(void)
{
	struct tm_sample sample = {0};

	tm_preload_sample(&preload, &sample);
	return tm_sample_has(&sample, TM_METRIC_net_bytes);
}

/* A process that waits until it is told to end. */
static pid_t start_process(int *tell_fd)
{
	int ends[2];
	char byte;
	pid_t pid;

	cr_assert(pipe(ends) == 0);
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		_exit(read(ends[0], &byte, 1) > 0);
	}
	close(ends[0]);
	*tell_fd = ends[1];
	return pid;
}

static void end_process(pid_t pid, int tell_fd)
{
	close(tell_fd);
	cr_assert(waitpid(pid, NULL, 0) == pid);
}

/* --- the sum -------------------------------------------------------------- */

Test(preload, without_an_area_nothing_is_known)
{
	cr_assert(!has_net_bytes());
	cr_assert_str_eq(tm_preload_absent(&preload, TM_METRIC_net_bytes),
			 "no process of the program loaded the library");
	cr_assert(tm_preload_absent(&preload, TM_METRIC_rss_bytes) == NULL);
}

Test(preload, counts_what_threads_took_and_gave_back)
{
	struct tm_area *area = areas_open("1-1", getpid());
	struct tm_sample sample = {0};

	areas_take(area, 1000, 3);
	area->slot[TM_AREA_SLOTS - 1].freed_bytes = 400;
	area->slot[TM_AREA_SLOTS - 1].freed_blocks = 1;
	tm_preload_sample(&preload, &sample);
	cr_assert_eq(sample.value[TM_METRIC_net_bytes], 600);
	cr_assert_eq(sample.value[TM_METRIC_net_blocks], 2);
	cr_assert(preload.root_seen);
	areas_close(area);
}

Test(preload, adds_up_the_processes_and_leaves_out_those_that_ended)
{
	struct tm_area *own = areas_open("1-1", getpid());
	struct tm_area *child;
	char name[32], path[128];
	int tell_fd;
	pid_t pid = start_process(&tell_fd);

	snprintf(name, sizeof(name), "%ld-1", (long)pid);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	child = areas_open(name, pid);
	areas_take(own, 1000, 1);
	areas_take(child, 50, 1);
	child->hwm_bytes = 777;
	cr_assert_eq(net_bytes(), 1050);
	end_process(pid, tell_fd);
	cr_assert_eq(net_bytes(), 1000);
	cr_assert_eq(preload.ended.count, 1);
	cr_assert_eq(preload.ended.hwm_bytes, 777);
	/* A run may start thousands: they leave no file behind. */
	cr_assert(access(path, F_OK) != 0);
	areas_close(child);
	areas_close(own);
}

Test(preload, an_exec_begins_anew)
{
	struct tm_area *before = areas_open("1-1", getpid());
	struct tm_area *after;

	areas_take(before, 1000, 1);
	cr_assert_eq(net_bytes(), 1000);
	after = areas_open("1-2", getpid());
	areas_take(after, 20, 1);
	cr_assert_eq(net_bytes(), 20);
	areas_close(before);
	areas_close(after);
}

Test(preload, a_process_that_became_a_static_program_counts_no_more)
{
	struct tm_area *area = areas_open("1-1", getpid());

	areas_take(area, 1000, 1);
	snprintf(area->program, sizeof(area->program), "/bin/another");
	/* It is noticed within a second, and here at once. */
	cr_assert(has_net_bytes());
	preload.exe_checked_ns = 0;
	cr_assert(!has_net_bytes());
	areas_close(area);
}

Test(preload, a_malloc_inside_the_program_is_absent)
{
	struct tm_area *area = areas_open("1-1", getpid());

	area->bypassed = 1;
	cr_assert(!has_net_bytes());
	cr_assert_str_eq(tm_preload_absent(&preload, TM_METRIC_net_bytes),
			 "the program has its own malloc");
	areas_close(area);
}

Test(preload, processes_of_the_tree_without_an_area_are_noted)
{
	struct tm_area *area = areas_open("1-1", getpid());
	struct tm_sample sample = {0};

	tm_sample_set(&sample, TM_METRIC_processes, 3);
	tm_preload_sample(&preload, &sample);
	cr_assert_eq(preload.uncounted_max, 2);
	cr_assert_eq(preload.processes_max, 3);
	areas_close(area);
}

/* --- faults --------------------------------------------------------------- */

Test(preload, a_file_that_is_no_area_is_left_out)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/12-1", folder);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	cr_assert(write(fd, "garbage", 7) == 7);
	close(fd);
	cr_assert(symlinkat("/etc/passwd", AT_FDCWD, strcat(path, "-not")) ==
		  0);
	cr_assert(!has_net_bytes());
}

Test(preload, an_area_of_another_version_is_left_out)
{
	struct tm_area *area = areas_open("1-1", getpid());

	area->version = TM_AREA_VERSION + 1;
	cr_assert(!has_net_bytes());
	areas_close(area);
}

Test(preload, an_area_that_is_not_ready_is_taken_later)
{
	struct tm_area *area = areas_open("1-1", getpid());

	area->magic = 0;
	cr_assert(!has_net_bytes());
	area->magic = TM_AREA_MAGIC;
	cr_assert(has_net_bytes());
	areas_close(area);
}

Test(preload, an_area_that_is_cut_off_does_no_harm)
{
	struct tm_area *area = areas_open("1-1", getpid());
	static const uint64_t frames[] = {1, 2, 0};
	char path[128];

	areas_take(area, 1000, 1);
	areas_add_site(area, frames, "");
	cr_assert(has_net_bytes());
	snprintf(path, sizeof(path), "%s/1-1", folder);
	cr_assert(truncate(path, 100) == 0);
	preload.sites.taken_ns = 0;
	cr_assert(!has_net_bytes());
	areas_close(area);
}

Test(preload, counters_that_cannot_be_do_no_harm)
{
	struct tm_area *area = areas_open("1-1", getpid());
	static const uint64_t frames[] = {UINT64_MAX, 0};
	struct tm_area_site *site = areas_add_site(area, frames, "");

	areas_give(area, 1000, 1);
	area->sites_used = UINT32_MAX;
	area->slots_used = UINT32_MAX;
	site->depth = UINT32_MAX;
	site->script = UINT32_MAX;
	site->script_length = UINT32_MAX;
	memset(area->program, 'x', sizeof(area->program));
	cr_assert_eq(net_bytes(), 0);
	cr_assert_eq(preload.sites.count, 1);
	cr_assert_eq(preload.sites.sites[0].depth, TM_AREA_FRAMES);
	cr_assert(preload.sites.sites[0].script == NULL);
	areas_close(area);
}

/* --- the allocator's figures ---------------------------------------------- */

static void answer_as(enum tm_allocator_id id, struct tm_area *area,
		      uint64_t allocated_bytes)
{
	struct tm_area_figures *figures = &area->figures;

	figures->allocator = id;
	figures->known = tm_allocator_row(id)->figures;
	figures->value[TM_FIGURE_ALLOCATED] = allocated_bytes;
	figures->value[TM_FIGURE_RETAINED] = 100;
	figures->answered = figures->asked;
}

static void answer(struct tm_area *area, uint64_t allocated_bytes)
{
	answer_as(TM_ALLOCATOR_GLIBC, area, allocated_bytes);
}

static const struct tm_sample *sample_again(void)
{
	struct tm_sample sample = {0};

	preload.asked_ns = 0; /* as if some time had passed */
	tm_preload_sample(&preload, &sample);
	return tm_preload_late(&preload);
}

Test(preload, a_reply_belongs_to_the_sample_that_asked)
{
	struct tm_area *area = areas_open("1-1", getpid());
	const struct tm_sample *late;

	cr_assert(sample_again()->present == 0);
	areas_take(area, 64, 1);
	answer(area, 64);
	late = sample_again();
	cr_assert_eq(late->value[TM_METRIC_allocated_bytes], 64);
	cr_assert_eq(late->value[TM_METRIC_retained_bytes], 100);
	cr_assert(!tm_sample_has(late, TM_METRIC_resident_bytes));
	areas_close(area);
}

static void assert_absent(enum tm_metric metric, const char *reason)
{
	cr_assert_str_eq(tm_preload_absent(&preload, metric), reason);
}

Test(preload, a_figure_that_the_allocator_does_not_report_is_absent)
{
	struct tm_area *area = areas_open("1-1", getpid());

	assert_absent(TM_METRIC_resident_bytes,
		      "no process of the program loaded the library");
	sample_again();
	assert_absent(TM_METRIC_resident_bytes,
		      "the program's allocator was asked and did not reply");
	answer(area, 64);
	cr_assert_eq(sample_again()->value[TM_METRIC_allocated_bytes], 64);
	assert_absent(TM_METRIC_resident_bytes,
		      "glibc's malloc does not report it");
	assert_absent(TM_METRIC_active_bytes,
		      "glibc's malloc does not report it");
	areas_close(area);
}

Test(preload, an_allocator_that_cannot_be_asked_has_its_reason)
{
	static const struct {
		enum tm_allocator_id id;
		const char *reason;
	} rows[] = {
		{TM_ALLOCATOR_JEMALLOC,
		 "this jemalloc was built without statistics"},
		{TM_ALLOCATOR_GLIBC, "this glibc has no mallinfo2(): it is "
				     "older than 2.33"},
		{TM_ALLOCATOR_TCMALLOC,
		 "tidemark does not read tcmalloc's figures"},
		{TM_ALLOCATOR_UNKNOWN,
		 "tidemark does not know the program's allocator"},
		{TM_ALLOCATOR_COUNT,
		 "tidemark does not know the program's allocator"},
	};
	struct tm_area *area = areas_open("1-1", getpid());
	size_t i;

	sample_again();
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		answer_as(rows[i].id, area, 64);
		area->figures.known = 0;
		cr_expect(sample_again()->present == 0);
		assert_absent(TM_METRIC_allocated_bytes, rows[i].reason);
	}
	areas_close(area);
}

Test(preload, of_different_allocators_only_what_is_handed_out_is_added)
{
	struct tm_area *one = areas_open("1-1", getpid());
	struct tm_area *other = areas_open("2-1", getppid());
	const struct tm_sample *late;

	sample_again();
	answer(one, 64);
	answer_as(TM_ALLOCATOR_JEMALLOC, other, 36);
	late = sample_again();
	cr_assert_eq(late->value[TM_METRIC_allocated_bytes], 100);
	cr_assert(!tm_sample_has(late, TM_METRIC_retained_bytes));
	assert_absent(TM_METRIC_retained_bytes,
		      "the processes use different allocators, which define it "
		      "differently");
	areas_close(one);
	areas_close(other);
}

Test(preload, without_a_reply_a_busy_program_has_no_figures)
{
	struct tm_area *area = areas_open("1-1", getpid());

	sample_again();
	areas_take(area, 64, 1);
	answer(area, 64);
	sample_again();
	areas_take(area, 64, 5);
	sample_again(); /* asks */
	cr_assert(sample_again()->present == 0);
	areas_close(area);
}

/* As sample_again(), before it is time to ask again. */
static const struct tm_sample *sample_soon(void)
{
	struct tm_sample sample = {0};

	preload.asked_ns = tm_clock_ns();
	tm_preload_sample(&preload, &sample);
	return tm_preload_late(&preload);
}

/* The call that answers is the first since it was asked: until then, nothing
 * has changed. */
Test(preload, the_reply_of_a_program_that_rarely_allocates_is_waited_for)
{
	struct tm_area *area = areas_open("1-1", getpid());

	sample_again();
	cr_assert_eq(sample_soon()->present, 0);
	cr_assert_eq(sample_soon()->present, 0);
	areas_take(area, 64, 1);
	answer(area, 64);
	cr_assert_eq(sample_soon()->value[TM_METRIC_allocated_bytes], 64);
	cr_assert_eq(sample_soon()->present, 0);
	areas_close(area);
}

/* Each of two is right about another sample. */
Test(preload, replies_of_different_times_are_not_added)
{
	struct tm_area *one = areas_open("1-1", getpid());
	struct tm_area *other = areas_open("2-1", getppid());

	sample_again();
	areas_take(one, 64, 1);
	answer(one, 64);
	cr_assert_eq(sample_soon()->present, 0);
	areas_take(one, 64, 5);
	cr_assert_eq(sample_soon()->present, 0);
	answer(other, 36);
	cr_assert_eq(sample_soon()->present, 0);
	areas_close(one);
	areas_close(other);
}

Test(preload, the_last_reply_of_a_program_that_sleeps_still_holds)
{
	struct tm_area *area = areas_open("1-1", getpid());

	sample_again();
	areas_take(area, 64, 1);
	answer(area, 64);
	sample_again();
	cr_assert_eq(sample_again()->value[TM_METRIC_allocated_bytes], 64);
	cr_assert_eq(sample_again()->value[TM_METRIC_allocated_bytes], 64);
	areas_close(area);
}

Test(preload, figures_that_are_being_written_are_not_read)
{
	struct tm_area *area = areas_open("1-1", getpid());

	sample_again();
	answer(area, 64);
	area->figures.sequence = 1;
	cr_assert(sample_again()->present == 0);
	areas_close(area);
}
