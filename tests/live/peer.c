#include "peer.h"

#include <amqp_tcp_socket.h>
#include <criterion/criterion.h>
#include <string.h>

#include "lab/transport/url.h"

static int is_fine(amqp_rpc_reply_t reply)
{
	return reply.reply_type == AMQP_RESPONSE_NORMAL;
}

amqp_connection_state_t peer_open(const char *url)
{
	amqp_connection_state_t peer = amqp_new_connection();
	amqp_socket_t *socket = amqp_tcp_socket_new(peer);
	struct tm_url parts;

	cr_assert_eq(tm_url_parse(&parts, url, NULL), TM_OK);
	cr_assert_eq(amqp_socket_open(socket, parts.host, parts.port), 0);
	cr_assert(is_fine(amqp_login(peer, tm_url_vhost(&parts), 0, 131072, 0,
				     AMQP_SASL_METHOD_PLAIN, parts.user,
				     parts.password)));
	amqp_channel_open(peer, 1);
	cr_assert(is_fine(amqp_get_rpc_reply(peer)));
	cr_assert(peer_agrees_with_declarations(peer));
	amqp_queue_purge(peer, 1, amqp_cstring_bytes("celery"));
	cr_assert(is_fine(amqp_get_rpc_reply(peer)));
	return peer;
}

void peer_close(amqp_connection_state_t peer)
{
	amqp_connection_close(peer, AMQP_REPLY_SUCCESS);
	amqp_destroy_connection(peer);
}

int peer_agrees_with_declarations(amqp_connection_state_t peer)
{
	amqp_bytes_t name = amqp_cstring_bytes("celery");

	amqp_exchange_declare(peer, 1, name, amqp_cstring_bytes("direct"), 0, 1,
			      0, 0, amqp_empty_table);
	if (!is_fine(amqp_get_rpc_reply(peer)))
		return 0;
	amqp_queue_declare(peer, 1, name, 0, 1, 0, 0, amqp_empty_table);
	return is_fine(amqp_get_rpc_reply(peer));
}

void peer_publish(amqp_connection_state_t peer, const char *exchange,
		  const char *key)
{
	cr_assert_eq(amqp_basic_publish(peer, 1, amqp_cstring_bytes(exchange),
					amqp_cstring_bytes(key), 0, 0, NULL,
					amqp_cstring_bytes("[]")),
		     0);
}

/* --- reading -------------------------------------------------------------- */

static json_t *text(amqp_bytes_t bytes)
{
	return json_stringn(bytes.bytes, bytes.len);
}

static json_t *value_of(const amqp_field_value_t *value)
{
	json_t *array;
	int i;

	switch (value->kind) {
	case AMQP_FIELD_KIND_UTF8:
		return text(value->value.bytes);
	case AMQP_FIELD_KIND_VOID:
		return json_null();
	case AMQP_FIELD_KIND_BOOLEAN:
		return json_boolean(value->value.boolean);
	case AMQP_FIELD_KIND_I32:
		return json_integer(value->value.i32);
	case AMQP_FIELD_KIND_ARRAY:
		array = json_array();
		for (i = 0; i < value->value.array.num_entries; i++)
			json_array_append_new(
				array,
				value_of(&value->value.array.entries[i]));
		return array;
	default:
		cr_assert_fail("a header of kind '%c'", value->kind);
		return NULL;
	}
}

static json_t *headers_of(const amqp_table_t *table)
{
	json_t *headers = json_object();
	int i;

	for (i = 0; i < table->num_entries; i++)
		json_object_setn_new(headers, table->entries[i].key.bytes,
				     table->entries[i].key.len,
				     value_of(&table->entries[i].value));
	return headers;
}

json_t *peer_get(amqp_connection_state_t peer)
{
	amqp_rpc_reply_t reply;
	amqp_basic_get_ok_t *got;
	const amqp_basic_properties_t *properties;
	amqp_message_t message;
	json_t *out;

	amqp_maybe_release_buffers(peer);
	reply = amqp_basic_get(peer, 1, amqp_cstring_bytes("celery"), 1);
	cr_assert(is_fine(reply));
	if (reply.reply.id != AMQP_BASIC_GET_OK_METHOD)
		return NULL;
	got = reply.reply.decoded;
	out = json_pack("{s:o, s:o}", "exchange", text(got->exchange),
			"routing_key", text(got->routing_key));
	cr_assert(is_fine(amqp_read_message(peer, 1, &message, 0)));
	properties = &message.properties;
	json_object_set_new(
		out, "properties",
		json_pack("{s:o, s:o, s:i, s:i, s:o, s:o}", "content_type",
			  text(properties->content_type), "content_encoding",
			  text(properties->content_encoding), "delivery_mode",
			  properties->delivery_mode, "priority",
			  properties->priority, "correlation_id",
			  text(properties->correlation_id), "reply_to",
			  text(properties->reply_to)));
	json_object_set_new(out, "headers", headers_of(&properties->headers));
	json_object_set_new(
		out, "body",
		json_loadb(message.body.bytes, message.body.len, 0, NULL));
	amqp_destroy_message(&message);
	return out;
}
