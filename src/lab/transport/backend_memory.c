#include <assert.h>

#include "lab/transport/scheme.h"

struct memory_backend {
	struct tm_backend base;
	struct tm_alloc *alloc;
	struct tm_embedded *server;
};

static const struct tm_backend_ops memory_ops;

static struct memory_backend *downcast(struct tm_backend *base)
{
	assert(base->ops == &memory_ops);
	return (struct memory_backend *)base;
}

static enum tm_rc memory_subscribe(struct tm_backend *base,
				   const struct tm_id *task_id,
				   struct tm_err *err)
{
	(void)err;
	tm_embedded_subscribe(downcast(base)->server, task_id);
	return TM_OK;
}

static enum tm_rc memory_unsubscribe(struct tm_backend *base,
				     const struct tm_id *task_id,
				     struct tm_err *err)
{
	(void)err;
	tm_embedded_unsubscribe(downcast(base)->server, task_id);
	return TM_OK;
}

static enum tm_rc memory_set_chord_size(struct tm_backend *base,
					const struct tm_id *group_id,
					uint32_t size, struct tm_err *err)
{
	(void)err;
	tm_embedded_set_chord_size(downcast(base)->server, group_id, size);
	return TM_OK;
}

static enum tm_rc memory_get(struct tm_backend *base,
			     const struct tm_id *task_id,
			     struct tm_buf *payload, struct tm_err *err)
{
	const char *stored;
	size_t length;
	enum tm_rc rc;

	tm_embedded_get(downcast(base)->server, task_id, &stored, &length);
	if (!stored)
		return TM_OK;
	rc = tm_buf_add(payload, stored, length);
	if (rc != TM_OK)
		return tm_fail(err, rc, "a result");
	return TM_OK;
}

/* Waiting would not help: what can come, the worker brings at once. */
static enum tm_rc memory_next_event(struct tm_backend *base,
				    uint32_t timeout_ms,
				    struct tm_backend_event *event,
				    struct tm_err *err)
{
	enum tm_rc rc;

	(void)timeout_ms;
	rc = tm_embedded_next_event(downcast(base)->server, event, err);
	if (rc == TM_OK && event->type == TM_EVENT_RECONNECTED)
		base->reconnects++;
	return rc;
}

static void memory_close(struct tm_backend *base)
{
	struct memory_backend *self = downcast(base);

	tm_embedded_unref(self->server);
	tm_free(self->alloc, self, sizeof(*self));
}

static const struct tm_backend_ops memory_ops = {
	.name = "memory",
	.subscribe = memory_subscribe,
	.unsubscribe = memory_unsubscribe,
	.set_chord_size = memory_set_chord_size,
	.get = memory_get,
	.next_event = memory_next_event,
	.close = memory_close,
};

enum tm_rc tm_backend_memory_open(struct tm_backend **out,
				  const struct tm_scheme_opts *opts,
				  struct tm_err *err)
{
	struct memory_backend *self = tm_calloc(opts->alloc, 1, sizeof(*self));

	*out = NULL;
	if (!self)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for the embedded backend");
	self->base.ops = &memory_ops;
	self->alloc = opts->alloc;
	self->server = tm_embedded_ref(opts->server);
	*out = &self->base;
	return TM_OK;
}
