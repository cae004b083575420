/* The table that the library and its readers share. */
#include <criterion/criterion.h>
#include <string.h>

#include "preload/allocators/table.h"

Test(allocators, each_row_says_all_that_is_asked_of_it)
{
	uint32_t id;

	for (id = 1; id < TM_ALLOCATOR_COUNT; id++) {
		const struct tm_allocator_row *row = tm_allocator_row(id);

		cr_assert(*row->name && *row->library && *row->symbol);
		cr_assert_null(strchr(row->name, ' '), "%s", row->name);
		cr_expect(row->variables[0] && *row->variables[0], "%s",
			  row->name);
		cr_expect(*row->lacks, "%s", row->name);
		cr_expect(row->advice && *row->advice, "%s", row->name);
		cr_expect_eq(tm_allocator_named(row->name), row);
		cr_expect(row->figures < 1u << TM_FIGURE_COUNT, "%s",
			  row->name);
		cr_expect(
			!row->figures || *row->mute,
			"%s reports figures, and nothing says why not when it "
			"does not",
			row->name);
	}
}

Test(allocators, keep_their_numbers)
{
	cr_expect_eq(TM_ALLOCATOR_UNKNOWN, 0);
	cr_expect_eq(TM_ALLOCATOR_GLIBC, 1);
	cr_expect_eq(TM_ALLOCATOR_JEMALLOC, 2);
	cr_expect_eq(TM_ALLOCATOR_TCMALLOC, 3);
	cr_expect_eq(TM_ALLOCATOR_MIMALLOC, 4);
}

Test(allocators, an_invalid_number_is_unknown)
{
	cr_assert_eq(tm_allocator_row(TM_ALLOCATOR_COUNT),
		     tm_allocator_row(TM_ALLOCATOR_UNKNOWN));
	cr_assert_str_eq(tm_allocator_row(UINT32_MAX)->name, "unknown");
}

Test(allocators, an_invalid_name_is_unknown)
{
	cr_assert_str_eq(tm_allocator_named("none")->name, "unknown");
	cr_assert_str_eq(tm_allocator_named("unknown")->name, "unknown");
	cr_assert_str_eq(tm_allocator_named(NULL)->name, "unknown");
	cr_assert_null(tm_allocator_named(NULL)->advice);
}

Test(allocators, a_missing_figure_has_one_of_two_reasons)
{
	uint32_t all = tm_allocator_row(TM_ALLOCATOR_GLIBC)->figures;

	cr_expect_str_eq(tm_allocator_reason(TM_ALLOCATOR_GLIBC, all,
					     TM_FIGURE_RESIDENT),
			 "glibc's malloc does not report it");
	cr_expect_str_eq(
		tm_allocator_reason(TM_ALLOCATOR_GLIBC, 0, TM_FIGURE_ALLOCATED),
		"this glibc has no mallinfo2(): it is older than 2.33");
}
