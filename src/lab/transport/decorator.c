#include "lab/transport/decorator.h"

#include <assert.h>

struct decorated_broker {
	struct tm_broker base;
	struct tm_alloc *alloc;
	struct tm_broker *inner;
	struct tm_decorator decorator;
};

struct decorated_backend {
	struct tm_backend base;
	struct tm_alloc *alloc;
	struct tm_backend *inner;
	struct tm_decorator decorator;
};

static const struct tm_broker_ops decorated_broker_ops;
static const struct tm_backend_ops decorated_backend_ops;

/* --- broker --------------------------------------------------------------- */

static struct decorated_broker *as_broker(struct tm_broker *base)
{
	assert(base->ops == &decorated_broker_ops);
	return (struct decorated_broker *)base;
}

static enum tm_rc before_broker(struct decorated_broker *self,
				const struct tm_call *call, struct tm_err *err)
{
	return self->decorator.before(self->decorator.context, call, err);
}

/* `published` is counted by the wrapper on both sides; the rest only inside. */
static enum tm_rc copy_counts(struct decorated_broker *self, enum tm_rc rc)
{
	self->base.dropped = self->inner->dropped;
	self->base.reconnects = self->inner->reconnects;
	return rc;
}

static enum tm_rc decorated_publish(struct tm_broker *base,
				    const struct tm_message *message,
				    struct tm_err *err)
{
	const struct tm_call call = {.type = TM_CALL_PUBLISH,
				     .message = message};
	struct decorated_broker *self = as_broker(base);
	enum tm_rc rc = before_broker(self, &call, err);

	if (rc == TM_OK)
		rc = tm_broker_publish(self->inner, message, err);
	return copy_counts(self, rc);
}

static enum tm_rc decorated_flush(struct tm_broker *base, struct tm_err *err)
{
	const struct tm_call call = {.type = TM_CALL_FLUSH};
	struct decorated_broker *self = as_broker(base);
	enum tm_rc rc = before_broker(self, &call, err);

	if (rc == TM_OK)
		rc = tm_broker_flush(self->inner, err);
	return copy_counts(self, rc);
}

static enum tm_rc decorated_idle(struct tm_broker *base, uint32_t duration_ms,
				 struct tm_err *err)
{
	const struct tm_call call = {.type = TM_CALL_IDLE};
	struct decorated_broker *self = as_broker(base);
	enum tm_rc rc = before_broker(self, &call, err);

	if (rc == TM_OK)
		rc = tm_broker_idle(self->inner, duration_ms, err);
	return copy_counts(self, rc);
}

static void decorated_broker_close(struct tm_broker *base)
{
	struct decorated_broker *self = as_broker(base);

	tm_broker_close(self->inner);
	tm_free(self->alloc, self, sizeof(*self));
}

static const struct tm_broker_ops decorated_broker_ops = {
	.name = "decorated",
	.publish = decorated_publish,
	.flush = decorated_flush,
	.idle = decorated_idle,
	.close = decorated_broker_close,
};

enum tm_rc tm_broker_decorate(struct tm_broker **out, struct tm_alloc *alloc,
			      struct tm_broker *inner,
			      const struct tm_decorator *decorator,
			      struct tm_err *err)
{
	struct decorated_broker *self = tm_calloc(alloc, 1, sizeof(*self));

	*out = NULL;
	if (!self)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for the %s of a broker",
			       decorator->name);
	self->base.ops = &decorated_broker_ops;
	self->alloc = alloc;
	self->inner = inner;
	self->decorator = *decorator;
	*out = &self->base;
	return TM_OK;
}

/* --- backend -------------------------------------------------------------- */

static struct decorated_backend *as_backend(struct tm_backend *base)
{
	assert(base->ops == &decorated_backend_ops);
	return (struct decorated_backend *)base;
}

static enum tm_rc before_backend(struct decorated_backend *self,
				 const struct tm_call *call, struct tm_err *err)
{
	return self->decorator.before(self->decorator.context, call, err);
}

static enum tm_rc decorated_subscribe(struct tm_backend *base,
				      const struct tm_id *task_id,
				      struct tm_err *err)
{
	const struct tm_call call = {.type = TM_CALL_SUBSCRIBE, .id = task_id};
	struct decorated_backend *self = as_backend(base);
	enum tm_rc rc = before_backend(self, &call, err);

	return rc == TM_OK ? tm_backend_subscribe(self->inner, task_id, err)
			   : rc;
}

static enum tm_rc decorated_unsubscribe(struct tm_backend *base,
					const struct tm_id *task_id,
					struct tm_err *err)
{
	const struct tm_call call = {.type = TM_CALL_UNSUBSCRIBE,
				     .id = task_id};
	struct decorated_backend *self = as_backend(base);
	enum tm_rc rc = before_backend(self, &call, err);

	return rc == TM_OK ? tm_backend_unsubscribe(self->inner, task_id, err)
			   : rc;
}

/* No call of the model's own: it is not decorated. */
static enum tm_rc decorated_backend_flush(struct tm_backend *base,
					  struct tm_err *err)
{
	return tm_backend_flush(as_backend(base)->inner, err);
}

static enum tm_rc decorated_set_chord_size(struct tm_backend *base,
					   const struct tm_id *group_id,
					   uint32_t size, struct tm_err *err)
{
	const struct tm_call call = {
		.type = TM_CALL_SET_CHORD_SIZE, .id = group_id, .size = size};
	struct decorated_backend *self = as_backend(base);
	enum tm_rc rc = before_backend(self, &call, err);

	if (rc != TM_OK)
		return rc;
	return tm_backend_set_chord_size(self->inner, group_id, size, err);
}

static enum tm_rc decorated_get(struct tm_backend *base,
				const struct tm_id *task_id,
				struct tm_buf *payload, struct tm_err *err)
{
	const struct tm_call call = {.type = TM_CALL_GET, .id = task_id};
	struct decorated_backend *self = as_backend(base);
	enum tm_rc rc = before_backend(self, &call, err);

	return rc == TM_OK ? tm_backend_get(self->inner, task_id, payload, err)
			   : rc;
}

static enum tm_rc decorated_next_event(struct tm_backend *base,
				       uint32_t timeout_ms,
				       struct tm_backend_event *event,
				       struct tm_err *err)
{
	const struct tm_call call = {.type = TM_CALL_NEXT_EVENT};
	struct decorated_backend *self = as_backend(base);
	enum tm_rc rc = before_backend(self, &call, err);

	if (rc == TM_OK)
		rc = tm_backend_next_event(self->inner, timeout_ms, event, err);
	self->base.reconnects = self->inner->reconnects;
	return rc;
}

static void decorated_backend_close(struct tm_backend *base)
{
	struct decorated_backend *self = as_backend(base);

	tm_backend_close(self->inner);
	tm_free(self->alloc, self, sizeof(*self));
}

static const struct tm_backend_ops decorated_backend_ops = {
	.name = "decorated",
	.subscribe = decorated_subscribe,
	.unsubscribe = decorated_unsubscribe,
	.flush = decorated_backend_flush,
	.set_chord_size = decorated_set_chord_size,
	.get = decorated_get,
	.next_event = decorated_next_event,
	.close = decorated_backend_close,
};

enum tm_rc tm_backend_decorate(struct tm_backend **out, struct tm_alloc *alloc,
			       struct tm_backend *inner,
			       const struct tm_decorator *decorator,
			       struct tm_err *err)
{
	struct decorated_backend *self = tm_calloc(alloc, 1, sizeof(*self));

	*out = NULL;
	if (!self)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for the %s of a backend",
			       decorator->name);
	self->base.ops = &decorated_backend_ops;
	self->alloc = alloc;
	self->inner = inner;
	self->decorator = *decorator;
	*out = &self->base;
	return TM_OK;
}
