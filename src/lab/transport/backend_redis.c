/*
 * Redis through hiredis, over two connections as Celery's backend has: the
 * subscriber's, on which no reply is awaited, and the other one, on which the
 * reply to every command is.
 *
 * Subscriptions are held back and written together, before the next task is
 * published: nothing that could be missed happens earlier.  It saves a chord
 * four of its eight system calls, and Redis as many wake-ups.
 *
 * When the subscriber's connection is lost, a new one is made at once and the
 * next read returns TM_EVENT_RECONNECTED; the reader has to subscribe again.  If
 * a producer never reads, the server closes its connection when the replies fill
 * the server's buffer; it continues in the same way, as redis-py does.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lab/transport/backoff.h"
#include "lab/transport/deadline.h"
#include "lab/transport/redis_connection.h"
#include "lab/transport/scheme.h"

#define DEFAULT_PORT 6379

/* RESP writes each argument's length in front of it. */
#define KEY_LENGTH   "53" /* celery-task-meta-ID */
#define COUNT_LENGTH "58" /* celery-taskset-meta-ID.s */

#define COMMAND_MAX 512

/* Commands to the subscriber's connection that are held back at most. */
#define HELD_BACK_BYTES 16384

struct redis_backend {
	struct tm_backend base;
	struct tm_alloc *alloc;
	struct tm_url url;
	struct tm_redis_connection subscriber;
	struct tm_redis_connection other;
	int is_subscriber_new; /* the reader does not know of it yet */
	char held_back[HELD_BACK_BYTES];
	size_t held_back_length;
};

static const struct tm_backend_ops redis_ops;

static struct redis_backend *downcast(struct tm_backend *base)
{
	assert(base->ops == &redis_ops);
	return (struct redis_backend *)base;
}

/* --- reconnecting --------------------------------------------------------- */

static enum tm_rc reconnect(struct redis_backend *self,
			    struct tm_redis_connection *connection,
			    struct tm_err *err)
{
	struct tm_backoff backoff = {0};
	struct tm_err last = {0};
	enum tm_rc rc = TM_EUNAVAILABLE;

	if (connection == &self->subscriber)
		self->is_subscriber_new = 1;
	while (rc == TM_EUNAVAILABLE && tm_backoff_wait(&backoff)) {
		tm_redis_disconnect(connection);
		rc = tm_redis_connect(connection, &last);
	}
	if (rc == TM_OK) {
		self->base.reconnects++;
		return TM_OK;
	}
	return tm_fail(err, rc, "%.300s; reconnecting did not help", last.text);
}

/* After a failed attempt to reconnect there is nothing to send on. */
static enum tm_rc ensure_connected(struct redis_backend *self,
				   struct tm_redis_connection *connection,
				   struct tm_err *err)
{
	return connection->context ? TM_OK : reconnect(self, connection, err);
}

/* --- the subscriber ------------------------------------------------------- */

/* A write that fails is repeated as a whole on a new connection: what the server
 * received of it was lost with the old one. */
static enum tm_rc redis_flush(struct tm_backend *base, struct tm_err *err)
{
	struct redis_backend *self = downcast(base);
	struct tm_err lost;
	uint32_t failures = 0;
	enum tm_rc rc;

	if (self->held_back_length == 0)
		return TM_OK;
	rc = ensure_connected(self, &self->subscriber, err);
	while (rc == TM_OK) {
		rc = tm_redis_send(&self->subscriber, self->held_back,
				   self->held_back_length, &lost);
		if (rc == TM_OK)
			break;
		if (rc != TM_EUNAVAILABLE || failures++ == TM_BACKOFF_ATTEMPTS)
			return tm_fail(err, rc, "%s", lost.text);
		rc = reconnect(self, &self->subscriber, err);
	}
	if (rc == TM_OK)
		self->held_back_length = 0;
	return rc;
}

static enum tm_rc send_to_channel(struct redis_backend *self,
				  const char *command_with_length,
				  const struct tm_id *task_id,
				  struct tm_err *err)
{
	char id[TM_ID_TEXT];
	enum tm_rc rc;
	int length;

	if (self->held_back_length + COMMAND_MAX > HELD_BACK_BYTES) {
		rc = redis_flush(&self->base, err);
		if (rc != TM_OK)
			return rc;
	}
	tm_id_write(task_id, id);
	length = snprintf(self->held_back + self->held_back_length, COMMAND_MAX,
			  "*2\r\n%s\r\n$" KEY_LENGTH "\r\n" TM_RESULT_KEY_PREFIX
			  "%.*s\r\n",
			  command_with_length, TM_ID_TEXT, id);
	self->held_back_length += (size_t)length;
	return TM_OK;
}

static enum tm_rc redis_subscribe(struct tm_backend *base,
				  const struct tm_id *task_id,
				  struct tm_err *err)
{
	return send_to_channel(downcast(base), "$9\r\nSUBSCRIBE", task_id, err);
}

static enum tm_rc redis_unsubscribe(struct tm_backend *base,
				    const struct tm_id *task_id,
				    struct tm_err *err)
{
	return send_to_channel(downcast(base), "$11\r\nUNSUBSCRIBE", task_id,
			       err);
}

static int event_type_of(const char *word, enum tm_backend_event_type *out)
{
	static const struct {
		const char *word;
		enum tm_backend_event_type type;
	} types[] = {
		{"subscribe", TM_EVENT_SUBSCRIBED},
		{"unsubscribe", TM_EVENT_UNSUBSCRIBED},
		{"message", TM_EVENT_MESSAGE},
	};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].word, word) == 0) {
			*out = types[i].type;
			return 1;
		}
	}
	return 0;
}

/* 0 if `reply` is not an event of a task's channel. */
static int read_event(const redisReply *reply, struct tm_backend_event *event)
{
	const size_t prefix = sizeof(TM_RESULT_KEY_PREFIX) - 1;
	const redisReply *channel;

	memset(event, 0, sizeof(*event));
	if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 3 ||
	    reply->element[0]->type != REDIS_REPLY_STRING ||
	    reply->element[1]->type != REDIS_REPLY_STRING)
		return 0;
	channel = reply->element[1];
	if (!event_type_of(reply->element[0]->str, &event->type) ||
	    channel->len != prefix + TM_ID_TEXT ||
	    memcmp(channel->str, TM_RESULT_KEY_PREFIX, prefix) != 0 ||
	    tm_id_parse(&event->task_id, channel->str + prefix, TM_ID_TEXT) !=
		    TM_OK)
		return 0;
	if (event->type != TM_EVENT_MESSAGE)
		return 1;
	event->payload = reply->element[2]->str;
	event->payload_length = reply->element[2]->len;
	return reply->element[2]->type == REDIS_REPLY_STRING;
}

static enum tm_rc refused(const struct redis_backend *self, const char *what,
			  const char *why, struct tm_err *err)
{
	return tm_fail(err, TM_EUNAVAILABLE,
		       "Redis at %s:%u refuses %s: %.250s", self->url.host,
		       (unsigned int)self->url.port, what, why);
}

static void tell_reconnected(struct redis_backend *self,
			     struct tm_backend_event *event)
{
	memset(event, 0, sizeof(*event));
	event->type = TM_EVENT_RECONNECTED;
	self->is_subscriber_new = 0;
}

static enum tm_rc redis_next_event(struct tm_backend *base, uint32_t timeout_ms,
				   struct tm_backend_event *event,
				   struct tm_err *err)
{
	struct redis_backend *self = downcast(base);
	uint64_t deadline = tm_deadline_in(timeout_ms);
	uint32_t left = timeout_ms;
	const redisReply *reply;
	struct tm_err lost;
	enum tm_rc rc = redis_flush(base, err);

	if (rc == TM_OK)
		rc = ensure_connected(self, &self->subscriber, err);
	while (rc == TM_OK && !self->is_subscriber_new) {
		rc = tm_redis_read(&self->subscriber, left, &reply, &lost);
		if (rc == TM_EUNAVAILABLE)
			rc = reconnect(self, &self->subscriber, err);
		else if (rc != TM_OK)
			return tm_fail(err, rc, "%s", lost.text);
		else if (reply->type == REDIS_REPLY_ERROR)
			return refused(self, "a subscription", reply->str, err);
		else if (read_event(reply, event))
			return TM_OK;
		left = tm_deadline_left_ms(deadline);
	}
	if (rc == TM_OK)
		tell_reconnected(self, event);
	return rc;
}

/* --- the other connection ------------------------------------------------- */

/* The first error among the reply and its elements, or NULL. */
static const char *find_error(const redisReply *reply)
{
	size_t i;

	if (reply->type == REDIS_REPLY_ERROR)
		return reply->str;
	if (reply->type != REDIS_REPLY_ARRAY)
		return NULL;
	for (i = 0; i < reply->elements; i++) {
		if (reply->element[i]->type == REDIS_REPLY_ERROR)
			return reply->element[i]->str;
	}
	return NULL;
}

#define ERROR_MAX 256

/* Bytes to send, and how many replies Redis sends for them.  They may be sent
 * twice without harm. */
struct command {
	const char *bytes;
	size_t length;
	uint32_t replies;
};

/* Read `count` replies and keep the first error in `error`. */
static enum tm_rc read_replies(struct redis_backend *self, uint32_t count,
			       const redisReply **last, char error[ERROR_MAX],
			       struct tm_err *err)
{
	enum tm_rc rc = TM_OK;

	error[0] = '\0';
	while (rc == TM_OK && count-- > 0) {
		const char *text;

		rc = tm_redis_read(&self->other, self->other.connect_ms, last,
				   err);
		text = rc == TM_OK ? find_error(*last) : NULL;
		if (text && !error[0])
			snprintf(error, ERROR_MAX, "%.200s", text);
	}
	return rc;
}

/* Send a command and read its replies; the last one is borrowed.  On a lost
 * connection it is sent again on a new one. */
static enum tm_rc exchange(struct redis_backend *self,
			   const struct command *command,
			   const redisReply **last, struct tm_err *err)
{
	struct tm_err lost;
	uint32_t failures = 0;
	char error[ERROR_MAX];
	enum tm_rc rc = ensure_connected(self, &self->other, err);

	while (rc == TM_OK) {
		rc = tm_redis_send(&self->other, command->bytes,
				   command->length, &lost);
		if (rc == TM_OK)
			rc = read_replies(self, command->replies, last, error,
					  &lost);
		if (rc == TM_OK && error[0])
			return refused(self, "a command", error, err);
		if (rc == TM_OK)
			return TM_OK;
		/* A late reply would be taken for that of the next command. */
		if (rc != TM_EUNAVAILABLE && rc != TM_ETIMEOUT)
			return tm_fail(err, rc, "%s", lost.text);
		if (failures++ == TM_BACKOFF_ATTEMPTS)
			return tm_fail(err, TM_EUNAVAILABLE, "%s", lost.text);
		rc = reconnect(self, &self->other, err);
	}
	return rc;
}

static enum tm_rc redis_set_chord_size(struct tm_backend *base,
				       const struct tm_id *group_id,
				       uint32_t size, struct tm_err *err)
{
	const redisReply *reply = NULL;
	char key[sizeof("celery-taskset-meta-.s") + TM_ID_TEXT];
	char id[TM_ID_TEXT];
	char bytes[COMMAND_MAX];
	char number[16];
	int digits = snprintf(number, sizeof(number), "%u", size);
	int length;

	tm_id_write(group_id, id);
	snprintf(key, sizeof(key), "celery-taskset-meta-%.*s.s", TM_ID_TEXT,
		 id);
	length = snprintf(bytes, sizeof(bytes),
			  "*1\r\n$5\r\nMULTI\r\n"
			  "*4\r\n$5\r\nSETEX\r\n$" COUNT_LENGTH
			  "\r\n%s\r\n$5\r\n86400\r\n$%d\r\n%s\r\n"
			  "*3\r\n$7\r\nPUBLISH\r\n$" COUNT_LENGTH
			  "\r\n%s\r\n$%d\r\n%s\r\n"
			  "*1\r\n$4\r\nEXEC\r\n",
			  key, digits, number, key, digits, number);
	return exchange(downcast(base),
			&(struct command){bytes, (size_t)length, 4}, &reply,
			err);
}

static enum tm_rc redis_get(struct tm_backend *base,
			    const struct tm_id *task_id, struct tm_buf *payload,
			    struct tm_err *err)
{
	const redisReply *reply = NULL;
	char bytes[COMMAND_MAX];
	char id[TM_ID_TEXT];
	enum tm_rc rc;
	int length;

	/* A result that is published from now on must not be missed. */
	rc = redis_flush(base, err);
	if (rc != TM_OK)
		return rc;
	tm_id_write(task_id, id);
	length = snprintf(bytes, sizeof(bytes),
			  "*2\r\n$3\r\nGET\r\n$" KEY_LENGTH
			  "\r\n" TM_RESULT_KEY_PREFIX "%.*s\r\n",
			  TM_ID_TEXT, id);
	rc = exchange(downcast(base),
		      &(struct command){bytes, (size_t)length, 1}, &reply, err);
	if (rc != TM_OK || reply->type != REDIS_REPLY_STRING)
		return rc;
	rc = tm_buf_add(payload, reply->str, reply->len);
	if (rc != TM_OK)
		return tm_fail(err, rc, "a result");
	return TM_OK;
}

/* --- life ----------------------------------------------------------------- */

static void redis_close(struct tm_backend *base)
{
	struct redis_backend *self = downcast(base);

	tm_redis_disconnect(&self->subscriber);
	tm_redis_disconnect(&self->other);
	explicit_bzero(&self->url, sizeof(self->url));
	tm_free(self->alloc, self, sizeof(*self));
}

static const struct tm_backend_ops redis_ops = {
	.name = "redis",
	.subscribe = redis_subscribe,
	.unsubscribe = redis_unsubscribe,
	.flush = redis_flush,
	.set_chord_size = redis_set_chord_size,
	.get = redis_get,
	.next_event = redis_next_event,
	.close = redis_close,
};

static enum tm_rc fill_url(struct redis_backend *self, const struct tm_url *url,
			   struct tm_err *err)
{
	const char *at;
	uint32_t database = 0;

	for (at = url->path; *at >= '0' && *at <= '9' && database < 1000000;
	     at++)
		database = database * 10 + (uint32_t)(*at - '0');
	if (*at)
		return tm_fail(err, TM_EUSAGE,
			       "the redis:// URL is malformed: after the host "
			       "comes a database's number, as in "
			       "redis://localhost/0");
	if (url->has_heartbeat)
		return tm_fail(err, TM_EUSAGE,
			       "the redis:// URL is malformed: Redis has no "
			       "heartbeat");
	self->url = *url;
	if (!self->url.host[0])
		snprintf(self->url.host, sizeof(self->url.host), "localhost");
	if (self->url.port == 0)
		self->url.port = DEFAULT_PORT;
	self->subscriber.database = database;
	self->other.database = database;
	return TM_OK;
}

/* On a third connection: the other two carry only what Celery sends. */
static enum tm_rc ask_version(struct redis_backend *self, struct tm_err *err)
{
	struct tm_redis_connection asking = {
		.url = &self->url,
		.connect_ms = self->other.connect_ms,
	};
	enum tm_rc rc = tm_redis_connect(&asking, err);

	if (rc == TM_OK)
		rc = tm_redis_describe_server(&asking, self->base.server,
					      sizeof(self->base.server), err);
	tm_redis_disconnect(&asking);
	return rc;
}

enum tm_rc tm_backend_redis_open(struct tm_backend **out,
				 const struct tm_scheme_opts *opts,
				 struct tm_err *err)
{
	struct redis_backend *self = tm_calloc(opts->alloc, 1, sizeof(*self));
	enum tm_rc rc;

	*out = NULL;
	if (!self)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for a result backend");
	self->base.ops = &redis_ops;
	self->alloc = opts->alloc;
	self->subscriber.url = &self->url;
	self->subscriber.connect_ms = opts->connect_ms;
	self->other.url = &self->url;
	self->other.connect_ms = opts->connect_ms;
	rc = fill_url(self, opts->url, err);
	if (rc == TM_OK)
		rc = tm_redis_connect(&self->subscriber, err);
	if (rc == TM_OK)
		rc = tm_redis_connect(&self->other, err);
	if (rc == TM_OK)
		rc = ask_version(self, err);
	if (rc != TM_OK) {
		redis_close(&self->base);
		return rc;
	}
	*out = &self->base;
	return TM_OK;
}
