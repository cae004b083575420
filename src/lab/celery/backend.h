/*
 * backend.h - the connection to the result store, as a producer uses it.
 *
 * Purpose:   the model subscribes to and reads results without knowing which
 *            store it is.  The tables that leak (pending results, channels)
 *            are the model's (celery/consumer.h), not the connection's.
 * Ownership: as broker.h.  An event's payload is borrowed until the next call.
 * Units:     times in milliseconds.
 * Errors:    as broker.h; next_event returns TM_ETIMEOUT when no event came.
 * Source:    celery/backends/redis.py, redis-py's PubSub.
 */
#ifndef TM_LAB_CELERY_BACKEND_H
#define TM_LAB_CELERY_BACKEND_H

#include "util/buf.h"
#include "util/err.h"
#include "util/id.h"

/* The channel and the key of a task's result: this prefix and its id. */
#define TM_RESULT_KEY_PREFIX "celery-task-meta-"

struct tm_backend;

enum tm_backend_event_type {
	TM_EVENT_SUBSCRIBED,   /* the server's reply to a SUBSCRIBE */
	TM_EVENT_UNSUBSCRIBED, /* the server's reply to an UNSUBSCRIBE */
	TM_EVENT_MESSAGE,      /* a result was published */
	TM_EVENT_RECONNECTED   /* the connection is new: subscribe again */
};

struct tm_backend_event {
	enum tm_backend_event_type type;
	struct tm_id task_id; /* whose channel; zero when reconnected */
	const char *payload;  /* the result's JSON, of a message only */
	size_t payload_length;
};

/* No hook is ever called with NULL; all are required except flush. */
struct tm_backend_ops {
	const char *name; /* "memory", "redis", "null", "decorated" */

	/* Send the command on the subscriber's connection, at the latest with
	 * the next flush, get or next_event.  It does not wait for a reply: replies
	 * are events. */
	enum tm_rc (*subscribe)(struct tm_backend *self,
				const struct tm_id *task_id,
				struct tm_err *err);
	enum tm_rc (*unsubscribe)(struct tm_backend *self,
				  const struct tm_id *task_id,
				  struct tm_err *err);

	/* Send the commands that are held back.  NULL: none ever are. */
	enum tm_rc (*flush)(struct tm_backend *self, struct tm_err *err);

	/* Tell the workers how many tasks the chord's header has: MULTI,
	 * SETEX celery-taskset-meta-GROUP.s 86400 N, PUBLISH, EXEC. */
	enum tm_rc (*set_chord_size)(struct tm_backend *self,
				     const struct tm_id *group_id,
				     uint32_t size, struct tm_err *err);

	/* GET the stored result: its JSON replaces the content of `payload`,
	 * which stays empty when nothing is stored. */
	enum tm_rc (*get)(struct tm_backend *self, const struct tm_id *task_id,
			  struct tm_buf *payload, struct tm_err *err);

	/* The next event of the subscriber's connection; TM_ETIMEOUT when none
	 * comes within `timeout_ms` (0: only what is already here). */
	enum tm_rc (*next_event)(struct tm_backend *self, uint32_t timeout_ms,
				 struct tm_backend_event *event,
				 struct tm_err *err);

	void (*close)(struct tm_backend *self);
};

struct tm_backend {
	const struct tm_backend_ops *ops;
	uint64_t reconnects;
	char server[64]; /* "Redis 7.0.15"; "" without a server */
};

TM_CHECK enum tm_rc tm_backend_subscribe(struct tm_backend *backend,
					 const struct tm_id *task_id,
					 struct tm_err *err);
TM_CHECK enum tm_rc tm_backend_unsubscribe(struct tm_backend *backend,
					   const struct tm_id *task_id,
					   struct tm_err *err);
TM_CHECK enum tm_rc tm_backend_flush(struct tm_backend *backend,
				     struct tm_err *err);
TM_CHECK enum tm_rc tm_backend_set_chord_size(struct tm_backend *backend,
					      const struct tm_id *group_id,
					      uint32_t size,
					      struct tm_err *err);
TM_CHECK enum tm_rc tm_backend_get(struct tm_backend *backend,
				   const struct tm_id *task_id,
				   struct tm_buf *payload, struct tm_err *err);
TM_CHECK enum tm_rc tm_backend_next_event(struct tm_backend *backend,
					  uint32_t timeout_ms,
					  struct tm_backend_event *event,
					  struct tm_err *err);

/* Close the connections and free `backend`.  NULL is allowed. */
void tm_backend_close(struct tm_backend *backend);

#endif
