#include "lab/celery/message.h"

#include <assert.h>
#include <jansson.h>
#include <string.h>

#define HEADERS_MAX 16

/* Each identifier is stored once, and every field that holds it points there:
 * the headers id and root_id and the property correlation_id are one text. */
struct tm_message_encoder {
	struct tm_alloc *alloc;
	struct tm_message message;
	struct tm_header headers[HEADERS_MAX];
	struct tm_header *group;
	struct tm_header *group_index; /* NULL in the form of 4.2.2 */
	char task_id[TM_ID_TEXT];
	char group_id[TM_ID_TEXT];
	char reply_to[TM_ID_TEXT];
	char *task;
	char *origin;
	char *body;
	size_t body_length;
	char *chord_id; /* inside the body; NULL without a chord */
};

/* --- headers -------------------------------------------------------------- */

static struct tm_header *add_header(struct tm_message_encoder *self,
				    const char *name, enum tm_header_type type)
{
	struct tm_header *header = &self->headers[self->message.header_count];

	assert(self->message.header_count < HEADERS_MAX);
	self->message.header_count++;
	header->name = name;
	header->name_length = strlen(name);
	header->type = type;
	return header;
}

static void add_text(struct tm_message_encoder *self, const char *name,
		     const char *text, size_t length)
{
	struct tm_header *header = add_header(self, name, TM_HEADER_STRING);

	header->text = text;
	header->text_length = length;
}

/* In the order of the captures, although a table of headers has none. */
static void add_headers(struct tm_message_encoder *self, enum tm_wire wire)
{
	int is_new = wire == TM_WIRE_5_2_6;

	add_text(self, "argsrepr", "()", 2);
	add_header(self, "eta", TM_HEADER_NULL);
	add_header(self, "expires", TM_HEADER_NULL);
	self->group = add_header(self, "group", TM_HEADER_NULL);
	self->group->text = self->group_id;
	self->group->text_length = TM_ID_TEXT;
	if (is_new)
		self->group_index =
			add_header(self, "group_index", TM_HEADER_NULL);
	add_text(self, "id", self->task_id, TM_ID_TEXT);
	if (is_new)
		add_header(self, "ignore_result", TM_HEADER_BOOLEAN);
	add_text(self, "kwargsrepr", "{}", 2);
	add_text(self, "lang", "py", 2);
	add_text(self, "origin", self->origin, strlen(self->origin));
	add_header(self, "parent_id", TM_HEADER_NULL);
	add_header(self, "retries", TM_HEADER_INTEGER);
	add_text(self, "root_id", self->task_id, TM_ID_TEXT);
	add_header(self, "shadow", TM_HEADER_NULL);
	add_text(self, "task", self->task, strlen(self->task));
	add_header(self, "timelimit", TM_HEADER_NULL_PAIR);
}

/* --- body ----------------------------------------------------------------- */

/* The placeholder in every body, over which the real identifier is copied. */
static const char blank_id[] = "00000000-0000-4000-8000-000000000000";

static json_t *pack_chord(const struct tm_message_encoder *self,
			  const struct tm_message_template *fixed,
			  json_error_t *error)
{
	if (fixed->wire == TM_WIRE_4_2_2)
		return json_pack_ex(error, 0,
				    "{s:I, s:s, s:[], s:{s:s%, s:s}, s:n, "
				    "s:{}, s:b}",
				    "chord_size", (json_int_t)fixed->chord_size,
				    "task", fixed->chord_task, "args",
				    "options", "reply_to", self->reply_to,
				    (size_t)TM_ID_TEXT, "task_id", blank_id,
				    "subtask_type", "kwargs", "immutable",
				    !fixed->chord_mutable);
	return json_pack_ex(
		error, 0, "{s:s, s:[], s:{}, s:{s:s, s:s%}, s:n, s:b}", "task",
		fixed->chord_task, "args", "kwargs", "options", "task_id",
		blank_id, "reply_to", self->reply_to, (size_t)TM_ID_TEXT,
		"subtask_type", "immutable", !fixed->chord_mutable);
}

static json_t *pack_body(const struct tm_message_encoder *self,
			 const struct tm_message_template *fixed,
			 json_error_t *error)
{
	json_t *chord = json_null();

	if (fixed->chord_task)
		chord = pack_chord(self, fixed, error);
	if (!chord)
		return NULL;
	if (fixed->wire == TM_WIRE_4_2_2)
		return json_pack_ex(error, 0, "[[], {}, {s:o, s:n, s:n, s:n}]",
				    "chord", chord, "callbacks", "errbacks",
				    "chain");
	return json_pack_ex(error, 0, "[[], {}, {s:n, s:n, s:n, s:o}]",
			    "callbacks", "errbacks", "chain", "chord", chord);
}

/* kombu writes a space after ',' and ':', which is jansson's default too, so
 * that a body has as many bytes as Celery's. */
static enum tm_rc write_body(struct tm_message_encoder *self,
			     const json_t *body, struct tm_err *err)
{
	self->body_length = json_dumpb(body, NULL, 0, 0);
	if (self->body_length == 0)
		return tm_fail(err, TM_ENOMEM, "no memory for a message body");
	/* One byte more, for the NUL that strstr() needs. */
	self->body = tm_malloc(self->alloc, self->body_length + 1);
	if (!self->body)
		return tm_fail(err, TM_ENOMEM, "no memory for a message body");
	if (json_dumpb(body, self->body, self->body_length, 0) !=
	    self->body_length)
		return tm_fail(err, TM_ENOMEM, "no memory for a message body");
	self->body[self->body_length] = '\0';
	return TM_OK;
}

static enum tm_rc build_body(struct tm_message_encoder *self,
			     const struct tm_message_template *fixed,
			     struct tm_err *err)
{
	/* No text inside a JSON string looks like this: its quotes would be
	 * escaped. */
	static const char before_id[] = "\"task_id\": \"";
	json_error_t error;
	json_t *body = pack_body(self, fixed, &error);
	enum tm_rc rc;

	if (!body && json_error_code(&error) == json_error_invalid_utf8)
		return tm_fail(err, TM_EUSAGE,
			       "the name of a chord's body task is not UTF-8");
	if (!body)
		return tm_fail(err, TM_ENOMEM, "no memory for a message body");
	rc = write_body(self, body, err);
	json_decref(body);
	if (rc != TM_OK || !fixed->chord_task)
		return rc;
	self->chord_id = strstr(self->body, before_id);
	if (!self->chord_id)
		return tm_fail(err, TM_EINTERNAL, "no task_id in a body");
	self->chord_id += sizeof(before_id) - 1;
	return TM_OK;
}

/* --- the encoder ---------------------------------------------------------- */

static void fill_message(struct tm_message_encoder *self)
{
	struct tm_message *message = &self->message;

	message->exchange = "";
	message->routing_key = "celery";
	message->content_type = "application/json";
	message->content_encoding = "utf-8";
	message->delivery_mode = 2;
	message->priority = 0;
	message->correlation_id = self->task_id;
	message->reply_to = self->reply_to;
	message->headers = self->headers;
	message->body = self->body;
	message->body_length = self->body_length;
}

enum tm_rc tm_message_encoder_new(struct tm_message_encoder **out,
				  struct tm_alloc *alloc,
				  const struct tm_message_template *fixed,
				  struct tm_err *err)
{
	struct tm_message_encoder *self;
	enum tm_rc rc;

	assert(fixed->task && fixed->origin);
	*out = NULL;
	self = tm_calloc(alloc, 1, sizeof(*self));
	if (!self)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for a message template");
	self->alloc = alloc;
	tm_id_write(&fixed->reply_to, self->reply_to);
	self->task = tm_strdup(alloc, fixed->task);
	self->origin = tm_strdup(alloc, fixed->origin);
	if (!self->task || !self->origin) {
		rc = tm_fail(err, TM_ENOMEM,
			     "no memory for a message template");
		goto fail;
	}
	rc = build_body(self, fixed, err);
	if (rc != TM_OK)
		goto fail;
	add_headers(self, fixed->wire);
	fill_message(self);
	*out = self;
	return TM_OK;

fail:
	tm_message_encoder_free(self);
	return rc;
}

void tm_message_encoder_free(struct tm_message_encoder *self)
{
	if (!self)
		return;
	tm_strfree(self->alloc, self->task);
	tm_strfree(self->alloc, self->origin);
	tm_free(self->alloc, self->body, self->body_length + 1);
	tm_free(self->alloc, self, sizeof(*self));
}

const struct tm_message *tm_message_encode(struct tm_message_encoder *self,
					   const struct tm_message_ids *ids)
{
	tm_id_write(&ids->task_id, self->task_id);
	self->group->type = ids->has_group ? TM_HEADER_STRING : TM_HEADER_NULL;
	if (ids->has_group)
		tm_id_write(&ids->group_id, self->group_id);
	if (self->group_index) {
		self->group_index->type =
			ids->has_group ? TM_HEADER_INTEGER : TM_HEADER_NULL;
		self->group_index->integer = ids->group_index;
	}
	if (self->chord_id)
		tm_id_write(&ids->chord_id, self->chord_id);
	return &self->message;
}
