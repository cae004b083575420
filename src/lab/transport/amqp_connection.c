#include "lab/transport/amqp_connection.h"

#include <amqp_tcp_socket.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "lab/transport/amqp_wire.h"
#include "lab/transport/transport.h"

#define FRAME_BYTES   131072
#define CELERY_OBJECT "celery" /* the queue, the exchange and the key */

/* RabbitMQ closes with this code when an operator closes the connection or the
 * server shuts down: not the client's fault, so reconnecting may help. */
#define CODE_CONNECTION_FORCED 320

static struct timeval timeval_of(uint32_t ms)
{
	struct timeval time = {.tv_sec = ms / 1000,
			       .tv_usec = ms % 1000 * 1000};

	return time;
}

static enum tm_rc refuse(struct tm_amqp_connection *self, const char *what,
			 const amqp_rpc_reply_t *reply, struct tm_err *err)
{
	char text[256];

	tm_amqp_reply_text(reply, text, sizeof(text));
	return tm_fail(err, TM_EUNAVAILABLE, "RabbitMQ at %s:%d %s: %s",
		       self->url.host, self->url.port, what, text);
}

/* --- opening -------------------------------------------------------------- */

static enum tm_rc open_socket(struct tm_amqp_connection *self,
			      struct tm_err *err)
{
	struct timeval limit = timeval_of(self->connect_ms);
	amqp_socket_t *socket;
	int status;

	self->state = amqp_new_connection();
	if (!self->state)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for a connection to RabbitMQ");
	socket = amqp_tcp_socket_new(self->state);
	if (!socket)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for a connection to RabbitMQ");
	status = amqp_socket_open_noblock(socket, self->url.host,
					  self->url.port, &limit);
	if (status != AMQP_STATUS_OK)
		return tm_fail(
			err, TM_EUNAVAILABLE,
			"cannot connect to RabbitMQ at %s:%d (%s): is it "
			"running there?",
			self->url.host, self->url.port,
			amqp_error_string2(status));
	if (amqp_set_handshake_timeout(self->state, &limit) != AMQP_STATUS_OK ||
	    amqp_set_rpc_timeout(self->state, &limit) != AMQP_STATUS_OK)
		return tm_fail(err, TM_EINTERNAL, "librabbitmq's time limits");
	return TM_OK;
}

static enum tm_rc log_in(struct tm_amqp_connection *self, struct tm_err *err)
{
	/* Ask the server to report when it blocks publishers. */
	amqp_table_entry_t capability = {
		.key = amqp_cstring_bytes("connection.blocked"),
		.value = {.kind = AMQP_FIELD_KIND_BOOLEAN,
			  .value = {.boolean = 1}},
	};
	amqp_table_entry_t capabilities = {
		.key = amqp_cstring_bytes("capabilities"),
		.value = {.kind = AMQP_FIELD_KIND_TABLE,
			  .value = {.table = {1, &capability}}},
	};
	amqp_table_t properties = {1, &capabilities};
	char what[TM_URL_TEXT * 2 + 64];
	amqp_rpc_reply_t reply;

	reply = amqp_login_with_properties(
		self->state, tm_url_vhost(&self->url), 0, FRAME_BYTES,
		self->url.heartbeat_s, &properties, AMQP_SASL_METHOD_PLAIN,
		self->url.user, self->url.password);
	if (reply.reply_type == AMQP_RESPONSE_NORMAL)
		return TM_OK;
	snprintf(what, sizeof(what),
		 "refused user '%.60s' access to virtual host '%.60s'",
		 self->url.user, tm_url_vhost(&self->url));
	return refuse(self, what, &reply, err);
}

/* A text among the server's properties; empty when it gave none. */
static amqp_bytes_t server_property(const struct tm_amqp_connection *self,
				    const char *key)
{
	const amqp_table_t *table = amqp_get_server_properties(self->state);
	amqp_bytes_t wanted = amqp_cstring_bytes(key);
	int i;

	for (i = 0; i < table->num_entries; i++) {
		const amqp_table_entry_t *entry = &table->entries[i];

		if (entry->key.len == wanted.len &&
		    memcmp(entry->key.bytes, wanted.bytes, wanted.len) == 0 &&
		    entry->value.kind == AMQP_FIELD_KIND_UTF8)
			return entry->value.value.bytes;
	}
	return amqp_empty_bytes;
}

void tm_amqp_describe_server(const struct tm_amqp_connection *self, char *out,
			     size_t size)
{
	amqp_bytes_t product = server_property(self, "product");
	amqp_bytes_t version = server_property(self, "version");

	snprintf(out, size, "%.*s %.*s", (int)product.len,
		 (const char *)product.bytes, (int)version.len,
		 (const char *)version.bytes);
}

/* Celery's default queue: a durable queue bound to a durable direct exchange of
 * the same name, although its messages go through the default exchange. */
static enum tm_rc declare(struct tm_amqp_connection *self, struct tm_err *err)
{
	amqp_bytes_t name = amqp_cstring_bytes(CELERY_OBJECT);
	amqp_rpc_reply_t reply;

	amqp_exchange_declare(self->state, TM_AMQP_CHANNEL, name,
			      amqp_cstring_bytes("direct"), 0, 1, 0, 0,
			      amqp_empty_table);
	reply = amqp_get_rpc_reply(self->state);
	if (reply.reply_type != AMQP_RESPONSE_NORMAL)
		return refuse(
			self,
			"does not allow tidemark to declare exchange celery",
			&reply, err);
	amqp_queue_declare(self->state, TM_AMQP_CHANNEL, name, 0, 1, 0, 0,
			   amqp_empty_table);
	reply = amqp_get_rpc_reply(self->state);
	if (reply.reply_type != AMQP_RESPONSE_NORMAL)
		return refuse(self,
			      "does not allow tidemark to declare queue celery",
			      &reply, err);
	amqp_queue_bind(self->state, TM_AMQP_CHANNEL, name, name, name,
			amqp_empty_table);
	reply = amqp_get_rpc_reply(self->state);
	if (reply.reply_type != AMQP_RESPONSE_NORMAL)
		return refuse(self,
			      "does not allow tidemark to bind queue celery",
			      &reply, err);
	return TM_OK;
}

static enum tm_rc open_channel(struct tm_amqp_connection *self,
			       struct tm_err *err)
{
	amqp_rpc_reply_t reply;

	amqp_channel_open(self->state, TM_AMQP_CHANNEL);
	reply = amqp_get_rpc_reply(self->state);
	if (reply.reply_type != AMQP_RESPONSE_NORMAL)
		return refuse(self, "does not open a channel", &reply, err);
	if (!self->publisher_confirms)
		return TM_OK;
	amqp_confirm_select(self->state, TM_AMQP_CHANNEL);
	reply = amqp_get_rpc_reply(self->state);
	if (reply.reply_type != AMQP_RESPONSE_NORMAL)
		return refuse(self, "does not confirm messages", &reply, err);
	return TM_OK;
}

enum tm_rc tm_amqp_connect(struct tm_amqp_connection *self, struct tm_err *err)
{
	enum tm_rc rc;

	assert(!self->state);
	rc = open_socket(self, err);
	if (rc == TM_OK)
		rc = log_in(self, err);
	if (rc == TM_OK)
		rc = open_channel(self, err);
	if (rc == TM_OK)
		rc = declare(self, err);
	if (rc != TM_OK) {
		tm_amqp_disconnect(self);
		return rc;
	}
	amqp_maybe_release_buffers(self->state);
	self->health = TM_AMQP_LIVE;
	self->is_blocked = 0;
	self->why[0] = '\0';
	return TM_OK;
}

/* --- watching ------------------------------------------------------------- */

static void connection_closed(struct tm_amqp_connection *self,
			      const amqp_connection_close_t *said)
{
	amqp_connection_close_ok_t answer = {0};

	tm_amqp_close_text(said->reply_code, said->reply_text, self->why,
			   sizeof(self->why));
	amqp_send_method(self->state, 0, AMQP_CONNECTION_CLOSE_OK_METHOD,
			 &answer);
	self->health = said->reply_code == CODE_CONNECTION_FORCED
			       ? TM_AMQP_LOST
			       : TM_AMQP_REFUSED;
}

static void channel_closed(struct tm_amqp_connection *self,
			   const amqp_channel_close_t *said)
{
	amqp_channel_close_ok_t answer = {0};

	tm_amqp_close_text(said->reply_code, said->reply_text, self->why,
			   sizeof(self->why));
	amqp_send_method(self->state, TM_AMQP_CHANNEL,
			 AMQP_CHANNEL_CLOSE_OK_METHOD, &answer);
	self->health = TM_AMQP_REFUSED;
}

static void blocked(struct tm_amqp_connection *self,
		    const amqp_connection_blocked_t *said)
{
	self->is_blocked = 1;
	snprintf(self->why, sizeof(self->why), "%.*s", (int)said->reason.len,
		 (const char *)said->reason.bytes);
}

static void confirmed(struct tm_amqp_connection *self,
		      const amqp_basic_ack_t *ack)
{
	self->watcher.confirmed(self->watcher.context, ack->delivery_tag,
				ack->multiple);
}

static void take_method(struct tm_amqp_connection *self,
			const amqp_method_t *method)
{
	switch (method->id) {
	case AMQP_BASIC_ACK_METHOD:
		confirmed(self, method->decoded);
		break;
	case AMQP_BASIC_NACK_METHOD:
		self->health = TM_AMQP_REFUSED;
		snprintf(self->why, sizeof(self->why),
			 "it could not take a message (basic.nack)");
		break;
	case AMQP_CONNECTION_BLOCKED_METHOD:
		blocked(self, method->decoded);
		break;
	case AMQP_CONNECTION_UNBLOCKED_METHOD:
		self->is_blocked = 0;
		break;
	case AMQP_CONNECTION_CLOSE_METHOD:
		connection_closed(self, method->decoded);
		break;
	case AMQP_CHANNEL_CLOSE_METHOD:
		channel_closed(self, method->decoded);
		break;
	default:
		break; /* a publisher needs no other frames */
	}
}

int tm_amqp_take_frame(struct tm_amqp_connection *self, uint32_t wait_ms)
{
	struct timeval wait = timeval_of(wait_ms);
	amqp_frame_t frame;
	int status;

	if (self->health != TM_AMQP_LIVE)
		return 0;
	status = amqp_simple_wait_frame_noblock(self->state, &frame, &wait);
	if (status == AMQP_STATUS_TIMEOUT)
		return 0;
	if (status != AMQP_STATUS_OK) {
		self->health = TM_AMQP_LOST;
		snprintf(self->why, sizeof(self->why), "%s",
			 amqp_error_string2(status));
		return 0;
	}
	if (frame.frame_type == AMQP_FRAME_METHOD)
		take_method(self, &frame.payload.method);
	amqp_maybe_release_buffers(self->state);
	return 1;
}

/* --- closing -------------------------------------------------------------- */

void tm_amqp_disconnect(struct tm_amqp_connection *self)
{
	if (self->state)
		amqp_destroy_connection(self->state);
	self->state = NULL;
}

void tm_amqp_close(struct tm_amqp_connection *self)
{
	if (self->state && self->health == TM_AMQP_LIVE) {
		amqp_channel_close(self->state, TM_AMQP_CHANNEL,
				   AMQP_REPLY_SUCCESS);
		amqp_connection_close(self->state, AMQP_REPLY_SUCCESS);
	}
	tm_amqp_disconnect(self);
}

const char *tm_transport_librabbitmq_version(void)
{
	return amqp_version();
}
