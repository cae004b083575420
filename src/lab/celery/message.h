/*
 * message.h - one task message, encoded as Celery's protocol 2 has it.
 *
 * Purpose:   what a signature becomes on the wire, the same bytes whichever
 *            broker takes it.
 * Ownership: a struct tm_message borrows everything it points at; it is valid
 *            until the encoder that made it encodes again or is freed.
 * Units:     lengths in bytes, no NUL counted.
 * Errors:    TM_ENOMEM, or TM_EUSAGE for a task name that is not UTF-8; a
 *            template is built once, encoding then only copies identifiers into
 *            it and cannot fail.
 * Source:    celery/app/amqp.py as_task_v2(); the captures in
 *            results/reference/wire/.
 */
#ifndef TM_LAB_CELERY_MESSAGE_H
#define TM_LAB_CELERY_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "util/alloc.h"
#include "util/id.h"

/* Whose messages are written: the two captured forms differ (see the wire
 * captures): 5.2.6 adds the headers group_index and ignore_result, and leaves
 * chord_size to a key in Redis. */
enum tm_wire { TM_WIRE_5_2_6, TM_WIRE_4_2_2 };

enum tm_header_type {
	TM_HEADER_STRING,
	TM_HEADER_NULL,
	TM_HEADER_INTEGER,
	TM_HEADER_BOOLEAN,
	TM_HEADER_NULL_PAIR /* timelimit: [null, null] */
};

struct tm_header {
	const char *name; /* not NUL-terminated either */
	size_t name_length;
	enum tm_header_type type;
	const char *text; /* of a string; not NUL-terminated */
	size_t text_length;
	int64_t integer; /* of an integer or a boolean */
};

struct tm_message {
	const char *exchange;	 /* "" */
	const char *routing_key; /* "celery" */
	const char *content_type;
	const char *content_encoding;
	uint8_t delivery_mode; /* 2: persistent */
	uint8_t priority;
	const char *correlation_id; /* TM_ID_TEXT characters */
	const char *reply_to;	    /* TM_ID_TEXT characters */
	const struct tm_header *headers;
	size_t header_count;
	const char *body;
	size_t body_length;
};

/* The fixed part of a message: all that does not change between calls.  It is
 * borrowed for tm_message_encoder_new() only. */
struct tm_message_template {
	enum tm_wire wire;
	const char *task;	/* "task.dummy" */
	const char *chord_task; /* "task.result", or NULL without a chord */
	int chord_mutable;	/* the body takes the results of the header */
	uint32_t chord_size;	/* tasks in the chord's header */
	struct tm_id reply_to;	/* the app's oid */
	const char *origin;	/* "gen<pid>@<host>" */
};

/* The identifiers that change with every message. */
struct tm_message_ids {
	struct tm_id task_id;
	int has_group;
	struct tm_id group_id;
	uint32_t group_index;  /* null without a group; 5.2.6 only */
	struct tm_id chord_id; /* the body's task_id; only with a chord_task */
};

struct tm_message_encoder;

TM_CHECK enum tm_rc tm_message_encoder_new(
	struct tm_message_encoder **out, struct tm_alloc *alloc,
	const struct tm_message_template *fixed, struct tm_err *err);
void tm_message_encoder_free(struct tm_message_encoder *encoder);

/* The message for `ids`, borrowed from the encoder until its next call. */
const struct tm_message *tm_message_encode(struct tm_message_encoder *encoder,
					   const struct tm_message_ids *ids);

#endif
