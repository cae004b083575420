/*
 * redis_connection.h - one connection to a Redis server.
 *
 * Purpose:   connect, log in and select the database as redis-py does; send
 *            bytes; read replies.  backend_redis.c has two of them.
 * Ownership: the struct belongs to the caller; tm_redis_disconnect() releases
 *            what is inside.  A reply belongs to the connection and is valid
 *            until the next one is read.
 * Units:     times in milliseconds.
 * Errors:    TM_EUNAVAILABLE, one line, without the password.  TM_ETIMEOUT when
 *            no reply came in time.
 * Source:    redis-py's Connection.
 *
 * hiredis makes the connection and parses the replies.  What is sent goes
 * through send() here, because hiredis 0.14 uses write(), and a server that is
 * gone would then end the whole program with SIGPIPE.
 */
#ifndef TM_LAB_TRANSPORT_REDIS_CONNECTION_H
#define TM_LAB_TRANSPORT_REDIS_CONNECTION_H

#include <hiredis/hiredis.h>

#include "lab/transport/url.h"
#include "util/err.h"

struct tm_redis_connection {
	const struct tm_url *url; /* borrowed, with host and port filled in */
	uint32_t database;
	uint32_t connect_ms;
	redisContext *context; /* NULL when there is none */
	redisReply *reply;
};

TM_CHECK enum tm_rc tm_redis_connect(struct tm_redis_connection *self,
				     struct tm_err *err);

/* Hand all of `bytes` to the kernel.  TM_EUNAVAILABLE: the connection is of no
 * use any more. */
TM_CHECK enum tm_rc tm_redis_send(struct tm_redis_connection *self,
				  const char *bytes, size_t length,
				  struct tm_err *err);

/* The next reply, borrowed.  An error reply of the server is a reply too. */
TM_CHECK enum tm_rc tm_redis_read(struct tm_redis_connection *self,
				  uint32_t timeout_ms, const redisReply **out,
				  struct tm_err *err);

/* "Redis" and its version; "" when the server does not say (a user may be
 * denied INFO). */
TM_CHECK enum tm_rc tm_redis_describe_server(struct tm_redis_connection *self,
					     char *out, size_t size,
					     struct tm_err *err);

/* NULL context: nothing to do. */
void tm_redis_disconnect(struct tm_redis_connection *self);

#endif
