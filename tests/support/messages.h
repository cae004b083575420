/* messages.h - messages to hand to a transport, made on the spot. */
#ifndef TM_TESTS_MESSAGES_H
#define TM_TESTS_MESSAGES_H

#include "lab/celery/message.h"

struct sender {
	struct tm_alloc alloc;
	struct tm_id_source source;
	struct tm_message_encoder *encoder;
	struct tm_message_ids ids; /* of the last message */
};

/* A chord's body is `chord_task`, NULL for a lone task. */
void sender_init(struct sender *sender, enum tm_wire wire, const char *task,
		 const char *chord_task, uint32_t chord_size);
void sender_release(struct sender *sender);

/* New identifiers for a chord, or for one more task of the same chord. */
const struct tm_message *sender_next(struct sender *sender);
const struct tm_message *sender_same_chord(struct sender *sender);

#endif
