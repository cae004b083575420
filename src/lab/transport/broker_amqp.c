/*
 * RabbitMQ through librabbitmq.
 *
 * What a lost connection costs: with publisher confirms nothing is lost,
 * because what the server had not confirmed is sent again; a message that it
 * had taken without our having read the confirmation is then there twice, which
 * the protocol cannot tell.  Without confirms (Celery's default too) the
 * message that could not be sent is sent on the new connection, and those still
 * in the sockets' buffers are gone.  `published` counts each message once
 * either way.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lab/transport/amqp_connection.h"
#include "lab/transport/amqp_wire.h"
#include "lab/transport/backoff.h"
#include "lab/transport/deadline.h"
#include "lab/transport/scheme.h"
#include "lab/transport/window.h"

/* Reading frames costs system calls: it is not done for each message. */
#define READ_EVERY_NS 10000000u

#define DEFAULT_PORT 5672

/* A publisher that the server blocks waits for this many connect timeouts. */
#define BLOCKED_CONNECT_TIMES 6

struct amqp_broker {
	struct tm_broker base;
	struct tm_alloc *alloc;
	struct tm_amqp_connection connection;
	struct tm_window *window; /* with publisher confirms only */
	uint64_t frames_read_ns;
	struct tm_amqp_content content;
};

static const struct tm_broker_ops amqp_ops;

static struct amqp_broker *downcast(struct tm_broker *base)
{
	assert(base->ops == &amqp_ops);
	return (struct amqp_broker *)base;
}

static enum tm_rc unavailable(const struct amqp_broker *self, const char *what,
			      struct tm_err *err)
{
	return tm_fail(err, TM_EUNAVAILABLE, "RabbitMQ at %s:%u %s: %s",
		       self->connection.url.host,
		       (unsigned int)self->connection.url.port, what,
		       self->connection.why);
}

/* --- sending -------------------------------------------------------------- */

/* 1 when the socket has taken the message. */
static int send_message(struct amqp_broker *self,
			const struct tm_message *message)
{
	struct tm_amqp_connection *connection = &self->connection;
	int status;

	tm_amqp_content_fill(&self->content, message);
	status = amqp_basic_publish(connection->state, TM_AMQP_CHANNEL,
				    amqp_cstring_bytes(message->exchange),
				    amqp_cstring_bytes(message->routing_key), 0,
				    0, &self->content.properties,
				    self->content.body);
	if (status == AMQP_STATUS_OK)
		return 1;
	connection->health = TM_AMQP_LOST;
	snprintf(connection->why, sizeof(connection->why), "%s",
		 amqp_error_string2(status));
	return 0;
}

/* --- reconnecting --------------------------------------------------------- */

static int resend_unconfirmed(struct amqp_broker *self)
{
	struct tm_queue_message kept;
	uint32_t i;

	if (!self->window)
		return 1;
	tm_window_restart(self->window);
	for (i = 0; i < tm_window_count(self->window); i++) {
		if (tm_window_read(self->window, i, &kept) &&
		    !send_message(self, &kept.message))
			return 0;
	}
	return 1;
}

static enum tm_rc reconnect(struct amqp_broker *self, struct tm_err *err)
{
	struct tm_backoff backoff = {0};
	struct tm_err last;
	enum tm_rc rc;

	while (tm_backoff_wait(&backoff)) {
		tm_amqp_disconnect(&self->connection);
		rc = tm_amqp_connect(&self->connection, &last);
		if (rc == TM_ENOMEM)
			return tm_fail(err, rc, "%s", last.text);
		if (rc != TM_OK) {
			snprintf(self->connection.why,
				 sizeof(self->connection.why), "%.250s",
				 last.text);
			continue;
		}
		self->base.reconnects++;
		if (resend_unconfirmed(self))
			return TM_OK;
	}
	return unavailable(self, "is gone, and reconnecting did not help", err);
}

/* Make the connection usable, or say why it is not. */
static enum tm_rc ensure_live(struct amqp_broker *self, struct tm_err *err)
{
	if (self->connection.health == TM_AMQP_LIVE)
		return TM_OK;
	if (self->connection.health == TM_AMQP_REFUSED)
		return unavailable(self, "refuses to go on", err);
	return reconnect(self, err);
}

/* --- what the server says in between -------------------------------------- */

static void note_confirmed(void *context, uint64_t tag, int multiple)
{
	struct amqp_broker *self = context;

	if (self->window)
		tm_window_confirm(self->window, tag, multiple);
}

static enum tm_rc wait_while_blocked(struct amqp_broker *self,
				     struct tm_err *err)
{
	uint64_t deadline = tm_deadline_in(self->connection.connect_ms *
					   BLOCKED_CONNECT_TIMES);
	uint32_t left = tm_deadline_left_ms(deadline);

	while (self->connection.health == TM_AMQP_LIVE &&
	       self->connection.is_blocked && left > 0) {
		tm_amqp_take_frame(&self->connection, left);
		left = tm_deadline_left_ms(deadline);
	}
	if (self->connection.health == TM_AMQP_LIVE &&
	    self->connection.is_blocked)
		return unavailable(
			self, "blocks publishers (connection.blocked)", err);
	return ensure_live(self, err);
}

/* Read the frames that have arrived, without waiting. */
static enum tm_rc read_frames(struct amqp_broker *self, struct tm_err *err)
{
	while (tm_amqp_take_frame(&self->connection, 0))
		;
	self->frames_read_ns = tm_clock_ns();
	if (self->connection.is_blocked)
		return wait_while_blocked(self, err);
	return ensure_live(self, err);
}

/* Wait until at most `count` messages are unconfirmed. */
static enum tm_rc wait_for_confirms(struct amqp_broker *self, uint32_t count,
				    struct tm_err *err)
{
	uint32_t limit = self->connection.connect_ms * BLOCKED_CONNECT_TIMES;
	uint64_t deadline = tm_deadline_in(limit);
	enum tm_rc rc = TM_OK;

	while (rc == TM_OK && tm_window_count(self->window) > count) {
		uint32_t left = tm_deadline_left_ms(deadline);

		if (left == 0)
			return tm_fail(err, TM_EUNAVAILABLE,
				       "RabbitMQ at %s:%u has not confirmed %u "
				       "messages in %u ms",
				       self->connection.url.host,
				       (unsigned int)self->connection.url.port,
				       tm_window_count(self->window), limit);
		tm_amqp_take_frame(&self->connection, left);
		rc = ensure_live(self, err);
	}
	return rc;
}

/* --- hooks ---------------------------------------------------------------- */

/* On a new connection this message is among the unconfirmed ones. */
static enum tm_rc publish_confirmed(struct amqp_broker *self,
				    const struct tm_message *message,
				    struct tm_err *err)
{
	enum tm_rc rc = TM_OK;

	if (tm_window_is_full(self->window))
		rc = wait_for_confirms(self, TM_WINDOW_MESSAGES / 2, err);
	if (rc == TM_OK)
		rc = tm_window_add(self->window, message, err);
	if (rc != TM_OK || send_message(self, message))
		return rc;
	return reconnect(self, err);
}

static enum tm_rc amqp_publish(struct tm_broker *base,
			       const struct tm_message *message,
			       struct tm_err *err)
{
	struct amqp_broker *self = downcast(base);
	uint32_t failures = 0;
	enum tm_rc rc = TM_OK;

	if (message->header_count > TM_QUEUE_HEADERS_MAX)
		return tm_fail(err, TM_EUSAGE,
			       "a message has more than %d headers",
			       TM_QUEUE_HEADERS_MAX);
	if (tm_clock_ns() - self->frames_read_ns >= READ_EVERY_NS ||
	    self->connection.health != TM_AMQP_LIVE)
		rc = read_frames(self, err);
	if (rc == TM_OK && self->window)
		return publish_confirmed(self, message, err);
	while (rc == TM_OK && !send_message(self, message)) {
		if (++failures > TM_BACKOFF_ATTEMPTS)
			return unavailable(self, "closes each connection", err);
		rc = reconnect(self, err);
	}
	return rc;
}

static enum tm_rc amqp_flush(struct tm_broker *base, struct tm_err *err)
{
	struct amqp_broker *self = downcast(base);
	enum tm_rc rc = read_frames(self, err);

	if (rc == TM_OK && self->window)
		rc = wait_for_confirms(self, 0, err);
	return rc;
}

/* Waiting for a frame also sends and checks the heartbeats. */
static enum tm_rc amqp_idle(struct tm_broker *base, uint32_t duration_ms,
			    struct tm_err *err)
{
	struct amqp_broker *self = downcast(base);
	uint64_t deadline = tm_deadline_in(duration_ms);
	uint32_t left = tm_deadline_left_ms(deadline);
	enum tm_rc rc = ensure_live(self, err);

	while (rc == TM_OK && left > 0) {
		tm_amqp_take_frame(&self->connection, left);
		rc = ensure_live(self, err);
		left = tm_deadline_left_ms(deadline);
	}
	return rc;
}

static void amqp_close(struct tm_broker *base)
{
	struct amqp_broker *self = downcast(base);

	tm_amqp_close(&self->connection);
	tm_window_free(self->window);
	explicit_bzero(&self->connection.url, sizeof(self->connection.url));
	tm_free(self->alloc, self, sizeof(*self));
}

static const struct tm_broker_ops amqp_ops = {
	.name = "amqp",
	.publish = amqp_publish,
	.flush = amqp_flush,
	.idle = amqp_idle,
	.close = amqp_close,
};

/* What a URL leaves out has kombu's defaults. */
static void fill_defaults(struct tm_url *url)
{
	if (!url->host[0])
		snprintf(url->host, sizeof(url->host), "localhost");
	if (!url->has_user)
		snprintf(url->user, sizeof(url->user), "guest");
	if (!url->has_password)
		snprintf(url->password, sizeof(url->password), "guest");
	if (url->port == 0)
		url->port = DEFAULT_PORT;
}

enum tm_rc tm_broker_amqp_open(struct tm_broker **out,
			       const struct tm_scheme_opts *opts,
			       struct tm_err *err)
{
	struct amqp_broker *self = tm_calloc(opts->alloc, 1, sizeof(*self));
	enum tm_rc rc = TM_OK;

	*out = NULL;
	if (!self)
		return tm_fail(err, TM_ENOMEM, "no memory for a broker");
	self->base.ops = &amqp_ops;
	self->alloc = opts->alloc;
	self->connection.url = *opts->url;
	fill_defaults(&self->connection.url);
	self->connection.connect_ms = opts->connect_ms;
	self->connection.publisher_confirms = opts->publisher_confirms;
	self->connection.watcher.confirmed = note_confirmed;
	self->connection.watcher.context = self;
	if (opts->publisher_confirms)
		rc = tm_window_new(&self->window, opts->alloc, err);
	if (rc == TM_OK)
		rc = tm_amqp_connect(&self->connection, err);
	if (rc != TM_OK) {
		amqp_close(&self->base);
		return rc;
	}
	tm_amqp_describe_server(&self->connection, self->base.server,
				sizeof(self->base.server));
	*out = &self->base;
	return TM_OK;
}
