#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "../support/areas.h"
#include "probe/preload.h"

static struct tm_preload preload;
static struct tm_area *area;

static void open_preload(void)
{
	struct tm_err err = {0};

	cr_assert(tm_preload_open(&preload, areas_make_folder(), getpid(),
				  &err) == TM_OK);
	area = areas_open("1-1", getpid());
}

static void close_preload(void)
{
	areas_close(area);
	tm_preload_close(&preload);
	areas_remove_folder();
}

TestSuite(sites, .init = open_preload, .fini = close_preload);

static void take_snapshot(void)
{
	struct tm_sample sample = {0};

	preload.sites.taken_ns = 0; /* it is due */
	tm_preload_sample(&preload, &sample);
}

/* An address in this very test's code. */
static uint64_t address_here(void)
{
	return (uint64_t)(uintptr_t)address_here + 4;
}

Test(sites, a_snapshot_holds_what_each_site_took_and_gave_back)
{
	static const uint64_t frames[] = {0x10, 0x20, 0};
	struct tm_area_site *site = areas_add_site(area, frames, "");
	const struct tm_snapshot *snapshot = preload.sites.snapshots;

	areas_sample(site, 2, 2048);
	take_snapshot();
	areas_sample(site, 1, 1024);
	site->freed_bytes += 512;
	take_snapshot();
	cr_assert_eq(preload.sites.snapshot_count, 2);
	cr_assert_eq(snapshot[0].readings[0].allocated_bytes, 2048);
	cr_assert_eq(snapshot[1].readings[0].allocated_bytes, 3072);
	cr_assert_eq(snapshot[1].readings[0].freed_bytes, 512);
}

Test(sites, an_address_becomes_a_place_in_a_file)
{
	uint64_t frames[] = {address_here(), 0x10, 0};
	const struct tm_site *site;
	const char *path;

	areas_add_site(area, frames, "");
	take_snapshot();
	site = &preload.sites.sites[0];
	cr_assert_eq(site->depth, 2);
	cr_assert_neq(site->frames[0].module, TM_NO_MODULE);
	path = preload.sites.modules.modules[site->frames[0].module].path;
	cr_assert_str_eq(path, area->program);
	cr_assert_eq(site->frames[1].module, TM_NO_MODULE);
	/* The call, not what comes behind it. */
	cr_assert_eq(site->frames[1].address, 0xf);
}

/* The process of this file has executed another program since: what lies at
 * its addresses now is not what they meant. */
Test(sites, an_address_of_an_earlier_program_has_no_place)
{
	uint64_t frames[] = {address_here(), 0};

	areas_add_site(area, frames, "");
	areas_close(area);
	take_snapshot();
	cr_assert_eq(preload.sites.sites[0].depth, 1);
	cr_assert_eq(preload.sites.sites[0].frames[0].module, TM_NO_MODULE);
	area = areas_open("2-1", getpid());
}

/* It begins anew, and so do its sites; the run goes on. */
Test(sites, snapshots_go_on_after_an_exec)
{
	static const uint64_t frames[] = {0x10, 0};
	struct tm_area *after;

	areas_sample(areas_add_site(area, frames, ""), 1, 1024);
	take_snapshot();
	after = areas_open("1-2", getpid());
	areas_sample(areas_add_site(after, frames, ""), 1, 2048);
	take_snapshot();
	cr_assert_eq(preload.sites.snapshot_count, 2);
	cr_assert_eq(preload.sites.count, 2);
	cr_assert_eq(preload.sites.sites[0].freed_bytes, 1024);
	cr_assert_eq(preload.sites.snapshots[1].readings[1].allocated_bytes,
		     2048);
	areas_close(after);
}

Test(sites, the_interpreters_stack_is_kept)
{
	static const uint64_t frames[] = {0x10, 0};

	areas_add_site(area, frames, "  File \"a.py\", line 3 in f\n");
	take_snapshot();
	cr_assert_str_eq(preload.sites.sites[0].script,
			 "  File \"a.py\", line 3 in f\n");
}

Test(sites, what_is_being_filled_in_is_read_later)
{
	static const uint64_t frames[] = {0x10, 0};
	struct tm_area_site *site = areas_add_site(area, frames, "");

	site->state = TM_AREA_SITE_CLAIMED;
	take_snapshot();
	cr_assert_eq(preload.sites.count, 0);
	site->state = TM_AREA_SITE_READY;
	take_snapshot();
	cr_assert_eq(preload.sites.count, 1);
}

Test(sites, what_a_child_inherited_is_not_its_own)
{
	static const uint64_t frames[] = {0x10, 0};
	struct tm_area_site *site = areas_add_site(area, frames, "");

	site->inherited_bytes = 5000;
	areas_sample(site, 7, 7000);
	take_snapshot();
	cr_assert_eq(preload.sites.sites[0].allocated_bytes, 2000);
}

Test(sites, many_snapshots_are_thinned_evenly)
{
	static const uint64_t frames[] = {0x10, 0};
	struct tm_area_site *site = areas_add_site(area, frames, "");
	uint64_t interval = preload.sites.interval_ns;
	size_t i;

	for (i = 0; i < TM_SNAPSHOTS_MAX + 1; i++) {
		areas_sample(site, 1, 1);
		take_snapshot();
	}
	cr_assert_eq(preload.sites.snapshot_count, TM_SNAPSHOTS_MAX / 2 + 1);
	cr_assert_eq(preload.sites.interval_ns, 2 * interval);
	cr_assert_eq(preload.sites.snapshots[1].readings[0].allocated_bytes, 3);
	cr_assert_eq(preload.sites.snapshots[TM_SNAPSHOTS_MAX / 2]
			     .readings[0]
			     .allocated_bytes,
		     TM_SNAPSHOTS_MAX + 1);
}

Test(sites, a_file_that_changes_is_noticed)
{
	struct tm_module module = {0};

	cr_assert(!tm_module_is_unchanged(&module));
	take_snapshot();
	cr_assert(preload.sites.process_count == 1);
}
