#include <criterion/criterion.h>
#include <stdio.h>

#include "heap/heap_sites.h"

static struct tm_heap_sites sites;

static void stop(void)
{
	tm_heap_sites_release(&sites);
}

TestSuite(heap_sites, .fini = stop);

static void add(const char *frames, uint64_t bytes)
{
	const struct tm_heap_site site = {.samples = 1,
					  .allocated_bytes = bytes};

	cr_assert_eq(tm_heap_sites_add(&sites, frames, &site, NULL), TM_OK);
}

Test(heap_sites, are_found_by_their_stack)
{
	add("b\ta", 2);
	add("a\tb", 1);
	add("c", 3);
	add("a\tb", 10);
	cr_assert_eq(sites.count, 3);
	cr_assert_eq(tm_heap_sites_find(&sites, "a\nb\n")->allocated_bytes, 11);
	cr_assert_eq(tm_heap_sites_find(&sites, "b\na\n")->samples, 1);
	cr_assert_null(tm_heap_sites_find(&sites, "a\n"));
}

Test(heap_sites, are_kept_up_to_a_number)
{
	char frames[24];
	int i;

	for (i = 0; i < TM_HEAP_SITES_MAX + 3; i++) {
		snprintf(frames, sizeof(frames), "f%d", i);
		add(frames, 1);
	}
	cr_assert_eq(sites.count, TM_HEAP_SITES_MAX);
	cr_assert_eq(sites.left_out, 3);
}
