#include "messages.h"

#include <criterion/criterion.h>
#include <string.h>

void sender_init(struct sender *sender, enum tm_wire wire, const char *task,
		 const char *chord_task, uint32_t chord_size)
{
	struct tm_message_template fixed = {.wire = wire,
					    .task = task,
					    .chord_task = chord_task,
					    .chord_size = chord_size,
					    .origin = "gen1@host"};

	memset(&sender->ids, 0, sizeof(sender->ids));
	tm_alloc_init(&sender->alloc);
	cr_assert_eq(tm_id_source_init(&sender->source, NULL), TM_OK);
	cr_assert_eq(tm_message_encoder_new(&sender->encoder, &sender->alloc,
					    &fixed, NULL),
		     TM_OK);
	sender->ids.has_group = chord_task != NULL;
}

void sender_release(struct sender *sender)
{
	tm_message_encoder_free(sender->encoder);
	cr_assert_eq(sender->alloc.live_bytes, 0);
}

const struct tm_message *sender_same_chord(struct sender *sender)
{
	sender->ids.task_id = tm_id_new(&sender->source);
	return tm_message_encode(sender->encoder, &sender->ids);
}

const struct tm_message *sender_next(struct sender *sender)
{
	sender->ids.group_id = tm_id_new(&sender->source);
	sender->ids.chord_id = tm_id_new(&sender->source);
	return sender_same_chord(sender);
}
