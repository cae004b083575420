#include "lab/transport/amqp_wire.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* librabbitmq reads through this type and writes nothing, but its pointer is
 * not const. */
static amqp_bytes_t bytes_of(const char *text, size_t length)
{
	union {
		const char *readable;
		void *plain;
	} pointer = {.readable = text};
	amqp_bytes_t bytes = {.len = length, .bytes = pointer.plain};

	return bytes;
}

/* timelimit: no hard and no soft limit. */
static amqp_field_value_t null_pair(struct tm_amqp_content *out)
{
	amqp_field_value_t value = {.kind = AMQP_FIELD_KIND_ARRAY};

	out->no_limits[0].kind = AMQP_FIELD_KIND_VOID;
	out->no_limits[1].kind = AMQP_FIELD_KIND_VOID;
	value.value.array.num_entries = 2;
	value.value.array.entries = out->no_limits;
	return value;
}

/* py-amqp writes the smallest of two integer forms; so does this. */
static amqp_field_value_t integer(int64_t number)
{
	amqp_field_value_t value = {.kind = AMQP_FIELD_KIND_I64};

	if (number < INT32_MIN || number > INT32_MAX) {
		value.value.i64 = number;
		return value;
	}
	value.kind = AMQP_FIELD_KIND_I32;
	value.value.i32 = (int32_t)number;
	return value;
}

static amqp_field_value_t value_of(struct tm_amqp_content *out,
				   const struct tm_header *header)
{
	amqp_field_value_t value = {.kind = AMQP_FIELD_KIND_VOID};

	switch (header->type) {
	case TM_HEADER_NULL:
		break;
	case TM_HEADER_STRING:
		value.kind = AMQP_FIELD_KIND_UTF8;
		value.value.bytes = bytes_of(header->text, header->text_length);
		break;
	case TM_HEADER_INTEGER:
		return integer(header->integer);
	case TM_HEADER_BOOLEAN:
		value.kind = AMQP_FIELD_KIND_BOOLEAN;
		value.value.boolean = header->integer != 0;
		break;
	case TM_HEADER_NULL_PAIR:
		return null_pair(out);
	}
	return value;
}

static void fill_headers(struct tm_amqp_content *out,
			 const struct tm_message *message)
{
	size_t i;

	assert(message->header_count <= TM_QUEUE_HEADERS_MAX);
	for (i = 0; i < message->header_count; i++) {
		const struct tm_header *header = &message->headers[i];

		out->headers[i].key =
			bytes_of(header->name, header->name_length);
		out->headers[i].value = value_of(out, header);
	}
	out->properties.headers.num_entries = (int)message->header_count;
	out->properties.headers.entries = out->headers;
}

void tm_amqp_content_fill(struct tm_amqp_content *out,
			  const struct tm_message *message)
{
	amqp_basic_properties_t *properties = &out->properties;

	properties->_flags =
		AMQP_BASIC_CONTENT_TYPE_FLAG |
		AMQP_BASIC_CONTENT_ENCODING_FLAG | AMQP_BASIC_HEADERS_FLAG |
		AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_PRIORITY_FLAG |
		AMQP_BASIC_CORRELATION_ID_FLAG | AMQP_BASIC_REPLY_TO_FLAG;
	properties->content_type =
		bytes_of(message->content_type, strlen(message->content_type));
	properties->content_encoding = bytes_of(
		message->content_encoding, strlen(message->content_encoding));
	properties->delivery_mode = message->delivery_mode;
	properties->priority = message->priority;
	properties->correlation_id =
		bytes_of(message->correlation_id, TM_ID_TEXT);
	properties->reply_to = bytes_of(message->reply_to, TM_ID_TEXT);
	fill_headers(out, message);
	out->body = bytes_of(message->body, message->body_length);
}

/* --- errors as text ------------------------------------------------------- */

void tm_amqp_close_text(uint16_t code, amqp_bytes_t reason, char *text,
			size_t size)
{
	snprintf(text, size, "%u %.*s", (unsigned int)code, (int)reason.len,
		 (const char *)reason.bytes);
}

void tm_amqp_reply_text(const amqp_rpc_reply_t *reply, char *text, size_t size)
{
	if (reply->reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) {
		snprintf(text, size, "%s",
			 amqp_error_string2(reply->library_error));
		return;
	}
	if (reply->reply_type == AMQP_RESPONSE_SERVER_EXCEPTION &&
	    reply->reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
		const amqp_connection_close_t *said = reply->reply.decoded;

		tm_amqp_close_text(said->reply_code, said->reply_text, text,
				   size);
		return;
	}
	if (reply->reply_type == AMQP_RESPONSE_SERVER_EXCEPTION &&
	    reply->reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
		const amqp_channel_close_t *said = reply->reply.decoded;

		tm_amqp_close_text(said->reply_code, said->reply_text, text,
				   size);
		return;
	}
	snprintf(text, size, "a reply that is not understood");
}
