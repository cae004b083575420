#include <assert.h>

#include "transport/decorate.h"

struct fault_broker {
	struct tm_broker base;
	struct tm_alloc *alloc;
	struct tm_broker *inner;
	struct tm_fault *plan;
};

struct fault_backend {
	struct tm_backend base;
	struct tm_alloc *alloc;
	struct tm_backend *inner;
	struct tm_fault *plan;
};

static const struct tm_broker_ops fault_broker_ops;
static const struct tm_backend_ops fault_backend_ops;

/* TM_OK, or what the plan wants of this call. */
static enum tm_rc count_call(struct tm_fault *plan, const char *what,
			     struct tm_err *err)
{
	if (plan->calls++ != plan->calls_before)
		return TM_OK;
	return tm_fail(err, plan->rc, "%s: failed on purpose, call %llu", what,
		       (unsigned long long)plan->calls);
}

/* --- broker --------------------------------------------------------------- */

static struct fault_broker *as_broker(struct tm_broker *base)
{
	assert(base->ops == &fault_broker_ops);
	return (struct fault_broker *)base;
}

static enum tm_rc copy_counts(struct fault_broker *self, enum tm_rc rc)
{
	self->base.dropped = self->inner->dropped;
	self->base.reconnects = self->inner->reconnects;
	return rc;
}

static enum tm_rc fault_publish(struct tm_broker *base,
				const struct tm_message *message,
				struct tm_err *err)
{
	struct fault_broker *self = as_broker(base);
	enum tm_rc rc = count_call(self->plan, "publish", err);

	if (rc != TM_OK)
		return rc;
	return copy_counts(self, tm_broker_publish(self->inner, message, err));
}

static enum tm_rc fault_flush(struct tm_broker *base, struct tm_err *err)
{
	struct fault_broker *self = as_broker(base);
	enum tm_rc rc = count_call(self->plan, "flush", err);

	if (rc != TM_OK)
		return rc;
	return copy_counts(self, tm_broker_flush(self->inner, err));
}

static enum tm_rc fault_idle(struct tm_broker *base, uint32_t duration_ms,
			     struct tm_err *err)
{
	struct fault_broker *self = as_broker(base);
	enum tm_rc rc = count_call(self->plan, "idle", err);

	if (rc != TM_OK)
		return rc;
	return copy_counts(self, tm_broker_idle(self->inner, duration_ms, err));
}

static void fault_broker_close(struct tm_broker *base)
{
	struct fault_broker *self = as_broker(base);

	tm_broker_close(self->inner);
	tm_free(self->alloc, self, sizeof(*self));
}

static const struct tm_broker_ops fault_broker_ops = {
	.name = "fault",
	.publish = fault_publish,
	.flush = fault_flush,
	.idle = fault_idle,
	.close = fault_broker_close,
};

enum tm_rc tm_broker_fault(struct tm_broker **out, struct tm_alloc *alloc,
			   struct tm_broker *inner, struct tm_fault *plan,
			   struct tm_err *err)
{
	struct fault_broker *self = tm_calloc(alloc, 1, sizeof(*self));

	*out = NULL;
	if (!self)
		return tm_fail(err, TM_ENOMEM, "a failing broker");
	self->base.ops = &fault_broker_ops;
	self->alloc = alloc;
	self->inner = inner;
	self->plan = plan;
	*out = &self->base;
	return TM_OK;
}

/* --- backend -------------------------------------------------------------- */

static struct fault_backend *as_backend(struct tm_backend *base)
{
	assert(base->ops == &fault_backend_ops);
	return (struct fault_backend *)base;
}

static enum tm_rc fault_subscribe(struct tm_backend *base,
				  const struct tm_id *task_id,
				  struct tm_err *err)
{
	struct fault_backend *self = as_backend(base);
	enum tm_rc rc = count_call(self->plan, "subscribe", err);

	return rc == TM_OK ? tm_backend_subscribe(self->inner, task_id, err)
			   : rc;
}

static enum tm_rc fault_unsubscribe(struct tm_backend *base,
				    const struct tm_id *task_id,
				    struct tm_err *err)
{
	struct fault_backend *self = as_backend(base);
	enum tm_rc rc = count_call(self->plan, "unsubscribe", err);

	return rc == TM_OK ? tm_backend_unsubscribe(self->inner, task_id, err)
			   : rc;
}

static enum tm_rc fault_set_chord_size(struct tm_backend *base,
				       const struct tm_id *group_id,
				       uint32_t size, struct tm_err *err)
{
	struct fault_backend *self = as_backend(base);
	enum tm_rc rc = count_call(self->plan, "set_chord_size", err);

	if (rc != TM_OK)
		return rc;
	return tm_backend_set_chord_size(self->inner, group_id, size, err);
}

static enum tm_rc fault_get(struct tm_backend *base,
			    const struct tm_id *task_id, struct tm_buf *payload,
			    struct tm_err *err)
{
	struct fault_backend *self = as_backend(base);
	enum tm_rc rc = count_call(self->plan, "get", err);

	return rc == TM_OK ? tm_backend_get(self->inner, task_id, payload, err)
			   : rc;
}

static enum tm_rc fault_next_event(struct tm_backend *base, uint32_t timeout_ms,
				   struct tm_backend_event *event,
				   struct tm_err *err)
{
	struct fault_backend *self = as_backend(base);
	enum tm_rc rc = count_call(self->plan, "next_event", err);

	if (rc != TM_OK)
		return rc;
	rc = tm_backend_next_event(self->inner, timeout_ms, event, err);
	self->base.reconnects = self->inner->reconnects;
	return rc;
}

static void fault_backend_close(struct tm_backend *base)
{
	struct fault_backend *self = as_backend(base);

	tm_backend_close(self->inner);
	tm_free(self->alloc, self, sizeof(*self));
}

static const struct tm_backend_ops fault_backend_ops = {
	.name = "fault",
	.subscribe = fault_subscribe,
	.unsubscribe = fault_unsubscribe,
	.set_chord_size = fault_set_chord_size,
	.get = fault_get,
	.next_event = fault_next_event,
	.close = fault_backend_close,
};

enum tm_rc tm_backend_fault(struct tm_backend **out, struct tm_alloc *alloc,
			    struct tm_backend *inner, struct tm_fault *plan,
			    struct tm_err *err)
{
	struct fault_backend *self = tm_calloc(alloc, 1, sizeof(*self));

	*out = NULL;
	if (!self)
		return tm_fail(err, TM_ENOMEM, "a failing backend");
	self->base.ops = &fault_backend_ops;
	self->alloc = alloc;
	self->inner = inner;
	self->plan = plan;
	*out = &self->base;
	return TM_OK;
}
