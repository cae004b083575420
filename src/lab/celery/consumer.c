#include "lab/celery/consumer.h"

#include <string.h>

static enum tm_rc no_memory(struct tm_err *err)
{
	return tm_fail(err, TM_ENOMEM, "no memory for the result tables");
}

enum tm_rc tm_consumer_init(struct tm_consumer *self,
			    struct tm_runtime *runtime,
			    struct tm_backend *backend, struct tm_err *err)
{
	struct tm_alloc *alloc = runtime->alloc;

	memset(self, 0, sizeof(*self));
	self->runtime = runtime;
	self->backend = backend;
	tm_table_init(&self->pending_strong, alloc);
	tm_weak_table_init(&self->pending_weak, runtime);
	tm_set_init(&self->subscribed_to, alloc);
	tm_set_init(&self->channels, alloc);
	tm_set_init(&self->pending_unsubscribe, alloc);
	tm_table_init(&self->buffer, alloc);
	self->buffer_order =
		tm_malloc(alloc, TM_MESSAGE_BUFFER_MAX * sizeof(struct tm_id));
	return self->buffer_order ? TM_OK : no_memory(err);
}

void tm_consumer_release(struct tm_consumer *self)
{
	struct tm_alloc *alloc = self->runtime->alloc;
	struct tm_id id;
	void *value;
	size_t at = 0;

	while (tm_table_next(&self->buffer, &at, &id, &value))
		tm_meta_free(alloc, value);
	tm_table_release(&self->buffer);
	tm_free(alloc, self->buffer_order,
		TM_MESSAGE_BUFFER_MAX * sizeof(struct tm_id));
	/* What the tables hold is freed with the runtime: releasing it here
	 * would run finalizers that need the tables. */
	tm_table_release(&self->pending_strong);
	tm_table_release(&self->pending_weak.entries);
	tm_table_release(&self->subscribed_to);
	tm_table_release(&self->channels);
	tm_table_release(&self->pending_unsubscribe);
}

/* PubSub.subscribe(): the tables change after the command is sent, before any
 * reply. */
enum tm_rc tm_consumer_consume_from(struct tm_consumer *self,
				    const struct tm_id *task_id,
				    struct tm_err *err)
{
	enum tm_rc rc;

	if (tm_table_has(&self->subscribed_to, task_id))
		return TM_OK;
	if (tm_set_add(&self->subscribed_to, task_id) != TM_OK)
		return no_memory(err);
	rc = tm_backend_subscribe(self->backend, task_id, err);
	if (rc != TM_OK)
		return rc;
	if (tm_set_add(&self->channels, task_id) != TM_OK)
		return no_memory(err);
	tm_set_discard(&self->pending_unsubscribe, task_id);
	return TM_OK;
}

enum tm_rc tm_consumer_cancel_for(struct tm_consumer *self,
				  const struct tm_id *task_id,
				  struct tm_err *err)
{
	tm_set_discard(&self->subscribed_to, task_id);
	if (tm_set_add(&self->pending_unsubscribe, task_id) != TM_OK)
		return no_memory(err);
	return tm_backend_unsubscribe(self->backend, task_id, err);
}

enum tm_rc tm_consumer_add_pending(struct tm_consumer *self,
				   const struct tm_id *task_id,
				   struct tm_object *result, int weak,
				   struct tm_err *err)
{
	enum tm_rc rc;

	if (tm_consumer_find_pending(self, task_id))
		return TM_OK;
	if (weak) {
		rc = tm_weak_table_put(&self->pending_weak, task_id, result);
	} else {
		rc = tm_table_put(&self->pending_strong, task_id, result, NULL);
		if (rc == TM_OK)
			tm_ref(result);
	}
	if (rc != TM_OK)
		return no_memory(err);
	return tm_consumer_consume_from(self, task_id, err);
}

enum tm_rc tm_consumer_remove_pending(struct tm_consumer *self,
				      const struct tm_id *task_id,
				      struct tm_err *err)
{
	/* Releasing the reference may run a finalizer that calls this for the
	 * same task; by then the entry is out of the table. */
	tm_unref(self->runtime, tm_table_take(&self->pending_strong, task_id));
	tm_weak_table_discard(&self->pending_weak, task_id);
	return tm_consumer_cancel_for(self, task_id, err);
}

struct tm_object *tm_consumer_find_pending(const struct tm_consumer *self,
					   const struct tm_id *task_id)
{
	struct tm_object *result = tm_table_get(&self->pending_strong, task_id);

	return result ? result
		      : tm_weak_table_get(&self->pending_weak, task_id);
}

/* --- results that arrived early ------------------------------------------- */

static void drop_oldest(struct tm_consumer *self)
{
	const struct tm_id *oldest = &self->buffer_order[self->buffer_first];

	tm_meta_free(self->runtime->alloc,
		     tm_table_take(&self->buffer, oldest));
	self->buffer_first = (self->buffer_first + 1) % TM_MESSAGE_BUFFER_MAX;
	self->buffer_used--;
}

enum tm_rc tm_consumer_buffer_put(struct tm_consumer *self,
				  const struct tm_meta *meta)
{
	struct tm_meta *copy = tm_meta_copy(self->runtime->alloc, meta);
	int is_new = !tm_table_has(&self->buffer, &meta->task_id);
	void *replaced;
	size_t at;

	if (!copy)
		return TM_ENOMEM;
	if (is_new && self->buffer_used == TM_MESSAGE_BUFFER_MAX)
		drop_oldest(self);
	if (tm_table_put(&self->buffer, &meta->task_id, copy, &replaced) !=
	    TM_OK) {
		tm_meta_free(self->runtime->alloc, copy);
		return TM_ENOMEM;
	}
	tm_meta_free(self->runtime->alloc, replaced);
	if (!is_new)
		return TM_OK;
	at = (self->buffer_first + self->buffer_used) % TM_MESSAGE_BUFFER_MAX;
	self->buffer_order[at] = meta->task_id;
	self->buffer_used++;
	return TM_OK;
}

/* The id stays in the ring until it is the oldest; dropping it then finds
 * nothing, or a newer result of the same task, not waited for either. */
struct tm_meta *tm_consumer_buffer_take(struct tm_consumer *self,
					const struct tm_id *task_id)
{
	return tm_table_take(&self->buffer, task_id);
}

/* --- events ----------------------------------------------------------------*/

/* A new connection has no channel: subscribe to all of them again, as
 * redis-py's on_connect() does. */
static enum tm_rc resubscribe(struct tm_consumer *self, struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	struct tm_id id;
	size_t at = 0;

	while (rc == TM_OK && tm_table_next(&self->channels, &at, &id, NULL))
		rc = tm_backend_subscribe(self->backend, &id, err);
	/* The awaited replies were lost with the old connection. */
	at = 0;
	while (rc == TM_OK &&
	       tm_table_next(&self->pending_unsubscribe, &at, &id, NULL))
		rc = tm_backend_unsubscribe(self->backend, &id, err);
	return rc;
}

/* PubSub.handle_message(): only a reply that is awaited changes the tables. */
static void on_unsubscribed(struct tm_consumer *self, const struct tm_id *id)
{
	if (tm_set_discard(&self->pending_unsubscribe, id))
		tm_set_discard(&self->channels, id);
}

enum tm_rc tm_consumer_drain_event(struct tm_consumer *self,
				   uint32_t timeout_ms,
				   tm_consumer_on_meta *on_meta, void *context,
				   struct tm_err *err)
{
	struct tm_backend_event event;
	struct tm_meta *meta;
	enum tm_rc rc;

	rc = tm_backend_next_event(self->backend, timeout_ms, &event, err);
	if (rc != TM_OK)
		return rc;
	switch (event.type) {
	case TM_EVENT_SUBSCRIBED:
		return TM_OK;
	case TM_EVENT_UNSUBSCRIBED:
		on_unsubscribed(self, &event.task_id);
		return TM_OK;
	case TM_EVENT_RECONNECTED:
		return resubscribe(self, err);
	case TM_EVENT_MESSAGE:
		break;
	}
	rc = tm_meta_parse(&meta, self->runtime->alloc, event.payload,
			   event.payload_length, err);
	if (rc != TM_OK)
		return rc;
	rc = on_meta(context, meta, err);
	tm_meta_free(self->runtime->alloc, meta);
	return rc;
}

void tm_consumer_counts(const struct tm_consumer *self,
			struct tm_table_counts *out)
{
	out->channels = self->channels.count;
	out->pending_unsubscribe = self->pending_unsubscribe.count;
	out->subscribed_to = self->subscribed_to.count;
	out->pending_strong = self->pending_strong.count;
	out->pending_weak = self->pending_weak.entries.count;
	out->buffered = self->buffer.count;
}

uint64_t tm_consumer_table_bytes(const struct tm_consumer *self)
{
	return tm_table_bytes(&self->pending_strong) +
	       tm_table_bytes(&self->pending_weak.entries) +
	       tm_table_bytes(&self->subscribed_to) +
	       tm_table_bytes(&self->channels) +
	       tm_table_bytes(&self->pending_unsubscribe);
}
