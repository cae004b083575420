/*
 * queue.h - the embedded broker's queue of encoded messages.
 *
 * Purpose:   keep the newest messages, each complete: properties, headers and
 *            body, in bytes of the queue's own.
 * Ownership: the queue belongs to the caller.  A popped message is borrowed
 *            until the next push.
 * Units:     bytes, messages.
 * Errors:    TM_ENOMEM from _new(), TM_EUSAGE for a message that is too long.
 * Threads:   one owner, no locks inside.
 * Source:    AMQP 0-9-1's content header and field table, simplified: names and
 *            texts with their length in front.
 */
#ifndef TM_LAB_TRANSPORT_QUEUE_H
#define TM_LAB_TRANSPORT_QUEUE_H

#include "lab/celery/message.h"
#include "util/err.h"

/* At least twice the bytes of a message of the article's tasks. */
#define TM_QUEUE_MESSAGE_BYTES 2048

struct tm_queue;

TM_CHECK enum tm_rc tm_queue_new(struct tm_queue **out, struct tm_alloc *alloc,
				 uint32_t messages, uint32_t message_bytes,
				 struct tm_err *err);
void tm_queue_free(struct tm_queue *queue);

/* Append a copy.  When the queue is full the oldest message goes, and *dropped
 * grows by one. */
TM_CHECK enum tm_rc tm_queue_push(struct tm_queue *queue,
				  const struct tm_message *message,
				  uint64_t *dropped, struct tm_err *err);

#define TM_QUEUE_HEADERS_MAX 32

/* A message read back.  Texts are not NUL-terminated where a length is. */
struct tm_queue_message {
	struct tm_message message;
	struct tm_header headers[TM_QUEUE_HEADERS_MAX];
};

/* The message at `position`, 0 being the oldest, which stays in. */
void tm_queue_peek(const struct tm_queue *queue, uint32_t position,
		   struct tm_queue_message *out);

/* Take the oldest message out.  0 when the queue is empty. */
int tm_queue_pop(struct tm_queue *queue, struct tm_queue_message *out);

uint32_t tm_queue_count(const struct tm_queue *queue);

#endif
