/*
 * amqp_wire.h - a task message in librabbitmq's terms, and its errors as text.
 *
 * Purpose:   put a Celery message into the properties, headers and body that
 *            AMQP sends, and say in words what a broker refused.
 * Ownership: struct tm_amqp_content points into the message it was made from.
 * Errors:    the text holds no password: it is the server's own.
 */
#ifndef TM_LAB_TRANSPORT_AMQP_WIRE_H
#define TM_LAB_TRANSPORT_AMQP_WIRE_H

#include <amqp.h>

#include "lab/celery/message.h"
#include "lab/transport/queue.h"

struct tm_amqp_content {
	amqp_basic_properties_t properties;
	amqp_table_entry_t headers[TM_QUEUE_HEADERS_MAX];
	amqp_field_value_t no_limits[2]; /* what timelimit points at */
	amqp_bytes_t body;
};

void tm_amqp_content_fill(struct tm_amqp_content *out,
			  const struct tm_message *message);

/* Write what a server said when it closed a channel or a connection, as
 * "403 ACCESS_REFUSED - ...", or what the library says, to `text`. */
void tm_amqp_reply_text(const amqp_rpc_reply_t *reply, char *text, size_t size);
void tm_amqp_close_text(uint16_t code, amqp_bytes_t reason, char *text,
			size_t size);

#endif
