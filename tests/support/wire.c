#include "wire.h"

#include <criterion/criterion.h>
#include <string.h>

json_t *wire_capture(const char *path)
{
	json_error_t error;
	json_t *capture = json_load_file(path, 0, &error);

	cr_assert_not_null(capture, "%s: %s", path, error.text);
	return capture;
}

static struct tm_id id_in(const json_t *object, const char *key)
{
	const json_t *text = json_object_get(object, key);
	struct tm_id id;

	cr_assert_eq(tm_id_parse(&id, json_string_value(text),
				 json_string_length(text)),
		     TM_OK, "%s is no identifier", key);
	return id;
}

void wire_template_of(const json_t *capture, enum tm_wire wire,
		      struct tm_message_template *fixed,
		      struct tm_message_ids *ids)
{
	const json_t *headers = json_object_get(capture, "headers");
	const json_t *body = json_object_get(capture, "body");
	const json_t *chord = json_object_get(json_array_get(body, 2), "chord");

	memset(fixed, 0, sizeof(*fixed));
	memset(ids, 0, sizeof(*ids));
	fixed->wire = wire;
	fixed->task = json_string_value(json_object_get(headers, "task"));
	fixed->origin = json_string_value(json_object_get(headers, "origin"));
	fixed->chord_task = json_string_value(json_object_get(chord, "task"));
	fixed->chord_size = 1;
	fixed->reply_to =
		id_in(json_object_get(capture, "properties"), "reply_to");
	ids->task_id = id_in(headers, "id");
	ids->has_group = 1;
	ids->group_id = id_in(headers, "group");
	ids->chord_id = id_in(json_object_get(chord, "options"), "task_id");
}

static json_t *header_value(const struct tm_header *header)
{
	switch (header->type) {
	case TM_HEADER_STRING:
		return json_stringn(header->text, header->text_length);
	case TM_HEADER_NULL:
		return json_null();
	case TM_HEADER_INTEGER:
		return json_integer(header->integer);
	case TM_HEADER_BOOLEAN:
		return json_boolean(header->integer);
	case TM_HEADER_NULL_PAIR:
		return json_pack("[n, n]");
	}
	return NULL;
}

static json_t *headers_of(const struct tm_message *message)
{
	json_t *headers = json_object();
	size_t i;

	for (i = 0; i < message->header_count; i++) {
		const struct tm_header *header = &message->headers[i];

		json_object_setn_new(headers, header->name, header->name_length,
				     header_value(header));
	}
	cr_assert_eq(json_object_size(headers), message->header_count,
		     "a header is there twice");
	return headers;
}

json_t *wire_from_message(const struct tm_message *message)
{
	json_t *body = json_loadb(message->body, message->body_length, 0, NULL);

	cr_assert_not_null(body, "the body is no JSON");
	return json_pack(
		"{s:s, s:s, s:{s:s, s:s, s:i, s:i, s:s#, s:s#}, s:o, s:o}",
		"exchange", message->exchange, "routing_key",
		message->routing_key, "properties", "content_type",
		message->content_type, "content_encoding",
		message->content_encoding, "delivery_mode",
		(int)message->delivery_mode, "priority", (int)message->priority,
		"correlation_id", message->correlation_id, TM_ID_TEXT,
		"reply_to", message->reply_to, TM_ID_TEXT, "headers",
		headers_of(message), "body", body);
}

json_t *wire_from_capture(const json_t *capture)
{
	static const char *const parts[] = {"exchange", "routing_key",
					    "properties", "headers", "body"};
	json_t *out = json_object();
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		json_t *part = json_object_get(capture, parts[i]);

		cr_assert_not_null(part, "the capture has no %s", parts[i]);
		json_object_set(out, parts[i], part);
	}
	return out;
}
