#include "lab/transport/queue.h"

#include <assert.h>
#include <string.h>

/* The slots are a ring; `first` is the oldest message in use. */
struct tm_queue {
	struct tm_alloc *alloc;
	char *slots;
	uint32_t capacity;
	uint32_t slot_bytes;
	uint32_t first;
	uint32_t count;
};

enum tm_rc tm_queue_new(struct tm_queue **out, struct tm_alloc *alloc,
			uint32_t messages, uint32_t message_bytes,
			struct tm_err *err)
{
	struct tm_queue *queue = tm_calloc(alloc, 1, sizeof(*queue));
	size_t size = (size_t)messages * message_bytes;

	*out = NULL;
	if (!queue)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for the embedded queue");
	queue->alloc = alloc;
	queue->capacity = messages;
	queue->slot_bytes = message_bytes;
	queue->slots = tm_malloc(alloc, size);
	if (!queue->slots) {
		tm_queue_free(queue);
		return tm_fail(err, TM_ENOMEM,
			       "no memory for the embedded queue");
	}
	/* Touch every page now: filling the queue must not look like growth. */
	memset(queue->slots, 0xff, size);
	*out = queue;
	return TM_OK;
}

void tm_queue_free(struct tm_queue *queue)
{
	if (!queue)
		return;
	tm_free(queue->alloc, queue->slots,
		(size_t)queue->capacity * queue->slot_bytes);
	tm_free(queue->alloc, queue, sizeof(*queue));
}

uint32_t tm_queue_count(const struct tm_queue *queue)
{
	return queue->count;
}

static char *slot_at(const struct tm_queue *queue, uint32_t position)
{
	uint32_t number = (queue->first + position) % queue->capacity;

	return queue->slots + (size_t)number * queue->slot_bytes;
}

/* --- writing -------------------------------------------------------------- */

/* Where the next byte goes; NULL once something did not fit. */
struct writer {
	char *at;
	char *end;
};

static inline void put(struct writer *to, const void *bytes, size_t length)
{
	if (!to->at || (size_t)(to->end - to->at) < length) {
		to->at = NULL;
		return;
	}
	memcpy(to->at, bytes, length);
	to->at += length;
}

static inline void put_byte(struct writer *to, uint8_t byte)
{
	put(to, &byte, 1);
}

static inline void put_text(struct writer *to, const char *text, size_t length)
{
	uint32_t prefix = (uint32_t)length;

	put(to, &prefix, sizeof(prefix));
	put(to, text, length);
}

static inline void put_header(struct writer *to, const struct tm_header *header)
{
	put_text(to, header->name, header->name_length);
	put_byte(to, (uint8_t)header->type);
	if (header->type == TM_HEADER_STRING)
		put_text(to, header->text, header->text_length);
	else if (header->type == TM_HEADER_INTEGER ||
		 header->type == TM_HEADER_BOOLEAN)
		put(to, &header->integer, sizeof(header->integer));
}

/* The terminating NUL goes along, so that reading back needs no copy. */
static void put_property(struct writer *to, const char *text)
{
	put(to, text, strlen(text) + 1);
}

static int write_message(struct writer *to, const struct tm_message *message)
{
	uint32_t header_count = (uint32_t)message->header_count;
	size_t i;

	put_property(to, message->exchange);
	put_property(to, message->routing_key);
	put_property(to, message->content_type);
	put_property(to, message->content_encoding);
	put_byte(to, message->delivery_mode);
	put_byte(to, message->priority);
	put(to, message->correlation_id, TM_ID_TEXT);
	put(to, message->reply_to, TM_ID_TEXT);
	put(to, &header_count, sizeof(header_count));
	for (i = 0; i < message->header_count; i++)
		put_header(to, &message->headers[i]);
	put_text(to, message->body, message->body_length);
	return to->at != NULL;
}

enum tm_rc tm_queue_push(struct tm_queue *queue,
			 const struct tm_message *message, uint64_t *dropped,
			 struct tm_err *err)
{
	struct writer to;

	if (queue->count == queue->capacity) {
		queue->first = (queue->first + 1) % queue->capacity;
		queue->count--;
		++*dropped;
	}
	to.at = slot_at(queue, queue->count);
	to.end = to.at + queue->slot_bytes;
	if (message->header_count > TM_QUEUE_HEADERS_MAX ||
	    !write_message(&to, message))
		return tm_fail(err, TM_EUSAGE,
			       "a message is longer than the %u bytes that "
			       "are kept for one: shorten the task's name",
			       queue->slot_bytes);
	queue->count++;
	return TM_OK;
}

/* --- reading -------------------------------------------------------------- */

/* A slot holds only what write_message() wrote, so nothing is checked here. */
static const char *take(const char **from, size_t length)
{
	const char *at = *from;

	*from += length;
	return at;
}

static const char *take_property(const char **from)
{
	return take(from, strlen(*from) + 1);
}

static const char *take_text(const char **from, size_t *length)
{
	uint32_t prefix;

	memcpy(&prefix, take(from, sizeof(prefix)), sizeof(prefix));
	*length = prefix;
	return take(from, prefix);
}

static void take_header(const char **from, struct tm_header *header)
{
	memset(header, 0, sizeof(*header));
	header->name = take_text(from, &header->name_length);
	header->type = (enum tm_header_type) * take(from, 1);
	if (header->type == TM_HEADER_STRING)
		header->text = take_text(from, &header->text_length);
	else if (header->type == TM_HEADER_INTEGER ||
		 header->type == TM_HEADER_BOOLEAN)
		memcpy(&header->integer, take(from, sizeof(header->integer)),
		       sizeof(header->integer));
}

static void read_message(const char *from, struct tm_queue_message *out)
{
	struct tm_message *message = &out->message;
	uint32_t header_count;
	uint32_t i;

	message->exchange = take_property(&from);
	message->routing_key = take_property(&from);
	message->content_type = take_property(&from);
	message->content_encoding = take_property(&from);
	message->delivery_mode = (uint8_t)*take(&from, 1);
	message->priority = (uint8_t)*take(&from, 1);
	message->correlation_id = take(&from, TM_ID_TEXT);
	message->reply_to = take(&from, TM_ID_TEXT);
	memcpy(&header_count, take(&from, sizeof(header_count)),
	       sizeof(header_count));
	assert(header_count <= TM_QUEUE_HEADERS_MAX);
	for (i = 0; i < header_count; i++)
		take_header(&from, &out->headers[i]);
	message->headers = out->headers;
	message->header_count = header_count;
	message->body = take_text(&from, &message->body_length);
}

void tm_queue_peek(const struct tm_queue *queue, uint32_t position,
		   struct tm_queue_message *out)
{
	assert(position < queue->count);
	read_message(slot_at(queue, position), out);
}

int tm_queue_pop(struct tm_queue *queue, struct tm_queue_message *out)
{
	if (queue->count == 0)
		return 0;
	tm_queue_peek(queue, 0, out);
	queue->first = (queue->first + 1) % queue->capacity;
	queue->count--;
	return 1;
}
