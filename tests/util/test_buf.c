#include <criterion/criterion.h>
#include <string.h>

#include "util/buf.h"

static struct tm_alloc alloc;
static struct tm_buf buf;

static void start(void)
{
	tm_alloc_init(&alloc);
	tm_buf_init(&buf, &alloc);
}

static void stop(void)
{
	tm_buf_release(&buf);
	cr_assert_eq(alloc.live_bytes, 0);
}

Test(buf, grows_and_ends_in_nul)
{
	int i;

	start();
	cr_assert_eq(alloc.live_blocks, 0);
	for (i = 0; i < 1000; i++) {
		cr_assert_eq(tm_buf_add(&buf, "ab", 2), TM_OK);
		cr_assert_eq(buf.length, 2 * (size_t)(i + 1));
		cr_assert_eq(buf.bytes[buf.length], '\0');
	}
	cr_assert_eq(strlen(buf.bytes), 2000);
	stop();
}

Test(buf, takes_any_bytes)
{
	start();
	cr_assert_eq(tm_buf_add(&buf, "a\0b", 3), TM_OK);
	cr_assert_eq(tm_buf_add(&buf, NULL, 0), TM_OK);
	cr_assert_eq(buf.length, 3);
	cr_assert_arr_eq(buf.bytes, "a\0b", 4);
	stop();
}

/* Around the first capacity, where the NUL just fits or just does not. */
Test(buf, prints_at_any_length)
{
	int length;

	for (length = 0; length < 200; length++) {
		start();
		cr_assert_eq(tm_buf_add_text(&buf, "x"), TM_OK);
		cr_assert_eq(tm_buf_printf(&buf, "%*s|%d", length, "", 7),
			     TM_OK);
		cr_assert_eq(buf.length, (size_t)length + 3);
		cr_assert_eq(strlen(buf.bytes), buf.length);
		cr_assert_str_eq(buf.bytes + length + 1, "|7");
		stop();
	}
}

Test(buf, keeps_its_room_when_it_is_cleared)
{
	uint64_t bytes;
	int i;

	start();
	tm_buf_clear(&buf);
	cr_assert_eq(buf.length, 0);
	for (i = 0; i < 100; i++) {
		cr_assert_eq(tm_buf_printf(&buf, "%0500d", i), TM_OK);
		if (i == 0)
			bytes = alloc.live_bytes;
		tm_buf_clear(&buf);
		cr_assert_str_eq(buf.bytes, "");
		cr_assert_eq(alloc.live_bytes, bytes);
	}
	stop();
}

Test(buf, holds_what_it_held_when_memory_is_short)
{
	char much[500];

	start();
	memset(much, 'x', sizeof(much));
	alloc.fail_after = 0;
	cr_assert_eq(tm_buf_add_text(&buf, "a"), TM_ENOMEM);
	cr_assert_eq(buf.length, 0);
	alloc.fail_after = UINT64_MAX;
	cr_assert_eq(tm_buf_add_text(&buf, "held"), TM_OK);
	alloc.fail_after = 0;
	cr_assert_eq(tm_buf_add(&buf, much, sizeof(much)), TM_ENOMEM);
	cr_assert_eq(tm_buf_printf(&buf, "%500d", 1), TM_ENOMEM);
	cr_assert_str_eq(buf.bytes, "held");
	cr_assert_eq(buf.length, 4);
	/* What fits needs no memory. */
	cr_assert_eq(tm_buf_add_text(&buf, "!"), TM_OK);
	cr_assert_str_eq(buf.bytes, "held!");
	alloc.fail_after = UINT64_MAX;
	stop();
}
