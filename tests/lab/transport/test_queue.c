#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "../../support/wire.h"
#include "../../support/messages.h"
#include "lab/transport/queue.h"

static struct tm_alloc alloc;
static struct sender sender;
static struct tm_queue *queue;

static void set_up(void)
{
	tm_alloc_init(&alloc);
	cr_assert_eq(
		tm_queue_new(&queue, &alloc, 4, TM_QUEUE_MESSAGE_BYTES, NULL),
		TM_OK);
	sender_init(&sender, TM_WIRE_5_2_6, "task.dummy", "task.result", 1);
}

static void tear_down(void)
{
	sender_release(&sender);
	tm_queue_free(queue);
	cr_assert_eq(alloc.live_bytes, 0);
}

TestSuite(queue, .init = set_up, .fini = tear_down);

static void push(const struct tm_message *message, uint64_t *dropped)
{
	struct tm_err err;

	cr_assert_eq(tm_queue_push(queue, message, dropped, &err), TM_OK, "%s",
		     err.text);
}

Test(queue, gives_back_every_part_of_a_message)
{
	const struct tm_message *message = sender_next(&sender);
	json_t *wanted = wire_from_message(message);
	struct tm_queue_message got;
	uint64_t dropped = 0;
	json_t *read;

	push(message, &dropped);
	/* The encoder's bytes change: the queue has to have its own. */
	sender_next(&sender);
	cr_assert(tm_queue_pop(queue, &got));
	read = wire_from_message(&got.message);
	cr_assert(json_equal(read, wanted), "%s", json_dumps(read, 0));
	cr_assert_not(tm_queue_pop(queue, &got));
	json_decref(wanted);
	json_decref(read);
}

Test(queue, drops_and_counts_the_oldest_when_it_is_full)
{
	struct tm_id ids[6];
	struct tm_queue_message got;
	char text[TM_ID_TEXT];
	uint64_t dropped = 0;
	uint32_t i;

	for (i = 0; i < 6; i++) {
		push(sender_next(&sender), &dropped);
		ids[i] = sender.ids.task_id;
	}
	cr_assert_eq(dropped, 2);
	cr_assert_eq(tm_queue_count(queue), 4);
	for (i = 2; i < 6; i++) {
		cr_assert(tm_queue_pop(queue, &got));
		tm_id_write(&ids[i], text);
		cr_assert_eq(
			memcmp(got.message.correlation_id, text, TM_ID_TEXT),
			0);
	}
	cr_assert_not(tm_queue_pop(queue, &got));
}

Test(queue, refuses_a_message_that_does_not_fit)
{
	struct tm_message message = *sender_next(&sender);
	char *body = calloc(1, TM_QUEUE_MESSAGE_BYTES);
	uint64_t dropped = 0;
	struct tm_err err;

	message.body = body;
	message.body_length = TM_QUEUE_MESSAGE_BYTES;
	cr_assert_eq(tm_queue_push(queue, &message, &dropped, &err), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "longer than the 2048 bytes"));
	cr_assert_eq(tm_queue_count(queue), 0);
	free(body);
}

Test(queue, shows_messages_without_taking_them)
{
	struct tm_queue_message got;
	uint64_t dropped = 0;
	char text[TM_ID_TEXT];

	push(sender_next(&sender), &dropped);
	push(sender_next(&sender), &dropped);
	tm_id_write(&sender.ids.task_id, text);
	tm_queue_peek(queue, 1, &got);
	cr_assert_eq(memcmp(got.message.correlation_id, text, TM_ID_TEXT), 0);
	cr_assert_eq(tm_queue_count(queue), 2);
}
