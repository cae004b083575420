#include <criterion/criterion.h>
#include <string.h>

#include "../../support/messages.h"
#include "lab/transport/window.h"

static struct tm_alloc alloc;
static struct sender sender;
static struct tm_window *window;

static void set_up(void)
{
	tm_alloc_init(&alloc);
	cr_assert_eq(tm_window_new(&window, &alloc, NULL), TM_OK);
	sender_init(&sender, TM_WIRE_5_2_6, "task.dummy", NULL, 0);
}

static void tear_down(void)
{
	sender_release(&sender);
	tm_window_free(window);
	cr_assert_eq(alloc.live_bytes, 0);
}

TestSuite(window, .init = set_up, .fini = tear_down);

static void add(uint32_t count)
{
	while (count-- > 0)
		cr_assert_eq(tm_window_add(window, sender_next(&sender), NULL),
			     TM_OK);
}

Test(window, shrinks_as_messages_are_confirmed)
{
	add(5);
	tm_window_confirm(window, 1, 0);
	cr_assert_eq(tm_window_count(window), 4);
	tm_window_confirm(window, 4, 1);
	cr_assert_eq(tm_window_count(window), 1);
	tm_window_confirm(window, 5, 0);
	cr_assert_eq(tm_window_count(window), 0);
}

Test(window, takes_confirmations_out_of_order)
{
	struct tm_queue_message got;

	add(3);
	tm_window_confirm(window, 2, 0);
	cr_assert_eq(tm_window_count(window), 3);
	cr_assert(tm_window_read(window, 0, &got));
	cr_assert_not(tm_window_read(window, 1, &got));
	tm_window_confirm(window, 1, 0);
	cr_assert_eq(tm_window_count(window), 1);
}

Test(window, passes_over_tags_that_it_does_not_have)
{
	add(2);
	tm_window_confirm(window, 9, 0);
	cr_assert_eq(tm_window_count(window), 2);
	tm_window_confirm(window, 2, 1);
	tm_window_confirm(window, 2, 1);
	cr_assert_eq(tm_window_count(window), 0);
}

/* After a reconnection the server counts from 1, and only what it had not
 * confirmed is sent again. */
Test(window, numbers_what_is_unconfirmed_from_one_again)
{
	struct tm_queue_message got;
	char last[TM_ID_TEXT];

	add(4);
	tm_id_write(&sender.ids.task_id, last);
	tm_window_confirm(window, 1, 0);
	tm_window_confirm(window, 3, 0);
	tm_window_restart(window); /* 2 and 4 are 1 and 2 now */
	tm_window_confirm(window, 1, 0);
	cr_assert_eq(tm_window_count(window), 1);
	cr_assert(tm_window_read(window, 0, &got));
	cr_assert_eq(memcmp(got.message.correlation_id, last, TM_ID_TEXT), 0);
	tm_window_confirm(window, 2, 0);
	cr_assert_eq(tm_window_count(window), 0);
}

Test(window, is_full_at_its_bound_and_goes_round)
{
	uint64_t tag;

	add(TM_WINDOW_MESSAGES);
	cr_assert(tm_window_is_full(window));
	for (tag = 1; tag <= 3 * TM_WINDOW_MESSAGES; tag++) {
		tm_window_confirm(window, tag, 0);
		cr_assert_not(tm_window_is_full(window));
		add(1);
	}
	tm_window_confirm(window, 4 * TM_WINDOW_MESSAGES, 1);
	cr_assert_eq(tm_window_count(window), 0);
}
