/*
 * amqp_connection.h - one connection to a RabbitMQ, with what it needs to be
 * made again.
 *
 * Purpose:   open, watch and close; broker_amqp.c decides what to do when it is
 *            lost.
 * Ownership: the struct belongs to the caller; tm_amqp_disconnect() releases
 *            what is inside.
 * Units:     times in milliseconds.
 * Errors:    TM_EUNAVAILABLE, one line, without the password.
 * Source:    kombu's pyamqp transport, Queue.declare().
 */
#ifndef TM_LAB_TRANSPORT_AMQP_CONNECTION_H
#define TM_LAB_TRANSPORT_AMQP_CONNECTION_H

#include <amqp.h>

#include "lab/transport/url.h"
#include "util/err.h"

#define TM_AMQP_CHANNEL 1

enum tm_amqp_state {
	TM_AMQP_LIVE,
	TM_AMQP_LOST,	/* the way to the server broke: connect again */
	TM_AMQP_REFUSED /* the server closed it because of what we sent */
};

/* What the server reports to a publisher at any time. */
struct tm_amqp_watcher {
	void (*confirmed)(void *context, uint64_t tag, int multiple);
	void *context;
};

struct tm_amqp_connection {
	struct tm_url url; /* with host, port, user and password filled in */
	struct tm_amqp_watcher watcher;
	uint32_t connect_ms;
	int publisher_confirms;
	amqp_connection_state_t state; /* NULL when there is none */
	enum tm_amqp_state health;
	int is_blocked;
	char why[256]; /* why it is lost, refused or blocked */
};

/* Connect, log in, open the channel, and declare the exchange and the queue
 * `celery` and their binding as Celery declares them. */
TM_CHECK enum tm_rc tm_amqp_connect(struct tm_amqp_connection *self,
				    struct tm_err *err);

/* Product and version, as the server gave them at the login. */
void tm_amqp_describe_server(const struct tm_amqp_connection *self, char *out,
			     size_t size);

/* Take what the server has sent, waiting at most `wait_ms` for the first
 * frame.  1 when there was one.  Changes health, is_blocked and why. */
int tm_amqp_take_frame(struct tm_amqp_connection *self, uint32_t wait_ms);

/* Close the socket without the protocol's goodbye: the server is gone. */
void tm_amqp_disconnect(struct tm_amqp_connection *self);

/* Close by the protocol, after the server has processed everything. */
void tm_amqp_close(struct tm_amqp_connection *self);

#endif
