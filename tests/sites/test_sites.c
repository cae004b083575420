#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/areas.h"
#include "../support/runs.h"
#include "probe/preload.h"
#include "sites/summary.h"
#include "util/clock.h"

#define LOOKS 40

static struct tm_preload preload;
static struct tm_area *area;
static struct tm_run *run;
static uint64_t started_ns;

static void open_all(void)
{
	cr_assert(tm_preload_open(&preload, areas_make_folder(), getpid(),
				  NULL) == TM_OK);
	area = areas_open("1-1", getpid());
	started_ns = tm_clock_ns();
	run = run_new("sited");
}

static void close_all(void)
{
	run_free(run);
	areas_close(area);
	tm_preload_close(&preload);
	areas_remove_folder();
}

TestSuite(sites, .init = open_all, .fini = close_all);

/* A sample at `iteration`, with a snapshot. */
static void look(uint64_t iteration)
{
	struct tm_sample sample = {.iteration = iteration};

	preload.sites.taken_ns = 0; /* it is due */
	tm_preload_sample(&preload, &sample);
	/* The counters stand still meanwhile, so both are of one time. */
	sample.elapsed_ns = tm_clock_ns() - started_ns;
	if (preload.sites.snapshot_count)
		sample.elapsed_ns =
			preload.sites
				.snapshots[preload.sites.snapshot_count - 1]
				.time_ns -
			started_ns;
	cr_assert(tm_run_add_sample(run, &sample, NULL) == TM_OK);
}

static const struct tm_run_site *site_at(size_t at)
{
	cr_assert_lt(at, run->sites.count);
	return &run->sites.sites[at];
}

/* Two sites grow, by 4096 and 1024 bytes an iteration, and one fills up. */
static void leak_for_a_while(void)
{
	static const uint64_t first[] = {0x10, 0x20, 0};
	static const uint64_t second[] = {0x11, 0x20, 0};
	static const uint64_t third[] = {0x12, 0x20, 0};
	struct tm_area_site *cache = areas_add_site(area, first, "");
	struct tm_area_site *slow = areas_add_site(area, second, "");
	struct tm_area_site *fast = areas_add_site(
		area, third,
		"Stack (most recent call first):\n"
		"  File \"a.py\", line 3 in f\n  File \"a.py\", line 9 in g\n");
	uint64_t i;

	areas_sample(slow, 100, 102400);
	areas_sample(fast, 100, 102400);
	for (i = 0; i < LOOKS; i++) {
		if (i < 5)
			areas_sample(cache, 100, 102400);
		areas_sample(slow, 10, 10240);
		areas_sample(fast, 40, 40960);
		areas_take(area, 51200, 50);
		look(10 * i);
	}
	tm_sites_summarize(run, &preload.sites, 0, started_ns);
	cr_assert(run->sites.is_known);
}

static double growth_of(const struct tm_run_site *site)
{
	cr_assert(site->first_bytes.is_known && site->last_bytes.is_known);
	return (double)(site->last_bytes.value - site->first_bytes.value);
}

static double rate(const struct tm_run_site *site)
{
	return growth_of(site) /
	       (run->sites.last_x.value - run->sites.first_x.value);
}

Test(sites, sites_come_in_the_order_of_their_growth)
{
	leak_for_a_while();
	cr_assert_float_eq(rate(site_at(0)), 4096, .5);
	cr_assert_float_eq(rate(site_at(1)), 1024, .5);
	cr_assert(tm_is_true(site_at(0)->grows));
	cr_assert(tm_is_true(site_at(1)->grows));
	cr_assert_not(tm_is_true(site_at(2)->grows));
	cr_assert_float_eq((double)site_at(2)->last_bytes.value, 512000, 1);
}

Test(sites, the_counted_growth_is_of_the_same_time)
{
	double growth, explained;

	leak_for_a_while();
	growth = (double)(run->sites.counted_last_bytes.value -
			  run->sites.counted_first_bytes.value);
	explained = growth_of(site_at(0)) + growth_of(site_at(1));
	cr_assert_float_eq(explained / growth, 1.0, .01);
}

Test(sites, the_interpreters_stack_is_a_list)
{
	const struct tm_texts *script;

	leak_for_a_while();
	script = &site_at(0)->script;
	cr_assert_eq(script->count, 3);
	cr_assert_str_eq(script->text[1], "File \"a.py\", line 3 in f");
}

Test(sites, a_stack_has_names)
{
	uint64_t frames[] = {(uint64_t)(uintptr_t)leak_for_a_while + 8, 0x10,
			     0};
	const struct tm_run_site *site;

	areas_sample(areas_add_site(area, frames, ""), 1, 1024);
	look(0);
	look(1);
	tm_sites_summarize(run, &preload.sites, 0, started_ns);
	site = site_at(0);
	cr_assert_str_eq(site->stack[0].function, "leak_for_a_while");
	cr_assert(strstr(site->stack[0].file, "test_sites.c"));
	cr_assert_null(site->stack[site->depth - 1].function);
}

Test(sites, a_file_that_was_replaced_names_nothing)
{
	uint64_t frames[] = {(uint64_t)(uintptr_t)leak_for_a_while + 8, 0};
	const struct tm_run_frame *frame;

	areas_sample(areas_add_site(area, frames, ""), 1, 1024);
	look(0);
	look(1);
	preload.sites.modules.modules[preload.sites.sites[0].frames[0].module]
		.modified_ns++;
	tm_sites_summarize(run, &preload.sites, 0, started_ns);
	frame = &site_at(0)->stack[0];
	cr_assert_null(frame->function);
	cr_assert_not_null(frame->module);
	cr_assert_not_null(frame->offset);
}

Test(sites, workers_of_one_program_are_put_together)
{
	static const uint64_t frames[] = {0x10, 0};
	static const char script[] = "  File \"w.py\", line 3 in work\n";
	struct tm_area *other = areas_open("2-1", getppid());
	uint64_t i;

	memcpy(other->program, area->program, sizeof(other->program));
	areas_sample(areas_add_site(area, frames, script), 1, 1000);
	areas_sample(areas_add_site(other, frames, script), 1, 2000);
	for (i = 0; i < 3; i++)
		look(i);
	tm_sites_summarize(run, &preload.sites, 0, started_ns);
	cr_assert_eq(run->sites.count, 1);
	cr_assert_float_eq((double)site_at(0)->last_bytes.value, 3000, 1);
	cr_assert_float_eq((double)site_at(0)->processes.value, 2, .1);
	areas_close(other);
}

/* A worker of the program; it waits to be ended. */
static pid_t start_worker(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	cr_assert_gt(pid, 0);
	return pid;
}

Test(sites, what_ended_holds_nothing)
{
	static const uint64_t frames[] = {0x10, 0};
	pid_t pid = start_worker();
	struct tm_area *worker = areas_open("2-1", pid);

	areas_sample(areas_add_site(worker, frames, ""), 1, 1000);
	look(0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	look(1);
	tm_sites_summarize(run, &preload.sites, 0, started_ns);
	cr_assert_float_eq((double)site_at(0)->last_bytes.value, 0, 1);
	areas_close(worker);
}

Test(sites, are_absent_without_sampling)
{
	area->sampling_bytes = 0;
	look(0);
	tm_sites_summarize(run, &preload.sites, 0, started_ns);
	cr_assert_not(run->sites.is_known);
}
