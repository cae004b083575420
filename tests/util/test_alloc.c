#include <criterion/criterion.h>
#include <string.h>

#include "util/alloc.h"

static struct tm_alloc alloc;

static void assert_live(uint64_t blocks, uint64_t bytes)
{
	cr_assert_eq(alloc.live_blocks, blocks);
	cr_assert_eq(alloc.live_bytes, bytes);
}

Test(alloc, counts_blocks_and_bytes_as_requested)
{
	void *one, *two;
	char *text;

	tm_alloc_init(&alloc);
	assert_live(0, 0);
	one = tm_malloc(&alloc, 10);
	assert_live(1, 10);
	two = tm_calloc(&alloc, 3, 7);
	assert_live(2, 31);
	text = tm_strdup(&alloc, "four");
	assert_live(3, 36);
	cr_assert_str_eq(text, "four");
	tm_strfree(&alloc, text);
	tm_free(&alloc, one, 10);
	assert_live(1, 21);
	tm_free(&alloc, two, 21);
	assert_live(0, 0);
}

Test(alloc, zeroes_what_calloc_gives)
{
	static const char zeros[64];
	char *block;

	tm_alloc_init(&alloc);
	block = tm_malloc(&alloc, 64);
	memset(block, 'x', 64);
	tm_free(&alloc, block, 64);
	block = tm_calloc(&alloc, 8, 8);
	cr_assert_arr_eq(block, zeros, 64);
	tm_free(&alloc, block, 64);
}

Test(alloc, resizes_and_keeps_the_content)
{
	char *block;

	tm_alloc_init(&alloc);
	block = tm_realloc(&alloc, NULL, 0, 8);
	assert_live(1, 8);
	memcpy(block, "content", 8);
	block = tm_realloc(&alloc, block, 8, 4096);
	assert_live(1, 4096);
	cr_assert_str_eq(block, "content");
	block = tm_realloc(&alloc, block, 4096, 8);
	assert_live(1, 8);
	cr_assert_str_eq(block, "content");
	tm_free(&alloc, block, 8);
	assert_live(0, 0);
}

Test(alloc, takes_nothing_back_as_nothing)
{
	tm_alloc_init(&alloc);
	tm_free(&alloc, NULL, 10);
	tm_strfree(&alloc, NULL);
	assert_live(0, 0);
}

Test(alloc, fails_after_the_nth_request)
{
	void *block;
	char *text;

	tm_alloc_init(&alloc);
	alloc.fail_after = 2;
	block = tm_malloc(&alloc, 1);
	text = tm_strdup(&alloc, "x");
	cr_assert(block && text);
	cr_assert_null(tm_malloc(&alloc, 1));
	cr_assert_null(tm_calloc(&alloc, 1, 1));
	cr_assert_null(tm_strdup(&alloc, "y"));
	cr_assert_null(tm_realloc(&alloc, block, 1, 2));
	assert_live(2, 3);
	alloc.fail_after = UINT64_MAX;
	tm_free(&alloc, block, 1);
	tm_strfree(&alloc, text);
	assert_live(0, 0);
}
