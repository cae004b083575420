/*
 * broker.h - publish task messages over a pluggable transport.
 *
 * Purpose:   the model publishes without knowing which broker it is.
 * Ownership: tm_transport_open() (transport/transport.h) gives the caller the
 *            broker; give it back with tm_transport_close().  Message bytes are
 *            borrowed for the call and never kept.
 * Units:     times in milliseconds (suffix _ms).
 * Errors:    TM_OK, or TM_EUNAVAILABLE when the server is gone and reconnecting
 *            with back-off did not bring it back; `err` says why.
 * Threads:   one broker per thread, no locks inside.
 * Source:    kombu.messaging.Producer.publish; git's refs back ends for the
 *            table of hooks.
 */
#ifndef TM_LAB_CELERY_BROKER_H
#define TM_LAB_CELERY_BROKER_H

#include "lab/celery/message.h"
#include "util/err.h"

struct tm_broker;

/* No hook is ever called with NULL; all are required. */
struct tm_broker_ops {
	const char *name; /* "memory", "amqp", "null", "decorated" */

	/* Hand `message` over exactly once: after a reconnection a message is
	 * neither lost nor sent twice as far as the protocol can tell. */
	enum tm_rc (*publish)(struct tm_broker *self,
			      const struct tm_message *message,
			      struct tm_err *err);

	/* Wait until every published message has left this process, and with
	 * publisher confirms until the server has confirmed it. */
	enum tm_rc (*flush)(struct tm_broker *self, struct tm_err *err);

	/* Sleep for `duration_ms` and keep the connection alive
	 * (heartbeats are sent and read). */
	enum tm_rc (*idle)(struct tm_broker *self, uint32_t duration_ms,
			   struct tm_err *err);

	void (*close)(struct tm_broker *self);
};

struct tm_broker {
	const struct tm_broker_ops *ops;
	uint64_t published;  /* messages handed over */
	uint64_t dropped;    /* past the embedded queue's bound; else 0 */
	uint64_t reconnects; /* connections made after the first one */
	char server[64];     /* "RabbitMQ 3.10.8"; "" without a server */
};

TM_CHECK enum tm_rc tm_broker_publish(struct tm_broker *broker,
				      const struct tm_message *message,
				      struct tm_err *err);
TM_CHECK enum tm_rc tm_broker_flush(struct tm_broker *broker,
				    struct tm_err *err);
TM_CHECK enum tm_rc tm_broker_idle(struct tm_broker *broker,
				   uint32_t duration_ms, struct tm_err *err);

/* Close the connection and free `broker`.  NULL is allowed. */
void tm_broker_close(struct tm_broker *broker);

#endif
