#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "run/sites_filing.h"

#define SAMPLE 4096

static struct tm_run *run;
static struct tm_censuses moments;

static void start(void)
{
	cr_assert_eq(tm_run_new(&run, "sites", NULL), TM_OK);
}

static void stop(void)
{
	tm_censuses_release(&moments);
	tm_run_free(run);
}

TestSuite(sites_filing, .init = start, .fini = stop);

static void add(struct tm_heap_census *moment, const char *frames,
		uint64_t allocated, uint64_t freed)
{
	const struct tm_heap_site site = {.samples = allocated,
					  .allocated_bytes = SAMPLE * allocated,
					  .freed_bytes = SAMPLE * freed};

	cr_assert_eq(tm_heap_sites_add(&moment->sites, frames, &site, NULL),
		     TM_OK);
}

/* 60 moments of a leak, of what comes and goes, and of a start. */
static void fill(void)
{
	uint64_t i;

	for (i = 0; i < 60; i++) {
		struct tm_heap_census moment = {.sites.sampling_bytes = SAMPLE};

		add(&moment, "at leak (a.js:3)\tat main (a.js:9)", 10 * i, i);
		add(&moment, "at churn (a.js:5)\tat main (a.js:9)", 50 * i + 9,
		    50 * i);
		if (i > 10)
			add(&moment, "at start (a.js:7)", 40, 0);
		tm_censuses_add(&moments, 100 * i, &moment);
	}
}

static const struct tm_run_site *find(const char *line)
{
	size_t i;

	for (i = 0; i < run->heap_sites.count; i++) {
		if (strcmp(run->heap_sites.sites[i].script.text[0], line) == 0)
			return &run->heap_sites.sites[i];
	}
	cr_assert_fail("no %s", line);
	return NULL;
}

Test(sites_filing, tells_what_grows_from_what_does_not)
{
	const struct tm_run_sites *sites = &run->heap_sites;
	const struct tm_run_site *leak;
	double rate;

	fill();
	tm_heap_sites_file(run, &moments, UINT64_MAX);
	cr_assert(sites->is_known);
	cr_assert_eq(sites->count, 3);
	cr_assert_eq(sites->sampling_bytes.value, SAMPLE);
	cr_assert_eq(sites->snapshots.value, 60);
	leak = &sites->sites[0];
	cr_assert_eq(leak, find("at leak (a.js:3)"));
	cr_assert_eq(leak->script.count, 2);
	cr_assert(leak->grows.value);
	rate = (double)(leak->last_bytes.value - leak->first_bytes.value) /
	       (sites->last_x.value - sites->first_x.value);
	cr_assert_float_eq(rate, 9 * SAMPLE / 100., .01 * SAMPLE);
	cr_assert_not(find("at churn (a.js:5)")->grows.value);
	cr_assert_not(find("at start (a.js:7)")->grows.value);
}

/* Later readings may be of a program that was ending. */
Test(sites_filing, leaves_out_what_came_behind_the_last_sample)
{
	fill();
	tm_heap_sites_file(run, &moments, 4000);
	cr_assert_eq(run->heap_sites.snapshots.value, 41);
	cr_assert_eq(find("at leak (a.js:3)")->last_bytes.value / SAMPLE, 315);
}

Test(sites_filing, keeps_nothing_without_a_census)
{
	struct tm_heap_census moment = {0};

	tm_heap_sites_file(run, &moments, UINT64_MAX);
	cr_assert_not(run->heap_sites.is_known);
	add(&moment, "at a", 1, 0); /* without a distance */
	tm_censuses_add(&moments, 1, &moment);
	tm_heap_sites_file(run, &moments, UINT64_MAX);
	cr_assert_not(run->heap_sites.is_known);
}

/* Too few to tell growth: what is alive is known. */
Test(sites_filing, keeps_a_single_census)
{
	struct tm_heap_census moment = {.sites.sampling_bytes = SAMPLE};

	add(&moment, "at a", 3, 1);
	tm_censuses_add(&moments, 1, &moment);
	tm_heap_sites_file(run, &moments, UINT64_MAX);
	cr_assert_eq(run->heap_sites.count, 1);
	cr_assert_eq(find("at a")->last_bytes.value, 2 * SAMPLE);
	cr_assert_not(find("at a")->first_bytes.is_known);
}
