/*
 * peer.h - a second, plain AMQP client, to look at what reached the queue.
 */
#ifndef TM_TESTS_PEER_H
#define TM_TESTS_PEER_H

#include <amqp.h>
#include <jansson.h>

/* Connect to the server of `url` and empty the queue `celery` if it exists. */
amqp_connection_state_t peer_open(const char *url);
void peer_close(amqp_connection_state_t peer);

/* The next message of the queue in the form of the captures; NULL: it is
 * empty. */
json_t *peer_get(amqp_connection_state_t peer);

/* Send a body to an exchange; 0 when the server refuses something by then. */
void peer_publish(amqp_connection_state_t peer, const char *exchange,
		  const char *key);

/* Declare queue and exchange again with Celery's properties; the server closes
 * the channel when they differ.  1 when they do not. */
int peer_agrees_with_declarations(amqp_connection_state_t peer);

#endif
