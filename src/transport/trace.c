#include <assert.h>
#include <string.h>

#include "transport/decorate.h"

struct trace_broker {
	struct tm_broker base;
	struct tm_alloc *alloc;
	struct tm_broker *inner;
	struct tm_buf *log;
};

struct trace_backend {
	struct tm_backend base;
	struct tm_alloc *alloc;
	struct tm_backend *inner;
	struct tm_buf *log;
};

static const struct tm_broker_ops trace_broker_ops;
static const struct tm_backend_ops trace_backend_ops;

/* --- broker --------------------------------------------------------------- */

static struct trace_broker *as_broker(struct tm_broker *base)
{
	assert(base->ops == &trace_broker_ops);
	return (struct trace_broker *)base;
}

/* `published` is counted by the wrapper on both sides; the rest only inside. */
static enum tm_rc copy_counts(struct trace_broker *self, enum tm_rc rc)
{
	self->base.dropped = self->inner->dropped;
	self->base.reconnects = self->inner->reconnects;
	return rc;
}

static const struct tm_header *find_task(const struct tm_message *message)
{
	static const struct tm_header none = {.text = "?", .text_length = 1};
	size_t i;

	for (i = 0; i < message->header_count; i++) {
		const struct tm_header *header = &message->headers[i];

		if (header->name_length == 4 &&
		    memcmp(header->name, "task", 4) == 0)
			return header;
	}
	return &none;
}

static enum tm_rc trace_publish(struct tm_broker *base,
				const struct tm_message *message,
				struct tm_err *err)
{
	struct trace_broker *self = as_broker(base);
	const struct tm_header *task = find_task(message);
	enum tm_rc rc;

	rc = tm_buf_printf(self->log, "PUBLISH %.*s %.*s\n",
			   (int)task->text_length, task->text, TM_ID_TEXT,
			   message->correlation_id);
	if (rc != TM_OK)
		return tm_fail(err, rc, "the trace of a broker");
	return copy_counts(self, tm_broker_publish(self->inner, message, err));
}

static enum tm_rc trace_flush(struct tm_broker *base, struct tm_err *err)
{
	struct trace_broker *self = as_broker(base);

	return copy_counts(self, tm_broker_flush(self->inner, err));
}

static enum tm_rc trace_idle(struct tm_broker *base, uint32_t duration_ms,
			     struct tm_err *err)
{
	struct trace_broker *self = as_broker(base);

	return copy_counts(self, tm_broker_idle(self->inner, duration_ms, err));
}

static void trace_broker_close(struct tm_broker *base)
{
	struct trace_broker *self = as_broker(base);

	tm_broker_close(self->inner);
	tm_free(self->alloc, self, sizeof(*self));
}

static const struct tm_broker_ops trace_broker_ops = {
	.name = "trace",
	.publish = trace_publish,
	.flush = trace_flush,
	.idle = trace_idle,
	.close = trace_broker_close,
};

enum tm_rc tm_broker_trace(struct tm_broker **out, struct tm_alloc *alloc,
			   struct tm_broker *inner, struct tm_buf *log,
			   struct tm_err *err)
{
	struct trace_broker *self = tm_calloc(alloc, 1, sizeof(*self));

	*out = NULL;
	if (!self)
		return tm_fail(err, TM_ENOMEM, "the trace of a broker");
	self->base.ops = &trace_broker_ops;
	self->alloc = alloc;
	self->inner = inner;
	self->log = log;
	*out = &self->base;
	return TM_OK;
}

/* --- backend -------------------------------------------------------------- */

static struct trace_backend *as_backend(struct tm_backend *base)
{
	assert(base->ops == &trace_backend_ops);
	return (struct trace_backend *)base;
}

static enum tm_rc write_line(struct trace_backend *self, const char *command,
			     const struct tm_id *task_id, struct tm_err *err)
{
	char id[TM_ID_TEXT];
	enum tm_rc rc;

	tm_id_write(task_id, id);
	rc = tm_buf_printf(self->log, "%s " TM_RESULT_KEY_PREFIX "%.*s\n",
			   command, TM_ID_TEXT, id);
	return rc == TM_OK ? rc : tm_fail(err, rc, "the trace of a backend");
}

static enum tm_rc trace_subscribe(struct tm_backend *base,
				  const struct tm_id *task_id,
				  struct tm_err *err)
{
	struct trace_backend *self = as_backend(base);
	enum tm_rc rc = write_line(self, "SUBSCRIBE", task_id, err);

	return rc == TM_OK ? tm_backend_subscribe(self->inner, task_id, err)
			   : rc;
}

static enum tm_rc trace_unsubscribe(struct tm_backend *base,
				    const struct tm_id *task_id,
				    struct tm_err *err)
{
	struct trace_backend *self = as_backend(base);
	enum tm_rc rc = write_line(self, "UNSUBSCRIBE", task_id, err);

	return rc == TM_OK ? tm_backend_unsubscribe(self->inner, task_id, err)
			   : rc;
}

static enum tm_rc trace_set_chord_size(struct tm_backend *base,
				       const struct tm_id *group_id,
				       uint32_t size, struct tm_err *err)
{
	struct trace_backend *self = as_backend(base);
	char id[TM_ID_TEXT];
	enum tm_rc rc;

	tm_id_write(group_id, id);
	rc = tm_buf_printf(self->log,
			   "MULTI\n"
			   "SETEX celery-taskset-meta-%.*s.s 86400 %u\n"
			   "PUBLISH celery-taskset-meta-%.*s.s %u\n"
			   "EXEC\n",
			   TM_ID_TEXT, id, size, TM_ID_TEXT, id, size);
	if (rc != TM_OK)
		return tm_fail(err, rc, "the trace of a backend");
	return tm_backend_set_chord_size(self->inner, group_id, size, err);
}

static enum tm_rc trace_get(struct tm_backend *base,
			    const struct tm_id *task_id, struct tm_buf *payload,
			    struct tm_err *err)
{
	struct trace_backend *self = as_backend(base);
	enum tm_rc rc = write_line(self, "GET", task_id, err);

	return rc == TM_OK ? tm_backend_get(self->inner, task_id, payload, err)
			   : rc;
}

static enum tm_rc trace_next_event(struct tm_backend *base, uint32_t timeout_ms,
				   struct tm_backend_event *event,
				   struct tm_err *err)
{
	struct trace_backend *self = as_backend(base);
	enum tm_rc rc;

	rc = tm_backend_next_event(self->inner, timeout_ms, event, err);
	self->base.reconnects = self->inner->reconnects;
	return rc;
}

static void trace_backend_close(struct tm_backend *base)
{
	struct trace_backend *self = as_backend(base);

	tm_backend_close(self->inner);
	tm_free(self->alloc, self, sizeof(*self));
}

static const struct tm_backend_ops trace_backend_ops = {
	.name = "trace",
	.subscribe = trace_subscribe,
	.unsubscribe = trace_unsubscribe,
	.set_chord_size = trace_set_chord_size,
	.get = trace_get,
	.next_event = trace_next_event,
	.close = trace_backend_close,
};

enum tm_rc tm_backend_trace(struct tm_backend **out, struct tm_alloc *alloc,
			    struct tm_backend *inner, struct tm_buf *log,
			    struct tm_err *err)
{
	struct trace_backend *self = tm_calloc(alloc, 1, sizeof(*self));

	*out = NULL;
	if (!self)
		return tm_fail(err, TM_ENOMEM, "the trace of a backend");
	self->base.ops = &trace_backend_ops;
	self->alloc = alloc;
	self->inner = inner;
	self->log = log;
	*out = &self->base;
	return TM_OK;
}
