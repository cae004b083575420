/*
 * consumer.h - the tables in which a producer keeps track of results.
 *
 * Purpose:   the backend's pending tables, the result consumer's subscriptions,
 *            the subscriber's channels, and the buffer of results that are
 *            not waited for: what keeps growing while no result is read.
 * Ownership: the consumer belongs to the app; it holds strong references to the
 *            results in the strong table.  Runtime and backend are borrowed.
 * Units:     entries.
 * Errors:    an enum tm_rc from the backend or for memory; those met inside a
 *            finalizer go to tm_runtime_fail().
 * Source:    celery/backends/async.py (AsyncBackendMixin, BaseResultConsumer),
 *            celery/backends/redis.py (ResultConsumer), redis-py 3.2
 *            client.py (PubSub), kombu-style BufferMap of celery/utils.
 */
#ifndef TM_LAB_CELERY_CONSUMER_H
#define TM_LAB_CELERY_CONSUMER_H

#include "lab/celery/backend.h"
#include "lab/celery/meta.h"
#include "lab/runtime/runtime.h"
#include "lab/runtime/weaktable.h"

/* Celery's MESSAGE_BUFFER_MAX: results that arrived early. */
#define TM_MESSAGE_BUFFER_MAX 8192

struct tm_async_result;

struct tm_consumer {
	struct tm_runtime *runtime; /* borrowed */
	struct tm_backend *backend; /* borrowed */

	struct tm_table pending_strong; /* id -> AsyncResult, a reference */
	struct tm_weak_table pending_weak;
	struct tm_table subscribed_to;	     /* the consumer's set of keys */
	struct tm_table channels;	     /* the subscriber's dictionary */
	struct tm_table pending_unsubscribe; /* waiting for the reply */

	struct tm_table buffer;	    /* id -> struct tm_meta, owned */
	struct tm_id *buffer_order; /* ring of their ids, oldest first */
	size_t buffer_first;
	size_t buffer_used;
};

struct tm_table_counts {
	uint64_t channels;
	uint64_t pending_unsubscribe;
	uint64_t subscribed_to;
	uint64_t pending_strong;
	uint64_t pending_weak;
	uint64_t buffered; /* not in the laws' tables; bounded */
};

/* Called with a result that the store sent. */
typedef enum tm_rc tm_consumer_on_meta(void *context,
				       const struct tm_meta *meta,
				       struct tm_err *err);

TM_CHECK enum tm_rc tm_consumer_init(struct tm_consumer *self,
				     struct tm_runtime *runtime,
				     struct tm_backend *backend,
				     struct tm_err *err);
void tm_consumer_release(struct tm_consumer *self);

/* consume_from(): subscribe to the task's channel, unless that is done. */
TM_CHECK enum tm_rc tm_consumer_consume_from(struct tm_consumer *self,
					     const struct tm_id *task_id,
					     struct tm_err *err);

/* cancel_for(): unsubscribe, even from a channel never subscribed to. */
TM_CHECK enum tm_rc tm_consumer_cancel_for(struct tm_consumer *self,
					   const struct tm_id *task_id,
					   struct tm_err *err);

/* _add_pending_result(): add the result that waits for the task to a table,
 * unless it is in one, and subscribe. */
TM_CHECK enum tm_rc tm_consumer_add_pending(struct tm_consumer *self,
					    const struct tm_id *task_id,
					    struct tm_object *result, int weak,
					    struct tm_err *err);

/* remove_pending_result(): remove the result that waits, and unsubscribe. */
TM_CHECK enum tm_rc tm_consumer_remove_pending(struct tm_consumer *self,
					       const struct tm_id *task_id,
					       struct tm_err *err);

/* The result that waits for the task, borrowed, or NULL. */
struct tm_object *tm_consumer_find_pending(const struct tm_consumer *self,
					   const struct tm_id *task_id);

/* Buffer a copy of a result that is not waited for; drop the oldest when there
 * are too many. */
TM_CHECK enum tm_rc tm_consumer_buffer_put(struct tm_consumer *self,
					   const struct tm_meta *meta);

/* Take a result out of the buffer; NULL when it is not there.  The caller owns
 * it. */
struct tm_meta *tm_consumer_buffer_take(struct tm_consumer *self,
					const struct tm_id *task_id);

/* Read one event, waiting up to `timeout_ms`, and apply it: replies to the
 * channel tables, a result to `on_meta`.  TM_ETIMEOUT when none came. */
TM_CHECK enum tm_rc tm_consumer_drain_event(struct tm_consumer *self,
					    uint32_t timeout_ms,
					    tm_consumer_on_meta *on_meta,
					    void *context, struct tm_err *err);

void tm_consumer_counts(const struct tm_consumer *self,
			struct tm_table_counts *out);

/* Bytes of the laws' five tables. */
uint64_t tm_consumer_table_bytes(const struct tm_consumer *self);

#endif
